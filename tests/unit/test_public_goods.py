"""The public goods game: what is paid, and why it is a dilemma."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.unit.random_play import played

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import PLAYER
from hagame.rules.public_goods import PublicGoods

RNG = np.random.default_rng(0)
GAMES = st.builds(
    PublicGoods,
    partners=st.integers(2, 6),
    endowment=st.integers(1, 30),
    multiplier=st.floats(1.1, 2.9),
    rounds=st.integers(1, 6),
)


@settings(max_examples=25, deadline=None)
@given(game=GAMES, seed=st.integers(0, 2**32 - 1))
def test_what_is_contributed_grows_and_comes_back_to_all(game: PublicGoods, seed: int) -> None:
    for step in played(game, seed):
        pot = sum(int(units) for units in step.actions.values())
        kept = game.seats * game.endowment - pot
        assert sum(game.payoffs(step.after)) == pytest.approx(kept + game.multiplier * pot)
        low, high = game.situation(step.before, PLAYER).payoff_range or (0, 0)
        assert all(low - 1e-9 <= payoff <= high + 1e-9 for payoff in game.payoffs(step.after))


@settings(max_examples=25, deadline=None)
@given(game=GAMES, seed=st.integers(0, 2**32 - 1))
def test_giving_less_pays_oneself_more_and_all_together_less(game: PublicGoods, seed: int) -> None:
    for step in played(game, seed):
        if step.actions[PLAYER] == "0":
            continue
        freely = game.apply(step.before, {**step.actions, PLAYER: "0"}, RNG)
        assert game.payoffs(freely)[PLAYER] > game.payoffs(step.after)[PLAYER]
        assert sum(game.payoffs(freely)) < sum(game.payoffs(step.after))


def test_payoffs_are_those_of_fehr_and_gaechter() -> None:
    """Groups of four, 20 units each, marginal return 0.4 (Fehr & Gächter 2000)."""
    game = PublicGoods()
    paid = game.payoffs(game.apply(game.start(RNG), {0: "20", 1: "20", 2: "20", 3: "0"}, RNG))
    assert paid == pytest.approx((24, 24, 24, 44))


def test_a_multiplier_that_makes_giving_pay_is_refused() -> None:
    with pytest.raises(ValidationError, match="below the group size of 4"):
        PublicGoods(multiplier=4.0)


def test_everybody_contributes_at_once_within_the_endowment() -> None:
    game = PublicGoods(partners=1, multiplier=1.5)
    with pytest.raises(InvalidInput):
        game.apply(game.start(RNG), {0: "1"}, RNG)
    with pytest.raises(IllegalAction):
        game.apply(game.start(RNG), {0: "1", 1: "21"}, RNG)


def test_each_seat_sees_what_the_others_gave() -> None:
    game = PublicGoods(partners=2)
    state = game.apply(game.start(RNG), {0: "5", 1: "10", 2: "0"}, RNG)
    assert game.view(state, 0)["last"] == {"contribution": 5, "others": [10, 0], "pot": 15, "payoff": pytest.approx(23)}
    assert game.view(state, 1)["last"]["others"] == [5, 0]
    assert game.measures(state, "5") == {"contribution_share": 0.25}
