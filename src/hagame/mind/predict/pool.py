"""Mixing in the log domain: how far each kind of evidence is trusted, and how that trust follows the person.

logit(a) = sum_g gain_g z_g(a) with z_g(a) = sum_{e in g} w_e x_e(a). The x_e are centred log-probabilities of the
experts and, as one more input, of their fixed-share Bayesian mixture (Herbster & Warmuth 1998). The weights w are the
population's. The gains of the few groups g are the person's own: a Gaussian belief around 1, updated after each choice
by a gradient step through its covariance (online Newton step, i.e. the extended Kalman filter of a multinomial logit;
Fahrmeir 1992), and pulled back a little towards 1 so that it can always move.
"""

from __future__ import annotations

from math import log

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
    if len(legal) == probabilities.shape[1]:
        logs: Float64 = np.log(probabilities)
        logs -= logs.sum(1, keepdims=True) * (1 / len(legal))
        return logs
    keep = list(legal)
    logs = np.zeros_like(probabilities)
    chosen = np.log(probabilities[:, keep])
    logs[:, keep] = chosen - chosen.mean(1, keepdims=True)
    return logs


def bounded(logits: Float64, legal: int) -> tuple[Float64, float]:
    """Centred logits and the factor (at most 1) they were shrunk by, so that no legal action falls below `LEAST`.

    The bound holds for the worst case, one action at the bottom and all others at the top.
    """
    if legal < 2:
        return logits, 1.0
    spread, widest = float(logits.max() - logits.min()), log((1 - LEAST) / (LEAST * (legal - 1)))
    if spread <= widest:
        return logits, 1.0
    return logits * (widest / spread), widest / spread


def softmax(logits: Float64, legal: tuple[int, ...]) -> Probabilities:
    """Probabilities over the legal actions, exactly 0 elsewhere; shape (n,)."""
    if len(legal) == len(logits):
        grown = np.exp(logits - logits.max())
    else:
        keep = list(legal)
        grown = np.zeros_like(logits)
        grown[keep] = np.exp(logits[keep] - logits[keep].max())
    normed: Probabilities = grown / grown.sum()
    return normed


def next_gains(
    gains: Float32, covariance: Float32, z: Float64, p: Probabilities, action: int
) -> tuple[Float32, Float32]:
    """The person's gains (G,) and covariance (G, G) after `action`, predicted with p (n,) from z (G, n).

    With curvature C = diag(p) - p p' the covariance becomes (S^-1 + z C z')^-1, here by Woodbury's identity.
    """
    curvature = np.diag(p) - np.outer(p, p)
    spread = covariance @ z
    inner = np.linalg.solve(np.eye(len(p)) + curvature @ (z.T @ spread), curvature)
    narrowed = covariance - spread @ inner @ spread.T
    surprise = -p
    surprise[action] += 1
    moved = gains + narrowed @ (z @ surprise)
    widened = (1 - RETURN) ** 2 * narrowed
    widened.flat[:: len(gains) + 1] += (1 - (1 - RETURN) ** 2) * GAIN_SD**2
    return (moved + RETURN * (1 - moved)).astype(np.float32), ((widened + widened.T) / 2).astype(np.float32)


def next_shares(shares: Float32, likelihood: Float64) -> Float32:
    """Posterior of the experts after one choice, with fixed share; both (2E,)."""
    posterior = shares * likelihood
    dealt: Float64 = posterior * ((1 - SHARE) / posterior.sum()) + SHARE / len(shares)
    return dealt.astype(np.float32)
