"""What feedback needs to know of a match: sums over its decision log, which a database computes.

Decisions without a choice (one legal action) are in `Totals.decisions` and the scores, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hagame.rules.game import Action

Result = Literal["win", "tie", "loss"]
"""Of a round, for the player: more, as much, or less than the opponent; where nobody answers, than one's own mean."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """The move that the AI expected least: `probability` is what it had given to it."""

    turn: int
    action: Action
    probability: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all decisions.

    Of `even` choices all moves were expected alike; whatever was chosen, that is no hit. `chance` is the expected
    number of hits of somebody who guesses evenly in the other ones: the sum of 1 / legal actions. `bits` is the mean
    over choices of log2(legal actions) + log2(probability given to the action). `early` and `late` are hits and
    choices in the first and the second half. `paid_foreseen` and `paid_unforeseen` are mean payoffs per choice, None
    where there was none. `opponent_score` is None where nobody answers. `constant_sum` says that what one side gets the
    other loses.
    """

    decisions: int
    choices: int
    score: float
    opponent_score: float | None
    wins: int
    ties: int
    losses: int
    hits: int
    chance: float
    bits: float
    early: tuple[int, int]
    late: tuple[int, int]
    paid_foreseen: float | None
    paid_unforeseen: float | None
    constant_sum: bool
    surprise: Surprise | None
    even: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """All choices that were taken alike after a round that was alike: how many, foreseen, expected, paid.

    The previous round is all None in the first. `payoff` is the sum of payoffs and `squares` that of their squares.
    """

    previous_result: Result | None
    previous_action: Action | None
    previous_opponent_action: Action | None
    action: Action
    n: int
    hits: int
    chance: float
    payoff: float
    squares: float


@dataclass(frozen=True, slots=True)
class Clue:
    """One kind of evidence over the whole match.

    `nats` is the sum of what it added to the log-odds of the moves that were taken: below 0 it misled the AI.
    `message` is the statement apart from its words, where the log has it. `statement` is what it said before
    the move in `turn`, of which it spoke most clearly.
    """

    key: str
    nats: float
    turn: int
    statement: str
    message: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of strategy: noticed after `turn`, begun about round `since`, as `statement` told it then."""

    turn: int
    since: int
    statement: str
    message: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """A match in sums."""

    totals: Totals
    steps: tuple[Step, ...]
    clues: tuple[Clue, ...]
    shifts: tuple[Shift, ...] = ()
