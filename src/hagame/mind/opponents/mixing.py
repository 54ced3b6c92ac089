"""Mixed strategies: distributions over the actions of a situation, and draws from them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from hagame.rules.game import Situation

Mixture = tuple[float, ...]
"""One probability per action of the situation; sums to 1, 0 where an action is illegal."""


def uniform(situation: Situation, over: Collection[int]) -> Mixture:
    """Equal weight on the actions `over` (indices, at least one), none on the others."""
    weight = 1.0 / len(over)
    return tuple([weight if i in over else 0.0 for i in range(len(situation.actions))])


def mixed(weight: float, first: Mixture, second: Mixture) -> Mixture:
    """`weight` of the first and the rest of the second."""
    rest = 1.0 - weight
    return tuple([weight * p + rest * q for p, q in zip(first, second, strict=True)])


def draw(mixture: Mixture, rng: np.random.Generator) -> int:
    """An action from the mixture, by one uniform number."""
    left = rng.random()
    last = 0
    for action, p in enumerate(mixture):
        if p > 0.0:
            left -= p
            last = action
            if left < 0.0:
                break
    return last
