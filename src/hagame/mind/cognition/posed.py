"""Choices in games as rows: what a family looks at before a choice, and what it makes of the decision."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.rows import (
    ACTION,
    FIRST,
    FRESH,
    LEGAL,
    NEXT,
    OTHER,
    PAYOFF,
    STAGE,
    TIME,
    Floats,
    Trials,
    row_of,
)
from hagame.mind.model import Decision, Person
from hagame.rules.game import Situation


def suits(family: Family, situation: Situation) -> bool:
    """Whether the family can say something of such choices."""
    return family.posed is not None and len(situation.actions) > 1 and family.posed.suits(situation)


def order_of(family: Family, situation: Situation) -> list[int]:
    """The family's number of each action of the game."""
    index = family.posed.index if family.posed is not None else lambda _situation, action: action
    return [index(situation, action) for action in range(len(situation.actions))]


def row_before(family: Family, situation: Situation, fresh: float) -> Floats | None:
    """The row of a coming choice; None where the family has nothing to say. `fresh` as in `rows`."""
    known = _known(family, situation)
    if known is None:
        return None
    row = known.copy()
    row[FRESH] = fresh
    return row


@lru_cache(maxsize=4096)
def _known(family: Family, situation: Situation) -> Floats | None:
    """What the situation alone says: in many games it is the same in every round."""
    posed = family.posed
    covariates = posed.row(situation) if posed is not None and suits(family, situation) else None
    if covariates is None:
        return None
    n, order = len(situation.actions), order_of(family, situation)
    row = row_of(n, covariates)
    row[STAGE] = situation.stage
    row[LEGAL : LEGAL + n] = 0.0
    row[[LEGAL + order[action] for action in situation.legal]] = 1.0
    return row


def answer(family: Family, row: Floats, situation: Situation, decision: Decision) -> None:
    """Write into the row what was chosen, what it met and paid, and how long it took."""
    posed = family.posed
    if posed is None:
        return
    row[ACTION] = posed.index(situation, decision.action)
    row[OTHER] = posed.index(situation, decision.opponent_action) if decision.opponent_action >= 0 else -1.0
    row[PAYOFF] = posed.payoff(situation, decision.payoff)
    row[TIME] = decision.response_time_ms / 1000.0


def trials_in(family: Family, person: Person, situation: Situation) -> Trials:
    """All of a person's decisions of which the family has something to say; `situation` as in `Person.steps`.

    Raises `InvalidInput` where the family says nothing of such a game.
    """
    if not suits(family, situation):
        raise InvalidInput(f"{family.title} ({family.key}) says nothing of this game.", field="/definition")
    rows: list[Floats] = []
    for match in person.steps(situation):
        fresh = NEXT if rows else FIRST
        for posed, decision in match:
            row = row_before(family, posed, fresh)
            if row is not None:
                answer(family, row, posed, decision)
                rows.append(row)
                fresh = 0.0
    n = len(situation.actions)
    return Trials(np.array(rows) if rows else np.zeros((0, LEGAL + n)), n)
