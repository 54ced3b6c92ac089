"""Posterior predictive checks: whether what a fitted model expects looks like what people did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hagame.mind.cognition.estimate import Fit
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import Floats
from hagame.mind.cognition.rows import Trials

BLOCKS = 10
DRAWS = 40
"""Of parameters from a normal distribution with the posterior's mean and covariance."""


@dataclass(frozen=True, slots=True)
class Check:
    """Shares of action 0 by block of trials: what was seen, and what one-step predictions say with a 95 % band.

    All have shape (blocks,). `p_value`: how often replicated choices are as far from the prediction as those seen
    (sum of squares over blocks and actions); near 0 the model misses something.
    """

    seen: Floats
    expected: Floats
    low: Floats
    high: Floats
    p_value: float


def check(family: Family, people: Sequence[Trials], fits: Sequence[Fit], rng: np.random.Generator) -> Check:
    """Replicate every choice given all before it, with parameters drawn from each person's posterior."""
    n = people[0].n
    seen, expected = _blocks([np.eye(n)[each.actions] for each in people]), np.zeros((BLOCKS, n))
    replicated = np.zeros((DRAWS, BLOCKS, n))
    for draw in range(DRAWS):
        chances = [_chances(family, trials, fit, rng) for trials, fit in zip(people, fits, strict=True)]
        chosen = [np.eye(n)[_drawn(each, rng)] for each in chances]
        expected += _blocks(chances) / DRAWS
        replicated[draw] = _blocks(chosen)
    apart = ((replicated - expected) ** 2).sum(axis=(1, 2))
    low, high = np.quantile(replicated[:, :, 0], (0.025, 0.975), axis=0)
    p_value = float((apart >= ((seen - expected) ** 2).sum()).mean())
    return Check(seen[:, 0], expected[:, 0], low, high, p_value)


def _chances(family: Family, trials: Trials, fit: Fit, rng: np.random.Generator) -> Floats:
    values, vectors = np.linalg.eigh(fit.covariance)
    z = fit.z + (vectors * np.sqrt(np.maximum(values, 0.0))) @ rng.normal(size=len(fit.z))
    p = np.exp(family.predict(z, trials))
    found: Floats = p / p.sum(axis=1, keepdims=True)
    return found


def _drawn(chances: Floats, rng: np.random.Generator) -> Floats:
    drawn: Floats = (rng.random((len(chances), 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    found: Floats = np.minimum(drawn, chances.shape[1] - 1)
    return found


def _blocks(tables: Sequence[Floats]) -> Floats:
    """Means of tables (T, n) over people, by tenths of each person's trials; shape (BLOCKS, n)."""
    found = np.zeros((BLOCKS, tables[0].shape[1]))
    for table in tables:
        for block, part in enumerate(np.array_split(table, BLOCKS)):
            found[block] += (part.mean(axis=0) if len(part) else table.mean(axis=0)) / len(tables)
    return found
