"""Utility of people who mind inequality, and what they believe of the person they bargain with."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

THRESHOLDS: tuple[tuple[float, float], ...] = tuple(
    (a / (1 + 2 * a), w) for a, w in ((0, 0.3), (0.5, 0.3), (1, 0.3), (4, 0.1))
)
"""Least share of the pie that a responder accepts, and the share of people like that: alpha / (1 + 2 alpha) for the
four types of Fehr & Schmidt (1999), proposition 1 and table III."""
LAPSE = 0.05
"""Probability that a person answers against its own threshold by mistake."""


def utility(own: float, others: Sequence[float], alpha: float, beta: float) -> float:
    """Own payoff, less `alpha` for each unit others have more and `beta` for each unit they have less, on average.

    Fehr & Schmidt (1999), equation 1.
    """
    envy = sum(max(other - own, 0.0) for other in others) / len(others)
    guilt = sum(max(own - other, 0.0) for other in others) / len(others)
    return own - alpha * envy - beta * guilt


def accepts(share: float) -> float:
    """Share of people who accept this share of a pie (`THRESHOLDS`)."""
    return sum(weight for threshold, weight in THRESHOLDS if threshold <= share + 1e-9)


def acceptance(answered: Sequence[tuple[int, int]], most: int) -> list[float]:
    """Probability that the person accepts each offer from 0 to `most`, after what it has accepted and refused.

    `answered[x]` is (times x was offered, times it was accepted). Bayes' rule over the types of `THRESHOLDS`.
    """
    logs = []
    for threshold, weight in THRESHOLDS:
        total = log(weight)
        for offer, (times, accepted) in enumerate(answered):
            yes = _yes(threshold, offer / most)
            total += accepted * log(yes) + (times - accepted) * log(1.0 - yes)
        logs.append(total)
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    types = [threshold for threshold, _ in THRESHOLDS]
    return [float(sum(w * _yes(t, x / most) for t, w in zip(types, weights, strict=True))) for x in range(most + 1)]


def given_back(answered: Sequence[tuple[int, int]], arrived: Sequence[float], expected: float) -> float:
    """Share of what arrives that the person gives back: `expected`, as good as one round, and what it has shown.

    `answered[x]` is (times x was sent, units given back in all); `arrived[x]` the units that then arrived.
    """
    shares, rounds = expected, 1
    for (times, units), arriving in zip(answered, arrived, strict=True):
        if times and arriving:
            shares += units / arriving
            rounds += times
    return shares / rounds


def _yes(threshold: float, share: float) -> float:
    return 1.0 - LAPSE if threshold <= share + 1e-9 else LAPSE
