"""The one door for games, opponents and models, built-in or a stranger's.

A plugin is a class named by a Python entry point in `hagame.games`, `hagame.opponents` or `hagame.models`; the
built-in ones are declared in this project's own `pyproject.toml` and come through the same door.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from hagame.errors import CorruptState, InvalidInput, NewerNeeded, NotFound
from hagame.mind.learn.artefact import unpack
from hagame.mind.learn.onnx import FILE, Onnx
from hagame.mind.model import Model
from hagame.mind.opponents.opponent import Opponent, OpponentInfo
from hagame.rules.game import AI, PLAYER, Game

P = TypeVar("P", bound=BaseModel)

PARAMETERS = "/parameters"
"""Where errors say that parameters stand, unless told otherwise."""
MOST_TOLD = 4
"""Faults that a message names; `errors` names all."""


@cache
def games() -> dict[str, type[Game[Any]]]:
    """Installed rules by key."""
    return load("hagame.games", Game)


@cache
def opponents() -> dict[str, type[Opponent]]:
    """Installed opponents by key."""
    return load("hagame.opponents", Opponent)


def opponent_info(key: str) -> OpponentInfo:
    """Facts of an opponent that was played against; the key stands for the title of one that is not installed."""
    known = opponents()
    if key in known:
        return known[key].info
    return OpponentInfo(key=key, version="", title=key, summary="It is not installed here.")


@cache
def models() -> dict[str, type[Model[Any]]]:
    """Installed predictors and cognitive models by key."""
    return load("hagame.models", Model)


@cache
def cognitive() -> dict[str, type[Model[Any]]]:
    """Cognitive models as trainable models, by key. Heavy: their code is read from disk."""
    from hagame.mind.cognition.algorithm import algorithms  # noqa: PLC0415 - see above

    return dict(algorithms())


def make_game(key: str, parameters: dict[str, Any]) -> Game[Any]:
    """The game `key` with these parameters. Raises `NotFound` or `InvalidInput`."""
    return _make(games(), "game engine", key, parameters)


def make_stored_game(key: str, version: str, parameters: dict[str, Any]) -> Game[Any]:
    """The game of a stored definition, made with this version of its rules.

    Raises as `make_game`, and `NewerNeeded` where these rules are older: they may take the parameters for others.
    """
    if key in games() and is_newer(version, games()[key].info.version):
        raise NewerNeeded(f"This game has version {version} of the rules {key!r}, which a newer server has.")
    return make_game(key, parameters)


def make_opponent(key: str, parameters: dict[str, Any], field: str = PARAMETERS) -> Opponent:
    """The opponent `key` with these parameters. Raises `NotFound` or `InvalidInput`.

    `axelrod:TitForTat` is the opponent `axelrod` with the parameter that its facts call `named`.
    """
    kind, _, value = key.partition(":")
    known = opponents()
    if key not in known and kind in known and known[kind].info.named and value:
        return _make(known, "opponent", kind, {known[kind].info.named: value} | parameters, field)
    return _make(known, "opponent", key, parameters, field)


def opponents_for(game: Game[Any]) -> dict[str, type[Opponent]]:
    """Those that can play this game, by key."""
    seat = AI if game.seats > 1 else PLAYER
    situation, facts = game.situation(game.start(np.random.Generator(np.random.Philox(0))), seat), game.facts
    able = {key: kind for key, kind in opponents().items() if not _missing(kind)}
    return {key: kind for key, kind in able.items() if kind.suits(facts, situation)}


def make_rival(game: Game[Any], key: str | None, parameters: dict[str, Any], field: str = PARAMETERS) -> Opponent:
    """The opponent `key` of a match of this game, or the game's own `rival`. Raises as `make_opponent` does.

    One that cannot play the game is an `InvalidInput` that names those that can.
    """
    chosen = game.info.rival if key is None else key
    rival = make_opponent(chosen, parameters, field)
    fitting = opponents_for(game)
    if rival.info.key not in fitting:
        names = ", ".join(fitting) or "none"
        raise InvalidInput(f"{chosen!r} cannot play {game.info.title!r}; these can: {names}.", field="/opponent")
    return rival


def make_model(key: str, parameters: dict[str, Any], field: str = PARAMETERS) -> Model[Any]:
    """The predictor or cognitive model `key` with these parameters. Raises `NotFound` or `InvalidInput`."""
    return _make(models() if key in models() else models() | cognitive(), "model", key, parameters, field)


def restore(data: bytes, form: str = "safetensors") -> Model[Any]:
    """The trained model of an artefact; `form` is `safetensors` or `onnx`.

    Raises `CorruptState` where the bytes are none, or of an earlier version of the algorithm than the installed one,
    `NewerNeeded` where they are of a later one, and `NotFound` where the algorithm is not installed.
    """
    if form == "onnx":
        return Onnx().with_weights({FILE: np.frombuffer(data, dtype=np.uint8)})
    artefact = unpack(data)
    card = artefact.card
    known = (models() if card.algorithm in models() else cognitive()).get(card.algorithm)
    if known is not None and is_newer(card.algorithm_version, known.info.version):
        trained = f"It was trained with version {card.algorithm_version} of {card.algorithm}"
        raise NewerNeeded(f"{trained}, which a newer server has: try again in a moment.")
    model = make_model(card.algorithm, dict(card.config))
    if model.info.version != card.algorithm_version:
        raise CorruptState(
            f"It was trained with version {card.algorithm_version} of {card.algorithm}; "
            f"version {model.info.version} is installed. Train it again."
        )
    return model.with_weights(artefact.arrays)


def is_newer(version: str, here: str) -> bool:
    """Whether both are numbers, with or without dots, and `version` is the larger."""
    try:
        there, installed = ([int(part) for part in each.split(".")] for each in (version, here))
    except ValueError:
        return False
    return there > installed


def load(group: str, kind: type[P]) -> dict[str, type[P]]:
    """Installed subclasses of `kind` by `info.key`; rooms above use it for kinds of their own."""
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


def _make(known: dict[str, type[P]], kind: str, key: str, parameters: dict[str, Any], field: str = PARAMETERS) -> P:
    if key not in known:
        raise NotFound(f"There is no {kind} {key!r}; installed: {', '.join(known) or 'none'}.")
    missing = _missing(known[key])
    if missing:
        raise InvalidInput(f"{key!r} needs {missing}: pip install '{missing}'.", field=f"/{kind.rpartition(' ')[2]}")
    try:
        return known[key].model_validate(parameters)
    except ValidationError as error:
        raise _invalid(error, field) from error


def _invalid(error: ValidationError, field: str) -> InvalidInput:
    """All that is wrong; `field` is where parameters stand in what was sent."""
    faults = [
        {
            "pointer": "/".join([field, *map(str, each["loc"])]),
            "detail": each["msg"].removeprefix("Value error, ").removesuffix("."),
        }
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    told = "; ".join(f"{fault['pointer']}: {fault['detail']}" for fault in faults[:MOST_TOLD])
    more = f" (and {len(faults) - MOST_TOLD} more)" if len(faults) > MOST_TOLD else ""
    return InvalidInput(f"{told}{more}.", field=faults[0]["pointer"], errors=faults)


def _missing(kind: type[BaseModel]) -> str:
    """What must be installed before plugins of this kind can be used; empty when nothing is."""
    needs = getattr(kind.info, "needs", None)  # type: ignore[attr-defined]  # every kind of plugin declares its facts
    return "" if needs is None or find_spec(needs[0]) else str(needs[1])
