"""Mixing in the log domain: how far each kind of evidence is trusted, and how that trust follows the person.

    logit(a) = sum_k w_k x_k(a) + sum_q u_q y_q(a)

The x are the centred inputs of the pool (log-probabilities of experts, values of learners, columns of the situation),
the
weights w are the population's. The y are sums of weighted inputs within a few groups, and single inputs; the slopes u
are
the person's own: a Gaussian belief around 0 whose covariance the population tells, updated after each choice by a
gradient step over its precision (the extended Kalman filter of a multinomial logit, Fahrmeir 1992), and pulled back a
little towards its prior so that it can always move.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled

RETURN = 0.002
"""Share of the way back to the prior that slopes go per choice."""
LEAST = 1e-4
"""Least probability of a legal action."""

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Legal = NDArray[np.bool_]


class Pool(NamedTuple):
    """The population's part.

    K inputs, G groups, Q slopes; P is 2 in games of stages (first choice, later ones), else 1.
    """

    weights: Floats
    """(P, K): of the inputs in their own units."""
    groups: NDArray[np.int64]
    """(K,): the group of each input."""
    singles: NDArray[np.int64]
    """(Q - G,): inputs that have a slope of their own."""
    units: Floats
    """(K,): what an input is multiplied with where it has a slope of its own or trees look at it."""
    precision: NDArray[np.float32]
    """(P, Q, Q): inverse covariance of the slopes among people."""


@compiled
def evidence_of(pool: Pool, part: int, inputs: Floats) -> Floats:
    """What the slopes multiply, shape (Q, n); the first rows are the groups' sums of weighted inputs (K, n)."""
    slopes, n = pool.precision.shape[1], inputs.shape[1]
    groups = slopes - len(pool.singles)
    y = np.zeros((slopes, n))
    for k in range(len(inputs)):
        weight, group = pool.weights[part, k], pool.groups[k]
        if weight != 0.0:
            for a in range(n):
                y[group, a] += weight * inputs[k, a]
    for i in range(len(pool.singles)):
        k = pool.singles[i]
        for a in range(n):
            y[groups + i, a] = pool.units[k] * inputs[k, a]
    return y


@compiled
def logits_of(y: Floats, slopes: Singles, groups: int) -> Floats:
    """Logits (n,) of evidence y (Q, n), the first `groups` rows of which count by themselves too."""
    z = np.zeros(y.shape[1])
    for q in range(len(y)):
        gain = (1.0 if q < groups else 0.0) + slopes[q]
        for a in range(len(z)):
            z[a] += gain * y[q, a]
    return z


@compiled
def chances(z: Floats, legal: Legal, into: Floats) -> float:
    """Softmax of z (n,) over the legal actions, written to `into` (n,), exactly 0 elsewhere.

    Answers the factor (at most 1) that logits were shrunk by, so that no legal action falls below `LEAST` even with all
    others at the top.
    """
    top, low, count = -np.inf, np.inf, 0
    for a in range(len(z)):
        if legal[a]:
            top, low, count = max(top, z[a]), min(low, z[a]), count + 1
    scale = 1.0
    if count > 1 and top > low:
        scale = min(1.0, np.log((1 - LEAST) / (LEAST * (count - 1))) / (top - low))
    total = 0.0
    for a in range(len(z)):
        into[a] = np.exp(scale * (z[a] - top)) if legal[a] else 0.0
        total += into[a]
    for a in range(len(z)):
        into[a] /= total
    return scale


@compiled
def follow(slopes: Singles, precision: Singles, prior: Singles, y: Floats, p: Floats, action: int) -> None:
    """Moves the person's slopes (Q,) and their precision (Q, Q), in place, after `action` was predicted with p (n,).

    `prior` (Q, Q) is the population's precision. The precision grows by the curvature of the log-loss, the slopes
    move by
    its gradient over the precision.
    """
    size = len(slopes)
    expected = y @ p
    weighted = y * p
    grown = weighted @ y.T
    for i in range(size):
        for j in range(size):
            grown[i, j] += precision[i, j] - expected[i] * expected[j]
    step = np.linalg.solve(grown, y[:, action].copy() - expected)
    for i in range(size):
        slopes[i] = (1 - RETURN) * (slopes[i] + step[i])
        for j in range(size):
            precision[i, j] = (1 - RETURN) * grown[i, j] + RETURN * prior[i, j]


@compiled
def candidates(
    z: Floats, y: Floats, pool: Pool, inputs: Floats, columns: Floats, cues: Floats, slopes: Singles
) -> Singles:
    """What the trees look at, one row per action: shape (n, 1 + G + K + H + CUES + Q).

    Logits, groups of evidence, inputs in their units, the situation's columns as they are, cues, and the person.
    """
    n, groups = len(z), len(y) - len(pool.singles)
    k_inputs, k_columns, k_cues = len(inputs), columns.shape[1], cues.shape[1]
    table = np.empty((n, 1 + groups + k_inputs + k_columns + k_cues + len(slopes)), dtype=np.float32)
    for a in range(n):
        row = table[a]
        row[0] = z[a]
        at = 1
        for g in range(groups):
            row[at + g] = y[g, a]
        at += groups
        for k in range(k_inputs):
            row[at + k] = pool.units[k] * inputs[k, a]
        at += k_inputs
        for h in range(k_columns):
            row[at + h] = columns[a, h]
        at += k_columns
        for c in range(k_cues):
            row[at + c] = cues[a, c]
        at += k_cues
        for q in range(len(slopes)):
            row[at + q] = slopes[q]
    return table
