"""The sessions of a person, as they see and end them. How sessions begin and go on is in `hagame.accounts.tokens`."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts import tokens
from hagame.accounts.access_schemas import SessionOut
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.security import Claims
from hagame.core.tables import RefreshToken, User
from hagame.errors import NotFound
from hagame.settings import Settings

log = structlog.get_logger()


async def list_sessions(session: AsyncSession, claims: Claims, paging: PageQuery) -> Page[SessionOut]:
    """The sessions of a person that can go on, the one that began last first."""
    query = page_of(_open_sessions(claims.user_id), RefreshToken.family_id, paging)
    found = (await session.execute(query)).all()
    rows, cursor = cut(found, paging, [row.family_id for row in found])
    return Page(items=[_told(row, claims) for row in rows], next_cursor=cursor)


async def end_session(session: AsyncSession, settings: Settings, user: User, session_id: UUID) -> None:
    """End one session at once; nothing to do for one that has ended. Raises `NotFound`."""
    await _alone(session, user)
    family = select(RefreshToken.family_id).where(RefreshToken.family_id == session_id, RefreshToken.user_id == user.id)
    if await session.scalar(family.limit(1)) is None:
        raise NotFound(f"There is no session {session_id} of yours.")
    if await tokens.end_sessions(session, settings, user, family):
        log.info("auth.session_ended", user_id=str(user.id), session_id=str(session_id))


async def end_other_sessions(session: AsyncSession, settings: Settings, user: User, kept: UUID | None) -> None:
    """End all sessions of a person at once but the one that asks."""
    await _alone(session, user)
    others = select(RefreshToken.family_id).where(
        RefreshToken.user_id == user.id, RefreshToken.family_id.is_distinct_from(kept)
    )
    if await tokens.end_sessions(session, settings, user, others):
        log.info("auth.other_sessions_ended", user_id=str(user.id))


async def _alone(session: AsyncSession, user: User) -> None:
    """One change of a person's sessions after the other."""
    await session.scalar(select(User.id).where(User.id == user.id).with_for_update(key_share=True))


def _open_sessions(user_id: UUID) -> Select[UUID, datetime, datetime, bool, str | None, str | None]:
    return (
        select(
            RefreshToken.family_id,
            func.max(RefreshToken.created_at).label("renewed_at"),
            func.max(RefreshToken.expires_at).label("expires_at"),
            func.bool_or(RefreshToken.second_factor).label("second_factor"),
            func.max(RefreshToken.browser).label("browser"),
            func.max(RefreshToken.system).label("system"),
        )
        .where(RefreshToken.user_id == user_id)
        .group_by(RefreshToken.family_id)
        .having(func.bool_or(tokens.GOOD))
    )


def _told(row: Row[UUID, datetime, datetime, bool, str | None, str | None], claims: Claims) -> SessionOut:
    return SessionOut(
        id=row.family_id,
        # The first tokens of a long session are gone; its id, a UUIDv7, begins with milliseconds since 1970.
        began_at=datetime.fromtimestamp((row.family_id.int >> 80) / 1000, UTC),
        renewed_at=row.renewed_at,
        expires_at=row.expires_at,
        second_factor=row.second_factor,
        current=row.family_id == claims.session_id,
        browser=row.browser,
        system=row.system,
    )
