"""Counts that forget: a long and a short memory of every row, updated only where a row is visited.

The long memory counts whole cases, so that it can be told; a row is halved when one of its counts is full. The short
one counts fiftieths of a case and keeps four fifths of itself at each visit. Both are whole numbers of 8 bits:
what is stored is exactly what is computed with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.contexts import Layout

LONG, SHORT = 0, 1
FULL = 255
SHORT_ONE = 50
"""One case of the short memory; a row's count ends at `SHORT_ONE / (1 - KEPT / 256)`, which is below 256."""
KEPT = 205
"""256ths of the short memory that a visit leaves: it reaches back about 5 visits of the same row."""
STRENGTH = np.array([24.0, 1.5]).reshape(2, 1, 1)
"""Cases that the context backed off to is worth, for each memory."""

Counts = NDArray[np.uint8]
"""Shape (2, R, n): memory, row, symbol."""


def empty(layout: Layout) -> Counts:
    """No case counted."""
    return np.zeros((2, layout.rows, layout.n_actions), dtype=np.uint8)


def visit(counts: Counts, rows: NDArray[np.int64], symbols: NDArray[np.int64]) -> Counts:
    """New counts with one more case of symbol `symbols[e]` in row `rows[e]`; row 0 stays empty."""
    counts = counts.copy()
    long, short = counts[LONG], counts[SHORT]
    before = long[rows, symbols]
    if before.max() == FULL:
        long[rows[before == FULL]] >>= 1
        before = long[rows, symbols]
    long[rows, symbols] = before + 1
    short[rows] = (short[rows].astype(np.uint16) * KEPT) >> 8
    short[rows, symbols] += SHORT_ONE
    counts[:, 0] = 0
    return counts


def cases(counts: Counts, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cases of each memory, shape (2, E, n), at `cells` (E, n): row times n plus symbol."""
    found: NDArray[np.float64] = counts.reshape(2, -1)[:, cells].astype(np.float64)
    found[SHORT] *= 1 / SHORT_ONE
    return found


def smoothed(layout: Layout, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities (2, E, n) from cases (2, E, n): each row shrinks to the context it backs off to.

    p(a) = (cases(a) + s p_parent(a)) / (total + s); contexts without parent shrink to uniform. This is the Dirichlet
    form of interpolated back-off (MacKay & Peto 1995); for a root with s = n/2 it would be Krichevsky & Trofimov's.
    """
    per_total: NDArray[np.float64] = 1 / (found.sum(2, keepdims=True) + STRENGTH)
    probability: NDArray[np.float64] = (found + STRENGTH / layout.n_actions) * per_total
    for level, parents in layout.levels:
        backed = found[:, level] + STRENGTH * probability[:, parents]
        np.multiply(backed, per_total[:, level], out=probability[:, level])
    return probability
