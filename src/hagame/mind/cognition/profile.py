"""Traits from cognitive models: what the filters of all matches say of each parameter, put together.

A match adds its *natural parameters* to the evidence: decisions, precision times mean, and precision of what its
decisions alone say of z (the posterior without the prior). They add up over matches, whatever was played between.
Parameters are put together one by one, which claims less than all at once would (the parallel sum of covariances is
concave).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np

from hagame.mind.cognition import live
from hagame.mind.cognition.evidence import Evidence, Sums
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.live import Filter
from hagame.mind.cognition.parameters import Parameter, natural
from hagame.rules.game import Situation

EVERY = 10
"""Decisions after which evidence of models is brought up to date, and at the end of a match."""
KNOWN = 0.95
"""A trait of which less is known, by standard deviation over the prior's, is not told."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_WEIGHTS /= _WEIGHTS.sum()


class ModelTrait(NamedTuple):
    """The posterior of one parameter, as `Trait` tells it, with the model it is of and what it does not mean."""

    mean: float
    sd: float
    low: float
    high: float
    n: int
    unit: str
    meaning: str
    kind: str
    title: str
    model: str
    version: str
    says_not: str


def evidence_of(filters: Sequence[Filter], situation: Situation) -> dict[str, Sums]:
    """What the filters of a match say, by key of trait; replaces what they said before."""
    found: dict[str, Sums] = {}
    for family, n, belief in live.beliefs(filters, situation).values():
        for each, mean, sd in zip(family.free, belief.mean.tolist(), belief.sd.tolist(), strict=True):
            precision = max(1.0 / sd**2 - 1.0 / each.sd**2, 0.0)
            found[_key(family, each)] = (float(n), mean / sd**2 - each.mean / each.sd**2, precision)
    return found


def model_traits(evidence: Evidence) -> dict[str, ModelTrait]:
    """The posterior of each parameter of which there is evidence."""
    if not any("." in key for key in evidence):
        return {}
    return {
        key: _told(family, each, evidence[key])
        for key, (family, each) in _parameters().items()
        if key in evidence and 1.0 / sqrt(1.0 + evidence[key][2] * each.sd**2) < KNOWN
    }


@lru_cache(maxsize=1)
def _parameters() -> Mapping[str, tuple[Family, Parameter]]:
    return {_key(family, each): (family, each) for family in live.followed() for each in family.free}


def _key(family: Family, parameter: Parameter) -> str:
    """Evidence of another version of a model is not mixed in."""
    return f"{family.key}.{family.version}.{parameter.name}"


def _told(family: Family, parameter: Parameter, sums: Sums) -> ModelTrait:
    n, pull, precision = sums
    total = precision + 1.0 / parameter.sd**2
    centre, spread = (pull + parameter.mean / parameter.sd**2) / total, 1.0 / sqrt(total)
    values = natural([parameter], (centre + spread * _NODES)[:, np.newaxis])[:, 0]
    mean = float(_WEIGHTS @ values)
    return ModelTrait(
        mean=mean,
        sd=sqrt(max(float(_WEIGHTS @ (values - mean) ** 2), 0.0)),
        low=parameter.natural(centre - 1.96 * spread),
        high=parameter.natural(centre + 1.96 * spread),
        n=int(n),
        unit=parameter.unit,
        meaning=parameter.meaning,
        kind="parameter",
        title=parameter.title,
        model=family.title,
        version=family.version,
        says_not=parameter.says_not,
    )
