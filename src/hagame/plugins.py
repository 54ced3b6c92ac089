"""The one door for games, opponents and models, built-in or a stranger's.

A plugin is a class named by a Python entry point in `hagame.games`, `hagame.opponents` or `hagame.models`; the
built-in ones are declared in this project's own `pyproject.toml` and come through the same door.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hagame.errors import InvalidInput, NotFound
from hagame.mind.model import Model
from hagame.mind.opponents.opponent import Opponent
from hagame.rules.game import Game

P = TypeVar("P", bound=BaseModel)


@cache
def games() -> dict[str, type[Game[Any]]]:
    """Installed rules by key."""
    return _load("hagame.games", Game)


@cache
def opponents() -> dict[str, type[Opponent]]:
    """Installed opponents by key."""
    return _load("hagame.opponents", Opponent)


@cache
def models() -> dict[str, type[Model[Any]]]:
    """Installed predictors and cognitive models by key."""
    return _load("hagame.models", Model)


def make_game(key: str, parameters: dict[str, Any]) -> Game[Any]:
    """The game `key` with these parameters. Raises `NotFound` or `InvalidInput`."""
    return _make(games(), "game engine", key, parameters)


def make_opponent(key: str, parameters: dict[str, Any]) -> Opponent:
    """The opponent `key` with these parameters. Raises `NotFound` or `InvalidInput`."""
    return _make(opponents(), "opponent", key, parameters)


def make_model(key: str, parameters: dict[str, Any]) -> Model[Any]:
    """The model `key` with these parameters. Raises `NotFound` or `InvalidInput`."""
    return _make(models(), "model", key, parameters)


def _load(group: str, kind: type[P]) -> dict[str, type[P]]:
    found: dict[str, type[P]] = {}
    for entry in sorted(entry_points(group=group), key=lambda e: e.name):
        plugin = entry.load()
        if not (isinstance(plugin, type) and issubclass(plugin, kind)):
            raise TypeError(f"entry point {entry.name!r} of {group} must name a subclass of {kind.__name__}")
        key: str = plugin.info.key  # type: ignore[attr-defined]  # every kind of plugin declares its facts
        if key in found:
            raise TypeError(f"two plugins of {group} have the key {key!r}: {found[key]} and {plugin}")
        found[key] = plugin
    return found


def _make(known: dict[str, type[P]], kind: str, key: str, parameters: dict[str, Any]) -> P:
    if key not in known:
        raise NotFound(f"There is no {kind} {key!r}; installed: {', '.join(known) or 'none'}.")
    try:
        return known[key].model_validate(parameters)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        pointer = "/".join(["/parameters", *map(str, first["loc"])])
        raise InvalidInput(f"{pointer}: {first['msg']}.", field=pointer) from error
