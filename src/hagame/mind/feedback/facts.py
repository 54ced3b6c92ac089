"""From the sums of a match to facts in sentences, and to what may be tried next time.

A fact is one sentence whose every number was computed here. What is said of a match is these sentences; a language
model may say them in other words, and `grounding` holds its numbers against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hagame.mind.cognition import Trait
from hagame.mind.feedback import words
from hagame.mind.feedback.habits import LEVEL, Habit, habits, later_more, tail
from hagame.mind.feedback.log import Clue, Log, Totals

ENOUGH = 10
"""Choices from which on something can be said of a person."""
CLEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Fact:
    """`key` names what it is about, e.g. `predictability`; `values` are its numbers, unrounded."""

    key: str
    sentence: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the engine says of a match: one line, the facts behind it, and what to try."""

    headline: str
    facts: tuple[Fact, ...]
    advice: tuple[str, ...]

    @property
    def advice_facts(self) -> tuple[Fact, ...]:
        """The advice as facts, for whoever writes from facts alone."""
        return tuple(Fact(f"advice-{i}", sentence, {}) for i, sentence in enumerate(self.advice, 1))


def feedback(log: Log, traits: Mapping[str, Trait] | None = None) -> Feedback:
    """Facts of a match with at least one decision; `traits` are those inferred in it, if it was modelled."""
    totals = log.totals
    found = habits(log.steps)
    facts = [
        _score(totals),
        *(_predictability(totals) if totals.choices else ()),
        *(_habit(f"habit-{i}", habit) for i, habit in enumerate(found, 1)),
        *_shifts(log),
        *_actions(log),
        *_clue(log.clues),
        *_use(totals),
        *_surprise(totals),
        *trait_facts(traits or {}),
    ]
    return Feedback(_headline(totals), tuple(facts), tuple(_advice(totals, found)))


def trait_facts(traits: Mapping[str, Trait]) -> Iterator[Fact]:
    """Inferred traits with their intervals."""
    for key, trait in traits.items():
        values = {"mean": trait.mean, "low": trait.low, "high": trait.high, "n": float(trait.n)}
        yield Fact(f"trait-{key}", words.trait(key, trait), values)


def is_read(totals: Totals) -> bool:
    """Whether the AI foresaw more than even guessing does, at the usual level of five in a hundred."""
    if totals.choices == totals.even:
        return False
    return tail(totals.hits, totals.choices, totals.chance / totals.choices) < LEVEL


def _headline(totals: Totals) -> str:
    if totals.choices < ENOUGH:
        return words.TOO_FEW
    return words.READ if is_read(totals) else words.NOT_READ


def _score(totals: Totals) -> Fact:
    values = {"decisions": float(totals.decisions), "score": totals.score}
    if totals.opponent_score is not None:
        values |= {"opponent_score": totals.opponent_score}
        values |= {"wins": float(totals.wins), "ties": float(totals.ties), "losses": float(totals.losses)}
    return Fact("score", words.score(totals), values)


def _predictability(totals: Totals) -> Iterator[Fact]:
    share, chance = totals.hits / totals.choices, totals.chance / totals.choices
    values = {"hits": float(totals.hits), "choices": float(totals.choices), "share": share, "chance": chance}
    yield Fact("predictability", words.predictability(totals), values | {"bits": totals.bits})
    if totals.even:
        yield Fact("even", words.even(totals), {"even": float(totals.even)})
    (early, before), (late, after) = totals.early, totals.late
    if before >= ENOUGH and after >= ENOUGH:
        learnt = {"early": float(early), "of_early": float(before), "late": float(late), "of_late": float(after)}
        yield Fact("learning", words.learning(totals), learnt)


def _habit(key: str, habit: Habit) -> Fact:
    values = {"taken": float(habit.taken), "seen": float(habit.seen), "chance": habit.share}
    values |= {"foreseen": float(habit.foreseen), "paid": habit.paid}
    return Fact(key, words.habit(habit), values)


def _shifts(log: Log) -> Iterator[Fact]:
    """The changes of strategy that were noticed."""
    for i, shift in enumerate(log.shifts, 1):
        yield Fact(f"change-{i}", words.change(shift), {"since": float(shift.since), "turn": float(shift.turn)})


def _actions(log: Log) -> Iterator[Fact]:
    """The action that paid best and the one that paid worst, of those taken often enough."""
    sums: dict[str, tuple[int, float]] = {}
    for step in log.steps:
        n, payoff = sums.get(step.action, (0, 0.0))
        sums[step.action] = n + step.n, payoff + step.payoff
    often = {action: (payoff / n, n) for action, (n, payoff) in sums.items() if n >= ENOUGH}
    if len(often) < 2:
        return
    best, worst = (choose(often, key=lambda action: often[action][0]) for choose in (max, min))
    if often[best][0] - often[worst][0] > CLEAR:
        values = {"best": often[best][0], "best_n": float(often[best][1])}
        values |= {"worst": often[worst][0], "worst_n": float(often[worst][1])}
        yield Fact("actions", words.actions((best, *often[best]), (worst, *often[worst])), values)


def _clue(clues: Sequence[Clue]) -> Iterator[Fact]:
    """The kind of evidence that told the AI most, if any helped it."""
    best = max(clues, key=lambda clue: clue.nats, default=None)
    if best is not None and best.nats > 0:
        yield Fact("clue", words.clue(best), {"turn": float(best.turn), "nats": best.nats})


def _use(totals: Totals) -> Iterator[Fact]:
    foreseen, unforeseen = totals.paid_foreseen, totals.paid_unforeseen
    if foreseen is not None and unforeseen is not None and totals.choices >= ENOUGH:
        yield Fact("use", words.use(foreseen, unforeseen), {"foreseen": foreseen, "unforeseen": unforeseen})


def _surprise(totals: Totals) -> Iterator[Fact]:
    if totals.surprise is not None:
        values = {"turn": float(totals.surprise.turn), "probability": totals.surprise.probability}
        yield Fact("surprise", words.surprise(totals.surprise), values)


def _advice(totals: Totals, found: Sequence[Habit]) -> Iterator[str]:
    """What follows from the facts; of being read only where what one side gets the other loses."""
    if totals.choices < ENOUGH:
        yield words.PLAY_ON
        return
    worst, best = (choose(found, key=lambda habit: habit.gain, default=None) for choose in (min, max))
    if worst is not None and worst.gain < 0:
        yield words.break_it(worst)
    # A habit that is read does not go on paying where what one side gets the other loses.
    if best is not None and best.gain > 0 and not (totals.constant_sum and is_read(totals)):
        yield words.keep_it(best)
    if totals.constant_sum:
        yield from _on_being_read(totals, found)


def _on_being_read(totals: Totals, found: Sequence[Habit]) -> Iterator[str]:
    if not is_read(totals):
        yield words.KEEP_MIXING
        return
    if not found:
        yield words.DRAW_LOTS
    (early, before), (late, after) = totals.early, totals.late
    if later_more(early, before, late, after) < LEVEL:
        yield words.CHANGE_MIDWAY
