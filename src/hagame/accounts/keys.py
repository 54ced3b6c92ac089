"""Keys with which programs of a person call the API: made, listed and revoked by the person alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts.access_schemas import ApiKeyIn, ApiKeyOut, NewApiKeyOut
from hagame.core import standing
from hagame.core.api_keys import new_key
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import ApiKey, User
from hagame.errors import Conflict, NotFound

MOST = 20
"""Keys of one person that are good at once."""

log = structlog.get_logger()


async def make_key(session: AsyncSession, user: User, body: ApiKeyIn) -> NewApiKeyOut:
    """A new key, told once. Raises `Conflict` for a guest, and when there are `MOST` already."""
    if user.is_guest:
        raise Conflict("Register first: a guest has no API keys.")
    # One after the other, so that the number is kept.
    await session.scalar(select(User.id).where(User.id == user.id).with_for_update())
    good = ApiKey.revoked_at.is_(None), ApiKey.expires_at > func.now()
    if (await session.scalar(select(func.count()).where(ApiKey.user_id == user.id, *good)) or 0) >= MOST:
        raise Conflict(f"At most {MOST} API keys at once; revoke one first.")
    made = new_key()
    row = ApiKey(
        user_id=user.id,
        name=body.name,
        prefix=made.prefix,
        key_hash=made.digest,
        scopes=sorted(set(body.scopes)),
        expires_at=datetime.now(UTC) + timedelta(days=body.days),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    log.info("key.made", user_id=str(user.id), key_id=str(row.id), scopes=row.scopes)
    return NewApiKeyOut(**ApiKeyOut.model_validate(row).model_dump(), key=made.text)


async def list_keys(session: AsyncSession, user_id: UUID, paging: PageQuery) -> Page[ApiKeyOut]:
    """The keys of a person, newest first, revoked ones too."""
    query = page_of(select(ApiKey).where(ApiKey.user_id == user_id), ApiKey.id, paging)
    found = (await session.scalars(query)).all()
    rows, cursor = cut(found, paging, [row.id for row in found])
    return Page(items=[ApiKeyOut.model_validate(row) for row in rows], next_cursor=cursor)


async def revoke_key(session: AsyncSession, user_id: UUID, key_id: UUID) -> None:
    """Make a key worthless at once; nothing to do for one that is. Raises `NotFound`."""
    revoked = (
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.user_id == user_id)
        .values(revoked_at=func.coalesce(ApiKey.revoked_at, func.now()))
        .returning(ApiKey.id)
    )
    if (await session.scalars(revoked)).one_or_none() is None:
        raise NotFound(f"There is no API key {key_id} of yours.")
    standing.tell_after_commit(session)
    log.info("key.revoked", user_id=str(user_id), key_id=str(key_id))
