"""What a choice between lotteries looks like: columns for each option, from expected value to regret.

They are the answers of simple theories: expected value and utility, cumulative prospect theory (Tversky & Kahneman
1992) with
three sets of parameters, worst and best case, equally weighted outcomes, chance to win and to lose, regret (Loomes &
Sugden 1982).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PROSPECTS = ((0.88, 2.25, 0.61), (0.8, 1.3, 0.75), (0.6, 1.0, 1.0))
"""Curvature, loss aversion and weighting of chances."""
COLUMNS = (
    "mean",
    "prospect",
    "mild-prospect",
    "utility",
    "worst",
    "best",
    "spread",
    "unweighted",
    "likeliest",
    "chance-of-gain",
    "chance-of-loss",
    "chance-of-best",
    "chance-of-worst",
    "sure",
    "outcomes",
    "pays-more",
    "pays-more-aligned",
    "regret",
    "rejoicing",
    "mean-gain",
    "mean-loss",
    "median",
    "ambiguous",
    "mean-share",
    "worst-share",
)


class Lottery:
    """Outcomes x (k,) with chances p (k,), ascending in x; chances are brought to sum to 1."""

    def __init__(self, chances: Sequence[float] | Floats, outcomes: Sequence[float] | Floats) -> None:
        unordered = np.asarray(outcomes, dtype=np.float64)
        order = np.argsort(unordered, kind="stable")
        self.x: Floats = unordered[order]
        p: Floats = np.asarray(chances, dtype=np.float64)[order]
        self.p: Floats = p / p.sum()


def lottery_columns(options: Sequence[Lottery], ambiguous: Sequence[bool]) -> Floats:
    """Columns of each option, shape (n, H); `ambiguous` says of which ones the chances are not told."""
    alone = [_alone(option) for option in options]
    means = [option.p @ option.x for option in options]
    scale = float(np.max([np.abs(option.x).max() for option in options])) or 1.0
    rows = []
    for i, option in enumerate(options):
        others = [_against(option, other) for j, other in enumerate(options) if j != i]
        compared = np.mean(others, axis=0)
        shares = [means[i] / scale, option.x[0] / scale]
        rows.append([*alone[i][:15], *compared, *alone[i][15:], float(ambiguous[i]), *shares])
    return np.array(rows)


def _alone(option: Lottery) -> list[float]:
    x, p = option.x, option.p
    mean = float(p @ x)
    middle = float(x[int(np.searchsorted(np.cumsum(p), 0.5 - 1e-12))])
    return [
        mean,
        *(prospect(option, *parameters) for parameters in PROSPECTS),
        float(x[0]),
        float(x[-1]),
        float(np.sqrt(np.maximum(p @ (x - mean) ** 2, 0.0))),
        float(x.mean()),
        float(x[np.argmax(p)]),
        float(p[x > 0].sum()),
        float(p[x < 0].sum()),
        float(p[-1]),
        float(p[0]),
        float(len(x) == 1),
        float(len(x)),
        float(p @ np.maximum(x, 0)),
        float(p @ np.minimum(x, 0)),
        middle,
    ]


def prospect(option: Lottery, curvature: float, aversion: float, weighting: float) -> float:
    """Value by cumulative prospect theory, in units of money to the power of `curvature`."""
    x, p = option.x, option.p
    value = np.sign(x) * np.abs(x) ** curvature * np.where(x < 0, aversion, 1.0)
    above = np.append(np.cumsum(p[::-1])[::-1], 0.0)
    below = np.insert(np.cumsum(p), 0, 0.0)
    gains = _weighted(above[:-1], weighting) - _weighted(above[1:], weighting)
    losses = _weighted(below[1:], weighting) - _weighted(below[:-1], weighting)
    return float(value @ np.where(x >= 0, gains, losses))


def _weighted(p: Floats, weighting: float) -> Floats:
    p = np.clip(p, 0.0, 1.0)
    raised = p**weighting
    found: Floats = raised / (raised + (1 - p) ** weighting) ** (1 / weighting)
    return found


def _against(option: Lottery, other: Lottery) -> list[float]:
    """How one option fares against another: chance to pay more (drawn apart, and in step), regret and rejoicing."""
    gap = option.x[:, None] - other.x[None, :]
    joint = option.p[:, None] * other.p[None, :]
    apart = float((joint * np.sign(gap)).sum())
    grid = (np.arange(20) + 0.5) / 20
    step = _quantiles(option, grid) - _quantiles(other, grid)
    return [
        apart,
        float(np.sign(step).mean()),
        -float((joint * np.maximum(-gap, 0)).sum()),
        float((joint * np.maximum(gap, 0)).sum()),
    ]


def _quantiles(option: Lottery, grid: Floats) -> Floats:
    at = np.searchsorted(np.cumsum(option.p), grid - 1e-12)
    found: Floats = option.x[np.minimum(at, len(option.x) - 1)]
    return found
