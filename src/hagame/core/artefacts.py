"""Trained models that were restored from their artefacts, kept for whoever asks them or is played with them.

A version never changes, so what is kept is never stale. Restoring takes up to a second, so it is apart from reading:
who can lets go of the connection in between.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple
from uuid import UUID

from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame import plugins
from hagame.core.tables import AiModelVersion
from hagame.mind.model import Model

MOST = 128
"""Models kept per process, those asked last; an artefact is some kilobytes, at most a few megabytes."""


class Version(NamedTuple):
    """A version of a model: which one, and its number, from 1."""

    model_id: UUID
    number: int


class Stored(NamedTuple):
    """An artefact as the database has it; `form` is `safetensors` or `onnx`."""

    form: str
    artefact: bytes


_kept: OrderedDict[Version, Model[Any]] = OrderedDict()


def kept(version: Version) -> Model[Any] | None:
    """The model of a version, if this process has it ready. To be called in the event loop, as `restore` is."""
    model = _kept.get(version)
    if model is not None:
        _kept.move_to_end(version)
    return model


async def fetch(session: AsyncSession, version: Version) -> Stored | None:
    """The artefact of a version, or None where there is no such version."""
    query = select(AiModelVersion.format, AiModelVersion.artefact)
    query = query.where(AiModelVersion.model_id == version.model_id, AiModelVersion.number == version.number)
    row = (await session.execute(query)).first()
    return None if row is None else Stored(row.format, row.artefact)


async def restore(version: Version, stored: Stored) -> Model[Any]:
    """The model of an artefact, in a thread; it is kept. Raises `CorruptState` and `NotFound` as `plugins.restore`."""
    model = await to_thread.run_sync(plugins.restore, stored.artefact, stored.form)
    _kept[version] = model
    _kept.move_to_end(version)
    while len(_kept) > MOST:
        _kept.popitem(last=False)
    return model
