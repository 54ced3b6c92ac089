"""What stands in a report, section by section, whatever it is printed as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from hagame.mind.cognition import TRAITS, Trait
from hagame.reports import drawing
from hagame.reports.facts import Choice, Facts, Mean
from hagame.reports.schemas import Span
from hagame.reports.words import Words


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
    """A whole report; `language` is its tag (BCP 47)."""

    language: str
    title: str
    subtitle: str
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Written:
    """What a report is written of, and in which language: `facts` and `traits` were computed of `decisions`."""

    words: Words
    facts: Facts
    decisions: Sequence[Choice]
    traits: Mapping[str, Trait]


def write(name: str, span: Span, of: Written) -> Content:
    """The report."""
    say, facts = of.words.say, of.facts
    return Content(
        language=of.words.language,
        title=say(f"title.{span}", name=name),
        subtitle=say(
            "subtitle",
            decisions=facts.decisions,
            matches=facts.matches,
            first=of.words.day(facts.first),
            last=of.words.day(facts.last),
        ),
        sections=[
            _predictable(of),
            Section(say("changed"), [facts.change_sentence, *_interval("changed.interval", facts.change, of.words)]),
            Section(say("strengths"), points=facts.strengths or [say("nothing")]),
            Section(say("patterns"), points=facts.patterns or [say("nothing")]),
            Section(say("advice"), points=facts.advice or [say("advice.none")]),
            _games(of),
            _traits(of),
            Section(say("method"), [say("method.about")]),
        ],
    )


def _predictable(of: Written) -> Section:
    words, facts = of.words, of.facts
    shares = {"foreseen": words.percent(facts.foreseen), "chance": words.percent(facts.chance)}
    lines = [words.say("predictable.foreseen", **shares), *_interval("predictable.interval", facts.bits, words)]
    if facts.median_response_s is not None:
        lines.append(words.say("predictable.time", seconds=words.number(facts.median_response_s, ".1f")))
    if facts.choices < 2:
        return Section(words.say("predictable"), lines)
    figure = drawing.predictability(of.decisions, words)
    return Section(words.say("predictable"), lines, figure=figure, alt=words.say("predictable.alt"))


def _interval(name: str, found: Mean | None, words: Words) -> list[str]:
    if found is None:
        return []
    ends = {end: words.number(getattr(found, end)) for end in ("mean", "low", "high")}
    return [words.say(name, **ends)]


def _games(of: Written) -> Section:
    words = of.words
    columns = ("game", "matches", "decisions", "foreseen", "chance", "bits", "payoff", "lead")
    rows = [
        [
            line.title,
            str(line.matches),
            str(line.decisions),
            words.percent(line.foreseen),
            words.percent(line.chance),
            words.number(line.bits),
            words.number(line.payoff),
            "" if line.margin is None else words.number(line.margin, "+z.2f"),
        ]
        for line in of.facts.games
    ]
    table = [[words.say(f"head.{column}") for column in columns], *rows]
    return Section(words.say("games"), table=table, figure=drawing.games(of.facts, words), alt=words.say("games.alt"))


def _traits(of: Written) -> Section:
    words = of.words
    rows = [
        [
            words.text(TRAITS[key].title),
            words.number(trait.mean),
            words.say("between", low=words.number(trait.low), high=words.number(trait.high)),
            words.number(trait.n, ".0f"),
        ]
        for key, trait in of.traits.items()
    ]
    if not rows:
        return Section(words.say("traits"), [words.say("nothing")])
    table = [[words.say(f"head.{column}") for column in ("trait", "mean", "interval", "observations")], *rows]
    figure = drawing.trait_intervals(of.traits, words)
    return Section(words.say("traits"), table=table, figure=figure, alt=words.say("traits.alt"))
