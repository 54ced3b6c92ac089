"""What is remembered of one person in one game: arrays of fixed shape, so that cost and size never grow.

S stages, n actions, R rows of counts per stage, M experts of the Bayesian mixture, L learners, Q slopes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.contexts import WINDOW, Layout
from hagame.mind.predict.learners import LEARNERS, VOTERS

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

PENDING, MATCHES, POSITION, SEEN, RUN, FILLED = range(6)
"""Places in `State.marks`; from `FILLED` on, one for each stage."""
LOSS, STAY, STAY_WELL, STAY_BADLY, RETURNED = range(5)
"""Places in `State.pace`."""
OWN, ANSWER, OUTCOME = range(3)
"""Rows of `State.window`."""


class State(NamedTuple):
    """Everything that learns. Never changed in place once it is part of a belief."""

    counts: NDArray[np.uint8]
    """(S R, 2, n): cases by stage and row, memory and symbol."""
    shares: Floats
    """(S, M): posterior of the Bayesian mixture."""
    values: Floats
    """(L, S, n): what each learner holds of each action."""
    reach: Floats
    """(n, S): how often the first choice led to each stage; a case at the start."""
    window: Integers
    """(S, 3, WINDOW): own actions, answers and outcomes, newest first."""
    recent: Floats
    """(S, WINDOW): payoffs on the scale -1 to 1, newest first."""
    marks: Integers
    """(FILLED + S,): first choice whose outcome is open (-1: none), matches begun, rounds in this one, choices seen,
    length of the run of one action, and how many rounds of each stage's window are real."""
    pace: Floats
    """(5,): recent log-loss; how often the person repeats, at all, after good and after bad outcomes; payoff so far of
    an open choice."""
    slopes: Floats
    """(P, Q): how this person differs from the population; P is 2 in games of stages, else 1."""
    precision: Floats
    """(P, Q, Q): inverse covariance of the slopes."""


def new(layout: Layout, precision: Floats) -> State:
    """Nothing seen."""
    stages, n = layout.stages, layout.n_actions
    experts = 2 * len(layout.contexts) + VOTERS
    marks = np.zeros(FILLED + stages, dtype=np.int64)
    marks[PENDING] = -1
    return State(
        counts=np.zeros((stages * layout.rows, 2, n), dtype=np.uint8),
        shares=np.full((stages, experts), 1 / experts, dtype=np.float32),
        values=np.zeros((len(LEARNERS), stages, n), dtype=np.float32),
        reach=np.ones((n, stages), dtype=np.float32),
        window=np.zeros((stages, 3, WINDOW), dtype=np.int64),
        recent=np.zeros((stages, WINDOW), dtype=np.float32),
        marks=marks,
        pace=np.array([0.0, 0.5, 0.5, 0.5, 0.0], dtype=np.float32),
        slopes=np.zeros(precision.shape[:2], dtype=np.float32),
        precision=precision.copy(),
    )


def copied(state: State) -> State:
    """A state that may be changed without the other noticing."""
    return State(
        state.counts.copy(),
        state.shares.copy(),
        state.values.copy(),
        state.reach.copy(),
        state.window.copy(),
        state.recent.copy(),
        state.marks.copy(),
        state.pace.copy(),
        state.slopes.copy(),
        state.precision.copy(),
    )
