"""Many people's decisions as arrays, and what the experts said before each of them.

This is how populations are learnt from: `replayed` runs the very code that plays, compiled, over a whole person.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.model import Decision, Person
from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.contexts import Layout, Payoffs, layout_of
from hagame.mind.predict.counting import Plan, plan_of
from hagame.mind.predict.kernels import (
    CUES,
    N_LEARNERS,
    N_REACTIONS,
    cues,
    expert_probabilities,
    held,
    inputs_of,
    learn,
    next_match,
    reactions,
)
from hagame.mind.predict.pool import Pool, candidates, chances, evidence_of, follow, logits_of
from hagame.mind.predict.population import told_columns
from hagame.mind.predict.state import State, new
from hagame.rules.game import Situation

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """One person's T decisions among n actions in the order in which they were taken, H columns each.

    Where only the share of many people is known, each situation is a stream of one decision without an action.
    """

    layout: Layout
    fresh: NDArray[np.bool_]
    """(T,): a new match begins here; the first one does not count."""
    stage: NDArray[np.int64]
    legal: NDArray[np.bool_]
    """(T, n)."""
    action: NDArray[np.int64]
    """(T,): -1 where nothing is to be learnt."""
    answer: NDArray[np.int64]
    payoff: Floats
    foregone: Floats
    """(T, n): not a number where unknown."""
    columns: Floats
    """(T, n, H)."""
    target: Singles
    """(T, n): share of choices, 1 for what was chosen."""

    def __len__(self) -> int:
        return len(self.action)


def stream_of(person: Person, situation: Situation) -> Stream:
    """The decisions of a person, all taken in the same situation. Raises `InvalidInput` where one was not possible."""
    decisions = [decision for match in person.matches for decision in match]
    starts = np.cumsum([0, *(len(match) for match in person.matches if match)])[:-1]
    t, n = len(decisions), len(situation.actions)
    action = np.array([d.action for d in decisions], dtype=np.int64)
    if not set(action.tolist()) <= set(situation.legal):
        raise InvalidInput("A person took an action that was not legal.", field="/data")
    fresh = np.zeros(t, dtype=np.bool_)
    fresh[starts[starts < t]] = True
    legal = np.zeros((t, n), dtype=np.bool_)
    legal[:, list(situation.legal)] = True
    return Stream(
        layout=layout_of(situation),
        fresh=fresh,
        stage=np.zeros(t, dtype=np.int64),
        legal=legal,
        action=action,
        answer=np.array([d.opponent_action for d in decisions], dtype=np.int64),
        payoff=np.array([d.payoff for d in decisions], dtype=np.float64),
        foregone=np.array([foregone(situation, d) for d in decisions]).reshape(t, n),
        columns=np.ascontiguousarray(np.broadcast_to(told := told_columns(situation), (t, *told.shape))),
        target=np.eye(n, dtype=np.float32)[action],
    )


def foregone(situation: Situation, decision: Decision) -> Floats:
    """What each action would have paid, shape (n,): told, or by the table; not a number where unknown."""
    if decision.foregone:
        return np.array(decision.foregone, dtype=np.float64)
    return _column(situation.payoffs, decision.opponent_action, len(situation.actions))


@lru_cache(maxsize=1024)
def _column(payoffs: Payoffs, answer: int, n: int) -> Floats:
    if not payoffs or answer < 0:
        return np.full(n, np.nan)
    return np.array([row[answer] for row in payoffs], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the experts said before each of T decisions, from the same person's past alone."""

    inputs: Singles
    """(T, K, n)."""
    cues: Singles
    """(T, n, CUES)."""


