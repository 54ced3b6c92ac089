"""Learning from a population: the pool's weights, how people differ, and the trees, from many people's decisions.

Every input is what an expert said of a person *before* the decision, having learnt from that person's past alone, so
the fit learns whom to trust and nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.boosting import BINS, Candidates, Growth, binned, boosted, edges_of
from hagame.mind.predict.kernels import CUES, ROUND_CUE
from hagame.mind.predict.pool import Pool
from hagame.mind.predict.population import Population, empty_pool, keys_of
from hagame.mind.predict.streams import Said, Stream, followed
from hagame.mind.predict.trees import NONE, Gate, Trees, add_scores, gated

RIDGE = 3e-3
"""Penalty on the squared weights of inputs in their units, per decision; 3e-4 to 1e-2 make no difference."""
PENALTY_OF_GAMES = 1.0
"""Over the number of games, people or problems: the penalty on weights of the situation's columns."""
STEPS = 25
FIRST_SD = 0.5
"""Standard deviation of slopes that the estimation of their covariance starts from."""
ROUNDS_OF_EM = 4
PEOPLE_OF_EM = 150
DECISIONS_OF_FIT = 60_000
"""More are drawn from at random: a hundred weights need no more."""
LEAST_PEOPLE = 15
"""With fewer there is nobody to decide the number of trees on, and none are grown."""
FEW_UNITS, FOLDS_OF_FEW = 60, 8
"""With fewer games (or people) trees would learn them by heart: they see less of them, and more sets of them are
averaged, each judged on other games."""
HELD_OUT = 0.15
"""Share of the people on whom the number of trees is decided."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """One person: decisions, what the experts said before each, and how much each of them (T,) counts in a fit.

    `unit` (T,) numbers what may be new to the engine all at once: a person (then it is None), a game or a problem.
    """

    stream: Stream
    said: Said
    weight: Floats
    unit: NDArray[np.int64] | None = None

    @property
    def part(self) -> NDArray[np.int64]:
        """(T,): 0 for first choices, 1 for later ones in games of stages."""
        return np.minimum(self.stream.stage, 1)


def fit_population(
    people: Sequence[Observed], growth: Growth | None = None, *, bags: int = 1, seed: int = 0
) -> Population:
    """All that the engine takes from other people. Raises `ValueError` when no decision counts.

    `bags` sets of trees are grown, each judged on other people, and averaged.
    """
    if not any((person.weight > 0).any() for person in people):
        raise ValueError("nobody has a decision to learn from")
    rng = np.random.default_rng(seed)
    layout, columns = people[0].stream.layout, people[0].stream.columns.shape[2]
    pool = _pool_units(people, empty_pool(layout, columns))
    for part in range(len(pool.weights)):
        pool.weights[part] = _weights(people, pool, part, rng)
    pool = _with_covariance(people, pool, rng)
    trees = _trees(people, pool, growth or Growth(), bags, rng) if len(people) >= LEAST_PEOPLE else NONE
    return Population(keys_of(layout, columns), pool, trees, _defaults(people))


def _defaults(people: Sequence[Observed]) -> Floats:
    """The median of each column over the decisions of these people."""
    if not people[0].stream.columns.shape[2]:
        return np.zeros(0)
    rows = [p.stream.columns[p.weight > 0].reshape(-1, p.stream.columns.shape[2])[::7] for p in people]
    return np.asarray(np.median(np.concatenate([row for row in rows if len(row)]), axis=0), dtype=np.float64)


def _pool_units(people: Sequence[Observed], pool: Pool) -> Pool:
    """The pool with the units of the situation's columns: one over their spread among the options of a choice."""
    columns = people[0].stream.columns.shape[2]
    if not columns:
        return pool
    squares, count = np.zeros(columns), 0.0
    for person in people:
        x = person.said.inputs[person.weight > 0, -columns:]
        squares += (x.astype(np.float64) ** 2).sum(axis=(0, 2))
        count += person.stream.legal[person.weight > 0].sum()
    spread = np.sqrt(squares / max(count, 1.0))
    units = pool.units.copy()
    units[-columns:] = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0.0)
    return pool._replace(units=units)


def _weights(people: Sequence[Observed], pool: Pool, part: int, rng: np.random.Generator) -> Floats:
    """Weights (K,) that minimise mean log-loss + `RIDGE` |w|^2, by Newton's method (the problem is convex)."""
    chosen = [(i, t) for i, p in enumerate(people) for t in np.flatnonzero((p.weight > 0) & (p.part == part))]
    if not chosen:
        return np.zeros(len(pool.units))
    if len(chosen) > DECISIONS_OF_FIT:
        chosen = [chosen[j] for j in np.sort(rng.choice(len(chosen), DECISIONS_OF_FIT, replace=False))]
    by_person: dict[int, list[int]] = {}
    for i, t in chosen:
        by_person.setdefault(i, []).append(int(t))
    x = np.concatenate([people[i].said.inputs[ts] for i, ts in by_person.items()])
    x = np.ascontiguousarray(x.transpose(0, 2, 1)) * pool.units.astype(np.float32)
    penalty = _penalties(people, len(pool.units))
    legal = np.concatenate([people[i].stream.legal[ts] for i, ts in by_person.items()])
    target = np.concatenate([people[i].stream.target[ts] for i, ts in by_person.items()]).astype(np.float32)
    weight = np.concatenate([people[i].weight[ts] for i, ts in by_person.items()])
    w = np.zeros(x.shape[2])
    for _ in range(STEPS):
        step = _newton_step(x, legal, target, weight.astype(np.float32), w, penalty)
        w -= step
        if np.abs(step).max() < 1e-4:
            break
    found: Floats = w * pool.units
    return found


