"""The ultimatum, dictator and trust games: what is paid, who moves when, and what a choice measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.random_play import played

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.bargaining import Dictator, Trust, Ultimatum
from hagame.rules.division import Division
from hagame.rules.game import AI, PLAYER

ROLES = st.sampled_from(["first", "second", "alternating"])
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=25, deadline=None)
RNG = np.random.default_rng(0)

DIVISIONS = st.one_of(
    st.builds(Ultimatum, pie=st.integers(1, 30), role=ROLES, rounds=st.integers(1, 12)),
    st.builds(Dictator, pie=st.integers(1, 30), rounds=st.integers(1, 12)),
    st.builds(
        Trust,
        endowment=st.integers(1, 12),
        trustee_endowment=st.integers(0, 12),
        multiplier=st.integers(1, 4),
        role=ROLES,
        rounds=st.integers(1, 12),
    ),
)


def after(game: Division, *steps: str) -> Any:
    state = game.start(RNG)
    for action in steps:
        state = game.apply(state, {game.mover(state): action}, RNG)
    return state


@FEW
@given(game=DIVISIONS, seed=SEEDS)
def test_scores_are_the_sums_of_payoffs_and_nobody_gets_more_than_there_is(game: Division, seed: int) -> None:
    sums, state = [0.0, 0.0], None
    for step in played(game, seed):
        state = step.after
        payoffs = game.payoffs(state)
        assert min(payoffs) >= 0
        assert sum(payoffs) <= game.total
        sums = [a + b for a, b in zip(sums, payoffs, strict=True)]
    assert state is not None
    assert tuple(sums) == state.scores
    assert state.round == game.rounds


@FEW
@given(game=DIVISIONS, seed=SEEDS)
def test_one_seat_moves_at_a_time_and_the_other_is_refused(game: Division, seed: int) -> None:
    for step in played(game, seed):
        (mover,) = step.actions
        assert mover == game.mover(step.before)
        assert game.legal_actions(step.before, 1 - mover) == ()
        assert game.situation(step.before, 1 - mover).legal == ()
        with pytest.raises(InvalidInput):
            game.apply(step.before, {1 - mover: step.actions[mover]}, RNG)
        with pytest.raises(IllegalAction):
            game.apply(step.before, {mover: "101"}, RNG)


@FEW
@given(game=DIVISIONS, seed=SEEDS)
def test_features_of_an_answer_are_the_shares_that_it_leads_to(game: Division, seed: int) -> None:
    for step in played(game, seed):
        (mover,) = step.actions
        situation = game.situation(step.before, mover)
        own, other = situation.features[situation.actions.index(step.actions[mover])]
        if step.before.offer is not None:
            payoffs = game.payoffs(step.after)
            assert (own, other) == pytest.approx((payoffs[mover] / game.total, payoffs[1 - mover] / game.total))


@FEW
@given(pie=st.integers(1, 100), offer=st.integers(0, 100))
def test_an_accepted_offer_divides_the_pie_and_a_refused_one_leaves_nothing(pie: int, offer: int) -> None:
    offer = min(offer, pie)
    game = Ultimatum(pie=pie)
    assert after(game, str(offer), "accept").payoffs == (pie - offer, offer)
    assert after(game, str(offer), "refuse").payoffs == (0.0, 0.0)
    assert after(Ultimatum(pie=pie, role="second"), str(offer), "accept").payoffs == (offer, pie - offer)


@FEW
@given(pie=st.integers(1, 100), given_=st.integers(0, 100))
def test_a_dictator_divides_the_pie_alone(pie: int, given_: int) -> None:
    given_ = min(given_, pie)
    game = Dictator(pie=pie, rounds=2)
    state = after(game, str(given_))
    assert state.payoffs == (pie - given_, given_)
    assert game.mover(state) == PLAYER


def test_what_is_sent_in_the_trust_game_is_tripled_and_divided_by_the_trustee() -> None:
    """Berg, Dickhaut & McCabe (1995): both have 10; on average 5.16 were sent and 4.66 came back."""
    game = Trust()
    assert after(game, "5", "6").payoffs == (11.0, 19.0)
    assert game.legal_actions(after(game, "5"), AI) == tuple(str(n) for n in range(16))
    assert after(game, "10", "15").payoffs == (15.0, 25.0)


def test_a_trustee_who_was_sent_nothing_has_nothing_to_give_back() -> None:
    game = Trust(rounds=2)
    assert game.legal_actions(after(game, "0"), AI) == ("0",)
    assert after(game, "0", "0").payoffs == (10.0, 10.0)
    assert Trust(role="second").measures(after(Trust(role="second"), "0"), "0") == {}


def test_alternating_sides_take_turns_to_move_first() -> None:
    game = Ultimatum(role="alternating", rounds=4)
    first = [next(iter(step.actions)) for step in played(game, 3) if step.before.offer is None]
    assert first == [PLAYER, AI, PLAYER, AI]


def test_what_the_person_answered_is_counted_by_offer_and_what_the_ai_answered_is_not() -> None:
    game = Ultimatum(role="alternating", pie=5)
    state = after(game, "2", "accept", "2", "refuse", "1", "refuse", "2", "accept")
    assert state.answered == ((0, 0), (0, 0), (2, 1), (0, 0), (0, 0), (0, 0))


def test_a_turn_is_told_with_what_the_other_side_did() -> None:
    game = Ultimatum(role="alternating")
    offered = game.feedback(after(game, "4", "refuse"), PLAYER)
    assert offered.opponent_action == "refuse"
    assert offered.outcome == {"first": True, "offer": 4, "answer": "refuse"}
    answered = game.feedback(after(game, "4", "refuse", "3", "accept"), PLAYER)
    assert answered.opponent_action == "3"


@pytest.mark.parametrize(
    ("game", "steps", "action", "found"),
    [
        (Ultimatum(), (), "4", {"offer_share": 0.4}),
        (Ultimatum(role="second"), ("3",), "refuse", {"low_refused": 1.0}),
        (Ultimatum(role="second"), ("3",), "accept", {"low_refused": 0.0}),
        (Ultimatum(role="second"), ("4",), "refuse", {}),
        (Dictator(pie=5), (), "1", {"giving_share": 0.2}),
        (Trust(), (), "5", {"trust_share": 0.5}),
        (Trust(role="second"), ("5",), "3", {"return_share": 0.2}),
    ],
)
def test_choices_measure_what_the_games_are_played_for(
    game: Division, steps: tuple[str, ...], action: str, found: dict[str, float]
) -> None:
    assert game.measures(after(game, *steps), action) == found
