"""Trees say what they were grown to say: to whom a gate lets them, and as many as serve each kind of decision."""

from __future__ import annotations

import numpy as np
import pytest

from hagame.mind.predict.boosting import BINS, Candidates, Growth, binned, boosted, edges_of
from hagame.mind.predict.trees import NONE, Gate, Trees, add_scores, attributed, forest_of, gated

DECISIONS, COLUMNS = 4_000, 3


@pytest.fixture(scope="module")
def table() -> np.ndarray:
    """Two rows per decision; the last column is 0 in every fourth decision, else 1 or 2."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2 * DECISIONS, COLUMNS)).astype(np.float32)
    values[:, 2] = np.repeat(np.arange(DECISIONS) % 4 % 3, 2)
    return values


@pytest.fixture(scope="module")
def data(table: np.ndarray) -> Candidates:
    """Where the last column is above 0 people choose the row with the larger first column, else by a coin."""
    rng = np.random.default_rng(1)
    pairs = table.reshape(DECISIONS, 2, COLUMNS)
    chosen = np.where(pairs[:, 0, 2] > 0, pairs[:, :, 0].argmax(1), rng.integers(2, size=DECISIONS))
    edges = np.array([edges_of(table[:, c]) for c in range(COLUMNS)]).reshape(-1, BINS - 1)
    bins = np.array([binned(table[:, c], edges[c]) for c in range(COLUMNS)])
    starts = np.arange(0, 2 * DECISIONS + 1, 2)
    return Candidates(bins, edges, starts, np.zeros(len(table)), np.eye(2)[chosen].ravel(), np.ones(DECISIONS))


@pytest.fixture(scope="module")
def trees(data: Candidates) -> Trees:
    return boosted(data, np.zeros(DECISIONS, dtype=np.bool_), Growth(most=20), np.arange(COLUMNS))[0]


def scores(trees: Trees, table: np.ndarray) -> np.ndarray:
    found = np.zeros(len(table))
    add_scores(trees, table, found)
    return found


def first(trees: Trees, count: int) -> Trees:
    return trees._replace(roots=trees.roots[:count])


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("count", [0, 7, 20])
def test_a_gate_lets_its_rows_pass_and_spares_the_others_the_later_trees(
    trees: Trees, table: np.ndarray, count: int, *, above: bool
) -> None:
    found = gated(trees, count, Gate(2, 0.5, above))
    passing = (table[:, 2] > 0.5) == above
    assert len(found.roots) == len(trees.roots) == 20
    assert scores(found, table)[passing] == pytest.approx(scores(trees, table)[passing])
    assert scores(found, table)[~passing] == pytest.approx(scores(first(trees, count), table)[~passing])
    assert attributed(forest_of(found), table).sum(axis=1) == pytest.approx(scores(found, table), abs=1e-6)


def test_no_tree_at_all_can_be_gated() -> None:
    assert len(gated(NONE, 0, Gate(2, 0.5, above=True)).roots) == 0


def test_each_kind_of_decision_is_judged_by_itself(data: Candidates, table: np.ndarray) -> None:
    """Nothing can be learnt of decisions by a coin, so trees only do them harm, however well they serve the others."""
    kind = (table[::2, 2] > 0).astype(np.int64)
    held = np.arange(DECISIONS) % 5 == 0
    growth = Growth(most=60, patience=60)
    losses = boosted(data, held, growth, np.arange(COLUMNS), kind=kind)[1]
    assert losses.shape == (61, 2)
    assert losses[0] == pytest.approx(np.log(2))
    assert losses[60, 1] < losses[20, 1] < losses[0, 1]
    assert losses[60, 0] > losses[0, 0]
    together = boosted(data, held, growth, np.arange(COLUMNS))[1]
    shares = np.bincount(kind[held]) / held.sum()
    assert together[:, 0] == pytest.approx(losses @ shares)
