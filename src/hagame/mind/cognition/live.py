"""Cognitive models during play: a Bayesian filter over a fixed cloud of parameter points, O(1) per decision.

Each point is a person who might be playing. It keeps the log-likelihood of all decisions so far, and what such a person
would have learnt. Decisions wait and move the cloud together when it is read, which costs a fraction of one by one
(`settled`). The posterior is read off by a parabola through the points that count (`belief_about`): the surface
is smooth, so few points tell where its top lies and how wide it is, even where hardly one lies near it; where it is no
parabola, the less is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec
import numpy as np

from hagame.mind.cognition import kernels, memory, posed
from hagame.mind.cognition.estimate import cloud
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import Floats, prior_of
from hagame.mind.cognition.rows import FIRST, Trials
from hagame.mind.model import Decision
from hagame.mind.predict.compiled import compiled
from hagame.rules.game import Situation

STATE_BYTES = 16_640
"""Of one filter, stored: the cloud has as many points as fit, a power of two up to `MOST_POINTS`."""
MOST_POINTS = 512
FEWEST_POINTS = 128
ENOUGH = 3.0
"""Points that must count, per coefficient of the parabola."""
MOST_WAITING = 16
"""Decisions that wait; then they move the cloud, read or not."""
WIDER = 1.08
"""Deviations over those of the parabola: with so much, intervals of made-up people hold the truth as they claim."""
FURTHEST_SD = 4.0
"""Of prior standard deviations: further out nothing is believed."""


class Filter(msgspec.Struct, frozen=True, array_like=True):
    """What is stored of one model: its key and version, decisions that counted, and bytes of float32.

    `logs` has one number per point; `states` the state of each point, or one for all. `waiting` are the rows of the
    last decisions, which have not moved them yet.
    """

    model: str
    version: str
    n: int
    logs: bytes
    states: bytes
    waiting: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Belief:
    """A normal approximation of the posterior of z: mean and standard deviation (P,), and effective points."""

    mean: Floats
    sd: Floats
    points: float


@lru_cache(maxsize=1)
def followed() -> tuple[Family, ...]:
    """Families that can be kept during play; parameters that are not followed stand at their prior mean."""
    from hagame.mind.cognition.registry import families  # noqa: PLC0415 - heavy

    return tuple(_narrowed(each) for each in families().values() if each.live is not None)


def _narrowed(family: Family) -> Family:
    live = family.live
    if live is None or not live.free:
        return family
    still = {each.name: each.natural(each.mean) for each in family.parameters if each.name not in live.free}
    return replace(family.fixing(family.key, family.title, **still), live=live)


def models_of(situation: Situation) -> tuple[Family, ...]:
    """Models that are kept in this game."""
    return tuple(each for each in followed() if each.live is not None and each.live.suits(situation))


def points_of(family: Family, n: int) -> int:
    """Size of the cloud."""
    size = max(family.memory(n), 1) if family.own_state else 0
    fitting = STATE_BYTES // (4 * (size + 1))
    count = FEWEST_POINTS
    while count * 2 <= min(fitting, MOST_POINTS):
        count *= 2
    return count


def start(situation: Situation) -> tuple[Filter, ...]:
    """Empty filters of all models that suit."""
    return tuple(Filter(each.key, each.version, 0, b"", b"") for each in models_of(situation))


def update(
    filters: Sequence[Filter],
    situation: Situation,
    decision: Decision,
) -> tuple[Filter, ...]:
    """All filters after one more decision. Raises `CorruptState` where stored bytes do not fit."""
    if len(situation.legal) < 2:
        return tuple(filters)
    return tuple(
        each if family is None else _told(family, each, situation, decision) for each, family in _known(filters)
    )


def settled(filters: Sequence[Filter], situation: Situation) -> tuple[Filter, ...]:
    """The same filters with no decision waiting. Raises `CorruptState` where stored bytes do not fit.

    Decisions that nobody can have taken in this game count no more.
    """
    n = len(situation.actions)
    return tuple(each if family is None else _moved(family, each, n) for each, family in _known(filters))


def after(family: Family, trials: Trials) -> Filter:
    """The filter of a family that is followed, after all trials of somebody at the family's own task."""
    rows = tuple(row.astype("<f4").tobytes() for row in trials.rows)
    return _moved(family, Filter(family.key, family.version, len(rows), b"", b"", rows), trials.n)


def _known(filters: Sequence[Filter]) -> Iterator[tuple[Filter, Family | None]]:
    """Each filter with its family; None where this server has another version, or none."""
    families = {each.key: each for each in followed()}
    for each in filters:
        family = families.get(each.model)
        yield each, None if family is None or family.version != each.version else family


def _told(family: Family, kept: Filter, situation: Situation, decision: Decision) -> Filter:
    row = posed.row_before(family, situation, 0.0 if kept.n else FIRST)
    if row is None:
        return kept
    posed.answer(family, row, situation, decision)
    told = msgspec.structs.replace(kept, n=kept.n + 1, waiting=(*kept.waiting, row.astype("<f4").tobytes()))
    return told if len(told.waiting) < MOST_WAITING else _moved(family, told, len(situation.actions))


