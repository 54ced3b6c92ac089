"""Compiled: which rows of counts a person visits, what they say, and how they are counted in.

The long memory counts whole cases, so that it can be told; a row is halved when one of its counts is full. The short
one counts fiftieths of a case and keeps four fifths of itself at each visit. Both are whole numbers of 8 bits: what is
stored is exactly what is computed with.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.contexts import LOSS as LOST
from hagame.mind.predict.contexts import TIE, WIN, WINDOW, Layout
from hagame.mind.predict.state import ANSWER, FILLED, OUTCOME, OWN, State

FULL = 255
SHORT_ONE = 50
"""One case of the short memory."""
KEPT = 205
"""256ths of the short memory that a visit leaves: it reaches back about 5 visits of the same row and ends below 252."""
STRENGTH_LONG, STRENGTH_SHORT = 24.0, 1.5
"""Cases that the context backed off to is worth, for each memory."""
TINY = 1e-9

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Plan(NamedTuple):
    """A layout as the compiled code takes it."""

    contexts: Integers
    """(E, 5): `Layout.plan`."""
    radix: Integers
    """(E, D)."""
    outcomes: Integers
    """(n, m), or empty."""
    replies: Integers
    """(m,), or empty."""
    numbers: Floats
    """Rows per stage, answers, midpoint, and the two numbers of `Layout.unit`."""


def plan_of(layout: Layout) -> Plan:
    """The arrays of a layout."""
    numbers = np.array([layout.rows, layout.n_answers, layout.midpoint, *layout.unit], dtype=np.float64)
    return Plan(layout.plan, layout.radix, layout.table.outcomes, layout.table.replies, numbers)


@compiled
def rows_of(plan: Plan, state: State, stage: int) -> Integers:
    """The row of counts that each context visits now, shape (E,)."""
    n, m = state.values.shape[2], max(int(plan.numbers[1]), 1)
    window, filled = state.window[stage], state.marks[FILLED + stage]
    past = WINDOW - 1
    values = np.empty(5 * past + 1, dtype=np.int64)
    for k in range(past):
        values[k] = window[OWN, k]
        values[past + k] = window[ANSWER, k]
        values[2 * past + k] = window[OUTCOME, k]
        values[3 * past + k] = (window[OWN, k] - window[OWN, k + 1]) % n
        values[4 * past + k] = (window[ANSWER, k] - window[ANSWER, k + 1]) % m
    values[5 * past] = 1 if filled else 0
    rows = np.empty(len(plan.contexts), dtype=np.int64)
    first = stage * int(plan.numbers[0])
    for e in range(len(rows)):
        row = 0
        if plan.contexts[e, 1] <= filled:
            row = plan.contexts[e, 0]
            for d in range(len(values)):
                row += plan.radix[e, d] * values[d]
        rows[e] = first + row
    return rows


@compiled
def anchor_of(plan: Plan, state: State, stage: int, e: int) -> int:
    """The move that the codes of context e start at."""
    kind = plan.contexts[e, 2]
    if kind == 0:
        return 0
    return int(state.window[stage, OWN if kind == 1 else ANSWER, 0])


@compiled
def counted(plan: Plan, state: State, stage: int, rows: Integers, into: Floats) -> None:
    """Smoothed probabilities of each context and memory, written to `into` (2E, n).

    p(a) = (cases(a) + s p_parent(a)) / (total + s); contexts without parent shrink to uniform. This is the Dirichlet
    form of interpolated back-off (MacKay & Peto 1995).
    """
    n = into.shape[1]
    for e in range(len(rows)):
        anchor, parent = anchor_of(plan, state, stage, e), plan.contexts[e, 4]
        for memory in range(2):
            unit, strength = (1.0, STRENGTH_LONG) if memory == 0 else (1.0 / SHORT_ONE, STRENGTH_SHORT)
            total = strength
            for a in range(n):
                total += unit * state.counts[rows[e], memory, a]
            for a in range(n):
                prior = 1.0 / n if parent < 0 else into[2 * parent + memory, a]
                cases = unit * state.counts[rows[e], memory, (a - anchor) % n]
                into[2 * e + memory, a] = (cases + strength * prior) / total


@compiled
def count(plan: Plan, state: State, stage: int, action: int, answer: int) -> None:
    """Counts one case in every visited row, in place; the silent row stays empty."""
    n, rows = state.values.shape[2], rows_of(plan, state, stage)
    for e in range(len(rows)):
        symbol = action
        if plan.contexts[e, 3]:
            if answer < 0 or len(plan.replies) == 0:
                continue
            symbol = plan.replies[answer]
        if rows[e] == stage * int(plan.numbers[0]):
            continue
        at = (symbol - anchor_of(plan, state, stage, e)) % n
        cases, short = state.counts[rows[e], 0], state.counts[rows[e], 1]
        if cases.max() == FULL:
            for a in range(n):
                cases[a] = cases[a] >> 1
        for a in range(n):
            short[a] = (np.int64(short[a]) * KEPT) >> 8
        cases[at] += 1
        short[at] += SHORT_ONE


@compiled
def outcome_of(plan: Plan, action: int, answer: int, payoff: float) -> int:
    """LOSS, TIE or WIN: by the table where there is one, else by the midpoint."""
    if len(plan.replies) and answer >= 0:
        return int(plan.outcomes[action, answer])
    middle = plan.numbers[2]
    return TIE if abs(payoff - middle) < TINY else (WIN if payoff > middle else LOST)