def replayed(stream: Stream) -> Said:
    """The inputs of the pool before each decision of this person."""
    layout, (t, n) = stream.layout, stream.legal.shape
    k = 2 * len(layout.contexts) + 1 + N_LEARNERS + N_REACTIONS + stream.columns.shape[2]
    said = Said(np.empty((t, k, n), dtype=np.float32), np.empty((t, n, CUES), dtype=np.float32))
    state = new(layout, np.ones((1, 1, 1), dtype=np.float32))
    _replay(
        plan_of(layout),
        state,
        stream.fresh,
        stream.stage,
        stream.legal,
        stream.action,
        stream.answer,
        stream.payoff,
        stream.foregone,
        stream.columns,
        said.inputs,
        said.cues,
    )
    return said


@compiled
def _replay(  # noqa: PLR0913, PLR0917 - compiled code takes numbers and arrays
    plan: Plan,
    state: State,
    fresh: NDArray[np.bool_],
    stage: NDArray[np.int64],
    legal: NDArray[np.bool_],
    action: NDArray[np.int64],
    answer: NDArray[np.int64],
    payoff: Floats,
    foregone: Floats,
    columns: Floats,
    inputs: Singles,
    found_cues: Singles,
) -> None:
    values = np.zeros((N_LEARNERS, legal.shape[1]))
    reacted = np.zeros((N_REACTIONS, legal.shape[1]))
    for t in range(len(action)):
        if fresh[t] and t:
            next_match(state)
        held(state, stage[t], values)
        experts = expert_probabilities(plan, state, stage[t], legal[t], values)
        reactions(plan, state, stage[t], reacted)
        inputs[t] = inputs_of(experts, values, reacted, columns[t], legal[t])
        found_cues[t] = cues(plan, state, stage[t], values)
        if action[t] >= 0:
            learn(plan, state, stage[t], action[t], answer[t], payoff[t], foregone[t], experts)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What a pool makes of a person, before each decision and in the end."""

    logits: Floats
    """(T, n)."""
    tables: Singles
    """(T, n, C): what trees look at; empty if not asked for."""
    slopes: Singles
    """(P, Q): in the end."""
    precision: Singles
    """(P, Q, Q)."""


def followed(stream: Stream, said: Said, pool: Pool, learns: NDArray[np.bool_], *, tables: bool) -> Followed:
    """The pool's logits before each decision, its slopes following the decisions that it `learns` (T,) from."""
    t, n = stream.legal.shape
    width = 1 + pool.precision.shape[1] - len(pool.singles) + said.inputs.shape[1]
    width += stream.columns.shape[2] + CUES + pool.precision.shape[1]
    found = Followed(
        np.empty((t, n)),
        np.empty((t, n, width) if tables else (0, 0, 0), dtype=np.float32),
        np.zeros(pool.precision.shape[:2], dtype=np.float32),
        pool.precision.copy(),
    )
    part = np.minimum(stream.stage, len(pool.weights) - 1)
    learnt = learns & (stream.action >= 0)
    _follow(
        pool, said.inputs, said.cues, stream.columns, stream.legal, stream.action, part, learnt,
        found.logits, found.tables, found.slopes, found.precision,
    )  # fmt: skip
    return found


@compiled
def _follow(  # noqa: PLR0913, PLR0917 - compiled code takes numbers and arrays
    pool: Pool,
    inputs: Singles,
    found_cues: Singles,
    columns: Floats,
    legal: NDArray[np.bool_],
    action: NDArray[np.int64],
    part: NDArray[np.int64],
    learnt: NDArray[np.bool_],
    logits: Floats,
    tables: Singles,
    slopes: Singles,
    precision: Singles,
) -> None:
    p = np.zeros(legal.shape[1])
    groups = pool.precision.shape[1] - len(pool.singles)
    for t in range(len(action)):
        x, k = inputs[t].astype(np.float64), part[t]
        y = evidence_of(pool, k, x)
        z = logits_of(y, slopes[k], groups)
        logits[t] = z
        if len(tables):
            tables[t] = candidates(z, y, pool, x, columns[t], found_cues[t].astype(np.float64), slopes[k])
        if learnt[t]:
            chances(z, legal[t], p)
            follow(slopes[k], precision[k], pool.precision[k], y, p, action[t])
