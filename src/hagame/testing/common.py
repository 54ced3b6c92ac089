"""What all checks share: how a broken promise is told, facts of plugins, random play."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel

from hagame.errors import HagameError
from hagame.mind.model import Model
from hagame.mind.opponents import Opponent
from hagame.rules.game import Game

TOLERANCE = 1e-6
"""Largest difference between numbers that ought to be equal."""


class ContractBroken(AssertionError):
    """A plugin does not do what its contract promises."""

    def __init__(self, plugin: object, promise: str, found: object) -> None:
        name = type(plugin).__name__
        super().__init__(f"{name} breaks its contract: {promise}; found {found!r}")


def require(plugin: object, kept: bool, promise: str, found: object) -> None:
    """Raise `ContractBroken` unless `kept`."""
    if not kept:
        raise ContractBroken(plugin, promise, found)


def check_facts(plugin: Game[Any] | Model[Any] | Opponent) -> None:
    """Key, version and title are given; parameters are frozen, survive JSON and have a schema."""
    info, kind = plugin.info, type(plugin)
    for name in ("key", "version", "title"):
        require(plugin, bool(getattr(info, name)), f"info.{name} is given", "nothing")
    require(plugin, bool(kind.model_config.get("frozen")), "its parameters are frozen", "frozen is not set")
    again: BaseModel = kind.model_validate_json(plugin.model_dump_json())
    require(plugin, again.model_dump() == plugin.model_dump(), "parameters survive JSON", again)
    require(plugin, isinstance(kind.model_json_schema(), dict), "parameters have a JSON Schema", "none")


def refuses(plugin: object, kind: type[HagameError], act: Callable[[], object], promise: str) -> None:
    """`act` raises `kind`, and nothing else."""
    try:
        found = act()
    except kind:
        return
    except Exception as error:
        raise ContractBroken(plugin, promise, error) from error
    raise ContractBroken(plugin, promise, found)


def generator(seed: int) -> np.random.Generator:
    """Of the kind that a match draws from."""
    return np.random.Generator(np.random.Philox(key=seed))


def played(game: Game[Any], seed: int, steps: int) -> list[Any]:
    """States of a match in which every seat chooses evenly."""
    rng = generator(seed)
    states = [game.start(rng)]
    while len(states) <= steps and not game.is_over(states[-1]):
        state = states[-1]
        chosen = drawn(game, state, rng)
        require(game, bool(chosen), "somebody may choose until the match is over", state)
        states.append(game.apply(state, chosen, rng))
    return states


def drawn(game: Game[Any], state: Any, rng: np.random.Generator | None) -> dict[int, str]:
    """What each seat that may choose does: evenly drawn, or the first without a generator."""
    chosen = {}
    for seat in range(game.seats):
        legal = game.legal_actions(state, seat)
        if legal:
            numbers, i = game.numbers(state, seat), 0 if rng is None else int(rng.random() * len(legal))
            chosen[seat] = legal[i] if numbers is None else numbers.text(numbers.middle_of(i))
    return chosen
