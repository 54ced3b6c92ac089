"""A stored game by its id or its key, as all who take either in a request look for it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import GameDefinition
from hagame.errors import NotFound


async def find_definition(session: AsyncSession, id_or_key: str, field: str = "/definition") -> GameDefinition:
    """The definition with this id, or the newest version of this key. Raises `NotFound`."""
    try:
        wanted = select(GameDefinition).where(GameDefinition.id == UUID(id_or_key))
    except ValueError:
        wanted = select(GameDefinition).where(GameDefinition.key == id_or_key)
    found = (await session.scalars(wanted.order_by(GameDefinition.version.desc()).limit(1))).first()
    if found is None:
        raise NotFound(f"{field[1:]}: there is no game definition {id_or_key!r}; see /games/definitions.")
    return found
