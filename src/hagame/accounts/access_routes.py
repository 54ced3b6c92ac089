"""HTTP of keys for programs and of administrators: parse, call one service function, answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from hagame.accounts import administration, keys, overview, sessions
from hagame.accounts.access_schemas import (
    ActiveIn,
    ApiKeyIn,
    ApiKeyOut,
    AuditOut,
    KeyOfOut,
    NewApiKeyOut,
    OverviewOut,
    PersonOut,
    SessionOut,
    TaskOfOut,
)
from hagame.accounts.dependencies import Lent
from hagame.accounts.schemas import Role
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.links import links
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import Admin, Bearer, CurrentUser
from hagame.core.tasks.schemas import State

api_keys = APIRouter(prefix="/auth/keys", tags=["accounts"], route_class=JsonRoute, responses=responses(401, 422, 503))
sessions_of_mine = APIRouter(
    prefix="/auth/sessions", tags=["accounts"], route_class=JsonRoute, responses=responses(401, 422, 503)
)
admin = APIRouter(
    prefix="/admin", tags=["administration"], route_class=JsonRoute, responses=responses(401, 403, 404, 422)
)


@api_keys.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={**responses(409), **links(201, "key_id", "DELETE /auth/keys/{key_id}")},
)
async def make_key(body: ApiKeyIn, user: CurrentUser, session: Session) -> NewApiKeyOut:
    """A key for a program of yours, good wherever an access token is, within its scopes. It is told this once."""
    return await keys.make_key(session, user, body)


@api_keys.get("")
async def list_keys(user: CurrentUser, session: Session, paging: Paging) -> Page[ApiKeyOut]:
    """Your keys, newest first: how they begin, what they may do, when they were last used."""
    return await keys.list_keys(session, user.id, paging)


@api_keys.delete("/{key_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(404))
async def revoke_key(key_id: UUID, user: CurrentUser, session: Session) -> None:
    """Make a key worthless at once."""
    await keys.revoke_key(session, user.id, key_id)


@sessions_of_mine.get("")
async def list_sessions(_: CurrentUser, claims: Bearer, session: Session, paging: Paging) -> Page[SessionOut]:
    """Where you are logged in: your sessions that can go on, the one that began last first."""
    return await sessions.list_sessions(session, claims, paging)


@sessions_of_mine.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def end_other_sessions(user: CurrentUser, claims: Bearer, session: Session, lent: Lent) -> None:
    """End all your sessions at once but this one, their access tokens too."""
    await sessions.end_other_sessions(session, lent.settings, user, claims.session_id)


@sessions_of_mine.delete("/{session_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(404))
async def end_session(session_id: UUID, user: CurrentUser, session: Session, lent: Lent) -> None:
    """End one of your sessions at once, its access tokens too."""
    await sessions.end_session(session, lent.settings, user, session_id)


@admin.get("/users")
async def list_people(
    _: Admin,
    session: Session,
    paging: Paging,
    text: Annotated[str | None, Query(min_length=1, max_length=100, description="In username or email")] = None,
    role: Annotated[Role | None, Query()] = None,
) -> Page[PersonOut]:
    """Everybody, newest first. For administrators; to others this does not exist."""
    return await administration.list_people(session, paging, text, role)


@admin.put("/users/{user_id}/active", responses=responses(409))
async def set_active(user_id: UUID, body: ActiveIn, user: Admin, session: Session) -> PersonOut:
    """Shut a person out, which ends all their sessions at once, or let them in again."""
    return await administration.set_active(session, user, user_id, body.is_active)


@admin.get("/audit")
async def list_audit(
    _: Admin,
    session: Session,
    paging: Paging,
    user_id: Annotated[UUID | None, Query(description="By or to this person only")] = None,
) -> Page[AuditOut]:
    """What administrators did, newest first."""
    return await administration.list_audit(session, paging, user_id)


@admin.get("/tasks")
async def list_all_tasks(
    _: Admin, session: Session, paging: Paging, state: Annotated[State | None, Query()] = None
) -> Page[TaskOfOut]:
    """Everybody's background work and the system's own, newest first."""
    return await overview.list_tasks(session, paging, state)


@admin.get("/keys")
async def list_all_keys(
    _: Admin,
    session: Session,
    paging: Paging,
    user_id: Annotated[UUID | None, Query(description="Of this person only")] = None,
) -> Page[KeyOfOut]:
    """Keys of programs that are good now, whosever they are, newest first."""
    return await overview.list_keys(session, paging, user_id)


@admin.delete("/keys/{key_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_any_key(key_id: UUID, user: Admin, session: Session) -> None:
    """Make anybody's key worthless at once."""
    await administration.revoke_key(session, user, key_id)


@admin.get("/overview")
async def get_overview(_: Admin, session: Session) -> OverviewOut:
    """How many people, sessions, keys, matches and tasks there are."""
    return await overview.overview(session)


router = APIRouter()
router.include_router(api_keys)
router.include_router(sessions_of_mine)
router.include_router(admin)
