"""Which definition a name on the command line means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import JsonValue

from hagame import plugins
from hagame.errors import InvalidInput, NotFound
from hagame.rules.builtin import BUILT_IN, BuiltIn
from hagame.rules.game import PLAYER

if TYPE_CHECKING:
    from hagame.cli.client import AsyncClient

ALIASES: Mapping[str, str] = {
    "rps": "rock-paper-scissors",
    "pennies": "matching-pennies",
    "pd": "prisoners-dilemma",
    "bandit": "restless-bandit",
    "igt": "iowa-gambling",
    "risk": "risky-choice",
    "delay": "now-or-later",
}
"""Short name -> key of the built-in definition it plays; in replay, of the preset whose length fits."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A definition, as far as a recording must fit it. `rounds` is None when the length is drawn."""

    key: str
    actions: tuple[str, ...]
    opponent_actions: tuple[str, ...]
    rounds: int | None

    def check_length(self, decisions: int) -> None:
        """Raises `InvalidInput` when a recording of so many decisions does not fit in one match."""
        if self.rounds is None or self.rounds < decisions:
            raise _too_long(self.key, decisions, self.rounds)


def find(name: str) -> BuiltIn | None:
    """The built-in definition with this key or alias, or that of `openspiel:NAME`, or None."""
    key = ALIASES.get(name, name)
    engine, _, game = name.partition(":")
    if engine == "openspiel" and game:
        return BuiltIn(key=name, engine=engine, title=game, description="", parameters={"game": game}, tags=[])
    return next((definition for definition in BUILT_IN if definition["key"] == key), None)


def built_in(name: str) -> BuiltIn:
    """The built-in definition with this key or alias. Raises `NotFound` that lists them."""
    definition = find(name)
    if definition is None:
        known = ", ".join([*ALIASES, *(d["key"] for d in BUILT_IN)])
        raise NotFound(f"There is no built-in game {name!r}; there are: {known}.")
    return definition


def built_in_rules(name: str) -> Rules:
    """The rules of a built-in definition by key or alias. Raises `NotFound`."""
    return _rules(built_in(name))


def long_enough(name: str, decisions: int) -> Rules:
    """For an alias the shortest built-in definition of that game with so many rounds; a full key means just that one.

    Raises `NotFound`, and `InvalidInput` when none is long enough.
    """
    named = built_in(name)
    if name not in ALIASES:
        rules = _rules(named)
    else:
        preset = named["parameters"].get("preset")
        alike = [
            _rules(d) for d in BUILT_IN if d["engine"] == named["engine"] and d["parameters"].get("preset") == preset
        ]
        alike.sort(key=lambda r: r.rounds or 0)
        rules = next((r for r in alike if r.rounds is not None and r.rounds >= decisions), alike[-1])
    rules.check_length(decisions)
    return rules


async def at_server(client: AsyncClient, key: str) -> Rules:
    """The newest definition of this key at the server. Raises `NotFound`."""
    async for found in client.games.definitions(text=key):
        if found["key"] == key:
            return _rules_of(found["key"], found["engine"], found["parameters"])
    raise NotFound(f"There is no game {key!r}, neither built-in nor at {client.url}.")


def _rules(definition: BuiltIn) -> Rules:
    return _rules_of(definition["key"], definition["engine"], definition["parameters"])


def _rules_of(key: str, engine: str, parameters: Mapping[str, JsonValue]) -> Rules:
    game = plugins.make_game(engine, dict(parameters))
    situation = game.situation(game.start(np.random.default_rng(0)), PLAYER)
    rounds = parameters.get("rounds")
    return Rules(key, situation.actions, situation.opponent_actions, rounds if isinstance(rounds, int) else None)


def _too_long(key: str, decisions: int, limit: int | None) -> InvalidInput:
    has = "a length that is drawn" if limit is None else f"{limit} rounds"
    return InvalidInput(
        f"The longest recording has {decisions} decisions, and {key} has {has}. Make a definition with a fixed number "
        f"of at least {decisions} rounds (POST /games/definitions) and name it: --game KEY",
        field="/game",
    )
