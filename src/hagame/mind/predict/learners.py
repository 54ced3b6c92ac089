"""Learning from reward: what each of a few simple learners would hold of every action by now.

All are delta rules with fixed rates, as in Rescorla & Wagner (1972), one per row: payoffs are on a scale from -1 to 1,
values start at 0. What the population does with them (temperature, sign, interplay) is learnt by the pool and the
trees.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PAID, FOREGONE, SIGN, PAIN, PLANNED, MEAN, TALLY, CHOICE, LATEST = range(9)
"""What a learner learns from: the payoff; the payoffs of all actions where they are shown (fictitious play, Camerer &
Ho 1999); only whether it paid (Haines et al. 2018); only what was lost; the best values of the stages an action leads
to (Daw et al. 2011); the payoff with rate 1/n; how rarely an action was tried (Gershman 2018); having been chosen;
the last payoff."""


class Learner(NamedTuple):
    """One row: rates for payoffs above and below the value, and what share other actions lose of theirs."""

    key: str
    kind: int
    up: float
    down: float
    fade: float = 0.0


LEARNERS = (
    Learner("slow", PAID, 0.1, 0.1),
    Learner("medium", PAID, 0.3, 0.3),
    Learner("fast", PAID, 0.7, 0.7),
    Learner("fading", PAID, 0.3, 0.3, 0.3),
    Learner("hopeful", PAID, 0.4, 0.1),
    Learner("fearful", PAID, 0.1, 0.4),
    Learner("average", MEAN, 0.0, 0.0),
    Learner("fictitious", FOREGONE, 0.1, 0.1),
    Learner("fictitious-fast", FOREGONE, 0.5, 0.5),
    Learner("frequency", SIGN, 0.2, 0.2, 0.1),
    Learner("planner", PLANNED, 0.3, 0.3),
    Learner("pain", PAIN, 0.3, 0.3, 0.05),
    Learner("latest", LATEST, 1.0, 1.0),
    Learner("novelty", TALLY, 0.0, 0.0),
    Learner("habit-slow", CHOICE, 0.1, 0.1, 0.1),
    Learner("habit-fast", CHOICE, 0.4, 0.4, 0.4),
)
VOTERS = 11
"""The first so many learners also vote in the Bayesian mixture, as softmax of `TEMPERATURE` times their values."""
TEMPERATURE = 3.0
TABLE = np.array([learner[1:] for learner in LEARNERS], dtype=np.float64)
"""(L, 4): kind, up, down, fade."""
