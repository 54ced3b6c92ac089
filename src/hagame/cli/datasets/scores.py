"""Scores of predictions of single choices or of shares of choices, with standard errors over people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 10
LEAST = 1e-6
"""Rivals that give less to what happened are scored as if they had given this."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Scored decisions of one person or problem: predictions and targets (t, n), legal (t, n), weights (t,)."""

    cluster: str
    predicted: Floats
    target: Floats
    legal: NDArray[np.bool_]
    weight: Floats


def scores(cases: Sequence[Case], *, rates: bool) -> dict[str, float]:
    """Figures by name: log_loss (nats) and its se over clusters, accuracy, brier, ece, n_people, n; mse of `rates`."""
    p, y, w = (np.concatenate([getattr(c, name) for c in cases]) for name in ("predicted", "target", "weight"))
    losses = -(y * np.log(np.maximum(p, LEAST))).sum(axis=1)
    total = w.sum()
    mean = float(w @ losses / total)
    sizes = [len(c.weight) for c in cases]
    ends = np.cumsum(sizes)
    by_cluster: dict[str, float] = {}
    for case, end in zip(cases, ends, strict=True):
        part = slice(end - len(case.weight), end)
        by_cluster[case.cluster] = by_cluster.get(case.cluster, 0.0) + float(w[part] @ (losses[part] - mean))
    deviations = np.array(list(by_cluster.values()))
    k = len(deviations)
    spread = float(np.sqrt(k / max(k - 1, 1) * (deviations**2).sum()) / total)
    found = {
        "log_loss": mean,
        "accuracy": float(w @ _hits(p, y) / total),
        "brier": float(w @ ((p**2).sum(axis=1) - 2 * (p * y).sum(axis=1) + 1) / total),
        "ece": _ece(p, y, w),
        "se": spread,
        "n_people": k,
        "n": round(total) if rates or (w == 1).all() else len(w),
    }
    if rates:
        found["mse"] = float(w @ (p[:, 1] - y[:, 1]) ** 2 / total)
    return found


def _hits(p: Floats, y: Floats) -> Floats:
    """Share of choices that the most probable action got; equally probable ones share."""
    best = p >= p.max(axis=1, keepdims=True) - 1e-12
    return np.asarray((best * y).sum(axis=1) / best.sum(axis=1))


def _ece(p: Floats, y: Floats, w: Floats) -> float:
    """Expected calibration error of the most probable action (Guo et al. 2017)."""
    top = p.max(axis=1)
    bins = np.minimum((top * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weights=w * (_hits(p, y) - top), minlength=BINS)
    return float(np.abs(gaps).sum() / w.sum())


def reliability(cases: Sequence[Case]) -> list[dict[str, float]]:
    """Of all probabilities given to legal actions: how often what was given p happened, by tenths of p."""
    p = np.concatenate([c.predicted[c.legal] for c in cases])
    y = np.concatenate([c.target[c.legal] for c in cases])
    w = np.concatenate([np.repeat(c.weight, c.legal.sum(axis=1)) for c in cases])
    bins = np.minimum((p * BINS).astype(np.int64), BINS - 1)
    rows = []
    for b in range(BINS):
        inside = bins == b
        if inside.any():
            share = w[inside] / w[inside].sum()
            rows.append(
                {"predicted": float(share @ p[inside]), "happened": float(share @ y[inside]), "n": int(inside.sum())}
            )
    return rows
