"""Models: make one, find it, read its card, publish it, put it away."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.aimodels.algorithms import PREDICTING, checked, installed, is_trainable
from hagame.aimodels.schemas import (
    AiModelIn,
    AiModelOut,
    AiModelPatch,
    GameRef,
    Kind,
    ModelCard,
    ModelStatus,
)
from hagame.aimodels.versions import chosen_version, count_versions, get_version
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import AiModel, AiModelVersion, GameDefinition, User
from hagame.errors import Conflict, InvalidInput, NotFound

log = structlog.get_logger()


async def create_model(session: AsyncSession, user: User, body: AiModelIn) -> ModelCard:
    """A draft. Raises `InvalidInput` and `NotFound`."""
    model = AiModel(
        name=body.name,
        kind=body.kind,
        algorithm=body.algorithm,
        config=checked(body.kind, body.algorithm, body.config),
        description=body.description,
        licence=body.licence,
        status="draft",
        predictor_version_id=await _predictor(session, user, body),
        created_by=user.id,
    )
    session.add(model)
    await session.flush()
    log.info("model.created", user_id=str(user.id), model_id=str(model.id), algorithm=body.algorithm)
    return await get_card(session, user, model.id)


async def list_models(
    session: AsyncSession,
    user: User,
    paging: PageQuery,
    *,
    kind: Kind | None,
    algorithm: str | None,
    status: ModelStatus | None,
) -> Page[AiModelOut]:
    """Active models and your own, newest first."""
    query = _with_active().where(visible(user))
    for column, value in ((AiModel.kind, kind), (AiModel.algorithm, algorithm), (AiModel.status, status)):
        if value is not None:
            query = query.where(column == value)
    rows = (await session.execute(page_of(query, AiModel.id, paging))).all()
    kept, cursor = cut(rows, paging, [row[0].id for row in rows])
    return Page(items=[AiModelOut.model_validate(_summary(user, *row)) for row in kept], next_cursor=cursor)


async def get_card(session: AsyncSession, user: User, model_id: UUID) -> ModelCard:
    """Everything about a model. Raises `NotFound`."""
    row = (await session.execute(_with_active().where(AiModel.id == model_id, visible(user)))).first()
    if row is None:
        raise NotFound(f"There is no AI model {model_id}.")
    model, active, definition = row
    plugin = installed(cast("Kind", model.kind)).get(model.algorithm)
    return ModelCard(
        **_summary(user, model, active, definition),
        title=model.algorithm if plugin is None else plugin.info.title,
        config=model.config,
        licence=model.licence,
        sources=[] if plugin is None else list(plugin.info.sources),
        trainable=is_trainable(model.kind, model.algorithm),
        versions=await count_versions(session, model_id),
        active=None if active is None else await get_version(session, model_id, active.number),
        predictor=await _predictor_of(session, model),
    )


async def change_model(session: AsyncSession, user: User, model_id: UUID, body: AiModelPatch) -> ModelCard:
    """Change what the body names. Raises `NotFound`, and `Conflict` where nothing can be played with yet."""
    model = await own_model(session, user, model_id)
    given = body.model_dump(exclude_none=True)
    if given.get("status") == "active" and model.kind in PREDICTING and await _active(session, model_id) is None:
        raise Conflict("Make one of its versions active first.", field="/status")
    for name, value in given.items():
        setattr(model, name, value)
    await session.flush()
    log.info("model.changed", user_id=str(user.id), model_id=str(model_id), changed=sorted(given))
    return await get_card(session, user, model_id)


async def own_model(session: AsyncSession, user: User, model_id: UUID, *, locked: bool = True) -> AiModel:
    """A model that this person may change: their own, or any for an administrator. Raises `NotFound`."""
    query = select(AiModel).where(AiModel.id == model_id, mine(user))
    found = (await session.scalars(query.with_for_update() if locked else query)).first()
    if found is None:
        raise NotFound(f"There is no AI model {model_id} of yours.")
    return found


async def seen_model(session: AsyncSession, user: User, model_id: UUID) -> AiModel:
    """A model that this person may look at. Raises `NotFound`."""
    found = (await session.scalars(select(AiModel).where(AiModel.id == model_id, visible(user)))).first()
    if found is None:
        raise NotFound(f"There is no AI model {model_id}.")
    return found


def mine(user: User) -> ColumnElement[bool]:
    """Of models: this person's own; all of them for an administrator."""
    return AiModel.id.is_not(None) if user.role == "admin" else AiModel.created_by == user.id


def visible(user: User) -> ColumnElement[bool]:
    """Of models: active ones and this person's own."""
    return or_(AiModel.status == "active", mine(user))


async def _predictor(session: AsyncSession, user: User, body: AiModelIn) -> UUID | None:
    if body.predictor is None:
        return None
    if body.kind != "opponent":
        raise InvalidInput("predictor: only an opponent predicts with another model.", field="/predictor")
    model_id, _, number = body.predictor.partition(":")
    try:
        model = await seen_model(session, user, UUID(model_id))
        version = await chosen_version(session, model, int(number) if number else None)
    except ValueError as error:
        raise InvalidInput("predictor: write `<model id>` or `<model id>:<number>`.", field="/predictor") from error
    return version.id


async def _predictor_of(session: AsyncSession, model: AiModel) -> str | None:
    if model.predictor_version_id is None:
        return None
    version = await session.get_one(AiModelVersion, model.predictor_version_id)
    return f"{version.model_id}:{version.number}"


async def _active(session: AsyncSession, model_id: UUID) -> UUID | None:
    query = select(AiModelVersion.id).where(AiModelVersion.model_id == model_id, AiModelVersion.status == "active")
    found: UUID | None = await session.scalar(query)
    return found


def _with_active() -> Select[AiModel, AiModelVersion, GameDefinition]:
    is_active = and_(AiModelVersion.model_id == AiModel.id, AiModelVersion.status == "active")
    return (
        select(AiModel, AiModelVersion, GameDefinition)
        .outerjoin(AiModelVersion, is_active)
        .outerjoin(GameDefinition, GameDefinition.id == AiModelVersion.definition_id)
    )


def _summary(
    user: User, model: AiModel, active: AiModelVersion | None, definition: GameDefinition | None
) -> dict[str, object]:
    return {
        "id": model.id,
        "name": model.name,
        "kind": model.kind,
        "algorithm": model.algorithm,
        "status": model.status,
        "description": model.description,
        "mine": model.created_by == user.id,
        "active_version": None if active is None else active.number,
        "definition": None if definition is None else GameRef.model_validate(definition),
        "created_at": model.created_at,
    }
