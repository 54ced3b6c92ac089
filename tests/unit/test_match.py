"""One turn of one match: seals, scores, learning, storage."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hagame import match as matches
from hagame import plugins
from hagame.errors import CorruptState, Gone, IllegalAction, NewerNeeded
from hagame.match import Match, MatchState
from hagame.match.seals import LEAST
from hagame.mind.learn.pooled import PooledCounts
from hagame.mind.model import Probabilities
from hagame.rules.game import Situation

ACTIONS = ("rock", "paper", "scissors")
SECRET = bytes(range(16))


def a_match(rounds: int = 20, opponent: str = "adaptive", seed: int = 7, *, modelled: bool = True) -> Match:
    return Match(
        plugins.make_game("matrix", {"preset": "rock-paper-scissors", "rounds": rounds}),
        plugins.make_model("count-mixture", {}),
        plugins.make_opponent(opponent, {}),
        seed,
        modelled,
    )


def played(match: Match, actions: list[str], secret: bytes = SECRET) -> list[matches.Turn]:
    state, turns = matches.start(match, secret), []
    for action in actions:
        turns.append(matches.play(match, state, action))
        state = turns[-1].state
    return turns


def sealed(state: MatchState) -> matches.Sealed:
    assert state.sealed is not None
    return state.sealed


def test_the_seal_shown_before_the_move_opens_to_what_was_played() -> None:
    match = a_match()
    state = matches.start(match, SECRET)
    for action in ["rock", "paper", "rock", "scissors"]:
        shown = sealed(state).commitment
        turn = matches.play(match, state, action)
        assert matches.verify(shown, turn.sealed.nonce, turn.sealed.payload)
        opened = json.loads(turn.sealed.payload)
        assert opened["action"] == turn.opponent_action
        assert opened["turn"] == turn.number
        assert list(opened["prediction"].values()) == [
            p for _, p in sorted(zip(ACTIONS, turn.sealed.prediction, strict=True))
        ]
        state = turn.state


def test_a_changed_payload_or_nonce_does_not_verify() -> None:
    seal = sealed(matches.start(a_match(), SECRET))
    assert not matches.verify(seal.commitment, seal.nonce, seal.payload.replace("turn", "tu_n"))
    assert not matches.verify(seal.commitment, b"x" * 16, seal.payload)


def test_the_players_move_has_no_influence_on_the_seal_it_meets() -> None:
    match = a_match()
    state = matches.start(match, SECRET)
    assert {matches.play(match, state, a).sealed.payload for a in ACTIONS} == {sealed(state).payload}


def test_the_same_seed_and_history_give_the_same_match() -> None:
    actions = ["rock", "rock", "paper", "scissors", "rock"] * 3
    first, second = played(a_match(), actions), played(a_match(), actions)
    assert [t.sealed.payload for t in first] == [t.sealed.payload for t in second]
    other = played(a_match(seed=8), actions)
    assert [t.opponent_action for t in first] != [t.opponent_action for t in other]


def test_nonces_come_from_the_secret_and_not_from_the_seed() -> None:
    first = sealed(matches.start(a_match(), SECRET))
    second = sealed(matches.start(a_match(), bytes(16)))
    assert first.payload == second.payload
    assert first.commitment != second.commitment


def test_a_retried_turn_gives_the_same_turn() -> None:
    match = a_match()
    state = played(match, ["rock", "paper"])[-1].state
    assert matches.dump(match, matches.play(match, state, "rock").state) == matches.dump(
        match, matches.play(match, state, "rock").state
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=19), st.integers(0, 2**63 - 1))
def test_a_stored_match_goes_on_as_if_it_had_never_been_stored(actions: list[str], seed: int) -> None:
    match = a_match(seed=seed)
    state = stored = matches.start(match, SECRET)
    for action in actions:
        state = matches.play(match, state, action).state
        stored = matches.play(match, matches.load(match, *matches.dump(match, stored)), action).state
        assert sealed(stored).payload == sealed(state).payload
        assert stored.scores == state.scores
        assert dict(stored.evidence) == dict(state.evidence)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=12))
def test_the_explanation_adds_up_to_the_sealed_prediction(actions: list[str]) -> None:
    for turn in played(a_match(), actions):
        total = np.array(turn.attribution.baseline) + sum(np.array(p.log_odds) for p in turn.attribution.parts)
        softmax = np.exp(total) / np.exp(total).sum()
        assert softmax == pytest.approx(turn.sealed.prediction, abs=2e-6)


def test_scores_are_those_of_the_sealed_prediction() -> None:
    score = matches.score_prediction((0.5, 0.3, 0.2), 1)
    assert score.log_loss == pytest.approx(1.2039728)
    assert score.brier == pytest.approx(0.5**2 + 0.7**2 + 0.2**2)
    assert not score.hit


def test_a_match_ends_after_its_rounds_and_takes_nothing_more() -> None:
    match = a_match(rounds=2)
    last = played(match, ["rock", "rock"])[-1]
    assert last.state.sealed is None
    assert matches.legal_actions(match, last.state) == ()
    with pytest.raises(Gone):
        matches.play(match, last.state, "rock")


def test_an_illegal_action_names_the_legal_ones() -> None:
    match = a_match()
    with pytest.raises(IllegalAction, match="legal now: rock, paper, scissors"):
        matches.play(match, matches.start(match, SECRET), "lizard")


def test_a_record_is_replayed_with_the_action_the_person_had_met() -> None:
    match = a_match()
    state = matches.start(match, SECRET)
    met = next(a for a in ACTIONS if a != ACTIONS[sealed(state).action])
    turn = matches.play(match, state, "rock", observed_opponent_action=met)
    assert turn.opponent_action == met
    assert turn.ai_action == ACTIONS[sealed(state).action]
    assert turn.payoffs[0] == {"rock": 0, "paper": -1, "scissors": 1}[met]
    assert turn.ai_payoff == {"rock": 0, "paper": 1, "scissors": -1}[turn.ai_action]


def test_nothing_is_kept_of_a_person_who_does_not_want_to_be_modelled() -> None:
    match = a_match(modelled=False)
    assert not dict(played(match, ["rock"] * 5)[-1].state.evidence)


def test_the_next_match_starts_from_what_was_learnt() -> None:
    match = a_match(rounds=60)
    learnt = played(match, ["rock"] * 60)[-1].state.belief
    fresh, knowing = matches.start(match, SECRET), matches.start(match, SECRET, learnt)
    assert sealed(knowing).prediction[0] > sealed(fresh).prediction[0] + 0.2


class Certain(PooledCounts):
    """Is sure of the first action, and holds all others for impossible."""

    def predict(self, belief: Any, situation: Situation) -> Probabilities:  # noqa: ARG002 - it looks at nothing
        return np.eye(len(situation.actions))[0]


def test_what_a_model_holds_for_impossible_can_still_be_played() -> None:
    (turn,) = played(replace(a_match(), predictor=Certain()), ["paper"])
    assert turn.sealed.prediction == (1 - 2 * LEAST, LEAST, LEAST)
    assert turn.score.log_loss == pytest.approx(-log(LEAST))


@pytest.mark.parametrize("data", [b"", b"\x00", b"not msgpack", b"\x93\x01\x02\x03"])
def test_what_is_no_state_is_refused(data: bytes) -> None:
    with pytest.raises(CorruptState):
        matches.load(a_match(), data)


def test_a_state_that_a_newer_server_wrote_is_left_to_it_whatever_its_form() -> None:
    match = a_match()
    data = matches.dump(match, matches.start(match, SECRET)).state
    for newer in (bytes([data[0], 99]) + data[2:], msgspec.msgpack.encode([99, {"another": "form"}])):
        with pytest.raises(NewerNeeded, match="version 99"):
            matches.load(match, newer)


def test_a_state_of_a_version_that_never_was_is_refused() -> None:
    match = a_match()
    data = matches.dump(match, matches.start(match, SECRET)).state
    with pytest.raises(CorruptState, match="version 0"):
        matches.load(match, bytes([data[0], 0]) + data[2:])


def test_what_an_older_version_counted_of_changes_is_begun_anew() -> None:
    match = a_match(rounds=60)
    state = played(match, ["rock", "paper"] * 15)[-1].state
    data = matches.dump(match, state).state
    assert matches.load(match, data).drift == state.drift
    older = matches.load(match, bytes([data[0], 4]) + data[2:]).drift
    assert older.rounds == 30
    assert older.starts == ()
    assert older.last == state.drift.last


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        matches.start(a_match(), b"short")


def test_a_state_stays_bounded_however_long_the_match() -> None:
    match = a_match(rounds=3000)
    rng = np.random.default_rng(1)
    state = matches.start(match, SECRET)
    sizes = []
    for action in rng.choice(ACTIONS, 2999):
        state = matches.play(match, state, str(action)).state
        if state.turn in (1500, 3000):
            sizes.append(len(b"".join(matches.dump(match, state))))
    assert sizes[1] <= 34 * 1024
    assert sizes[1] <= sizes[0] * 1.1


def test_playing_leaves_the_state_before_as_it_was() -> None:
    match = a_match()
    before = matches.start(match, SECRET)
    kept = matches.dump(match, before)
    matches.play(match, before, "rock")
    assert matches.dump(match, before) == kept
