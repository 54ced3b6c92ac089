"""How far answers under uncertainty leave the law of total probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hagame.errors import InvalidInput

RESAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Interference:
    """p(unknown) - sum_k p(act | known k) p(k), with a 95 % bootstrap interval over people; 0 if nothing interferes."""

    value: float
    interval: tuple[float, float]
    n: tuple[int, ...]


def interference(
    unknown: tuple[int, int],
    known: Sequence[tuple[int, int]],
    weights: Sequence[float],
    rng: np.random.Generator,
) -> Interference:
    """`unknown` and each of `known` are (acted, asked); `weights` are p(k) and sum to 1.

    Groups are resampled apart from each other (parametric bootstrap of binomial counts). Raises `InvalidInput`.
    """
    if len(known) != len(weights) or abs(sum(weights) - 1) > 1e-6 or min(weights) < 0:
        raise InvalidInput("weights must be one per known condition, at least 0, and sum to 1.", field="/weights")
    groups = np.array([unknown, *known], dtype=np.int64)
    if (groups[:, 1] <= 0).any() or (groups[:, 0] < 0).any() or (groups[:, 0] > groups[:, 1]).any():
        raise InvalidInput("Each condition needs 0 <= acted <= asked with somebody asked.", field="/known")
    signs = np.array([1.0, *(-w for w in weights)])
    shares = groups[:, 0] / groups[:, 1]
    drawn = rng.binomial(groups[:, 1], shares, size=(RESAMPLES, len(groups))) / groups[:, 1]
    low, high = np.quantile(drawn @ signs, (0.025, 0.975))
    return Interference(float(shares @ signs), (float(low), float(high)), tuple(int(n) for n in groups[:, 1]))
