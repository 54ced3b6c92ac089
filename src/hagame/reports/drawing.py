"""The plots of a report. Each is a figure of matplotlib, without a screen and without global state."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hagame.mind.cognition import TRAITS, Trait
from hagame.reports.facts import Choice, Facts, curve
from hagame.reports.words import Words

INK, ACCENT, QUIET = "#1f2933", "#0b6e99", "#9aa5b1"
DPI = 160


def predictability(decisions: Sequence[Choice], words: Words) -> Figure:
    """What the AI knew of each choice, smoothed; 0 is guessing."""
    means = curve(decisions)
    figure = Figure(figsize=(6.4, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.axhline(0.0, color=QUIET, linewidth=1)
    axes.plot(np.arange(1, means.size + 1), means, color=ACCENT, linewidth=1.6)
    axes.yaxis.set_major_formatter(_numbers(words))
    axes.set_xlabel(words.say("axis.choice"))
    axes.set_ylabel(words.say("axis.bits"))
    return _plain(figure)


def trait_intervals(traits: Mapping[str, Trait], words: Words) -> Figure | None:
    """Shares with their 95 % intervals; None when there are none."""
    shares = {key: trait for key, trait in traits.items() if trait.kind == "rate"}
    if not shares:
        return None
    figure = Figure(figsize=(6.4, 0.6 + 0.36 * len(shares)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(shares))[::-1]
    means = np.array([trait.mean for trait in shares.values()])
    low, high = (np.array([getattr(trait, end) for trait in shares.values()]) for end in ("low", "high"))
    axes.axvline(0.5, color=QUIET, linewidth=1)
    axes.errorbar(means, places, xerr=np.stack([means - low, high - means]), fmt="o", color=ACCENT, capsize=3)
    axes.set_yticks(places, [words.text(TRAITS[key].title) for key in shares])
    axes.set_xlim(0.0, 1.0)
    axes.xaxis.set_major_formatter(_numbers(words))
    axes.set_xlabel(words.say("axis.share"))
    return _plain(figure)


def games(facts: Facts, words: Words) -> Figure:
    """How often the AI foresaw the choice in each game, beside guessing."""
    lines = facts.games[:8]
    figure = Figure(figsize=(6.4, 0.8 + 0.42 * len(lines)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(lines))[::-1]
    foreseen, chance = words.say("legend.foreseen"), words.say("legend.chance")
    axes.barh(places + 0.18, [line.foreseen for line in lines], 0.34, color=ACCENT, label=foreseen)
    axes.barh(places - 0.18, [line.chance for line in lines], 0.34, color=QUIET, label=chance)
    # A title is anybody's text: without this, dollars in it would be read as formulas.
    axes.set_yticks(places, [line.title for line in lines], parse_math=False)
    axes.set_xlim(0.0, 1.0)
    axes.xaxis.set_major_formatter(_numbers(words))
    axes.legend(frameon=False, fontsize=8)
    return _plain(figure)


def as_svg(figure: Figure) -> bytes:
    """The same figure gives the same bytes."""
    return _saved(figure, "svg", {"Date": None})


def as_png(figure: Figure) -> bytes:
    """For what takes no vectors."""
    return _saved(figure, "png", {"Software": None})


def _saved(figure: Figure, kind: str, metadata: dict[str, None]) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=DPI, metadata=metadata)
    return buffer.getvalue()


def _numbers(words: Words) -> FuncFormatter:
    return FuncFormatter(lambda value, _: words.number(value, "zg"))


def _plain(figure: Figure) -> Figure:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=INK, labelsize=8)
        axes.xaxis.label.set_fontsize(8)
        axes.yaxis.label.set_fontsize(8)
    return figure
