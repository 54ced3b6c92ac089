"""Versions of models: immutable, numbered from 1, at most one of them active."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, undefer

from hagame import __version__
from hagame.aimodels.schemas import GameRef, ModelVersionOut, VersionStatus
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import AiModel, AiModelVersion, GameDefinition
from hagame.errors import Conflict, NotFound

log = structlog.get_logger()


async def list_versions(session: AsyncSession, model_id: UUID, paging: PageQuery) -> Page[ModelVersionOut]:
    """Versions of a model, newest first."""
    query = _told().where(AiModelVersion.model_id == model_id)
    rows = (await session.execute(page_of(query, AiModelVersion.id, paging))).all()
    kept, cursor = cut(rows, paging, [row[0].id for row in rows])
    return Page(items=[_shown(*row) for row in kept], next_cursor=cursor)


async def get_version(session: AsyncSession, model_id: UUID, number: int) -> ModelVersionOut:
    """One version. Raises `NotFound`."""
    query = _told().where(AiModelVersion.model_id == model_id, AiModelVersion.number == number)
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound(f"This model has no version {number}.")
    return _shown(*row)


async def get_artefact(session: AsyncSession, model_id: UUID, number: int) -> AiModelVersion:
    """A version with its bytes. Raises `NotFound`."""
    query = select(AiModelVersion).where(AiModelVersion.model_id == model_id, AiModelVersion.number == number)
    found = (await session.scalars(query.options(undefer(AiModelVersion.artefact)))).first()
    if found is None:
        raise NotFound(f"This model has no version {number}.")
    return found


async def set_status(session: AsyncSession, model: AiModel, number: int, status: VersionStatus) -> ModelVersionOut:
    """Make a version the active one, or put it away. The first active version publishes a draft.

    Raises `NotFound`, and `Conflict` where an archived model would come back to life.
    """
    version = await find_version(session, model.id, number)
    if status == "active":
        if model.status == "archived":
            raise Conflict("This model is archived; make it active again first.")
        others = (
            AiModelVersion.model_id == model.id,
            AiModelVersion.status == "active",
            AiModelVersion.id != version.id,
        )
        await session.execute(update(AiModelVersion).where(*others).values(status="candidate"))
        model.status = "active"
    elif version.status == "active" and model.status == "active":
        raise Conflict(
            "The active version of an active model is in use; make another one active, or archive the model."
        )
    version.status = status
    await session.flush()
    log.info("model.version", model_id=str(model.id), version=number, status=status)
    return await get_version(session, model.id, number)


async def chosen_version(session: AsyncSession, model: AiModel, number: int | None) -> AiModelVersion:
    """The version of this number, or the active one. Raises `NotFound`."""
    if number is not None:
        return await find_version(session, model.id, number)
    query = select(AiModelVersion).where(AiModelVersion.model_id == model.id, AiModelVersion.status == "active")
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFound(f"The model {model.name!r} has no active version.")
    return found


async def find_version(session: AsyncSession, model_id: UUID, number: int) -> AiModelVersion:
    """A version without its bytes. Raises `NotFound`."""
    query = select(AiModelVersion).where(AiModelVersion.model_id == model_id, AiModelVersion.number == number)
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFound(f"This model has no version {number}.")
    return found


async def newest_version(session: AsyncSession, model_id: UUID) -> AiModelVersion | None:
    """The version with the highest number."""
    query = select(AiModelVersion).where(AiModelVersion.model_id == model_id)
    return (await session.scalars(query.order_by(AiModelVersion.number.desc()).limit(1))).first()


async def store_version(session: AsyncSession, model: AiModel, artefact: bytes, **facts: Any) -> AiModelVersion:
    """The next version of a model. The caller holds the lock of the model's row, so that numbers follow each other."""
    newest = await newest_version(session, model.id)
    version = AiModelVersion(
        model_id=model.id,
        number=1 if newest is None else newest.number + 1,
        artefact=artefact,
        size=len(artefact),
        sha256=hashlib.sha256(artefact).hexdigest(),
        algorithm=model.algorithm,
        code_version=__version__,
        **facts,
    )
    session.add(version)
    await session.flush()
    log.info("model.trained", model_id=str(model.id), version=version.number, sha256=version.sha256)
    return version


async def count_versions(session: AsyncSession, model_id: UUID) -> int:
    """How many versions a model has."""
    return await session.scalar(select(func.count()).where(AiModelVersion.model_id == model_id)) or 0


def _told() -> Select[AiModelVersion, GameDefinition, int]:
    parent = aliased(AiModelVersion)
    return (
        select(AiModelVersion, GameDefinition, parent.number)
        .join(GameDefinition, GameDefinition.id == AiModelVersion.definition_id)
        .outerjoin(parent, parent.id == AiModelVersion.parent_id)
    )


def _shown(version: AiModelVersion, definition: GameDefinition, parent: int | None) -> ModelVersionOut:
    stored = {name: getattr(version, name) for name in ModelVersionOut.model_fields.keys() - {"definition", "parent"}}
    told = stored | {"definition": GameRef.model_validate(definition), "parent": parent}
    return ModelVersionOut.model_validate(told)
