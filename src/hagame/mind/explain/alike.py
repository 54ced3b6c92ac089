"""Earlier turns of the same match that were most alike, and what the person did then.

Two turns are as far apart as the last rounds before them differ: the round k before counts 1 / 2^(k-1), half of it for
the person's move and half for the opponent's; where nobody answers, all of it for the person's own move and what it was
paid. Distances are divided by the most possible, so 0 is the same and 1 has nothing in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hagame.mind.language import Message, message

ROUNDS = 3
"""Rounds before a turn that are compared."""
MOST = 5
"""Turns that are told."""


class Played(NamedTuple):
    """What happened in a turn: action, the opponent's (None where nobody answers), payoff."""

    turn: int
    action: str
    opponent_action: str | None
    payoff: float


class Alike(NamedTuple):
    """An earlier turn, how far it is (0 to 1), what was done then, and the rounds before it, newest first."""

    turn: int
    distance: float
    action: str
    before: tuple[Played, ...]


def alike(past: Sequence[Played], most: int = MOST) -> list[Alike]:
    """Those earlier turns whose past is nearest to that of the coming turn; nearest first, of equals the latest.

    `past` are all turns before, in order. Turns with fewer than `ROUNDS` rounds before them are left out.
    """
    if len(past) <= ROUNDS:
        return []
    now = _before(past, len(past))
    found = [Alike(past[t].turn, distance(_before(past, t), now), past[t].action, _before(past, t))
             for t in range(ROUNDS, len(past))]  # fmt: skip
    return sorted(found, key=lambda a: (a.distance, -a.turn))[:most]


def distance(these: Sequence[Played], those: Sequence[Played]) -> float:
    """Between the rounds before two turns, newest first; 0 to 1."""
    weights = [0.5**k for k in range(len(these))]
    apart = sum(w * _apart(a, b) for w, a, b in zip(weights, these, those, strict=True))
    return apart / sum(weights)


def alike_said(found: Alike) -> Message:
    """The earlier turn in a sentence."""
    if found.distance == 0:
        return message("alike.past-exact", round=found.turn, n=len(found.before), action=found.action)
    return message("alike.past", round=found.turn, action=found.action)


def _before(past: Sequence[Played], t: int) -> tuple[Played, ...]:
    return tuple(past[t - k] for k in range(1, ROUNDS + 1))


def _apart(a: Played, b: Played) -> float:
    own = a.action != b.action
    if a.opponent_action is None and b.opponent_action is None:
        return (own + (a.payoff != b.payoff)) / 2
    return (own + (a.opponent_action != b.opponent_action)) / 2
