"""From stored keys and parameters to playable objects. Built once per process and set of parameters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Protocol

from hagame import match as matches
from hagame import plugins
from hagame.errors import Conflict, InvalidInput, NotFound
from hagame.games import answers, trained
from hagame.match import Match
from hagame.mind.cognition.profile import evidence_of
from hagame.mind.model import Model
from hagame.mind.opponents import Opponent
from hagame.rules.builtin import BUILT_IN
from hagame.rules.game import Game, Situation

MOST_SECONDS = 5.0
"""For one choice of an opponent. Bounds on how much it may be asked to look at keep it below that on most machines."""
PREDICTOR = "count-mixture"
"""The model that predicts players unless a match says otherwise."""


class Row(Protocol):
    """A row of a query; its parameters are JSON text."""

    def __getitem__(self, key: str, /) -> Any: ...


def match_from(row: Row) -> Match:
    """The match of a row with engine, parameters, opponent, opponent_parameters, predictor, seed and modelled.

    A trained predictor must have been read before, see `trained.prepare`. Raises `Conflict` where something of it is
    not installed, or takes its parameters no more.
    """
    try:
        game, opponent = _played(row["engine"], row["parameters"], row["opponent"], row["opponent_parameters"])
        predictor = _predictor(row["predictor"])
    except (NotFound, InvalidInput) as error:
        raise Conflict(f"This match cannot go on here. {error.detail}") from error
    return Match(game, predictor, opponent, row["seed"], row["modelled"])


def belief_key(situation: Situation, predictor: Model[Any]) -> str:
    """Equal for matches that ask the same of a person and model them alike, so that a belief fits all of them."""
    asked: list[object] = [
        *(situation.actions, situation.opponent_actions, situation.payoffs, situation.opponent_payoffs),
        *((situation.stages, situation.payoff_range) if not situation.payoffs else ()),
    ]
    text = json.dumps([*asked, situation.family, predictor.info.key, predictor.version])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@lru_cache(maxsize=1024)
def game_of(engine: str, parameters: str) -> Game[Any]:
    """The rules of an engine with these parameters, which are JSON text as `text_of` writes it."""
    return plugins.make_game(engine, json.loads(parameters))


def text_of(parameters: Mapping[str, Any]) -> str:
    """Parameters as the JSON text that `match_from` takes."""
    return json.dumps(parameters, sort_keys=True)


def warm_up() -> None:
    """Import and compile what is slow, and solve the built-in games, so that no player waits for it.

    A first turn is not enough: cognitive models take decisions in by tens, and what they say is read then.
    """
    for definition in BUILT_IN:
        game = plugins.make_game(definition["engine"], definition["parameters"])
        for opponent, kind in plugins.opponents_for(game).items():
            if kind.info.slow:
                continue
            row = {
                "engine": definition["engine"],
                "parameters": text_of(definition["parameters"]),
                "opponent": opponent,
                "opponent_parameters": "{}",
                "predictor": PREDICTOR,
                "seed": 0,
                "modelled": True,
            }
            match = match_from(row)
            state = matches.start(match, bytes(matches.SECRET_BYTES))
            turn = matches.play(match, state, matches.default_action(match, state))
            answers.turn(match, turn, recorded=False, timed_out=False)
        evidence_of(turn.state.models, turn.situation)
        matches.dump(match, turn.state)


@lru_cache(maxsize=1024)
def _played(engine: str, parameters: str, opponent: str, opponent_parameters: str) -> tuple[Game[Any], Opponent]:
    rival = plugins.make_opponent(opponent, json.loads(opponent_parameters))
    return game_of(engine, parameters), rival.within(MOST_SECONDS)


def _predictor(key: str) -> Model[Any]:
    return trained.ready(key) if trained.is_trained(key) else _untrained(key)


@cache
def _untrained(key: str) -> Model[Any]:
    return plugins.make_model(key, {})
