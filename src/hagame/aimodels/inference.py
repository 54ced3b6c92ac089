"""Asking models: what comes next, and why."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame import plugins
from hagame.aimodels.algorithms import PREDICTING, model_of
from hagame.aimodels.registry import seen_model
from hagame.aimodels.schemas import Asked, EngineIn, ExplainOut, ModelPartOut, PosedChoice, PredictIn, PredictOut
from hagame.aimodels.situations import Steps, labelled, posed_by, situation_of, steps_of
from hagame.aimodels.versions import chosen_version, newest_version
from hagame.core import artefacts
from hagame.core.artefacts import Stored, Version
from hagame.core.definitions import find_definition
from hagame.core.tables import AiModel, AiModelVersion, GameDefinition, User
from hagame.core.telemetry import PREDICTOR_SECONDS
from hagame.errors import Conflict, CorruptState, InvalidInput, NotFound
from hagame.mind.model import Model
from hagame.rules.game import Situation


@dataclass(frozen=True, slots=True)
class Found:
    """A model that was asked for, as the database has it: either the model, or the artefact that `ready` restores."""

    situation: Situation
    name: str
    model: Model[Any] | None
    version: Version | None = None
    stored: Stored | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A model that is ready to be asked."""

    model: Model[Any]
    situation: Situation
    name: str
    number: int | None


Sessions = async_sessionmaker[AsyncSession]
"""Predicting may take a second, in which no connection is held."""


async def predict(sessions: Sessions, user: User, model_id: UUID, body: PredictIn) -> PredictOut:
    """What comes next. Raises `NotFound`, `InvalidInput` and `Conflict`."""
    asking = await _asked(sessions, user, model_id, body)
    history = steps_of(body.history, asking.situation, "/history")
    return await to_thread.run_sync(_predicted, asking, history, coming(body.next, asking.situation, "/next"))


async def explain(sessions: Sessions, user: User, model_id: UUID, body: PredictIn) -> ExplainOut:
    """What comes next and why, exactly. Raises `NotFound`, `InvalidInput` and `Conflict`."""
    asking = await _asked(sessions, user, model_id, body)
    history = steps_of(body.history, asking.situation, "/history")
    return await to_thread.run_sync(_explained, asking, history, coming(body.next, asking.situation, "/next"))


async def engine(sessions: Sessions, user: User, body: EngineIn) -> ExplainOut:
    """The same of any predictor, installed or trained. Raises `NotFound`, `InvalidInput` and `Conflict`."""
    async with sessions() as session:
        found = await _named(session, user, body)
    asking = await ready(found)
    history = steps_of(body.history, asking.situation, "/history")
    return await to_thread.run_sync(_explained, asking, history, asking.situation)


async def _asked(sessions: Sessions, user: User, model_id: UUID, body: PredictIn) -> Asking:
    async with sessions() as session:
        found = await find(session, await seen_model(session, user, model_id), body)
    return await ready(found)


async def _named(session: AsyncSession, user: User, body: EngineIn) -> Found:
    if body.model in plugins.models():
        situation = situation_of(await find_definition(session, body.definition))
        return Found(situation, body.model, plugins.make_model(body.model, {}))
    model_id, _, number = body.model.partition(":")
    try:
        model = await seen_model(session, user, UUID(model_id))
        wanted = Asked(definition=body.definition, version=int(number) if number else None)
    except ValueError as error:
        known = ", ".join(plugins.models())
        raise InvalidInput(
            f"model: there is no predictor {body.model!r}; installed: {known}.", field="/model"
        ) from error
    return await find(session, model, wanted)


