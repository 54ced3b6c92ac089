"""Trained models in matches: which one was asked for, and that it is ready before it is played with.

A match names its model as `<model id>:<number>`. A version never changes, so what a running match is played with does
not change either, whatever is trained or made active meanwhile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame import plugins
from hagame.core import artefacts
from hagame.core.artefacts import Stored, Version
from hagame.core.database import Pool, direct
from hagame.core.tables import AiModel, AiModelVersion, GameDefinition
from hagame.errors import Conflict, CorruptState, InvalidInput, NotFound, Unavailable
from hagame.games.schemas import InstanceIn
from hagame.match import Turn
from hagame.mind.learn.logits import softmax
from hagame.mind.model import Attribution, Model
from hagame.rules.game import PLAYER, Game

PREDICTING = ("predictor", "cognitive")
"""Kinds of models that say what a person does next."""
ROUNDING = 1e-4
"""How far what is explained may be from what was sealed, which is rounded."""

ARTEFACT = "SELECT format, artefact FROM ai_model_versions WHERE model_id = $1 AND number = $2"

_REFERENCE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?::([1-9][0-9]{0,8}))?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who plays, and who predicts: keys of plugins, or a trained version. An opponent of None is the game's own."""

    opponent: str | None
    opponent_parameters: dict[str, Any] = field(default_factory=dict)
    opponent_model_id: UUID | None = None
    predictor: str | None = None
    version_id: UUID | None = None


async def choose(session: AsyncSession, user_id: UUID, game: Game[Any], body: InstanceIn) -> Chosen:
    """Whom the body asks for. Raises `NotFound` and `InvalidInput`."""
    asked = await _opponent(session, user_id, body)
    if body.predictor is not None:
        asked = await _predicting(session, user_id, asked, body.predictor)
    if asked.version_id is not None:
        await _check_fits(session, asked.version_id, game)
    return asked


def is_trained(predictor: str) -> bool:
    """Whether this names a version and no plugin."""
    return ":" in predictor


def ready(predictor: str) -> Model[Any]:
    """A version that `prepare` has read. Raises `Unavailable` where it was forgotten since."""
    model = artefacts.kept(_version_of(predictor))
    if model is None:
        raise Unavailable("The model of this match is being read; try again in a moment.")
    return model


def explained_as_sealed(turn: Turn) -> Turn:
    """The turn, with an explanation of what was sealed.

    A file that was too late before the move may be in time after it, and the other way round. What it says then
    explains nothing that was sealed: an even prediction has no parts.
    """
    sealed, why, legal = np.array(turn.sealed.prediction), turn.attribution, turn.situation.legal
    logits = np.sum([why.baseline, *(part.log_odds for part in why.parts)], axis=0)
    if np.abs(softmax(logits.tolist(), legal) - sealed).max() < ROUNDING:
        return turn
    return msgspec.structs.replace(turn, attribution=Attribution((0.0,) * len(sealed), ()))


async def prepare(pool: Pool, predictor: str) -> None:
    """Have the version of a match ready: one statement, where this process has it not. Raises as `prepare_in` does."""
    if _is_missing(predictor):
        async with direct(pool) as connection:
            row = await connection.fetchrow(ARTEFACT, *_version_of(predictor))
        await keep(predictor, _there(None if row is None else Stored(row["format"], row["artefact"])))


async def prepare_in(session: AsyncSession, predictor: str) -> None:
    """The same for who has a session. Raises `NotFound` where the version is gone, and `Conflict` as `keep` does."""
    await keep(predictor, await fetch(session, predictor))


async def fetch(session: AsyncSession, predictor: str) -> Stored | None:
    """What `keep` takes, for who lets the session go in between; None where nothing is missing. Raises `NotFound`."""
    return _there(await artefacts.fetch(session, _version_of(predictor))) if _is_missing(predictor) else None


async def keep(predictor: str, stored: Stored | None) -> None:
    """Have the version of a match ready. Raises `Conflict` where it cannot be used here."""
    if stored is None:
        return
    try:
        await artefacts.restore(_version_of(predictor), stored)
    except (CorruptState, NotFound) as error:
        raise Conflict(f"This match cannot go on here: its model cannot be used. {error.detail}") from error


