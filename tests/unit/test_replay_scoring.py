"""The figures of a replay, against values worked out by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagame.cli import scoring
from hagame.cli.scoring import Played, figures
from hagame.errors import InvalidInput
from hagame.mind.predict import scores

CERTAIN = (0.5, 0.25, 0.25)
TIED = (0.4, 0.4, 0.2)


def person(
    predictions: list[tuple[float, ...]], actions: list[int], ai: list[int] | None = None, first_round: int = 1
) -> Played:
    n = len(actions)
    taken = np.array(actions)
    return Played(
        rounds=np.arange(first_round, first_round + n),
        actions=taken,
        opponent_actions=np.zeros(n, dtype=np.int64),
        predictions=np.array(predictions),
        ai=np.array(ai or [0] * n),
        recorded_opponent=np.zeros(n, dtype=np.int64),
        rivals={"uniform": np.full((n, 3), 1 / 3)},
    )


def test_figures_of_one_person_are_those_worked_out_by_hand() -> None:
    found = figures([person([CERTAIN, CERTAIN, TIED], [0, 1, 1], ai=[1, 1, -1])], skip=0)
    assert found["scored"].value == 3
    assert found["log_loss"].value == pytest.approx((log(2) + log(4) - log(0.4)) / 3)
    # A hit, a miss, and one of two equally probable actions.
    assert found["accuracy"].value == pytest.approx((1 + 0 + 0.5) / 3)
    # (.5, .25, .25) off (1, 0, 0) and (0, 1, 0); (.4, .4, .2) off (0, 1, 0).
    assert found["brier"].value == pytest.approx((0.375 + 0.875 + 0.56) / 3)
    assert found["baselines.uniform.log_loss"].value == pytest.approx(log(3))
    assert found["baselines.uniform.accuracy"].value == pytest.approx(1 / 3)
    assert found["baselines.uniform.gain"].value == pytest.approx(log(3) - found["log_loss"].value)
    won = {name: found[f"ai.{name}"].value for name in ("win", "tie", "loss", "net", "beaten")}
    assert won == pytest.approx({"win": 2 / 3, "tie": 0, "loss": 1 / 3, "net": 1 / 3, "beaten": 1})


def test_calibration_error_is_the_gap_between_confidence_and_hits_per_bin() -> None:
    # Bin .5 to .6: confidence .5 + .5, one hit: no gap. Bin .9 to 1: confidence .9, no hit: gap .9.
    sure = (0.9, 0.05, 0.05)
    found = figures([person([CERTAIN, CERTAIN, sure], [0, 1, 2])], skip=0)
    assert found["ece"].value == pytest.approx(0.9 / 3)


def test_a_certain_prediction_falls_into_the_last_bin() -> None:
    gaps = scores.calibration_gaps(np.array([[1.0, 0.0]]), np.array([0]))
    assert gaps == pytest.approx(np.zeros(scores.BINS))


def test_rounds_up_to_skip_are_not_scored_whatever_was_dropped_before_them() -> None:
    bad, good = (0.1, 0.8, 0.1), (0.8, 0.1, 0.1)
    found = figures([person([bad, good], [0, 0], first_round=3), person([good], [0], first_round=4)], skip=3)
    assert found["scored"].value == 2
    assert found["log_loss"].value == pytest.approx(-log(0.8))


def test_people_with_longer_recordings_weigh_more_but_are_beaten_only_once() -> None:
    long, short = person([CERTAIN] * 3, [0, 0, 0], ai=[1, 1, 1]), person([CERTAIN], [1], ai=[-1])
    found = figures([long, short], skip=0)
    assert found["accuracy"].value == 3 / 4
    assert found["ai.beaten"].value == 1 / 2


def test_nothing_to_score_is_said() -> None:
    with pytest.raises(InvalidInput, match="choose a smaller --skip"):
        figures([person([CERTAIN], [0])], skip=1)


def test_intervals_are_the_same_for_the_same_seed_and_hold_the_estimate() -> None:
    rng = np.random.default_rng(3)
    people = [person([tuple(rng.dirichlet([2, 1, 1])) for _ in range(20)], [0] * 20) for _ in range(15)]
    first, again, other = (figures(people, 0, seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert first["log_loss"].value == other["log_loss"].value
    assert first["log_loss"].interval != other["log_loss"].interval
    low, high = first["log_loss"].interval or (0, 0)
    assert low < first["log_loss"].value < high


def test_intervals_are_about_two_standard_errors_of_the_mean_over_people() -> None:
    # One decision each, so people's log-losses are independent: the interval must be near that of a mean.
    rng = np.random.default_rng(5)
    losses = rng.uniform(0.2, 1.5, size=400)
    people = [person([(float(np.exp(-x)), 1 - float(np.exp(-x)), 0.0)], [0]) for x in losses]
    low, high = figures(people, 0)["log_loss"].interval or (0, 0)
    assert (high - low) / 2 == pytest.approx(1.96 * losses.std() / 20, rel=0.1)


def test_one_person_has_no_interval() -> None:
    assert figures([person([CERTAIN] * 5, [0] * 5)], skip=0)["log_loss"].interval is None


def test_rivals_see_only_the_past() -> None:
    actions, opponent = np.array([0, 1, 2, 0, 1, 2]), np.array([1, 1, 0, 2, 0, 1])
    whole = scoring.rivals(actions, opponent, 3)
    part = scoring.rivals(actions[:4], opponent[:4], 3)
    for name, rows in part.items():
        np.testing.assert_array_equal(rows, whole[name][:4])
        np.testing.assert_allclose(rows[0], 1 / 3)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 2)), min_size=1, max_size=30))
def test_shares_stay_between_zero_and_one(choices: list[tuple[int, int]]) -> None:
    predictions = [(k / 100, (100 - k) / 200, (100 - k) / 200) for k, _ in choices]
    found = figures([person(predictions, [a for _, a in choices], ai=[a - 1 for _, a in choices])], skip=0)
    for name in ("accuracy", "ece", "ai.win", "ai.tie", "ai.loss", "ai.beaten"):
        assert 0 <= found[name].value <= 1
    assert found["ai.win"].value + found["ai.tie"].value + found["ai.loss"].value == pytest.approx(1)
    assert 0 <= found["brier"].value <= 2