async def find(session: AsyncSession, model: AiModel, body: Asked) -> Found:
    """The version that was asked for, else the active one, else the newest, else the model untrained.

    Raises `NotFound` and `InvalidInput`.
    """
    if model.kind not in PREDICTING:
        right = "only predictors and cognitive models predict"
        raise InvalidInput(f"This is a model of the kind {model.kind}; {right}.", field="/model_id")
    version = await _version(session, model, body.version)
    if version is None and body.definition is None:
        raise InvalidInput(
            "definition: this model has no version yet; say which game it is about.", field="/definition"
        )
    if body.definition is not None:
        definition = await find_definition(session, body.definition)
    else:
        definition = await session.get_one(GameDefinition, version.definition_id if version else None)
    situation = situation_of(definition, kind=model.kind)
    if version is None:
        return Found(situation, str(model.id), model_of(model.algorithm, model.config))
    wanted = Version(model.id, version.number)
    known = artefacts.kept(wanted)
    stored = None if known is not None else await artefacts.fetch(session, wanted)
    return Found(situation, str(model.id), known, wanted, stored)


async def ready(found: Found) -> Asking:
    """The model itself: call it when the session is closed. Raises `NotFound`, `InvalidInput` and `Conflict`."""
    model = found.model if found.model is not None else await _restored(found)
    await to_thread.run_sync(check_fits, model, found.situation)
    return Asking(model, found.situation, found.name, found.version and found.version.number)


async def _restored(found: Found) -> Model[Any]:
    if found.version is None or found.stored is None:
        raise NotFound("This version of the model is gone.")
    try:
        return await artefacts.restore(found.version, found.stored)
    except (CorruptState, NotFound) as error:
        raise Conflict(f"This version cannot be used here. {error.detail}") from error


def check_fits(model: Model[Any], situation: Situation, field: str = "/definition") -> None:
    """Raises `InvalidInput` where the model was trained for other choices, or says nothing of such a game."""
    if not model.suits(situation):
        raise InvalidInput(f"{model.info.title} says nothing of this game.", field=field)
    try:
        model.predict(model.start(situation), situation)
    except CorruptState as error:
        raise InvalidInput(f"The model does not fit this game: {error.detail}.", field=field) from error


async def _version(session: AsyncSession, model: AiModel, number: int | None) -> AiModelVersion | None:
    if number is not None:
        return await chosen_version(session, model, number)
    try:
        return await chosen_version(session, model, None)
    except NotFound:
        return await newest_version(session, model.id)


def coming(choice: PosedChoice | None, situation: Situation, field: str) -> Situation:
    """What the coming choice is about. Raises `InvalidInput` where that has to be told."""
    return posed_by(choice or PosedChoice(), situation, field)


def seen(asking: Asking, history: Steps) -> Any:
    """The belief after these decisions."""
    belief = asking.model.start(asking.situation)
    for situation, decision in history:
        belief = asking.model.update(belief, situation, decision)
    return belief


def _timed(asking: Asking) -> AbstractContextManager[object]:
    return PREDICTOR_SECONDS.labels(asking.model.info.key).time()


def _predicted(asking: Asking, history: Steps, situation: Situation) -> PredictOut:
    with _timed(asking):
        return PredictOut.model_validate(_told(asking, seen(asking, history), situation))


def _explained(asking: Asking, history: Steps, situation: Situation) -> ExplainOut:
    with _timed(asking):
        belief = seen(asking, history)
        why = asking.model.explain(belief, situation)
    parts = [
        ModelPartOut(
            key=part.key,
            statement=part.statement,
            log_odds=labelled(part.log_odds, situation),
            seen=part.seen,
            taken=part.taken,
        )
        for part in why.parts
    ]
    told = _told(asking, belief, situation)
    return ExplainOut.model_validate({**told, "baseline": labelled(why.baseline, situation), "parts": parts})


def _told(asking: Asking, belief: Any, situation: Situation) -> dict[str, Any]:
    prediction = asking.model.predict(belief, situation)
    return {
        "model": asking.name,
        "version": asking.number,
        "predictor_version": asking.model.version,
        "prediction": labelled(prediction.tolist(), situation),
    }
