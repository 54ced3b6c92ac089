"""Facts of one turn: what was expected, what was done, and what spoke for and against it, as the explanation has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hagame.mind.feedback.facts import Fact
from hagame.mind.feedback.words import percent
from hagame.mind.language.rendering import number
from hagame.rules.game import Action

EVEN = 1e-4
"""Probabilities that differ by less are one and the same, rounded."""
TOLD = 4
"""Parts that are told, from the widest."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an exact explanation: what it says, and the log-odds (nats) it added to the move taken."""

    statement: str
    nats: float


@dataclass(frozen=True, slots=True)
class TurnLog:
    """One decision with its opened prediction. `opponent_action` is None where nobody answers."""

    turn: int
    action: Action
    opponent_action: Action | None
    payoff: float
    prediction: Mapping[Action, float]
    why: str
    parts: Sequence[Part]


def turn_facts(log: TurnLog) -> tuple[Fact, ...]:
    """What can be said of one turn, for whoever explains it."""
    return (_expected(log), _done(log), *_reasons(log.parts))


def _expected(log: TurnLog) -> Fact:
    told = ", ".join(f"{action} {percent(p)}" for action, p in log.prediction.items())
    likeliest = max(log.prediction, key=log.prediction.__getitem__)
    possible = [p for p in log.prediction.values() if p > 0]
    if max(possible) - min(possible) < EVEN:
        found = "it had expected all your moves alike"
    else:
        found = f"it {'foresaw' if log.prediction[log.action] >= log.prediction[likeliest] else 'did not foresee'} that"
    sentence = f"Before round {log.turn} the AI expected of you: {told}. You chose {log.action}: {found}."
    return Fact("expected", sentence, {"turn": float(log.turn), **dict(log.prediction)})


def _done(log: TurnLog) -> Fact:
    against = "" if log.opponent_action is None else f"The AI had sealed {log.opponent_action}. "
    paid = f"Your {log.action} paid you {number(log.payoff)}."
    why = f' The AI said of its own move: "{log.why}"' if log.why else ""
    return Fact("done", f"{against}{paid}{why}", {"payoff": log.payoff})


def _reasons(parts: Sequence[Part]) -> Iterator[Fact]:
    widest = sorted(parts, key=lambda part: -abs(part.nats))[:TOLD]
    for i, part in enumerate(widest, 1):
        spoke = "for" if part.nats >= 0 else "against"
        sentence = f"{part.statement} This spoke {spoke} the move you made, by {number(abs(part.nats))} in log-odds."
        yield Fact(f"reason-{i}", sentence, {"nats": part.nats})
