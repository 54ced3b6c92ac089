"""Why a crowd is better than its members: how much they differ, and how far they err together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hagame.mind.crowd.checks import Judgments, checked_judgments


@dataclass(frozen=True, slots=True)
class Diversity:
    """Of one settled question, in Brier points: crowd = average - diversity (Krogh & Vedelsby 1995; Page 2007)."""

    crowd_error: float
    average_error: float
    diversity: float


@dataclass(frozen=True, slots=True)
class Independence:
    """Over several settled questions: mean correlation of two judges' errors, and how many independent ones they equal.

    `effective_judges` = n / (1 + (n - 1) r) (Clemen & Winkler 1985), for r >= 0.
    """

    correlation: float
    effective_judges: float


def diversity(judgments: Sequence[Sequence[float]] | Judgments, truth: int) -> Diversity:
    """Split the squared error of the mean judgment into the judges' own error and how much they differ."""
    given = checked_judgments(judgments)
    mean, target = given.mean(0), np.eye(given.shape[1])[truth]
    return Diversity(
        crowd_error=float(((mean - target) ** 2).sum()),
        average_error=float(((given - target) ** 2).sum(1).mean()),
        diversity=float(((given - mean) ** 2).sum(1).mean()),
    )


def independence(errors: Sequence[Sequence[float]]) -> Independence:
    """`errors` (judges, questions): judgment of the truth minus 1. Judges whose error never varies are left out."""
    given = np.asarray(errors, dtype=np.float64)
    varied = given[given.std(1) > 0]
    if len(varied) < 2 or varied.shape[1] < 2:
        return Independence(0.0, float(len(given)))
    correlations = np.corrcoef(varied)
    n = len(varied)
    mean = float((correlations.sum() - n) / (n * (n - 1)))
    return Independence(mean, n / (1 + (n - 1) * max(mean, 0.0)))
