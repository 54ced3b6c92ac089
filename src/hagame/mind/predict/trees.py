"""Regression trees that score each action, and what each column of their input adds to that score."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled


class Trees(NamedTuple):
    """All nodes of all trees. A node without split is a leaf; the right child follows the left one."""

    roots: NDArray[np.int32]
    column: NDArray[np.int32]
    """-1 in leaves."""
    threshold: NDArray[np.float32]
    """Values at most this go left."""
    left: NDArray[np.int32]
    value: NDArray[np.float32]
    """Nats; in inner nodes the mean of what ends in the node, so that each step of a path adds a difference."""


NONE = Trees(
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.float32),
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.float32),
)


@compiled
def add_scores(trees: Trees, table: NDArray[np.float32], into: NDArray[np.float64]) -> None:
    """Adds the sum of all trees to `into` (n,) for each row of `table` (n, C)."""
    for a in range(len(table)):
        row, total = table[a], 0.0
        for root in trees.roots:
            node = root
            while trees.column[node] >= 0:
                node = trees.left[node] + (1 if row[trees.column[node]] > trees.threshold[node] else 0)
            total += trees.value[node]
        into[a] += total


@compiled
def attributed(trees: Trees, table: NDArray[np.float32]) -> NDArray[np.float64]:
    """What each column adds to each row's score along the paths, shape (n, C + 1); the last is the mean of the roots.

    Rows sum to the scores (Saabas 2014; exact, unlike a sample of Shapley values).
    """
    columns = table.shape[1]
    found = np.zeros((len(table), columns + 1))
    for a in range(len(table)):
        for root in trees.roots:
            node = root
            found[a, columns] += trees.value[node]
            while trees.column[node] >= 0:
                column, before = trees.column[node], trees.value[node]
                node = trees.left[node] + (1 if table[a, column] > trees.threshold[node] else 0)
                found[a, column] += trees.value[node] - before
    return found
