"""Matches whose players let others forecast their moves: opened and withdrawn by the player, seen by all until then.

Consent is the row of `watched_matches`, and modelling that is not switched off: every query here asks for both, so
that either counts from the moment in which it is withdrawn. What judges see is the log of turns that are over, and of
the open turn what the player sees; what is under the seal is never read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame import plugins
from hagame.collective.schemas_matches import MOST_OPTIONS, WatchIn, WatchSummary
from hagame.core.pagination import PageQuery, cut
from hagame.core.schemas import Page
from hagame.core.tables import GameDefinition, GameInstance, User, WatchedMatch, new_id
from hagame.errors import Gone, InvalidInput, NotFound
from hagame.rules.game import PLAYER

log = structlog.get_logger()

# Served by the primary keys, uq_watched_matches_instance_id and uq_forecasts_watched_id_turn_user_id.
WATCHED = """
SELECT w.id, w.user_id, w.created_at, w.instance_id, i.status, i.turn, i.opponent, d.key, d.title, d.engine,
       d.parameters,
       (SELECT count(*) FROM forecasts f WHERE f.watched_id = w.id AND f.turn = i.turn) AS judges
FROM watched_matches w
JOIN game_instances i ON i.id = w.instance_id AND i.modelled
JOIN game_definitions d ON d.id = i.definition_id
LEFT JOIN cognitive_profiles p ON p.user_id = w.user_id
WHERE coalesce(p.modelling_consent, true)
"""
ONE = text(f"{WATCHED} AND w.id = :id")
RUNNING = text(
    f"{WATCHED} AND i.status = 'active' AND (CAST(:cursor AS uuid) IS NULL OR w.id < :cursor) "
    "ORDER BY w.id DESC LIMIT :limit"
)
# What the last move was answered with, but for the seal: the player has it on the screen.
OPEN = text("""
SELECT answer -> 'next' -> 'legal_actions' AS options, answer -> 'next' -> 'view' AS view,
       answer -> 'next' ->> 'turn' AS turn
FROM user_decision_logs WHERE instance_id = :instance_id AND turn = :turn - 1
""")


@dataclass(frozen=True, slots=True)
class Watched:
    """A match that may be forecast, and what of it may be known."""

    id: UUID
    user_id: UUID
    created_at: datetime
    instance_id: UUID
    status: str
    turn: int
    opponent: str
    key: str
    title: str
    engine: str
    parameters: dict[str, Any]
    judges: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the player may choose now, and what it sees."""

    options: list[str]
    view: dict[str, Any]


async def open_match(session: AsyncSession, user: User, body: WatchIn) -> WatchSummary:
    """Let others forecast a match of yours; again is the same. Raises `NotFound`, `Gone` and `InvalidInput`."""
    query = (
        select(GameInstance, GameDefinition)
        .join(GameDefinition, GameDefinition.id == GameInstance.definition_id)
        .where(GameInstance.id == body.instance, GameInstance.user_id == user.id)
    )
    found = (await session.execute(query)).first()
    if found is None:
        raise NotFound(f"There is no match {body.instance} of yours.")
    instance, definition = found
    if instance.status != "active":
        raise Gone(f"This match is {instance.status}.", instance_status=instance.status)
    _check(instance, definition)
    new = insert(WatchedMatch).values(id=new_id(), instance_id=instance.id, user_id=user.id)
    await session.execute(new.on_conflict_do_nothing(index_elements=["instance_id"]))
    watched_id = await session.scalar(select(WatchedMatch.id).where(WatchedMatch.instance_id == instance.id))
    row = None if watched_id is None else await _found(session, watched_id)
    if row is None:
        message = "instance: you have switched modelling off, so nobody may forecast you; see your cognitive profile."
        raise InvalidInput(message, field="/instance")
    log.info("match.opened", user_id=str(user.id), instance_id=str(instance.id))
    return summary(row, user)


async def withdraw(session: AsyncSession, user: User, watched_id: UUID) -> UUID:
    """Nobody sees anything of it any more, and what was forecast is deleted; its instance. Raises `NotFound`."""
    mine = delete(WatchedMatch).where(WatchedMatch.id == watched_id, WatchedMatch.user_id == user.id)
    instance_id: UUID | None = await session.scalar(mine.returning(WatchedMatch.instance_id))
    if instance_id is None:
        raise NotFound(f"There is no match {watched_id} of yours that others may forecast.")
    log.info("match.withdrawn", user_id=str(user.id), instance_id=str(instance_id))
    return instance_id


async def list_matches(session: AsyncSession, user: User, paging: PageQuery) -> Page[WatchSummary]:
    """Running matches that can be forecast, newest first, your own among them."""
    rows = (await session.execute(RUNNING, {"cursor": paging.cursor, "limit": paging.limit + 1})).mappings().all()
    kept, cursor = cut([Watched(**row) for row in rows], paging, [row["id"] for row in rows])
    return Page(items=[summary(row, user) for row in kept], next_cursor=cursor)


async def find(session: AsyncSession, watched_id: UUID) -> Watched:
    """A match that may be forecast. Raises `NotFound`, also when consent was withdrawn."""
    row = await _found(session, watched_id)
    if row is None:
        raise NotFound(f"There is no match {watched_id} that others may forecast.")
    return row


async def choices(session: AsyncSession, watched: Watched) -> Choices | None:
    """Of the open turn; None before the first move, and when the match is over."""
    if watched.status != "active":
        return None
    asked = {"instance_id": watched.instance_id, "turn": watched.turn}
    row = (await session.execute(OPEN, asked)).first()
    return None if row is None or not row.options else Choices(list(row.options), dict(row.view))


def told(watched: Watched, seen: Choices) -> str:
    """What the player sees, in words."""
    return plugins.make_game(watched.engine, watched.parameters).tell(seen.view)


def summary(watched: Watched, user: User) -> WatchSummary:
    """As it stands in a list."""
    return WatchSummary(
        id=watched.id,
        game=watched.key,
        title=watched.title,
        opponent=plugins.opponent_info(watched.opponent).title,
        status=cast("Any", watched.status),
        turn=watched.turn,
        judges=watched.judges,
        yours=watched.user_id == user.id,
        created_at=watched.created_at,
    )


async def _found(session: AsyncSession, watched_id: UUID) -> Watched | None:
    row = (await session.execute(ONE, {"id": watched_id})).mappings().first()
    return None if row is None else Watched(**row)


def _check(instance: GameInstance, definition: GameDefinition) -> None:
    """Whether the moves of this match can be forecast at all. Raises `InvalidInput`."""
    if instance.recorded:
        raise InvalidInput("instance: a record that is replayed has no next move to forecast.", field="/instance")
    game = plugins.make_stored_game(definition.engine, definition.engine_version, definition.parameters)
    state = game.start(np.random.default_rng(0))
    if game.numbers(state, PLAYER) is not None:
        raise InvalidInput(
            "instance: in this game a number is chosen, which cannot be forecast yet.", field="/instance"
        )
    if len(game.legal_actions(state, PLAYER)) > MOST_OPTIONS:
        message = f"instance: more than {MOST_OPTIONS} moves are possible at once, too many to forecast."
        raise InvalidInput(message, field="/instance")


def canonical(turn: int, probabilities: dict[str, float]) -> str:
    """What a forecast seals: JSON with sorted keys and no spaces."""
    return json.dumps({"probabilities": probabilities, "turn": turn}, sort_keys=True, separators=(",", ":"))
