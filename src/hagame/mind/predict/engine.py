"""One turn of the engine, compiled: what it thinks before a choice, and what it keeps of it afterwards."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.counting import Plan
from hagame.mind.predict.kernels import (
    N_LEARNERS,
    N_REACTIONS,
    centre,
    cues,
    expert_probabilities,
    held,
    inputs_of,
    learn,
    reactions,
)
from hagame.mind.predict.pool import Pool, candidates, chances, evidence_of, follow, logits_of
from hagame.mind.predict.state import State
from hagame.mind.predict.trees import Forest, attributed

Floats = NDArray[np.float64]


@lru_cache(maxsize=1024)
def legal_of(legal: tuple[int, ...], n: int) -> NDArray[np.bool_]:
    """Whether each of n actions is legal, shape (n,)."""
    allowed = np.zeros(n, dtype=np.bool_)
    allowed[list(legal)] = True
    return allowed


class Thought(NamedTuple):
    """Everything that is known before a choice. M experts, K inputs, Q slopes, n actions."""

    experts: Floats
    """(M + 1, n): probabilities, the Bayesian mixture last."""
    inputs: Floats
    """(K, n): centred."""
    evidence: Floats
    """(Q, n): what the slopes multiply."""
    pooled: Floats
    """(n,): the pool's prediction, which the slopes learn from."""
    steps: Floats
    """(n, C + 1): what the trees add for each thing that they look at, and their roots; empty without trees."""
    probabilities: Floats
    """(n,): the prediction."""
    scale: Floats
    """(1,): at most 1, what all logits were shrunk by to keep the least probability."""


@compiled
def think(
    plan: Plan, state: State, pool: Pool, forest: Forest, stage: int, legal: NDArray[np.bool_], columns: Floats
) -> Thought:
    """The prediction and all that it comes from; `columns` (n, H) are those of the situation."""
    n, part = len(legal), min(stage, len(pool.weights) - 1)
    values = np.zeros((N_LEARNERS, n))
    held(state, stage, values)
    experts = expert_probabilities(plan, state, stage, legal, values)
    reacted = np.zeros((N_REACTIONS, n))
    reactions(plan, state, stage, reacted)
    inputs = inputs_of(experts, values, reacted, columns, legal)
    evidence = evidence_of(pool, part, inputs)
    z = logits_of(evidence, state.slopes[part], pool.precision.shape[1] - len(pool.singles))
    pooled, probabilities = np.zeros(n), np.zeros(n)
    scale = chances(z, legal, pooled)
    steps = np.zeros((0, 0))
    if len(forest.roots):
        tells = cues(plan, state, stage, values)
        steps = attributed(forest, candidates(z, evidence, pool, inputs, columns, tells, state.slopes[part]))
        scores = steps.sum(axis=1)
        centre(scores, legal)
        scale = chances(z + scores, legal, probabilities)
    else:
        probabilities[:] = pooled
    return Thought(experts, inputs, evidence, pooled, steps, probabilities, np.array([scale]))


@compiled
def absorb(  # noqa: PLR0913, PLR0917 - compiled code takes numbers and arrays
    plan: Plan,
    state: State,
    pool: Pool,
    stage: int,
    action: int,
    answer: int,
    payoff: float,
    foregone: Floats,
    thought: Thought,
) -> None:
    """Learns one choice, in place; `thought` is of before it."""
    part = min(stage, len(pool.weights) - 1)
    follow(state.slopes[part], state.precision[part], pool.precision[part], thought.evidence, thought.pooled, action)
    learn(plan, state, stage, action, answer, payoff, foregone, thought.experts)
