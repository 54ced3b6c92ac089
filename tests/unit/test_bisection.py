"""Certainty equivalents by bisection: the interval halves, and holds what somebody with a value has in mind."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hagame.rules.game import PLAYER
from hagame.rules.risk import Risk, RiskState

PRESET = "certainty-equivalents"


def answered(game: Risk, seed: int, values: list[float]) -> list[RiskState]:
    """Somebody to whom gamble i is worth `values[i]`, and who takes the gamble where that is more."""
    rng = np.random.default_rng(seed)
    states = [game.start(rng)]
    while not game.is_over(states[-1]):
        view: Any = game.view(states[-1], PLAYER)
        gamble, sure = (view["options"][name] for name in ("gamble", "sure"))
        best = max(p for amount, p in gamble if amount == 100)
        worth = values[[0.05, 0.25, 0.5, 0.75, 0.95].index(best)]
        states.append(game.apply(states[-1], {PLAYER: "gamble" if worth > sure[0][0] else "sure"}, rng))
    return states


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    steps=st.integers(1, 10),
    values=st.lists(st.floats(0, 100), min_size=5, max_size=5),
    shuffled=st.booleans(),
)
def test_the_interval_halves_after_each_choice_and_holds_the_value(
    seed: int, steps: int, values: list[float], shuffled: bool
) -> None:
    game = Risk(preset=PRESET, paid="none", bisect=steps, shuffled=shuffled)
    states = answered(game, seed, values)
    assert len(states) == game.rounds + 1 == 5 * steps + 1
    for before, after in pairwise(states):
        widths = [(b[1] - b[0], a[1] - a[0]) for b, a in zip(before.intervals, after.intervals, strict=True)]
        assert sorted(a / b for b, a in widths) == [0.5, 1, 1, 1, 1], "one gamble is asked about at a time"
    for (low, high), value in zip(states[-1].intervals, values, strict=True):
        assert low <= value <= high
        assert high - low == pytest.approx(100 / 2**steps)


def test_gambles_take_turns_and_the_first_amount_is_the_middle() -> None:
    game = Risk(preset=PRESET, paid="none", bisect=2)
    states = answered(game, 3, [5.0, 25.0, 50.5, 75.0, 95.0])
    seen: list[Any] = [game.view(state, PLAYER)["options"] for state in states[:-1]]
    chances = [options["gamble"][0][1] for options in seen]
    assert sorted(chances[:5]) == sorted(chances[5:]) == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert {options["sure"][0][0] for options in seen[:5]} == {50.0}
    assert {options["sure"][0][0] for options in seen[5:]} == {25.0, 75.0}


def test_the_end_tells_the_equivalents_and_nothing_before_does() -> None:
    game = Risk(preset=PRESET, paid="none", bisect=3)
    states = answered(game, 1, [10.0, 30.0, 45.0, 60.0, 80.0])
    assert all(game.view(state, PLAYER)["equivalents"] is None for state in states[:-1])
    assert all(not game.feedback(state, PLAYER).outcome for state in states[:-1])
    found: Any = game.feedback(states[-1], PLAYER).outcome["equivalents"]
    assert [(e["low"], e["high"], e["mean"]) for e in found] == [
        (0, 12.5, 5),
        (25, 37.5, 25),
        (37.5, 50, 50),
        (50, 62.5, 75),
        (75, 87.5, 95),
    ]
    assert "worth 37.5 to 50 to you" in game.tell(game.view(states[-1], PLAYER))


def test_losses_are_bisected_between_worst_and_best() -> None:
    game = Risk.model_validate(
        {"actions": ["gamble", "sure"], "items": [[[[-40, 0.5], [10, 0.5]], [[0, 1]]]], "paid": "none", "bisect": 4}
    )
    rng = np.random.default_rng(0)
    state = game.start(rng)
    while not game.is_over(state):
        state = game.apply(state, {PLAYER: "sure"}, rng)
    assert state.intervals == ((-40.0, -40 + 50 / 16),)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"preset": "holt-laury", "bisect": 5}, "amount for sure"),
        ({"preset": PRESET, "bisect": 5, "repeats": 2}, "repeats: 1"),
        ({"preset": PRESET, "bisect": 0}, "greater than or equal to 1"),
        ({"actions": ["a", "b"], "items": [[[[1, 1]], [[1, 1]]]], "bisect": 2}, "first a gamble"),
    ],
)
def test_what_cannot_be_bisected_is_refused(parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Risk.model_validate(parameters)
