"""All families by key, and their corners by what is held; imported on use, because compiled code is slow to load."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from hagame.errors import InvalidInput, NotFound
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
        two_step_weights,
    )

    every = (
        *(q_learning.FAMILY, exploration.FAMILY, two_step.FAMILY, two_step_weights.FAMILY, iowa.PVL_DELTA, iowa.ORL),
        *(ewa.FAMILY, ewa.REINFORCEMENT, ewa.FICTITIOUS_PLAY),
        *(one_shot.LEVEL_K, one_shot.HIERARCHY, one_shot.QUANTAL_RESPONSE, one_shot.QUANTAL_HIERARCHY),
        *(dilemmas.MEMORY_ONE, dilemmas.MIXTURE),
        *(risk.PROSPECT, risk.LOSS_AVERSION, risk.EXPECTED_UTILITY),
        *(discounting.HYPERBOLIC, discounting.EXPONENTIAL, diffusion.FAMILY, board.FAMILY),
    )
    return {each.key: each for each in every}


@lru_cache(maxsize=128)
def family(key: str) -> Family:
    """The family, or a corner of it: `KEY:WHAT,...`, where each WHAT is the name of a variant or PARAMETER=VALUE.

    A value is a number, or the name of a parameter whose value is taken. Raises `NotFound` for the family or a variant,
    `InvalidInput` for what cannot be held.
    """
    base, _, corner = key.partition(":")
    found = families().get(base)
    if found is None:
        known = ", ".join(map(_with_variants, families().values()))
        raise NotFound(f"There is no cognitive model {base!r}; there are: {known}.")
    whole = found
    for part in filter(None, map(str.strip, corner.split(","))):
        found = holding(found, hold_of([part])) if "=" in part else _variant(whole, found, part)
    return found


def holding(family: Family, hold: Mapping[str, float | str]) -> Family:
    """The corner of the family in which these parameters are held. Raises `InvalidInput` that names the parameter."""
    if not hold:
        return family
    told = ",".join(f"{name}={value if isinstance(value, str) else format(value, 'g')}" for name, value in hold.items())
    joint = "," if ":" in family.key else ":"
    return family.fixing(f"{family.key}{joint}{told}", f"{family.title}, {told.replace(',', ', ')}", **hold)


def hold_of(parts: list[str]) -> dict[str, float | str]:
    """What is held, of texts PARAMETER=VALUE. Raises `InvalidInput`."""
    found: dict[str, float | str] = {}
    for part in parts:
        name, equals, value = (text.strip() for text in part.partition("="))
        if not (name and equals and value):
            raise InvalidInput(f"hold: needs PARAMETER=VALUE, as in eligibility=1, not {part!r}.", field="/hold")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = value
    return found


def _variant(whole: Family, found: Family, name: str) -> Family:
    for each in whole.variants:
        if each.name == name:
            joint = "," if ":" in found.key else ":"
            return found.fixing(f"{found.key}{joint}{name}", each.title, **each.hold)
    known = ", ".join(each.name for each in whole.variants) or "none"
    raise NotFound(f"{whole.key} has no variant {name!r}; there are: {known}. To hold a parameter: NAME=VALUE.")


def _with_variants(family: Family) -> str:
    names = ", ".join(f":{each.name}" for each in family.variants)
    return f"{family.key} ({names})" if names else family.key
