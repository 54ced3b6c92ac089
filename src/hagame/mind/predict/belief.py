"""What is known of one person, and what follows from it for one choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Probabilities
from hagame.mind.predict.contexts import Layout
from hagame.mind.predict.counts import Counts


class Evidence(NamedTuple):
    """What the experts say before a choice; E contexts, each with a long and a short memory."""

    rows: NDArray[np.int64]
    """(E,)"""
    cases: NDArray[np.float64]
    """(E, 2, n): cases per context, memory and action."""
    experts: NDArray[np.float64]
    """(2E + 1, n): probabilities over the legal actions, 0 elsewhere; the last is the Bayesian mixture."""
    inputs: NDArray[np.float64]
    """(2E + 1, n): their centred logs."""
    grouped: NDArray[np.float64]
    """(G, n): weighted inputs, summed within groups."""
    scale: float
    """At most 1: what all logits were shrunk by to keep the least probability."""
    probabilities: Probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """What is known of one person in one game. A value: nothing in it is ever changed in place."""

    layout: Layout
    prior: NDArray[np.float64]
    """(G, 2E + 1): the population's weights; not stored, they belong to the engine's version."""
    own: tuple[int, ...]
    """Last `WINDOW` own actions, newest first; those before the first round are 0."""
    opponent: tuple[int, ...]
    filled: int
    """How many rounds of the window are real."""
    seen: int
    """Choices learnt from, over all matches."""
    counts: Counts
    gains: NDArray[np.float32]
    """(G,): how far this person's evidence of each group is trusted."""
    precision: NDArray[np.float32]
    """(G, G): inverse precision of the gains."""
    shares: NDArray[np.float32]
    """(2E,): posterior of the Bayesian mixture."""
    memo: list[tuple[tuple[int, ...], Evidence]] = field(default_factory=list, init=False, repr=False)
    """The evidence once gathered: predict, explain and update of one turn share it."""
