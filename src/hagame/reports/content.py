"""What stands in a report, section by section, whatever it is printed as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from hagame.mind.cognition import TRAITS, Trait
from hagame.reports import drawing
from hagame.reports.facts import Choice, Facts
from hagame.reports.schemas import Span

NOTHING = "Nothing stands out from chance. That is a finding, too."
TITLES: Mapping[Span, str] = {
    "session": "Your last session",
    "week": "Your week",
    "month": "Your month",
    "all": "All your play",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is under it; `alt` says in words what the figure shows."""

    title: str
    lines: Sequence[str] = ()
    points: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    figure: Figure | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report."""

    title: str
    subtitle: str
    sections: Sequence[Section]


def write(name: str, span: Span, facts: Facts, decisions: Sequence[Choice], traits: Mapping[str, Trait]) -> Content:
    """The report on `decisions`, of which `facts` and `traits` were computed."""
    return Content(
        title=f"{TITLES[span]}, {name}",
        subtitle=f"{facts.decisions} decisions in {facts.matches} matches, "
        f"{facts.first:%d %B %Y} to {facts.last:%d %B %Y} (UTC)",
        sections=[
            _predictable(facts, decisions),
            Section("What changed", [facts.change_sentence, *_interval("Difference", facts.change)]),
            Section("Strengths", points=facts.strengths or [NOTHING]),
            Section("Patterns that stood out", points=facts.patterns or [NOTHING]),
            Section("What to try", points=facts.advice or ["Play some more: there is nothing to advise yet."]),
            _games(facts),
            _traits(traits),
            Section("How to read this", [_METHOD]),
        ],
    )


_METHOD = (
    "Every prediction was sealed before your move and scored after it; nothing here was fitted on what it describes. "
    "Bits are log2 of how much likelier than guessing the AI held the move you made: 0 is guessing, below 0 it was "
    "misled. Intervals cover 95 %. What does not stand out from chance is not called a strength or a pattern."
)


def _predictable(facts: Facts, decisions: Sequence[Choice]) -> Section:
    lines = [f"The AI foresaw {facts.foreseen:.0%} of your choices; guessing would have got {facts.chance:.0%}."]
    lines += _interval("It knew", facts.bits)
    if facts.median_response_s is not None:
        lines.append(f"Half of your decisions took less than {facts.median_response_s:.1f} s.")
    if facts.choices < 2:
        return Section("How predictable you were", lines)
    alt = "Curve of the bits that the AI knew of each choice, as a moving mean; 0 is guessing."
    return Section("How predictable you were", lines, figure=drawing.predictability(decisions), alt=alt)


def _interval(what: str, found: object) -> list[str]:
    mean, low, high = (getattr(found, name, None) for name in ("mean", "low", "high"))
    if mean is None or low is None or high is None:
        return []
    return [f"{what}: {mean:.2f} bits per choice (95 % interval {low:.2f} to {high:.2f})."]


def _games(facts: Facts) -> Section:
    head = ["Game", "Matches", "Decisions", "Foreseen", "Guessing", "Bits", "Payoff", "Lead"]
    rows = [
        [
            line.title,
            str(line.matches),
            str(line.decisions),
            f"{line.foreseen:.0%}",
            f"{line.chance:.0%}",
            f"{line.bits:.2f}",
            f"{line.payoff:.2f}",
            "" if line.margin is None else f"{line.margin:+.2f}",
        ]
        for line in facts.games
    ]
    alt = "Bars: share of choices foreseen in each game, beside the share that guessing gets."
    return Section("Game by game", table=[head, *rows], figure=drawing.games(facts), alt=alt)


def _traits(traits: Mapping[str, Trait]) -> Section:
    head = ["Trait", "Mean", "95 % interval", "Observations"]
    rows = [
        [TRAITS[key].title, f"{trait.mean:.2f}", f"{trait.low:.2f} to {trait.high:.2f}", str(trait.n)]
        for key, trait in traits.items()
    ]
    if not rows:
        return Section("Traits", [NOTHING])
    alt = "Traits that are shares, each with its 95 % interval; the line is at one half."
    return Section("Traits", table=[head, *rows], figure=drawing.trait_intervals(traits), alt=alt)
