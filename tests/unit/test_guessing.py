"""The guessing game: who wins, and how many steps a guess has reasoned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.unit.random_play import played

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.guessing import DEEPEST, Guessing

RNG = np.random.default_rng(0)


def once(game: Guessing, *guesses: int) -> tuple[float, ...]:
    actions = {seat: str(guess) for seat, guess in enumerate(guesses)}
    return game.payoffs(game.apply(game.start(RNG), actions, RNG))


@settings(max_examples=25, deadline=None)
@given(
    game=st.builds(
        Guessing,
        p=st.sampled_from(["2/3", "1/2", "4/3", "0.7"]),
        middle=st.sampled_from(["mean", "median"]),
        partners=st.integers(1, 12),
        prize=st.floats(0.5, 20),
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_whole_prize_goes_to_the_closest(game: Guessing, seed: int) -> None:
    for step in played(game, seed):
        payoffs = game.payoffs(step.after)
        guesses = [int(step.actions[seat]) for seat in range(game.seats)]
        target = game.factor * float(game.middle_of(tuple(guesses)))
        least = min(abs(guess - target) for guess in guesses)
        assert sum(payoffs) == pytest.approx(game.prize)
        for guess, payoff in zip(guesses, payoffs, strict=True):
            assert (payoff > 0) == (abs(guess - target) <= least + 1e-9)


def test_two_thirds_of_the_mean_wins() -> None:
    """Mean 40, target 26.7: 30 is closest, 0 and 90 are not."""
    assert once(Guessing(partners=2), 30, 0, 90) == (1.0, 0.0, 0.0)
    assert once(Guessing(partners=2, middle="median"), 30, 20, 90) == (0.0, 1.0, 0.0)


def test_ties_share_the_prize_exactly() -> None:
    assert once(Guessing(partners=3, prize=12.0), 20, 20, 60, 90) == (6.0, 6.0, 0.0, 0.0)
    # Target 2/3 * 45 = 30 exactly: 20 and 40 are equally far.
    assert once(Guessing(partners=2), 20, 40, 75) == (0.5, 0.5, 0.0)


@pytest.mark.parametrize(("guess", "steps"), [("50", 0), ("33", 1.02), ("22", 2.02), ("75", 0), ("0", DEEPEST)])
def test_steps_of_reasoning_are_counted_from_the_middle_of_the_last_round(guess: str, steps: float) -> None:
    """50, 33.3 and 22.2 are zero, one and two steps in the first round (Nagel 1995)."""
    game = Guessing(partners=1)
    assert game.measures(game.start(RNG), guess)["reasoning_steps"] == pytest.approx(steps, abs=0.01)
    later = game.apply(game.start(RNG), {0: "20", 1: "40"}, RNG)
    assert game.measures(later, "20")["reasoning_steps"] == pytest.approx(1)
    assert Guessing(p="4/3").measures(game.start(RNG), guess) == {}


def test_only_whole_numbers_from_0_to_100_by_all_at_once() -> None:
    game = Guessing(partners=1)
    for wrong in ("101", "-1", "33.3", "033", "many"):
        with pytest.raises(IllegalAction):
            game.apply(game.start(RNG), {0: wrong, 1: "1"}, RNG)
    with pytest.raises(InvalidInput):
        game.apply(game.start(RNG), {0: "1"}, RNG)


@pytest.mark.parametrize("p", ["0", "2", "5/2", "2/0", "-1", "a half"])
def test_a_factor_that_is_none_is_refused(p: str) -> None:
    with pytest.raises(ValidationError):
        Guessing(p=p)