def _is_missing(predictor: str) -> bool:
    return is_trained(predictor) and artefacts.kept(_version_of(predictor)) is None


def _there(stored: Stored | None) -> Stored:
    if stored is None:
        raise NotFound("The trained model of this match is gone.")
    return stored


def _version_of(predictor: str) -> Version:
    model_id, _, number = predictor.partition(":")
    return Version(UUID(model_id), int(number))


async def _opponent(session: AsyncSession, user_id: UUID, body: InstanceIn) -> Chosen:
    reference = body.opponent and _REFERENCE.fullmatch(body.opponent)
    if not reference:
        return Chosen(body.opponent, dict(body.opponent_parameters))
    if body.opponent_parameters:
        raise InvalidInput(
            "opponent_parameters: a model has its own; make another one to change them.", field="/opponent_parameters"
        )
    model = await _model(session, user_id, reference, "/opponent")
    if model.kind in PREDICTING:
        version = await _version(session, model, reference, "/opponent")
        return Chosen(None, {}, model.id, f"{model.id}:{version.number}", version.id)
    if model.kind != "opponent":
        raise InvalidInput(f"opponent: a model of the kind {model.kind} does not play.", field="/opponent")
    if model.predictor_version_id is None:
        return Chosen(model.algorithm, model.config, model.id)
    version = await session.get_one(AiModelVersion, model.predictor_version_id)
    return Chosen(model.algorithm, model.config, model.id, f"{version.model_id}:{version.number}", version.id)


async def _predicting(session: AsyncSession, user_id: UUID, asked: Chosen, predictor: str) -> Chosen:
    plays = (asked.opponent, asked.opponent_parameters, asked.opponent_model_id)
    if predictor in plugins.models():
        return Chosen(*plays, predictor)
    reference = _REFERENCE.fullmatch(predictor)
    if reference is None:
        known = ", ".join(plugins.models())
        raise InvalidInput(
            f"predictor: there is no predictor {predictor!r}; installed: {known}, or the id of an AI model.",
            field="/predictor",
        )
    model = await _model(session, user_id, reference, "/predictor")
    if model.kind not in PREDICTING:
        raise InvalidInput(f"predictor: a model of the kind {model.kind} does not predict.", field="/predictor")
    version = await _version(session, model, reference, "/predictor")
    return Chosen(*plays, f"{model.id}:{version.number}", version.id)


async def _model(session: AsyncSession, user_id: UUID, reference: re.Match[str], where: str) -> AiModel:
    """An active model, or one of this person's own."""
    seen = or_(AiModel.status == "active", AiModel.created_by == user_id)
    found = (await session.scalars(select(AiModel).where(AiModel.id == UUID(reference[1]), seen))).first()
    if found is None:
        raise NotFound(f"{where[1:]}: there is no AI model {reference[1]}.")
    if found.status == "archived":
        raise InvalidInput(f"{where[1:]}: the model {found.name!r} is archived.", field=where)
    return found


async def _version(session: AsyncSession, model: AiModel, reference: re.Match[str], where: str) -> AiModelVersion:
    query = select(AiModelVersion).where(AiModelVersion.model_id == model.id)
    number = reference[2]
    wanted = AiModelVersion.status == "active" if number is None else AiModelVersion.number == int(number)
    found = (await session.scalars(query.where(wanted))).first()
    if found is None:
        which = "active version" if number is None else f"version {number}"
        raise NotFound(f"{where[1:]}: the model {model.name!r} has no {which}.")
    return found


async def _check_fits(session: AsyncSession, version_id: UUID, game: Game[Any]) -> None:
    """Raises `InvalidInput` where the version was trained for other choices than this game's."""
    query = select(GameDefinition).join(AiModelVersion, AiModelVersion.definition_id == GameDefinition.id)
    trained_for = (await session.scalars(query.where(AiModelVersion.id == version_id))).one()
    here, there = _asked(game), _asked(plugins.make_game(trained_for.engine, trained_for.parameters))
    if here != there:
        raise InvalidInput(
            f"definition: the model was trained for other choices than this game's: {', '.join(there[0])}.",
            field="/definition",
        )


def _asked(game: Game[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    situation = game.situation(game.start(np.random.Generator(np.random.Philox(key=0))), PLAYER)
    return situation.actions, situation.opponent_actions
