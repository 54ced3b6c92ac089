"""Mixing in the log domain: how far each kind of evidence is trusted, and how that trust follows the person.

logit(a) = sum_g gain_g z_g(a) with z_g(a) = sum_{e in g} w_e x_e(a). The x_e are centred log-probabilities of the
experts and, as one more input, of their fixed-share Bayesian mixture (Herbster & Warmuth 1998). The weights w are the
population's. The gains of the few groups g are the person's own: a Gaussian belief around 1, updated after each choice
by a gradient step over its precision (the extended Kalman filter of a multinomial logit, Fahrmeir 1992), and pulled
back a little towards its prior so that it can always move.
"""

from __future__ import annotations

from functools import cache
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Probabilities

GAIN_SD = 0.6
"""Prior standard deviation of a person's gain of one group."""
RETURN = 0.002
"""Share of the way back to the prior that gains go per choice."""
SHARE = 0.05
"""Share of the Bayesian weights dealt out anew after each choice."""
LEAST = 1e-4
"""Least probability of a legal action."""

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]


def centred_logs(probabilities: Float64, legal: tuple[int, ...]) -> Float64:
    """Logs with mean 0 over the legal actions and 0 elsewhere; shapes (K, n) to (K, n)."""
    n = probabilities.shape[1]
    if len(legal) == n:
        logs: Float64 = np.log(probabilities) @ centring(n)
        return logs
    keep = list(legal)
    logs = np.zeros_like(probabilities)
    logs[:, keep] = np.log(probabilities[:, keep]) @ centring(len(keep))
    return logs


@cache
def centring(n: int) -> Float64:
    """(n, n): the matrix that takes a row's mean from it."""
    matrix: Float64 = np.eye(n) - 1 / n
    return matrix


def predicted(logits: Float64, legal: tuple[int, ...]) -> tuple[Probabilities, float]:
    """Softmax over the legal actions, exactly 0 elsewhere, and the factor (at most 1) that logits were shrunk by.

    They shrink so far that no legal action falls below `LEAST` even with all others at the top. Plain floats, because
    arrays of three cost more than they save.
    """
    values: list[float] = logits.tolist()
    chosen = [values[a] for a in legal]
    top, scale = max(chosen), 1.0
    if len(chosen) > 1:
        spread, widest = top - min(chosen), log((1 - LEAST) / (LEAST * (len(chosen) - 1)))
        scale = min(1.0, widest / spread) if spread else 1.0
    grown = [exp(scale * (value - top)) for value in chosen]
    total = sum(grown)
    probabilities = [0.0] * len(values)
    for action, value in zip(legal, grown, strict=True):
        probabilities[action] = value / total
    return np.array(probabilities), scale


def next_gains(
    gains: Float32, precision: Float32, grouped: Float64, p: Probabilities, action: int
) -> tuple[Float32, Float32]:
    """The person's gains (G,) and their precision (G, G) after `action`, predicted with p (n,) from `grouped` (G, n).

    The precision grows by the curvature of the log-loss, the gains move by its gradient over the precision.
    """
    expected = grouped @ p
    grown = precision + (grouped * p) @ grouped.T - expected[:, None] * expected
    moved = gains + np.linalg.solve(grown, grouped[:, action] - expected)
    kept = (1 - RETURN) * grown
    kept.flat[:: len(gains) + 1] += RETURN / GAIN_SD**2
    return (RETURN + (1 - RETURN) * moved).astype(np.float32), kept.astype(np.float32)


def next_shares(shares: Float32, likelihood: Float64) -> Float32:
    """Posterior of the experts after one choice, with fixed share; both (2E,)."""
    posterior = shares * likelihood
    posterior *= (1 - SHARE) / posterior.sum()
    posterior += SHARE / len(shares)
    return posterior.astype(np.float32)