def _penalties(people: Sequence[Observed], inputs: int) -> Floats:
    """Of each input's squared weight, (K,); columns are known only as well as there are games to know them by."""
    columns = people[0].stream.columns.shape[2]
    found = np.full(inputs, RIDGE)
    if columns:
        found[-columns:] = max(RIDGE, PENALTY_OF_GAMES / len(np.unique(_units(people))))
    return found


def _units(people: Sequence[Observed]) -> NDArray[np.int64]:
    """The unit of each decision that counts, one after the other."""
    parts = [(np.full(len(p.stream), i) if p.unit is None else p.unit)[p.weight > 0] for i, p in enumerate(people)]
    return np.concatenate(parts).astype(np.int64)


def _newton_step(
    x: NDArray[np.float32],
    legal: NDArray[np.bool_],
    target: NDArray[np.float32],
    weight: NDArray[np.float32],
    w: Floats,
    penalty: Floats,
) -> Floats:
    """Inverse Hessian times gradient of the penalised mean log-loss; x is (N, n, K), target (N, n), weight (N,)."""
    z = np.where(legal, x @ w.astype(np.float32), -np.inf)
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    total = float(weight.sum())
    expected = np.matmul(p[:, None, :], x)[:, 0]
    residual = (p - target) * weight[:, None]
    gradient = x.reshape(-1, len(w)).T @ residual.ravel() / total + 2 * penalty * w
    rooted = (x * np.sqrt(p * weight[:, None])[:, :, None]).reshape(-1, len(w))
    curvature = (rooted.T @ rooted - (expected * weight[:, None]).T @ expected) / total
    step: Floats = np.linalg.solve(curvature.astype(np.float64) + 2 * np.diag(penalty), gradient)
    limit = np.abs(step).max()
    return step if limit < 2 else step * (2 / limit)


def _with_covariance(people: Sequence[Observed], pool: Pool, rng: np.random.Generator) -> Pool:
    """The pool with the covariance of people's slopes, by EM over their filtered posteriors (Laird & Ware 1982)."""
    size = pool.precision.shape[1]
    pool = pool._replace(precision=np.broadcast_to(np.eye(size) / FIRST_SD**2, pool.precision.shape).astype(np.float32))
    able = [p for p in people if (p.stream.action >= 0).sum() > 1]
    if len(able) < 5:
        return pool
    drawn = rng.permutation(len(able))[:PEOPLE_OF_EM]
    for _ in range(ROUNDS_OF_EM):
        ends = [_end(able[i], pool) for i in drawn]
        precision = pool.precision.copy()
        for part in range(len(precision)):
            second = np.mean([np.outer(m[part], m[part]) + np.linalg.inv(c[part]) for m, c in ends], axis=0)
            shrunk = 0.9 * second + 0.1 * np.diag(np.diag(second)) + 1e-4 * np.eye(size)
            precision[part] = np.linalg.inv(shrunk)
        pool = pool._replace(precision=precision)
    return pool


def _end(person: Observed, pool: Pool) -> tuple[Floats, Floats]:
    found = followed(person.stream, person.said, pool, person.weight > 0, tables=False)
    return found.slopes.astype(np.float64), found.precision.astype(np.float64)


def _trees(people: Sequence[Observed], pool: Pool, growth: Growth, bags: int, rng: np.random.Generator) -> Trees:
    """Trees on top of what the pool says of these people."""
    data, unit = _candidates(people, pool), _units(people)
    units = rng.permutation(np.unique(unit))
    if _effective(unit, data.weight) < FEW_UNITS:
        allowed = _seen_of_few(people, unit, pool, len(data.bins))
        return _trees_of_few(data, unit, units, growth, allowed, _rounds(people, pool))
    sets = []
    for bag in range(bags):
        held = units[bag :: max(round(1 / HELD_OUT), bags)]
        sets.append(boosted(data, np.isin(unit, held), growth, np.arange(len(data.bins)), seed=bag)[0])
    return averaged(sets)


def _effective(unit: NDArray[np.int64], weight: Floats) -> float:
    """How many units of equal weight would count as much as these (Kish 1965): a few large games beside many people."""
    mass = np.bincount(unit, weights=weight)
    return float(mass.sum() ** 2 / (mass**2).sum())


