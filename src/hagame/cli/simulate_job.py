"""What `hagame simulate` is asked for, and what a share of it brings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hagame import plugins
from hagame.cli import definitions
from hagame.errors import InvalidInput
from hagame.rules.game import Game


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the command. Parameters are JSON text, so that processes can be handed them."""

    engine: str
    parameters: str
    player: str
    player_parameters: str
    opponent: str
    opponent_parameters: str
    matches: int
    seed: int

    @classmethod
    def of(
        cls,
        game: str,
        player: str,
        opponent: str | None,
        parameters: str,
        player_parameters: str,
        opponent_parameters: str,
        *,
        matches: int,
        seed: int,
    ) -> Job:
        """Checked before anything starts. Raises `NotFound` and `InvalidInput`."""
        definition = definitions.built_in(game)
        own = dict(definition["parameters"]) | _mapping(parameters, "/parameters")
        made = plugins.make_game(definition["engine"], own)
        job = cls(
            definition["engine"],
            json.dumps(own),
            player,
            player_parameters,
            opponent or made.info.rival,
            opponent_parameters,
            matches,
            seed,
        )
        _check(made, job)
        return job


@dataclass(frozen=True, slots=True)
class Played:
    """What a share of the matches brought: sums of payoffs by match (n, 2), steps, moves and their time in seconds.

    `columns` are those of the steps, for the file; None when there is none.
    """

    payoffs: NDArray[np.float64]
    steps: int
    moves: int
    seconds: float
    columns: dict[str, list[Any]] | None


def _check(game: Game[Any], job: Job) -> None:
    if game.seats != 2:
        raise InvalidInput(f"Only games of two can be simulated; this one has {game.seats} seats.", field="/game")
    for side, key in (("player", job.player), ("opponent", job.opponent)):
        try:
            field = f"/{side}-parameters"
            plugins.make_rival(game, key, _mapping(getattr(job, f"{side}_parameters"), field), field)
        except InvalidInput as error:
            raise InvalidInput(f"--{side}: {error.detail}", field=f"/{side}") from error


def _mapping(text: str, field: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no JSON: {error}.", field=field) from error
    if not isinstance(value, dict):
        raise InvalidInput(f'{text!r} is no mapping of names to values, as {{"depth": 4}} is.', field=field)
    return value
