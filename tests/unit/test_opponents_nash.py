"""Equilibria: nobody gains by deviating, and the choice among several is always the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hagame.mind.opponents.nash import TOLERANCE, equilibrium, regret, solve
from hagame.rules.game import AI, PLAYER, Situation
from hagame.rules.matrix import Matrix

Table = NDArray[np.float64]
RPS = {"preset": "rock-paper-scissors"}


def situation(parameters: dict[str, Any], seat: int = AI) -> Situation:
    game = Matrix.model_validate(parameters)
    return game.situation(game.start(np.random.default_rng(0)), seat)


@st.composite
def bimatrix(draw: st.DrawFn, smallest: int, largest: int, payoff: st.SearchStrategy[float]) -> tuple[Table, Table]:
    rows, columns = draw(st.integers(smallest, largest)), draw(st.integers(smallest, largest))
    table = st.lists(st.lists(payoff, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    return np.array(draw(table), dtype=float), np.array(draw(table), dtype=float)


def is_equilibrium(own: Table, other: Table) -> bool:
    x, y = profile = solve(own, other)
    assert x.min() >= 0
    assert y.min() >= 0
    assert (x.sum(), y.sum()) == (pytest.approx(1), pytest.approx(1))
    scale = max(float(np.ptp(own)), float(np.ptp(other)), 1e-300)
    return regret(own, other, profile) <= TOLERANCE * scale * 1.01


@given(bimatrix(2, 4, st.floats(-100, 100)))
@settings(deadline=None, max_examples=150)
def test_nobody_gains_by_deviating(tables: tuple[Table, Table]) -> None:
    assert is_equilibrium(*tables)


@given(bimatrix(1, 4, st.integers(0, 2).map(float)))
@settings(deadline=None, max_examples=150)
def test_nobody_gains_by_deviating_in_degenerate_games(tables: tuple[Table, Table]) -> None:
    assert is_equilibrium(*tables)


@given(bimatrix(6, 10, st.integers(0, 5).map(float)))
@settings(deadline=None, max_examples=15)
def test_nobody_gains_by_deviating_in_large_games(tables: tuple[Table, Table]) -> None:
    assert is_equilibrium(*tables)


@given(bimatrix(1, 10, st.floats(-1e6, 1e6)))
@settings(deadline=None, max_examples=50)
def test_in_zero_sum_games_the_equilibrium_gets_the_value_against_everybody(tables: tuple[Table, Table]) -> None:
    own, _ = tables
    x, y = solve(own, -own)
    scale = max(float(np.ptp(own)), 1e-300)
    assert (x @ own).min() == pytest.approx((own @ y).max(), abs=3 * TOLERANCE * scale)


@given(bimatrix(2, 3, st.integers(0, 3).map(float)))
@settings(deadline=None, max_examples=100)
def test_no_pure_equilibrium_has_a_higher_sum_than_the_one_taken(tables: tuple[Table, Table]) -> None:
    own, other = tables
    x, y = solve(own, other)
    pure = (own == own.max(axis=0)) & (other == other.max(axis=1, keepdims=True))
    total = own + other
    if np.ptp(total) > 0:
        assert not pure.any() or x @ total @ y >= total[pure].max() - 1e-5


@pytest.mark.parametrize("seat", [PLAYER, AI])
def test_rock_paper_scissors_is_played_in_exact_thirds(seat: int) -> None:
    assert equilibrium(situation(RPS, seat)) == (1 / 3, 1 / 3, 1 / 3)


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("matching-pennies", (0.5, 0.5)),
        ("prisoners-dilemma", (0.0, 1.0)),
        ("stag-hunt", (1.0, 0.0)),
        ("chicken", (1.0, 0.0)),
        ("battle-of-the-sexes", (1.0, 0.0)),
    ],
)
def test_the_textbook_games_have_their_textbook_equilibria(preset: str, expected: tuple[float, ...]) -> None:
    """Osborne (2004), chapters 2 and 4; of several that pay the same in sum, the seat's own first action."""
    assert equilibrium(situation({"preset": preset})) == expected


def test_the_whole_of_a_mixed_equilibrium_is_found() -> None:
    """O'Neill (1987): a joker with 2/5 and three number cards with 1/5 each."""
    joker = [[1, -1, -1, -1], [-1, -1, 1, 1], [-1, 1, -1, 1], [-1, 1, 1, -1]]
    names = ["joker", "ace", "two", "three"]
    found = equilibrium(situation({"actions": names, "payoffs": joker, "zero_sum": True}))
    assert found == pytest.approx((0.4, 0.2, 0.2, 0.2))


def test_the_scale_of_payoffs_does_not_matter() -> None:
    huge = {"actions": ["a", "b"], "payoffs": [[1e9, -1e9], [-1e9, 1e9]], "zero_sum": True}
    tiny = {"actions": ["a", "b"], "payoffs": [[1e-9, -1e-9], [-1e-9, 1e-9]], "zero_sum": True}
    assert equilibrium(situation(huge)) == equilibrium(situation(tiny)) == (0.5, 0.5)


def test_illegal_actions_get_nothing() -> None:
    full = situation(RPS)
    without_paper = Situation(
        full.actions, full.opponent_actions, (0, 2), full.payoffs, full.opponent_payoffs, full.family
    )
    mixture = equilibrium(without_paper)
    assert mixture[1] == 0
    assert sum(mixture) == pytest.approx(1)
