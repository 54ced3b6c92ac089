"""From parts to a prediction and back: softmax over legal actions, and explanations that add up."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np

from hagame.mind.model import Attribution, Contribution, Probabilities

REST = "rest"
"""Key of the part that sums what is not told."""


def centred(values: Sequence[float], legal: Sequence[int]) -> list[float]:
    """Less their mean over the legal actions; 0 elsewhere."""
    mean = sum([values[a] for a in legal]) / len(legal)
    found = [0.0] * len(values)
    for a in legal:
        found[a] = values[a] - mean
    return found


def softmax(logits: Sequence[float], legal: Sequence[int]) -> Probabilities:
    """Distribution over the legal actions, exactly 0 elsewhere."""
    top = max([logits[a] for a in legal])
    grown = [exp(max(logits[a] - top, -700.0)) for a in legal]
    total = sum(grown)
    found = np.zeros(len(logits))
    for a, value in zip(legal, grown, strict=True):
        found[a] = value / total
    return found


def attribution(baseline: Sequence[float], parts: Sequence[Contribution], top: int) -> Attribution:
    """The `top` parts of widest log-odds and the sum of all others as one, widest first."""
    ordered = sorted(parts, key=_spread, reverse=True)
    told, others = ordered[:top], ordered[top:]
    if others:
        summed = tuple(sum(part.log_odds[a] for part in others) for a in range(len(baseline)))
        text = f"Everything else: {len(others)} weaker kinds of evidence together."
        told = sorted([*told, Contribution(REST, text, summed, 0.0, 0.0)], key=_spread, reverse=True)
    return Attribution(tuple(baseline), tuple(told))


def _spread(part: Contribution) -> float:
    return max(part.log_odds) - min(part.log_odds)
