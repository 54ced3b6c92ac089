"""Links by which others may watch a match: made and withdrawn by the player, good for whoever holds one.

A link is a random token of which only the hash is kept. It ends when it is withdrawn or made anew, with the account,
and when the match is deleted. Each look asks for it, so that any of these counts at once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from hagame.core.tables import GameDefinition, GameInstance, Profile, User, WatchLink
from hagame.errors import NotFound
from hagame.games.installed import game_of, text_of
from hagame.games.schemas_watch import NewWatchLinkOut, WatchLinkIn, WatchLinkOut
from hagame.rules.game import Game

TOKEN_BYTES = 32

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is good, and the match behind it."""

    instance: GameInstance
    definition: GameDefinition
    player: str | None
    """Name of the player, where it may be told."""

    @property
    def game(self) -> Game[Any]:
        """Its rules."""
        return game_of(self.definition.engine, text_of(self.definition.parameters))


async def get_link(session: AsyncSession, instance_id: UUID) -> WatchLinkOut:
    """Whether a match may be watched."""
    link = await session.get(WatchLink, instance_id)
    return WatchLinkOut(since=link and link.created_at, show_name=link is not None and link.show_name)


async def make_link(session: AsyncSession, user_id: UUID, instance_id: UUID, body: WatchLinkIn) -> NewWatchLinkOut:
    """A new link, told once; one that was there before is worthless."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    told = {"token_hash": _digest(token), "show_name": body.show_name}
    row = insert(WatchLink).values(instance_id=instance_id, user_id=user_id, **told)
    anew = row.on_conflict_do_update(index_elements=["instance_id"], set_={**told, "created_at": func.now()})
    since = await session.scalar(anew.returning(WatchLink.created_at))
    log.info("watch.opened", user_id=str(user_id), instance_id=str(instance_id), show_name=body.show_name)
    return NewWatchLinkOut(since=since, show_name=body.show_name, token=token, address=f"/#/watch/{token}")


async def withdraw_link(session: AsyncSession, user_id: UUID, instance_id: UUID) -> None:
    """Nobody may watch any more; nothing to do where nobody might."""
    gone = delete(WatchLink).where(WatchLink.instance_id == instance_id).returning(WatchLink.instance_id)
    if await session.scalar(gone) is not None:
        log.info("watch.withdrawn", user_id=str(user_id), instance_id=str(instance_id))


async def find(session: AsyncSession, token: str) -> Link:
    """The match of a link. Raises `NotFound` for one that is not good, or is not any more."""
    # Served by uq_watch_links_token_hash and the primary keys of the other tables.
    query = (
        select(GameInstance, GameDefinition, WatchLink.show_name, Profile.display_name, User.username)
        .join(WatchLink, WatchLink.instance_id == GameInstance.id)
        .join(GameDefinition, GameDefinition.id == GameInstance.definition_id)
        .join(User, User.id == GameInstance.user_id)
        .outerjoin(Profile, Profile.user_id == GameInstance.user_id)
        .where(WatchLink.token_hash == _digest(token), User.is_active)
        .options(defer(GameInstance.state, raiseload=True))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no match to watch by this link; it may have been withdrawn.")
    instance, definition, show_name, display_name, username = row
    return Link(instance, definition, (display_name or username) if show_name else None)


def _digest(token: str) -> bytes:
    # The token is 256 random bits: nothing to guess, so no slow hash is needed.
    return hashlib.sha256(token.encode()).digest()
