"""What can be made a model: installed plugins by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic import BaseModel

from hagame import plugins
from hagame.aimodels.schemas import AlgorithmOut, Kind
from hagame.errors import HagameError, InvalidInput
from hagame.mind.learn.onnx import Onnx
from hagame.mind.model import Model
from hagame.mind.opponents import Opponent

Plugin = type[Model[Any]] | type[Opponent]

_INSTALLED: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "predictor": plugins.models,
    "opponent": plugins.opponents,
    "cognitive": plugins.cognitive,
}
"""Kinds that have a door for plugins so far."""
PREDICTING: frozenset[str] = frozenset({"predictor", "cognitive"})
"""Kinds that say what a person does next, and that matches can be played with."""


def list_algorithms(kind: Kind | None = None) -> list[AlgorithmOut]:
    """Installed algorithms of one kind, or of all."""
    kinds: list[Kind] = ["predictor", "opponent", "cognitive", "aggregator", "emotion"] if kind is None else [kind]
    return [_shown(each, plugin) for each in kinds for plugin in installed(each).values()]


def installed(kind: Kind) -> Mapping[str, Plugin]:
    """Plugins by key; none where the kind has no door yet."""
    return _INSTALLED[kind]() if kind in _INSTALLED else {}


def find(kind: Kind, key: str) -> Plugin:
    """The algorithm. Raises `InvalidInput` where it is not installed."""
    found = installed(kind)
    if key not in found:
        raise InvalidInput(
            f"algorithm: there is no {kind} {key!r}; installed: {', '.join(found) or 'none'}.", field="/algorithm"
        )
    return found[key]


def checked(kind: Kind, key: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The whole config, with what was left out. Raises `InvalidInput` that names the field."""
    find(kind, key)
    make: Callable[[str, dict[str, Any], str], BaseModel] = (
        plugins.make_opponent if kind == "opponent" else plugins.make_model
    )
    return make(key, dict(config), "/config").model_dump(mode="json")


def is_trainable(kind: str, key: str) -> bool:
    """Whether a training makes versions of it."""
    plugin = installed(cast("Kind", kind)).get(key) if kind in PREDICTING else None
    return plugin is not None and issubclass(plugin, Model) and plugin.trainable


def model_of(key: str, config: Mapping[str, Any]) -> Model[Any]:
    """The untrained model of a stored model. Raises `InvalidInput` where it is no longer installed so."""
    try:
        return plugins.make_model(key, dict(config))
    except HagameError as error:
        raise InvalidInput(f"This model cannot be used any more: {error.detail}") from error


def _shown(kind: Kind, plugin: Plugin) -> AlgorithmOut:
    info = plugin.info
    return AlgorithmOut(
        kind=kind,
        key=info.key,
        version=info.version,
        title=info.title,
        trainable=is_trainable(kind, info.key),
        uploadable=kind == "predictor" and info.key == Onnx.info.key,
        sources=list(info.sources),
        config_schema=plugin.model_json_schema(),
    )