def _moved(family: Family, kept: Filter, n: int) -> Filter:
    if not kept.waiting:
        return kept
    rows, count = memory.waiting(kept.waiting, n), points_of(family, n)
    logs, states = memory.log_weights(family, kept.logs, count), memory.states(family, kept.states, count, n)
    kernels.update_cloud(*family.steps, _thetas(family, n), states, logs, rows, n)
    logs -= logs.max()
    counted = kept.n - len(kept.waiting) + len(rows)
    return Filter(kept.model, kept.version, counted, logs.astype("<f4").tobytes(), states.astype("<f4").tobytes())


@lru_cache(maxsize=64)
def _points(family: Family, n: int) -> Floats:
    return cloud(family, points_of(family, n))


@lru_cache(maxsize=64)
def _thetas(family: Family, n: int) -> Floats:
    return np.ascontiguousarray(family.thetas(_points(family, n)))


def belief_about(family: Family, kept: Filter, n: int) -> Belief:
    """The posterior of z, from a parabola fitted to the log-likelihoods of the points, those that count the more.

    Weights are tempered until enough points count; of a parabola this changes nothing. A direction in which it opens
    upwards says nothing. What the surface differs from it makes the slope at the top uncertain by S, so decisions
    inform by A (A + S)^-1 A where an exact parabola would by its curvature A, and the estimate is drawn in as much.
    """
    mean, sd = prior_of(family.free)
    logs = memory.log_weights(family, kept.logs, points_of(family, n))
    centre, width, points = _read_off(logs, _design(family, n), len(mean))
    return Belief(mean + sd * centre, sd * width, points)


@compiled
def _read_off(logs: Floats, design: Floats, d: int) -> tuple[Floats, Floats, float]:
    """Mean and deviation of the posterior in prior deviations, both (d,), and the effective number of points."""
    slope, curvature, error = _parabola(design, d, logs, _tempered(logs, ENOUGH * design.shape[1]))
    values, vectors = np.linalg.eigh(curvature)
    curvature = (vectors * np.maximum(values, 0.0)) @ vectors.T
    top = _within(np.linalg.solve(np.eye(d) + curvature, slope))
    trust = curvature @ np.linalg.inv(curvature + _slope_error(top, error) + 1e-9 * np.eye(d))
    covariance = np.linalg.inv(np.eye(d) + trust @ curvature)
    width = np.minimum(WIDER * np.sqrt(np.diag(covariance)), 1.0)
    points = 1.0 / (_tempered(logs, 0.0) ** 2).sum()
    return _within(covariance @ (trust @ slope)), width, points


@compiled
def _within(x: Floats) -> Floats:
    return np.minimum(np.maximum(x, -FURTHEST_SD), FURTHEST_SD)


@lru_cache(maxsize=64)
def _design(family: Family, n: int) -> Floats:
    """Terms of a parabola at each point, in prior deviations: 1, x, and products of x as in `np.triu_indices`."""
    mean, sd = prior_of(family.free)
    x = (_points(family, n) - mean) / sd
    left, right = np.triu_indices(x.shape[1])
    return np.column_stack([np.ones(len(x)), x, x[:, left] * x[:, right]])


@compiled
def _tempered(logs: Floats, least: float) -> Floats:
    """Weights exp(logs / T) that sum to 1, with the least T >= 1 at which `least` points count."""
    below, temperature = logs - logs.max(), 1.0
    weights = np.exp(below)
    while weights.sum() ** 2 / (weights**2).sum() < least and temperature < 1e4:
        temperature *= 1.5
        weights = np.exp(below / temperature)
    found: Floats = weights / weights.sum()
    return found


@compiled
def _parabola(design: Floats, d: int, y: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Slope b and curvature A of the weighted least squares fit y = c + b x - x A x / 2, and how sure terms are."""
    weighed = design * weights.reshape((-1, 1))
    inverse = np.linalg.inv(design.T @ weighed + 1e-9 * np.eye(design.shape[1]))
    found = inverse @ (weighed.T @ y)
    curvature, term = np.zeros((d, d)), 1 + d
    for i in range(d):
        for j in range(i, d):
            curvature[i, j] -= found[term]
            curvature[j, i] -= found[term]
            term += 1
    count = 1.0 / (weights**2).sum()
    left_over = (weights * (y - design @ found) ** 2).sum() * count / max(count - design.shape[1], 1.0)
    return found[1 : 1 + d], curvature, inverse * (left_over / count)


@compiled
def _slope_error(x: Floats, error: Floats) -> Floats:
    """Covariance (d, d) of the slope of a parabola at x, by that of its terms."""
    d = len(x)
    change, term = np.zeros((d, error.shape[0])), 1 + d
    for i in range(d):
        change[i, 1 + i] = 1.0
        for j in range(i, d):
            change[i, term] += x[j]
            change[j, term] += x[i]
            term += 1
    return change @ error @ change.T


def beliefs(filters: Sequence[Filter], situation: Situation) -> Mapping[str, tuple[Family, int, Belief]]:
    """What each filter that has seen a decision says, by model: family, decisions, belief."""
    n = len(situation.actions)
    moved = ((family, _moved(family, each, n)) for each, family in _known(filters) if family is not None and each.n)
    return {each.model: (family, each.n, belief_about(family, each, n)) for family, each in moved if each.n}
