"""Counts that forget: one long and one short memory per row, updated only where a row is visited.

The long memory counts whole cases (8 bits; a row is halved when one of its counts is full). The short one is a
fixed-point number (16 bits) that loses a share of itself at each visit. Both are integers, so what is stored is
exactly what is computed with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.contexts import Layout

LONG_FULL = 255
SHORT_ONE = 2048
"""One case of the short memory; `SHORT_ONE / (1 - SHORT_KEEP)` stays below 2^16."""
SHORT_KEEP = 0.93
"""Share of the short memory that a visit leaves (forgetting rate of about 14 visits)."""
_KEEP = round(SHORT_KEEP * 65536)

Long = NDArray[np.uint8]
Short = NDArray[np.uint16]


def visit(long: Long, short: Short, rows: NDArray[np.int64], symbols: NDArray[np.int64]) -> tuple[Long, Short]:
    """New tables of shape (R, n) with one more case of symbol `symbols[e]` in row `rows[e]`; row 0 stays empty."""
    long, short = long.copy(), short.copy()
    full = long[rows, symbols] == LONG_FULL
    if full.any():
        long[rows[full]] >>= 1
    long[rows, symbols] += 1
    kept = (short[rows].astype(np.uint32) * _KEEP) >> 16
    kept[np.arange(len(rows)), symbols] += SHORT_ONE
    short[rows] = kept
    long[0] = 0
    short[0] = 0
    return long, short


def smoothed(layout: Layout, counts: NDArray[np.float64], strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities (..., E, n) from counts (..., E, n): each row shrinks to the context it backs off to.

    p(a) = (count(a) + s p_parent(a)) / (total + s) with strength s (..., 1, 1); roots shrink to uniform. This is
    the Dirichlet form of interpolated back-off (MacKay & Peto 1995).
    """
    total = counts.sum(-1, keepdims=True) + strength
    probability: NDArray[np.float64] = (counts + strength / layout.n_actions) / total
    for level, parents in layout.levels:
        backed = counts[..., level, :] + strength * probability[..., parents, :]
        probability[..., level, :] = backed / total[..., level, :]
    return probability
