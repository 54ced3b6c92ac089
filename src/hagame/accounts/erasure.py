"""Erasing a person: who they are and every way in go at once, what they played goes in the background, all of it.

Nothing of a person is kept for research. What remains are sums over people, none of which stands for fewer than five.
"""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts.administration import keep_an_administrator
from hagame.accounts.dependencies import Tools
from hagame.accounts.schemas import EraseIn
from hagame.accounts.service import proved_by_password
from hagame.core import standing
from hagame.core.security import Claims, current_user
from hagame.core.tables import (
    ApiKey,
    CognitiveProfile,
    GameInstance,
    Identity,
    Profile,
    RecoveryCode,
    RefreshToken,
    SecondFactor,
    User,
    WatchLink,
)
from hagame.core.tasks import Kind, enqueue
from hagame.errors import InvalidInput

ERASE = Kind("person.erase", attempts=20, time_limit_s=3600)
BATCH = 50
"""Matches that one transaction deletes, each with its decisions."""

log = structlog.get_logger()


async def erase_me(tools: Tools, claims: Claims, body: EraseIn) -> None:
    """Erase whoever asks, who shows their password where there is one: a stolen session alone shall not do this.

    Raises `InvalidInput` on the password, `Conflict` for the last administrator, `Unauthenticated`, `RateLimited`.
    """
    async with tools.sessions() as session:
        user = await current_user(claims, session)
    if user.password_hash is not None:
        if body.password is None:
            raise InvalidInput("Show your password to erase your account.", field="/password")
        user = await proved_by_password(tools, claims, body.password, field="/password")
    async with tools.sessions.begin() as session:
        await erase_person(session, user)


async def erase_person(session: AsyncSession, user: User) -> None:
    """Forget who this is, end every session, and ask for everything else to be deleted.

    Raises `Conflict` for the last administrator.
    """
    await keep_an_administrator(session, user)
    for table in (ApiKey, Identity, RefreshToken, RecoveryCode, SecondFactor, Profile, CognitiveProfile, WatchLink):
        await session.execute(delete(table).where(table.user_id == user.id))
    nobody: dict[str, Any] = {
        "email": None,
        "password_hash": None,
        "username": f"erased-{secrets.token_hex(8)}",
        "is_guest": True,
        "is_active": False,
        "role": "player",
        "session_version": User.session_version + 1,
        "ended_sessions": [],
    }
    await session.execute(update(User).where(User.id == user.id).values(nobody))
    standing.tell_after_commit(session)
    # The system's own task: one of the person's would go with them.
    await enqueue(session, ERASE, {"user_id": str(user.id)}, user_id=None, key=str(user.id))
    log.info("user.erased", user_id=str(user.id))


async def delete_some_matches(session: AsyncSession, user_id: UUID) -> int:
    """Delete a batch of matches with their decisions; returns how many."""
    some = select(GameInstance.id).where(GameInstance.user_id == user_id).order_by(GameInstance.id.desc()).limit(BATCH)
    gone = await session.scalars(delete(GameInstance).where(GameInstance.id.in_(some)).returning(GameInstance.id))
    return len(gone.all())


async def delete_person(session: AsyncSession, user_id: UUID) -> None:
    """Delete the row of a person and, by its foreign keys, everything that is left."""
    await session.execute(delete(User).where(User.id == user_id, ~User.is_active))
