"""Logins at a provider that are linked with an account: listed, and unlinked again while another way in is left."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts.access_schemas import OidcLinkOut, UnlinkIn
from hagame.accounts.dependencies import Tools
from hagame.accounts.service import proved_by_password
from hagame.core.security import Claims
from hagame.core.tables import Identity, User
from hagame.errors import Conflict, InvalidInput, NotFound, Unauthenticated

log = structlog.get_logger()


async def list_links(session: AsyncSession, user_id: UUID, issuer: str | None) -> list[OidcLinkOut]:
    """Logins of a person at providers, oldest first; those at `issuer` work now."""
    return [
        OidcLinkOut(id=link.id, issuer=link.issuer, created_at=link.created_at, works=link.issuer == issuer)
        for link in await _links(session, user_id)
    ]


async def unlink(tools: Tools, claims: Claims, user: User, link_id: UUID, body: UnlinkIn) -> None:
    """Nobody comes in by this login any more.

    Raises `InvalidInput` where the person has a password and it is missing or wrong, `NotFound`, `RateLimited`, and
    `Conflict` where no other way in would be left.
    """
    # A stolen session alone shall close no door, either.
    if user.password_hash is not None:
        if body.password is None:
            raise InvalidInput("Show your password to unlink this login.", field="/password")
        await proved_by_password(tools, claims, body.password, field="/password")
    async with tools.sessions.begin() as session:
        await _take_away(session, claims, link_id, tools.settings.oidc_issuer)
    log.info("auth.oidc", user_id=str(user.id), outcome="unlinked")


async def _take_away(session: AsyncSession, claims: Claims, link_id: UUID, issuer: str | None) -> None:
    # One after the other, or two at once would each find the other one left.
    mine = select(User).where(User.id == claims.user_id).with_for_update(key_share=True)
    user = (await session.scalars(mine)).one_or_none()
    if user is None or not claims.stand(user.is_active, user.session_version, user.ended_sessions):
        raise Unauthenticated("This session has ended; log in again.")
    links = await _links(session, user.id)
    link = next((link for link in links if link.id == link_id), None)
    if link is None:
        raise NotFound(f"There is no login {link_id} of yours.")
    if user.password_hash is None and not any(other.issuer == issuer for other in links if other is not link):
        raise Conflict("This is the only way in that you have; without it nobody could log in as you.")
    await session.delete(link)


async def _links(session: AsyncSession, user_id: UUID) -> Sequence[Identity]:
    query = select(Identity).where(Identity.user_id == user_id).order_by(Identity.created_at, Identity.id)
    return (await session.scalars(query)).all()
