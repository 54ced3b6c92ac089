"""The population prior: where the weights of the pool start, per family of games, from other people's decisions."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.contexts import Layout

MIXTURE = "bayes"
"""Key of the fixed-share Bayesian mixture among the weights."""
Weights = dict[str, list[float]]
"""Context key -> weights of its long and its short memory; `MIXTURE` -> its one weight."""


def weights(family: str, layout: Layout) -> NDArray[np.float32]:
    """Initial weights, shape (2E + 1,): the family's, or all on the Bayesian mixture where there is none."""
    return as_array(_families().get(family, {MIXTURE: [1.0]}), layout)


def as_array(by_key: Weights, layout: Layout) -> NDArray[np.float32]:
    """Weights in the order of the pool's inputs; contexts that are not named get 0."""
    pairs = [by_key.get(context.key, (0.0, 0.0)) for context in layout.contexts]
    flat = [long for long, _ in pairs] + [short for _, short in pairs] + [by_key[MIXTURE][0]]
    return np.array(flat, dtype=np.float32)


@cache
def _families() -> dict[str, Weights]:
    path = files("hagame.mind.predict") / "population.json"
    if not path.is_file():
        return {}
    found: dict[str, Weights] = json.loads(path.read_text(encoding="utf-8"))["weights"]
    return found
