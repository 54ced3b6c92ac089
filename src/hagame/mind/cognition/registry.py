"""All families by key; imported on use, because compiled code is slow to load."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hagame.errors import NotFound
from hagame.mind.cognition.family import Family


@cache
def families() -> Mapping[str, Family]:
    """Built-in families, in the order in which they are told."""
    from hagame.mind.cognition.models import (  # noqa: PLC0415 - heavy
        board,
        diffusion,
        dilemmas,
        discounting,
        ewa,
        exploration,
        iowa,
        one_shot,
        q_learning,
        risk,
        two_step,
    )

    every = (
        *(q_learning.FAMILY, exploration.FAMILY, two_step.FAMILY, iowa.PVL_DELTA, iowa.ORL),
        *(ewa.FAMILY, ewa.REINFORCEMENT, ewa.FICTITIOUS_PLAY),
        *(one_shot.LEVEL_K, one_shot.HIERARCHY, one_shot.QUANTAL_RESPONSE, one_shot.QUANTAL_HIERARCHY),
        *(dilemmas.MEMORY_ONE, dilemmas.MIXTURE),
        *(risk.PROSPECT, risk.LOSS_AVERSION, risk.EXPECTED_UTILITY),
        *(discounting.HYPERBOLIC, discounting.EXPONENTIAL, diffusion.FAMILY, board.FAMILY),
    )
    return {each.key: each for each in every}


def family(key: str) -> Family:
    """The family. Raises `NotFound`."""
    found = families().get(key)
    if found is None:
        raise NotFound(f"There is no cognitive model {key!r}; there are: {', '.join(families())}.")
    return found
