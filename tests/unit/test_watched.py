"""What is shown to who watches: nothing under a seal, nothing known of the player, in no built-in game."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import msgspec
import numpy as np
import pytest
from tests.unit.random_play import drawn

from hagame import match as matches
from hagame import plugins
from hagame.games import answers, watched
from hagame.games.schemas_watch import WatchedNext, WatchedTurn
from hagame.match import Match, MatchState, Turn
from hagame.rules.builtin import BUILT_IN
from hagame.rules.game import PLAYER

SECRET = bytes(range(16))
TURNS = 12
PLAYED: dict[str, tuple[str, dict[str, Any]]] = {item["key"]: (item["engine"], item["parameters"]) for item in BUILT_IN}
if find_spec("pyspiel") is not None:
    PLAYED |= {f"openspiel {name}": ("openspiel", {"game": name}) for name in ("kuhn_poker", "liars_dice", "pig")}
CARDS = [key for key in PLAYED if key.endswith(("kuhn_poker", "liars_dice"))]
KNOWN_OF_THE_PLAYER = {
    *("why", "explanation", "change", "traits", "judgment", "bits_known", "timed_out", "response_time_ms"),
    *("foregone", "outcome", "numbers", "time_limit_s", "ai", "seed", "user_id", "id"),
}


def match_of(key: str) -> Match:
    engine, parameters = PLAYED[key]
    game = plugins.make_game(engine, parameters)
    return Match(game, plugins.make_model("count-mixture", {}), plugins.make_opponent(game.facts.rival, {}), 7)


def played(match: Match) -> Iterator[tuple[MatchState, Turn]]:
    """Random moves: each state before its turn, and the turn."""
    rng, state = np.random.default_rng(3), matches.start(match, SECRET)
    while state.sealed is not None and state.turn <= TURNS:
        turn = matches.play(match, state, drawn(match.game, state.game, PLAYER, rng), response_time_ms=123456)
        yield state, turn
        state = turn.state


def told(match: Match, turn: Turn) -> dict[str, Any]:
    return json.loads(msgspec.json.encode(answers.turn(match, turn, recorded=False, timed_out=False)))


def shown_before(match: Match, state: MatchState) -> str:
    coming = answers.next_turn(match, state)
    assert coming is not None
    return WatchedNext.model_validate(watched.open_turn(match.game, coming)).model_dump_json()


def other_mind(state: MatchState) -> MatchState:
    """The same match with another choice and prediction under the same seal, and nothing known of the player."""
    sealed = state.sealed
    assert sealed is not None
    seats = tuple((seat, "another") for seat, _ in sealed.choices)
    lid = msgspec.structs.replace(
        sealed, action=-1, prediction=sealed.prediction[::-1], why="Another reason.", choices=seats
    )
    fresh = msgspec.structs.replace(state, sealed=lid, secret=bytes(16), belief=None, record=None, last=None)  # type: ignore[arg-type]
    return msgspec.structs.replace(fresh, evidence=None, memory=(b"x",), drift=None, models=())  # type: ignore[arg-type]


@pytest.mark.parametrize("key", PLAYED)
def test_what_is_shown_of_an_open_turn_does_not_depend_on_what_is_hidden(key: str) -> None:
    match = match_of(key)
    for state, turn in played(match):
        shown = shown_before(match, state)
        assert shown == shown_before(match, other_mind(state))
        sealed = state.sealed
        assert sealed is not None
        for secret in (sealed.nonce.hex(), json.dumps(sealed.payload), SECRET.hex()):
            assert secret not in shown
        assert not [name for name in match.game.info.hidden if f'"{name}"' in shown]
        assert turn.state.turn == state.turn + 1


@pytest.mark.parametrize("key", PLAYED)
def test_what_is_shown_of_a_turn_is_what_both_did_and_what_was_sealed(key: str) -> None:
    match = match_of(key)
    for _, turn in played(match):
        answer = told(match, turn)
        shown = WatchedTurn.model_validate(watched.turn(match.game, answer)).model_dump(mode="json")
        changed = answer | dict.fromkeys(KNOWN_OF_THE_PLAYER, "something else")
        assert WatchedTurn.model_validate(watched.turn(match.game, changed)).model_dump(mode="json") == shown
        assert not KNOWN_OF_THE_PLAYER & {
            *shown,
            *(shown["next"] or {}),
            *(r for part in shown["replies"] for r in part),
        }
        assert shown["prediction"] == answer["prediction"]
        assert shown["commitment"] == answer["commitment"]
        if turn.state.sealed is not None:
            assert turn.state.sealed.nonce.hex() not in json.dumps(shown)


@pytest.mark.parametrize("key", CARDS)
def test_a_game_with_cards_is_shown_when_it_is_over(key: str) -> None:
    match = match_of(key)
    state, _ = next(played(match))
    shown = json.loads(shown_before(match, state))
    assert (shown["view"], shown["legal_actions"], shown["replies"]) == ({}, [], [])
    assert not watched.may_tell(match.game, "active")
    assert watched.may_tell(match.game, "finished")
