"""Compiled: what each input adds to the logits of a prediction, and the cases that speak for it.

The pool is linear in its inputs, so each input contributes its weight (the population's, and the person's slopes) times
itself. The Bayesian mixture is one of the inputs: log(n p) = log(1 + d) with d = sum_e d_e, d_e = share_e (n p_e - 1),
and expert e's part of it is d_e log(1 + d) / d, its integrated gradient from the uniform distribution (Sundararajan,
Taly & Yan 2017). A tree's score is the sum of the steps along its path, each of which belongs to the column it looks
at. So all parts add up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.counting import Integers, Plan, anchor_of, rows_of
from hagame.mind.predict.engine import Thought
from hagame.mind.predict.kernels import tried
from hagame.mind.predict.pool import Pool
from hagame.mind.predict.population import GROUPS
from hagame.mind.predict.state import State

TINY = 1e-9
"""Below this, log(1 + d) / d is 1 as far as rounding goes."""
_FIRST = 1 + len(GROUPS)
"""The first column of the trees' table that is an input of the pool."""

Floats = NDArray[np.float64]
Legal = NDArray[np.bool_]


class Told(NamedTuple):
    """What there is to say of a prediction. G groups of parts that say something, T of them told, n actions."""

    groups: Integers
    """(G,): their numbers, widest log-odds first; the first T are told."""
    log_odds: Floats
    """(T + 1, n): of those told, and the sum of the others."""
    cited: Integers
    """(T, 5): the action that each favours, the context that speaks most for it (-1: none), the row of counts that this
    visits, the cases of the action in that row, and all cases in it."""


class Parts(NamedTuple):
    """E contexts, I other inputs but the mixture, n actions."""

    log_odds: Floats
    """(E + I + 1, n): each context (both memories together), each other input, and the rest of the trees; they sum to
    the logits of the prediction."""
    grouped: Floats
    """(G, n): the same by group."""
    rows: Integers
    """(E,): rows of counts that the contexts visit."""
    cases: Integers
    """(E, n): cases of each action in those rows, in the long memory."""
    chosen: Integers
    """(n,): cases of each action in this match."""


@compiled
def parts_of(
    plan: Plan, state: State, pool: Pool, stage: int, legal: Legal, thought: Thought, groups: Integers
) -> Parts:
    """The parts of the prediction in `thought`; `groups` (E + I + 1,) says which group each of them belongs to."""
    contexts, n = len(plan.contexts), thought.inputs.shape[1]
    weights = _weights(pool, state, stage)
    owed = thought.inputs * weights.reshape((-1, 1))
    mixture = 2 * contexts
    owed[mixture] = 0.0
    if thought.inputs[mixture].any():
        _add_mixture(state.shares[stage], thought.experts, weights[mixture], legal, mixture, owed)
    found = np.zeros((contexts + len(owed) - mixture, n))
    if thought.steps.size:
        _add_trees(thought.steps, legal, mixture, owed, found[len(found) - 1])
    for e in range(contexts):
        found[e] = owed[2 * e] + owed[2 * e + 1]
    found[contexts : len(found) - 1] = owed[mixture + 1 :]
    found *= thought.scale[0]
    grouped = np.zeros((groups.max() + 1, n))
    for k in range(len(found)):
        grouped[groups[k]] += found[k]
    rows = rows_of(plan, state, stage)
    return Parts(found, grouped, rows, _cases(plan, state, stage, rows, n), tried(state, stage))


@compiled
def told_of(
    plan: Plan, state: State, pool: Pool, stage: int, legal: Legal, thought: Thought, groups: Integers, most: int
) -> Told:
    """The parts of the prediction by group, at most `most` of them told; `groups` as in `parts_of`.

    A context that has not come up yet speaks for the one it backs off to, so that one is cited.
    """
    parts, contexts = parts_of(plan, state, pool, stage, legal, thought, groups), plan.contexts
    order = _widest_first(parts.grouped, groups[: len(contexts)])
    told = min(most, len(order))
    log_odds, cited = np.zeros((told + 1, len(legal))), np.zeros((told, 5), dtype=np.int64)
    for k in range(len(order)):
        log_odds[min(k, told)] += parts.grouped[order[k]]
    for k in range(told):
        action, e = _favoured(log_odds[k], legal), -1
        for context in range(len(contexts)):
            if groups[context] == order[k] and (e < 0 or parts.log_odds[context, action] > parts.log_odds[e, action]):
                e = context
        while e >= 0 and not parts.cases[e].any() and contexts[e, 4] >= 0:
            e = contexts[e, 4]
        cases = parts.chosen if e < 0 else parts.cases[e]
        cited[k] = (action, e, parts.rows[e] if e >= 0 else -1, cases[action], cases.sum())
    return Told(order, log_odds, cited)


