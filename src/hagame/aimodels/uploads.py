"""Predictors that were trained elsewhere and come as ONNX files."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.aimodels import sandbox
from hagame.aimodels.registry import own_model
from hagame.aimodels.schemas import ModelVersionOut
from hagame.aimodels.situations import situation_of
from hagame.aimodels.versions import get_version, newest_version, store_version
from hagame.core.definitions import find_definition
from hagame.core.tables import User
from hagame.errors import InvalidInput
from hagame.mind.learn.onnx import Onnx


async def upload_version(
    sessions: async_sessionmaker[AsyncSession], user: User, model_id: UUID, definition: str, content: bytes
) -> ModelVersionOut:
    """Store a file as the next version; no connection is held while it is looked at, which may take seconds.

    Raises `NotFound`, and `InvalidInput` that says what is wrong with the file.
    """
    async with sessions() as session:
        found = await find_definition(session, definition)
        # Who may not, learns nothing of the file and costs nothing.
        await own_model(session, user, model_id, locked=False)
    situation = situation_of(found)
    await sandbox.check(content, len(situation.actions), max(len(situation.opponent_actions), 1))
    async with sessions.begin() as session:
        return await _store(session, user, model_id, found.id, content)


async def _store(
    session: AsyncSession, user: User, model_id: UUID, definition_id: UUID, content: bytes
) -> ModelVersionOut:
    model = await own_model(session, user, model_id)
    if model.algorithm != Onnx.info.key:
        raise InvalidInput(f"Only models with the algorithm {Onnx.info.key!r} take files.", field="/model_id")
    before = await newest_version(session, model_id)
    version = await store_version(
        session,
        model,
        content,
        format="onnx",
        definition_id=definition_id,
        algorithm_version=Onnx.info.version,
        metrics=None,
        data={"source": "upload"},
        seed=None,
        parent_id=None if before is None else before.id,
        task_id=None,
        created_by=user.id,
    )
    return await get_version(session, model_id, version.number)
