"""Decisions as rows of numbers: the one form in which every cognitive model reads what a person did.

A row holds what was chosen and what it brought, which choices were legal, and the *covariates* of the choice: whatever
else a model looks at (payoff tables, outcomes and chances, amounts and delays, features of moves), in its own order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ACTION, OTHER, PAYOFF, STAGE, FRESH, TIME = 0, 1, 2, 3, 4, 5
"""Columns: index of the action; of the opponent's (-1 for none); payoff; stage of the game; whether a match begins;
response time in seconds (0 where it is not known)."""
LEGAL = 6
"""First of n columns that are 1 where an action was legal."""
FIRST, NEXT = 2.0, 1.0
"""In `FRESH`: the first decision of the person, and the first one of a further match; 0 elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """What one person did: `rows` (T, LEGAL + n + covariates) over n actions, in order."""

    rows: Floats
    n: int

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def actions(self) -> NDArray[np.int64]:
        """Chosen actions, shape (T,)."""
        chosen: NDArray[np.int64] = self.rows[:, ACTION].astype(np.int64)
        return chosen

    @property
    def choices(self) -> int:
        """Decisions with more than one legal action: only they tell anything."""
        return int((self.rows[:, LEGAL : LEGAL + self.n].sum(axis=1) > 1).sum())


def row_of(n: int, covariates: Floats | None = None) -> Floats:
    """A row in which everything is legal and nothing has been chosen."""
    extra = np.zeros(0) if covariates is None else np.asarray(covariates, dtype=np.float64).ravel()
    row = np.zeros(LEGAL + n + len(extra))
    row[OTHER] = -1.0
    row[LEGAL : LEGAL + n] = 1.0
    row[LEGAL + n :] = extra
    return row


def trials_of(
    n: int,
    action: Floats,
    *,
    payoff: Floats | None = None,
    other: Floats | None = None,
    stage: Floats | None = None,
    fresh: Floats | None = None,
    time: Floats | None = None,
    covariates: Floats | None = None,
) -> Trials:
    """Rows from columns of shape (T,); `covariates` has shape (T, C). `fresh` is true where a match begins."""
    count = len(action)
    rows = np.zeros((count, LEGAL + n + (0 if covariates is None else covariates.shape[1])))
    rows[:, ACTION] = action
    rows[:, OTHER] = -1.0 if other is None else other
    for column, values in ((PAYOFF, payoff), (STAGE, stage), (FRESH, fresh), (TIME, time)):
        rows[:, column] = 0.0 if values is None else values
    if count:
        rows[0, FRESH] = FIRST
    rows[:, LEGAL : LEGAL + n] = 1.0
    if covariates is not None:
        rows[:, LEGAL + n :] = covariates
    return Trials(rows, n)
