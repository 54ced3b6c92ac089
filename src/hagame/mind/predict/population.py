"""The population prior: the weights of the pool, per family of games, fitted on other people's decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.contexts import Layout

MIXTURE = "bayes"
"""Key of the fixed-share Bayesian mixture among the weights."""
Weights = Mapping[str, Sequence[float]]
"""Context key -> weights of its long and its short memory; `MIXTURE` -> its one weight."""
COLD: Weights = {MIXTURE: (1.0,)}
"""Without a population, all weight is on the Bayesian mixture."""
GROUPS = 5
"""Moves taken and best replies, each in long and short memory, and the Bayesian mixture."""


@lru_cache(maxsize=256)
def prior(family: str, layout: Layout) -> NDArray[np.float64]:
    """Weights of the pool's inputs by group, shape (G, 2E + 1); at most one is not 0 in each column.

    Inputs are each context's long and short memory in turn, then the Bayesian mixture.
    """
    return by_group(_families().get(family, COLD), layout)


def by_group(weights: Weights, layout: Layout) -> NDArray[np.float64]:
    """These weights in the order of the pool's inputs; contexts that are not named get 0."""
    contexts = len(layout.contexts)
    matrix = np.zeros((GROUPS, 2 * contexts + 1))
    for e, context in enumerate(layout.contexts):
        group = 2 * (context.symbol == "reply")
        long, short = weights.get(context.key, (0.0, 0.0))
        matrix[group, 2 * e] = long
        matrix[group + 1, 2 * e + 1] = short
    matrix[-1, -1] = weights[MIXTURE][0]
    return matrix


@cache
def _families() -> dict[str, Weights]:
    text = (files("hagame.mind.predict") / "population.json").read_text(encoding="utf-8")
    found: dict[str, Weights] = {key: family["weights"] for key, family in json.loads(text)["families"].items()}
    return found
