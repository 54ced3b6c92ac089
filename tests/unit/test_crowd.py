"""Collective wisdom: what pools must do, and recovery of what made the judgments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hagame.errors import InvalidInput
from hagame.mind import crowd
from hagame.mind.crowd import Vote, popular
from hagame.mind.crowd.diversity import independence

raw = hnp.arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(2, 5)), elements=st.floats(0.01, 1))
judgments = raw.map(lambda a: a / a.sum(1, keepdims=True))


@pytest.mark.parametrize("method", crowd.POOLS)
@given(given_judgments=judgments)
def test_every_pool_gives_a_distribution_and_keeps_what_all_agree_on(method: str, given_judgments: np.ndarray) -> None:
    pooled = crowd.pool(given_judgments, None, method)
    assert pooled.sum() == pytest.approx(1)
    assert pooled.min() >= 0
    alike = crowd.pool(np.tile(given_judgments[0], (4, 1)), None, method)
    assert alike.argmax() == given_judgments[0].argmax() or np.isclose(alike.max(), alike[given_judgments[0].argmax()])
    if method != "extremised":
        assert alike == pytest.approx(given_judgments[0])


@pytest.mark.parametrize("method", crowd.POOLS)
@given(given_judgments=judgments)
def test_pools_do_not_depend_on_the_order_of_judges_and_hear_only_who_has_weight(
    method: str, given_judgments: np.ndarray
) -> None:
    n = len(given_judgments)
    assert crowd.pool(given_judgments[::-1], None, method) == pytest.approx(crowd.pool(given_judgments, None, method))
    weights = [1.0] + [0.0] * (n - 1)
    alone = crowd.pool(given_judgments[:1], None, method)
    assert crowd.pool(given_judgments, weights, method) == pytest.approx(alone)


def test_extremising_moves_away_from_even() -> None:
    assert crowd.pool([[0.7, 0.3], [0.6, 0.4]], None, "extremised")[0] > 0.65


@pytest.mark.parametrize(
    ("given_judgments", "weights", "method", "field"),
    [
        ([[0.5, 0.6]], None, "linear", "/judgments"),
        ([[0.5, 0.5], [1.0]], None, "linear", "/judgments"),
        ([[1.0]], None, "linear", "/judgments"),
        ([], None, "linear", "/judgments"),
        ([[0.5, 0.5]], [0.0], "linear", "/weights"),
        ([[0.5, 0.5]], [1.0, 1.0], "linear", "/weights"),
        ([[0.5, 0.5]], None, "loudest", "/method"),
    ],
)
def test_wrong_input_names_its_field(
    given_judgments: list[list[float]], weights: list[float] | None, method: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        crowd.pool(given_judgments, weights, method)
    assert raised.value.field == field


def test_surprisingly_popular_finds_what_few_know() -> None:
    """Philadelphia is not the capital of Pennsylvania: most say it is, and even those who know better expect that."""
    votes = [Vote(1, (0.1, 0.9))] * 65 + [Vote(0, (0.3, 0.7))] * 35
    assert crowd.majority_vote(votes, 2) == (1,)
    assert crowd.surprisingly_popular(votes, 2) == (0,)


def test_ties_are_told_as_ties_and_score_their_share() -> None:
    tie = crowd.majority_vote([Vote(0), Vote(1)], 3)
    assert tie == (0, 1)
    assert popular.credit(tie, 1) == 0.5
    assert popular.credit(tie, 2) == 0.0


def test_confidence_counts_where_it_was_asked() -> None:
    votes = [Vote(0, confidence=0.6), Vote(0, confidence=0.5), Vote(1, confidence=0.9)]
    assert crowd.confidence_weighted(votes, 2) == (0,)
    assert popular.max_confidence(votes, 2) == (1,)
    with pytest.raises(InvalidInput, match="how sure"):
        crowd.confidence_weighted([Vote(0)], 2)
    with pytest.raises(InvalidInput, match="predict the shares"):
        crowd.surprisingly_popular([Vote(0)], 2)


def test_robust_numbers_shrug_off_one_liar() -> None:
    rng = np.random.default_rng(0)
    honest = [98.0, 101, 99, 100, 102, 97, 103, 100, 99, 101]
    for method in ("median", "trimmed_mean"):
        found = crowd.pool_numbers([*honest, 1e6], method, rng)
        assert found.value == pytest.approx(100, abs=1.5)
        assert found.interval is not None
        assert found.interval[0] <= found.value <= found.interval[1]
    assert crowd.pool_numbers([3.0], "median", rng).interval is None
    with pytest.raises(InvalidInput, match="above 0"):
        crowd.pool_numbers([1.0, -1.0], "geometric_mean", rng)


def test_the_interval_of_a_mean_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(200):
        found = crowd.pool_numbers(rng.normal(5, 2, size=60).tolist(), "mean", rng)
        assert found.interval is not None
        covered += found.interval[0] <= 5 <= found.interval[1]
    assert 180 <= covered <= 199


def test_dawid_skene_recovers_truth_and_workers_where_the_majority_is_misled() -> None:
    rng = np.random.default_rng(2)
    tasks, skills = 400, np.array([0.95, 0.9, 0.55, 0.5, 0.5])
    truth = rng.integers(0, 3, size=tasks)
    rows = [
        (t, w, int(truth[t]) if rng.random() < skill else int(rng.integers(0, 3)))
        for t in range(tasks)
        for w, skill in enumerate(skills)
    ]
    task, worker, answer = (list(column) for column in zip(*rows, strict=True))
    found = crowd.dawid_skene(task, worker, answer, (tasks, len(skills), 3))
    votes = crowd.majority(task, answer, tasks, 3)
    assert found.posterior.sum(1) == pytest.approx(np.ones(tasks))
    assert (found.posterior.argmax(1) == truth).mean() > (votes.argmax(1) == truth).mean()
    assert found.accuracy == pytest.approx(skills + (1 - skills) / 3, abs=0.08)


def test_labels_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InvalidInput, match="one of 2 labels"):
        crowd.majority([0], [2], 1, 2)
    with pytest.raises(InvalidInput, match="one of 1 workers"):
        crowd.dawid_skene([0], [1], [0], (1, 1, 2))


def test_scores_are_proper() -> None:
    """The expected score is best where one says what one believes (Brier 1950; Good 1952)."""
    belief = np.array([0.7, 0.3])
    for score in (crowd.brier, crowd.log_score):
        expected = [sum(belief[t] * score([p, 1 - p], t) for t in (0, 1)) for p in np.linspace(0.01, 0.99, 99)]
        assert np.linspace(0.01, 0.99, 99)[int(np.argmin(expected))] == pytest.approx(0.7)


def test_calibration_error_is_zero_where_frequencies_are_what_was_said() -> None:
    assert crowd.calibration_error([0.25] * 4, [True, False, False, False]) == pytest.approx(0)
    assert crowd.calibration_error([0.9] * 10, [False] * 10) == pytest.approx(0.9)


def test_weights_are_learnt_from_settled_questions() -> None:
    good, bad = [0.9, 0.1], [0.2, 0.8]
    settled = [(np.array([good, bad]), [0, 1], 0)] * 10
    for learn in (crowd.performance_weights, crowd.contribution_weights):
        weights = learn(settled, 3)
        assert weights.sum() == pytest.approx(1)
        assert weights[0] > weights[1]
    assert crowd.performance_weights(settled, 3)[2] > crowd.performance_weights(settled, 3)[1]
    assert crowd.contribution_weights([], 3) == pytest.approx([1 / 3] * 3)


@given(judgments)
def test_a_crowd_errs_by_its_average_less_its_diversity(given_judgments: np.ndarray) -> None:
    """Krogh & Vedelsby (1995)."""
    found = crowd.diversity(given_judgments, 0)
    assert found.crowd_error == pytest.approx(found.average_error - found.diversity)


def test_judges_who_copy_each_other_are_as_good_as_one() -> None:
    errors = np.random.default_rng(0).normal(size=(1, 50))
    assert independence(np.repeat(errors, 5, axis=0).tolist()).effective_judges == pytest.approx(1)
    apart = independence(np.random.default_rng(1).normal(size=(5, 500)).tolist())
    assert apart.effective_judges > 4