def _trees_of_few(
    data: Candidates,
    unit: NDArray[np.int64],
    units: NDArray[np.int64],
    growth: Growth,
    allowed: NDArray[np.int64],
    rounds: tuple[NDArray[np.bool_], int],
) -> Trees:
    """Sets of trees, each grown without some units and stopped where it served those best, averaged.

    Openings of a match and later decisions are stopped apart: what people do before they have met anybody hangs on the
    game, of which few games teach little; what they answer hangs on each other.
    """
    later, column = rounds
    parts = min(FOLDS_OF_FEW, len(units))
    sets = []
    for part in range(parts):
        held = np.isin(unit, units[part::parts])
        trees, losses = boosted(data, held, growth, allowed, seed=part, kind=later.astype(np.int64))
        if later.any() and not later.all():
            openings, others = losses.argmin(axis=0).tolist()
            trees = gated(trees, min(openings, others), Gate(column, 0.5, above=others > openings))
        sets.append(trees)
    return averaged(sets)


def _rounds(people: Sequence[Observed], pool: Pool) -> tuple[NDArray[np.bool_], int]:
    """Whether each decision comes later than the first of its match, and where trees find how many came before."""
    later = [p.said.cues[p.weight > 0, 0, ROUND_CUE] > 0.5 for p in people]
    return np.concatenate(later), _places(people, pool).cues[ROUND_CUE]


class _Places(NamedTuple):
    """Where things stand among what the trees look at."""

    weighed: range
    """The situation's columns as inputs of the pool."""
    columns: range
    """The same as they are."""
    cues: range


def _places(people: Sequence[Observed], pool: Pool) -> _Places:
    columns = people[0].stream.columns.shape[2]
    first = 1 + pool.precision.shape[1] - len(pool.singles) + len(pool.units) - columns
    second, third = first + columns, first + 2 * columns
    return _Places(range(first, second), range(second, third), range(third, third + CUES))


def _seen_of_few(people: Sequence[Observed], unit: NDArray[np.int64], pool: Pool, width: int) -> NDArray[np.int64]:
    """What the trees may look at, of `width` things, where few games or people teach them.

    Not at columns of the situation that never change within one of them. Where most never do, they are games that are
    played again and again: there the pool's logits, the cues and the conditions, which are the same for all options,
    carry over to another game; hundreds of counts and values do not.
    """
    at = _places(people, pool)
    rows = np.concatenate([p.stream.columns[p.weight > 0] for p in people])
    order = np.argsort(unit, kind="stable")
    same = unit[order][1:] == unit[order][:-1]
    fixed = ~(np.abs(np.diff(rows[order, 0], axis=0))[same] > 1e-9).any(axis=0)
    if 2 * fixed.sum() > len(fixed):
        conditions = (rows == rows[:, :1]).all(axis=(0, 1))
        return np.array([0, *np.flatnonzero(conditions) + at.columns.start, *at.cues])
    hidden = np.flatnonzero(fixed)
    return np.setdiff1d(np.arange(width), np.concatenate((hidden + at.weighed.start, hidden + at.columns.start)))


def averaged(sets: Sequence[Trees]) -> Trees:
    """One set of trees whose score is the mean of those of all sets."""
    nodes = np.cumsum([0, *(len(trees.value) for trees in sets)])
    moved = [(trees, int(at)) for trees, at in zip(sets, nodes[:-1], strict=True)]
    return Trees(
        roots=np.concatenate([t.roots + at for t, at in moved]).astype(np.int32),
        column=np.concatenate([t.column for t in sets]),
        threshold=np.concatenate([t.threshold for t in sets]),
        left=np.concatenate([t.left + at for t, at in moved]).astype(np.int32),
        value=(np.concatenate([t.value for t in sets]) / len(sets)).astype(np.float32),
    )


def _candidates(people: Sequence[Observed], pool: Pool) -> Candidates:
    """Rows for the trees."""
    rows, base, target, sizes, weights = [], [], [], [], []
    for person in people:
        counts = person.weight > 0
        found = followed(person.stream, person.said, pool, np.ones(len(counts), dtype=np.bool_), tables=True)
        legal = person.stream.legal[counts]
        rows.append(found.tables[counts][legal])
        base.append(found.logits[counts][legal])
        target.append(person.stream.target[counts][legal])
        sizes.append(legal.sum(axis=1))
        weights.append(person.weight[counts])
    table = np.concatenate(rows)
    edges = np.array([edges_of(table[:, c]) for c in range(table.shape[1])]).reshape(-1, BINS - 1)
    bins = np.array([binned(table[:, c], edges[c]) for c in range(table.shape[1])])
    return Candidates(
        bins=bins,
        edges=edges,
        starts=np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64),
        base=np.concatenate(base).astype(np.float64),
        target=np.concatenate(target).astype(np.float64),
        weight=np.concatenate(weights).astype(np.float64),
    )


def predictions(person: Observed, population: Population) -> Floats:
    """What the engine says before each decision of this person, shape (T, n)."""
    everything = np.ones(len(person.stream), dtype=np.bool_)
    found = followed(person.stream, person.said, population.pool, everything, tables=True)
    z = found.logits.copy()
    for t in range(len(z)):
        add_scores(population.trees, found.tables[t], z[t])
    z[~person.stream.legal] = -np.inf
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    least = 1e-4 * person.stream.legal
    return np.asarray((p + least) / (p + least).sum(axis=1, keepdims=True))
