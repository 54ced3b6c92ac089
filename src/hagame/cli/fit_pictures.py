"""Pictures of a fit: parameters of each person, and what the model expects beside what was done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from hagame.mind.cognition.checks import Check
from hagame.mind.cognition.estimate import Fit
from hagame.mind.cognition.family import Family
from hagame.reports.drawing import ACCENT, INK, QUIET, as_png


def intervals(model: Family, fits: Sequence[Fit]) -> Figure:
    """One panel per parameter: people in the order of their estimates, with 95 % intervals."""
    figure = Figure(figsize=(2.4 * len(model.names), 3.2), layout="constrained")
    for axes, each in zip(figure.subplots(1, len(model.names), squeeze=False)[0], model.free, strict=True):
        told = sorted((fit.estimates[each.name] for fit in fits), key=lambda estimate: estimate.value)
        values = np.array([estimate.value for estimate in told])
        below, above = values - [e.low for e in told], [e.high for e in told] - values
        reach = np.maximum(np.stack([below, above]), 0.0)
        axes.errorbar(values, np.arange(len(told)), xerr=reach, fmt=".", color=ACCENT, ecolor=QUIET, markersize=4)
        axes.set_title(each.title, fontsize=8, color=INK)
        axes.set_yticks([])
        axes.tick_params(labelsize=7)
        axes.spines[["top", "right", "left"]].set_visible(False)
    return figure


def predictive(found: Check) -> Figure:
    """Shares of action 0 by tenths of the trials, and the band in which the model expects them."""
    figure = Figure(figsize=(5.2, 3.0), layout="constrained")
    axes = figure.subplots()
    tenths = np.arange(1, len(found.seen) + 1)
    axes.fill_between(tenths, found.low, found.high, color=QUIET, alpha=0.4, label="expected, 95 %")
    axes.plot(tenths, found.expected, color=QUIET)
    axes.plot(tenths, found.seen, "o-", color=ACCENT, label="done")
    axes.set_xlabel("tenth of the trials")
    axes.set_ylabel("share of action 0")
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def save(figure: Figure, path: Path) -> None:
    """As PNG."""
    path.write_bytes(as_png(figure))
