"""Two pictures per file: how often what was predicted came true, and how predictions get better with decisions seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from hagame.cli.datasets.scores import LEAST, Case

STEPS = 24


def draw(directory: Path, title: str, cases: Mapping[str, Sequence[Case]], rows: Sequence[Mapping[str, float]]) -> None:
    """Writes `<title>.png` to the directory."""
    import matplotlib as mpl  # noqa: PLC0415 - heavy

    mpl.use("agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415 - heavy

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    largest = max(row["n"] for row in rows)
    left.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    left.plot([r["predicted"] for r in rows], [r["happened"] for r in rows], color="C0", marker="o", markersize=3)
    left.scatter(
        [r["predicted"] for r in rows],
        [r["happened"] for r in rows],
        s=[160 * r["n"] / largest for r in rows],
        alpha=0.3,
    )
    left.set(xlabel="probability given", ylabel="share that happened", xlim=(0, 1), ylim=(0, 1), title="reliability")
    for name in _shown(cases):
        at, loss = _curve(cases[name])
        right.plot(at, loss, label=name, linewidth=2 if name == "hagame" else 1)
    right.set(xlabel="scored decision of a person", ylabel="log-loss (nats)", title="learning curve")
    right.legend(fontsize=7)
    figure.suptitle(title, fontsize=10)
    figure.savefig(directory / f"{title.replace('#', '-')}.png", dpi=110)
    plt.close(figure)


def _shown(cases: Mapping[str, Sequence[Case]]) -> list[str]:
    """The engine and the four best others."""
    losses = {name: float(np.mean(np.concatenate([_losses(c) for c in rows]))) for name, rows in cases.items()}
    others = sorted((name for name in cases if name != "hagame"), key=losses.__getitem__)
    return ["hagame", *others[:4]]


def _losses(case: Case) -> np.ndarray:
    return np.asarray(-(case.target * np.log(np.maximum(case.predicted, LEAST))).sum(axis=1))


def _curve(cases: Sequence[Case]) -> tuple[np.ndarray, np.ndarray]:
    """Mean log-loss in stretches of decisions that hold about as many each."""
    index = np.concatenate([np.arange(1, len(c.weight) + 1) for c in cases])
    loss = np.concatenate([_losses(c) for c in cases])
    edges = np.unique(np.quantile(index, np.linspace(0, 1, STEPS + 1)).astype(np.int64))
    if len(edges) < 2:
        return np.array([1.0]), np.array([loss.mean()])
    bins = np.clip(np.searchsorted(edges, index, side="right") - 1, 0, len(edges) - 2)
    count = np.bincount(bins, minlength=len(edges) - 1)
    kept = count > 0
    return (np.bincount(bins, index) / np.maximum(count, 1))[kept], (np.bincount(bins, loss) / np.maximum(count, 1))[
        kept
    ]
