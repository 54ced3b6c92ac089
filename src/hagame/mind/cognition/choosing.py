"""Compiled helpers that families share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hagame.mind.cognition.rows import LEGAL
from hagame.mind.predict.compiled import compiled

Floats = NDArray[np.float64]

IMPOSSIBLE = -1e9


@compiled
def log_softmax(row: Floats, out: Floats) -> None:
    """Turn values into log-probabilities of the legal actions, in place."""
    n = out.shape[0]
    top = -1e300
    for a in range(n):
        if row[LEGAL + a] > 0:
            top = max(top, out[a])
    total = 0.0
    for a in range(n):
        if row[LEGAL + a] > 0:
            total += np.exp(out[a] - top)
    total = top + np.log(total)
    for a in range(n):
        out[a] = out[a] - total if row[LEGAL + a] > 0 else IMPOSSIBLE


@compiled
def log_with_lapse(row: Floats, out: Floats, lapse: float) -> None:
    """Mix log-probabilities with an even draw from the legal actions, of weight `lapse`; in place."""
    n = out.shape[0]
    legal = 0.0
    for a in range(n):
        legal += row[LEGAL + a]
    for a in range(n):
        if row[LEGAL + a] > 0:
            out[a] = np.log((1.0 - lapse) * np.exp(out[a]) + lapse / legal)


@compiled
def log_binary(p: float, out: Floats) -> None:
    """Log-probabilities of two actions, the first one with p."""
    p = min(max(p, 1e-12), 1.0 - 1e-12)
    out[0] = np.log(p)
    out[1] = np.log(1.0 - p)


def nothing(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """For families that remember nothing."""
