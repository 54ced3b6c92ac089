"""Asking for trainings and for many predictions at once: checked here, done in the background."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.aimodels import data
from hagame.aimodels.algorithms import is_trainable, model_of
from hagame.aimodels.inference import Sessions, check_fits, coming, find, ready
from hagame.aimodels.kinds import PREDICT_BATCH, TRAIN
from hagame.aimodels.registry import own_model, seen_model
from hagame.aimodels.schemas import BatchIn, FromLog, FromRecordings, FromSimulation, Started, TrainIn
from hagame.aimodels.situations import same_situation, situation_of, steps_of
from hagame.aimodels.versions import find_version, newest_version
from hagame.core.definitions import find_definition
from hagame.core.tables import AiModel, User
from hagame.core.tasks import enqueue
from hagame.errors import InvalidInput

log = structlog.get_logger()


async def train(session: AsyncSession, user: User, model_id: UUID, body: TrainIn, key: str | None) -> Started:
    """Ask for a new version. Raises `NotFound`, `InvalidInput`, `Conflict` and `RateLimited`."""
    model = await own_model(session, user, model_id)
    if not is_trainable(model.kind, model.algorithm):
        raise InvalidInput(f"{model.algorithm}: this algorithm has nothing to train.", field="/model_id")
    payload: dict[str, Any] = {
        "model_id": str(model_id),
        "data": await _checked(session, model, body),
        "seed": body.seed,
        "held_out": body.held_out,
        "parent_id": await _parent(session, model, body.parent),
    }
    task = await enqueue(session, TRAIN, payload, user_id=user.id, key=key)
    log.info("model.training", user_id=str(user.id), model_id=str(model_id), task_id=str(task.id))
    return Started(task_id=task.id)


async def predict_batch(sessions: Sessions, user: User, model_id: UUID, body: BatchIn, key: str | None) -> Started:
    """Ask for the predictions of many histories. Raises as `inference.predict` does."""
    async with sessions() as session:
        found = await find(session, await seen_model(session, user, model_id), body)
    asking = await ready(found)
    if body.next is not None and len(body.next) != len(body.histories):
        raise InvalidInput("next: needs one choice for each history.", field="/next")
    for i, history in enumerate(body.histories):
        steps_of(history, asking.situation, f"/histories/{i}")
        coming(body.next[i] if body.next else None, asking.situation, f"/next/{i}")
    payload: dict[str, Any] = {
        "model_id": str(model_id),
        "version": asking.number,
        "definition": body.definition,
        "histories": [[turn.model_dump(exclude_none=True) for turn in history] for history in body.histories],
        "next": body.next and [choice.model_dump(exclude_none=True) for choice in body.next],
    }
    async with sessions.begin() as session:
        task = await enqueue(session, PREDICT_BATCH, payload, user_id=user.id, key=key)
    return Started(task_id=task.id)


async def _checked(session: AsyncSession, model: AiModel, body: TrainIn) -> dict[str, Any]:
    """What the worker needs to know of the data; `definition_id` is that of the new version."""
    if isinstance(body.data, FromLog):
        return await _from_log(session, model, body.data)
    if isinstance(body.data, FromRecordings):
        found, definition = await data.find_set(session, model.id, body.data.recordings)
        if found.people < 2:
            raise InvalidInput("data: at least two people are needed, to train on and to hold out.", field="/data")
        check_fits(model_of(model.algorithm, model.config), situation_of(definition, "/data", model.kind))
        return {"source": "recordings", "set_id": str(found.id), "definition_id": str(definition.id)}
    return await _simulated(session, model, body.data)


async def _from_log(session: AsyncSession, model: AiModel, asked: FromLog) -> dict[str, Any]:
    field = "/data/definitions"
    definitions = [await find_definition(session, each, field) for each in asked.definitions]
    situation = same_situation(definitions, field, model.kind)
    check_fits(model_of(model.algorithm, model.config), situation, field)
    if situation.features:
        right = "upload recordings that tell it"
        raise InvalidInput(
            f"data: the log does not hold what told the options of this game apart; {right}.", field=field
        )
    until = asked.until or datetime.now(UTC)
    chosen = data.LogFilter(tuple(d.id for d in definitions), asked.since, until)
    await data.count_people(session, chosen)
    return {
        "source": "log",
        "definition_id": str(definitions[0].id),
        "definitions": [str(d.id) for d in definitions],
        "since": None if asked.since is None else asked.since.isoformat(),
        "until": until.isoformat(),
    }


async def _simulated(session: AsyncSession, model: AiModel, asked: FromSimulation) -> dict[str, Any]:
    definition = await find_definition(session, asked.definition, "/data/definition")
    situation = situation_of(definition, "/data/definition", model.kind)
    check_fits(model_of(model.algorithm, model.config), situation, "/data/definition")
    if model.kind == "predictor" and not situation.payoffs:
        raise InvalidInput("data: people can be made up only for games with a table of payoffs.", field="/data")
    return asked.model_dump(exclude={"definition"}) | {"definition_id": str(definition.id)}


async def _parent(session: AsyncSession, model: AiModel, number: int | None) -> str | None:
    if number is not None:
        return str((await find_version(session, model.id, number)).id)
    newest = await newest_version(session, model.id)
    return None if newest is None else str(newest.id)
