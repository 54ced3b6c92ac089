"""What administrators do to people; each deed is written into the audit log in the same transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from hagame.accounts import codes, tokens
from hagame.accounts.access_schemas import AuditOut, PersonOut
from hagame.accounts.schemas import UserOut
from hagame.core import standing
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import ApiKey, AuditEntry, SecondFactor, User
from hagame.errors import Conflict, NotFound

ADMIN = "admin"
LOCK = "hagame administrators"

log = structlog.get_logger()


async def list_people(session: AsyncSession, paging: PageQuery, text: str | None, role: str | None) -> Page[PersonOut]:
    """Everybody, newest first; `text` is looked for in usernames and emails."""
    has_factor = exists().where(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None))
    query = select(User, has_factor)
    if text is not None:
        needle = func.lower(text)
        found_in = (func.strpos(func.lower(column), needle) > 0 for column in (User.username, User.email))
        query = query.where(or_(*found_in))
    if role is not None:
        query = query.where(User.role == role)
    found = (await session.execute(page_of(query, User.id, paging))).all()
    rows, cursor = cut(found, paging, [user.id for user, _ in found])
    return Page(items=[_shown(user, has_factor=factor) for user, factor in rows], next_cursor=cursor)


async def set_role(session: AsyncSession, admin: User, user_id: UUID, role: str) -> User:
    """Give a person another role. Raises `NotFound`, and `Conflict` for oneself, guests and the last one."""
    if user_id == admin.id:
        raise Conflict("Nobody changes their own role, so that one administrator always remains.")
    user = await _person(session, user_id)
    if user.is_guest:
        raise Conflict("A guest must register before a change of role.")
    if role != ADMIN:
        await keep_an_administrator(session, user)
    before, user.role = user.role, role
    _record(session, admin, user_id, "user.role", before=before, after=role)
    return user


async def set_active(session: AsyncSession, admin: User, user_id: UUID, is_active: bool) -> PersonOut:
    """Shut a person out, which ends all their sessions and stops their keys, or let them in again.

    Raises `NotFound`, and `Conflict` for oneself, the last administrator and who erased themselves.
    """
    if user_id == admin.id:
        raise Conflict("Nobody shuts themselves out, so that one administrator always remains.")
    user = await _person(session, user_id)
    if is_active and user.is_guest and user.username.startswith("erased-"):
        raise Conflict("This person was erased; nobody is left to let in.")
    if not is_active:
        await keep_an_administrator(session, user)
    user.is_active = is_active
    await session.flush()
    if not is_active:
        await tokens.end_all_sessions(session, user_id)
    _record(session, admin, user_id, "user.active" if is_active else "user.inactive")
    return _shown(user, has_factor=await codes.factor_of(session, user_id) is not None)


async def keep_an_administrator(session: AsyncSession, user: User) -> None:
    """Before an administrator ceases to be one: raises `Conflict` when nobody else is.

    One after the other until the end of the transaction, or two could demote each other.
    """
    if user.role != ADMIN or not user.is_active:
        return
    await _alone(session)
    others = User.role == ADMIN, User.is_active, User.id != user.id
    if not await session.scalar(select(exists().where(*others))):
        raise Conflict("This is the last administrator; make somebody else one first.")


async def revoke_key(session: AsyncSession, admin: User, key_id: UUID) -> None:
    """Make anybody's key worthless at once. Raises `NotFound`."""
    key = await session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise NotFound(f"There is no API key {key_id}.")
    if key.revoked_at is None:
        key.revoked_at = datetime.now(UTC)
        standing.tell_after_commit(session)
        _record(session, admin, key.user_id, "key.revoked", key_id=str(key_id), prefix=key.prefix)


async def list_audit(session: AsyncSession, paging: PageQuery, user_id: UUID | None) -> Page[AuditOut]:
    """What administrators did, newest first; by or to one person only when they are named."""
    actor, person = aliased(User), aliased(User)
    query = (
        select(AuditEntry, actor.username, person.username)
        .outerjoin(actor, actor.id == AuditEntry.actor_id)
        .outerjoin(person, person.id == AuditEntry.user_id)
    )
    if user_id is not None:
        query = query.where(or_(AuditEntry.user_id == user_id, AuditEntry.actor_id == user_id))
    found = (await session.execute(page_of(query, AuditEntry.id, paging))).all()
    rows, cursor = cut(found, paging, [entry.id for entry, *_ in found])
    items = [AuditOut.model_validate(entry).model_copy(update={"actor": by, "username": to}) for entry, by, to in rows]
    return Page(items=items, next_cursor=cursor)


def _shown(user: User, *, has_factor: bool) -> PersonOut:
    own = UserOut.model_validate(user)
    return PersonOut(**own.model_dump(), is_active=user.is_active, second_factor=has_factor)


async def _alone(session: AsyncSession) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(LOCK, 0))))


async def _person(session: AsyncSession, user_id: UUID) -> User:
    # Before the row: the other order, and two who mean each other would wait for one another.
    await _alone(session)
    user = await session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound(f"There is no user {user_id}.")
    return user


def _record(session: AsyncSession, admin: User, user_id: UUID, action: str, **details: Any) -> None:
    session.add(AuditEntry(actor_id=admin.id, user_id=user_id, action=action, details=details))
    log.info("admin.did", action=action, user_id=str(user_id), by=str(admin.id), **details)