@compiled
def _widest_first(grouped: Floats, of_contexts: Integers) -> Integers:
    """Numbers of groups, by falling spread of their log-odds (G, n), without those that say nothing of any action."""
    spread = np.empty(len(grouped))
    for g in range(len(grouped)):
        says_something = grouped[g].any() or (of_contexts == g).any()
        # Illegal actions have 0, which lies between, as parts are centred.
        spread[g] = grouped[g].max() - grouped[g].min() if says_something else -1.0
    order = np.argsort(-spread, kind="mergesort")
    return order[: (spread >= 0).sum()]


@compiled
def _favoured(log_odds: Floats, legal: Legal) -> int:
    """The legal action with the highest log-odds (n,), the first of several."""
    best = -1
    for a in range(len(legal)):
        if legal[a] and (best < 0 or log_odds[a] > log_odds[best]):
            best = a
    return best


@compiled
def _weights(pool: Pool, state: State, stage: int) -> Floats:
    """What each input is multiplied with, shape (K,)."""
    part = min(stage, len(pool.weights) - 1)
    slopes = state.slopes[part]
    groups = len(slopes) - len(pool.singles)
    found: Floats = pool.weights[part].copy()
    for k in range(len(found)):
        found[k] *= 1 + np.float64(slopes[pool.groups[k]])
    for i in range(len(pool.singles)):
        found[pool.singles[i]] += np.float64(slopes[groups + i]) * pool.units[pool.singles[i]]
    return found


@compiled
def _add_mixture(shares: Floats, experts: Floats, weight: float, legal: Legal, mixture: int, owed: Floats) -> None:
    """Adds the parts that experts have in the mixture, centred over the legal actions, to `owed` (K, n)."""
    size, n, total = legal.sum(), len(legal), 0.0
    for share in shares:
        total += np.float64(share)
    slope = np.zeros(n)
    for a in range(n):
        d = size * experts[len(experts) - 1, a] - 1
        slope[a] = np.log1p(d) / d if abs(d) > TINY else 1.0
    inner = np.zeros(n)
    for e in range(len(shares)):
        own, mean = np.float64(shares[e]) * size / total, 0.0
        for a in range(n):
            if legal[a]:
                inner[a] = own * (experts[e, a] - 1 / size) * slope[a]
                mean += inner[a] / size
        k = e if e < mixture else e + 1
        for a in range(n):
            if legal[a]:
                owed[k, a] += weight * (inner[a] - mean)


@compiled
def _add_trees(steps: Floats, legal: Legal, mixture: int, owed: Floats, rest: Floats) -> None:
    """Adds what the trees owe to each input to `owed` (K, n), and all else of theirs to `rest` (n,)."""
    size = legal.sum()
    for c in range(steps.shape[1]):
        mean = 0.0
        for a in range(len(legal)):
            mean += steps[a, c] / size if legal[a] else 0.0
        k = c - _FIRST
        for a in range(len(legal)):
            if legal[a]:
                if 0 <= k < len(owed) and k != mixture:
                    owed[k, a] += steps[a, c] - mean
                else:
                    rest[a] += steps[a, c] - mean


@compiled
def _cases(plan: Plan, state: State, stage: int, rows: Integers, n: int) -> Integers:
    found = np.zeros((len(rows), n), dtype=np.int64)
    for e in range(len(rows)):
        anchor = anchor_of(plan, state, stage, e)
        for a in range(n):
            found[e, a] = state.counts[rows[e], 0, (a - anchor) % n]
    return found
