"""Counts that forget: a long and a short memory of every row, updated only where a row is visited.

The long memory counts whole cases, so that it can be told; a row is halved when one of its counts is full. The short
one counts fiftieths of a case and keeps four fifths of itself at each visit. Both are whole numbers of 8 bits:
what is stored is exactly what is computed with.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.contexts import Layout

LONG, SHORT = 0, 1
FULL = 255
SHORT_ONE = 50
"""One case of the short memory."""
KEPT = 205
"""256ths of the short memory that a visit leaves: it reaches back about 5 visits of the same row and ends below 252."""
STRENGTH = np.array([[24.0], [1.5]])
"""(2, 1): cases that the context backed off to is worth, for each memory."""

Counts = NDArray[np.uint8]
"""Shape (R, 2, n): row, memory, symbol."""

_UNIT = np.array([[1.0], [1 / SHORT_ONE]])
_LEFT = ((np.arange(256) * KEPT) >> 8).astype(np.uint8)
"""What a visit leaves of each count of the short memory."""


def empty(layout: Layout) -> Counts:
    """No case counted."""
    return np.zeros((layout.rows, 2, layout.n_actions), dtype=np.uint8)


def visit(counts: Counts, rows: NDArray[np.int64], symbols: NDArray[np.int64]) -> Counts:
    """New counts with one more case of symbol `symbols[e]` in row `rows[e]`, in both memories; row 0 stays empty."""
    visited = counts.take(rows, axis=0)
    visited[:, SHORT] = _LEFT.take(visited[:, SHORT])
    if visited.max() == FULL:
        full = (visited[:, LONG] == FULL).any(axis=1)
        visited[full, LONG] >>= 1
    visited += _one_more(counts.shape[2]).take(symbols, axis=0)
    counts = counts.copy()
    counts[rows] = visited
    counts[0] = 0
    return counts


def cases(counts: Counts, rows: NDArray[np.int64], cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cases of each memory, shape (E, 2, n), in `rows` (E,); `cells` (E, 2, n) are memory times n plus symbol."""
    where = (rows * (counts.shape[1] * counts.shape[2]))[:, None, None] + cells
    found: NDArray[np.float64] = counts.reshape(-1).take(where) * _UNIT
    return found


def smoothed(layout: Layout, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities (E, 2, n) from cases (E, 2, n): each row shrinks to the context it backs off to.

    p(a) = (cases(a) + s p_parent(a)) / (total + s); contexts without parent shrink to uniform. This is the Dirichlet
    form of interpolated back-off (MacKay & Peto 1995); for a root with s = n/2 it would be Krichevsky & Trofimov's.
    """
    per_total = 1 / (found.sum(2, keepdims=True) + STRENGTH)
    probability: NDArray[np.float64] = found * per_total
    weight = STRENGTH * per_total
    roots = layout.levels[0][0]
    probability[roots] += weight[roots] * (1 / layout.n_actions)
    for level, parents in layout.levels[1:]:
        probability[level] += weight[level] * probability.take(parents, axis=0)
    return probability


@cache
def _one_more(n_actions: int) -> Counts:
    """One case of each symbol in both memories, shape (symbol, 2, n)."""
    unit = np.array([[1], [SHORT_ONE]], dtype=np.uint8)
    one: Counts = np.eye(n_actions, dtype=np.uint8)[:, None, :] * unit
    return one
