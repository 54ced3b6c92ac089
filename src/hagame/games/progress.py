"""A person's own progress: per game how the last matches went, and the rating where the game has a winner."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import GameDefinition, GameInstance, Rating
from hagame.games.ratings import rate_finished
from hagame.games.schemas_progress import FinishedMatch, GameProgress, RatingOut

SHOWN = 50
"""Latest matches of each game that are told one by one."""
WIDTH = 1.96
"""Standard deviations on each side of a 95 % interval."""


async def my_progress(session: AsyncSession, user_id: UUID) -> list[GameProgress]:
    """Per game with a finished match, the one played last first. Ratings are brought up to date before."""
    await rate_finished(session, user_id)
    await session.flush()
    ratings = await _ratings(session, user_id)
    found: dict[str, list[FinishedMatch]] = defaultdict(list)
    titles: dict[str, tuple[str, int]] = {}
    for key, title, count, match in await _latest(session, user_id):
        found[key].append(match)
        titles[key] = (titles[key][0] if key in titles else title, count)
    return [
        GameProgress(game=key, title=titles[key][0], matches=titles[key][1], rating=ratings.get(key), latest=latest)
        for key, latest in found.items()
    ]


async def _ratings(session: AsyncSession, user_id: UUID) -> dict[str, RatingOut]:
    rows = (await session.scalars(select(Rating).where(Rating.user_id == user_id))).all()
    return {
        row.game: RatingOut(
            mean=row.mu,
            sd=row.sigma,
            low=row.mu - WIDTH * row.sigma,
            high=row.mu + WIDTH * row.sigma,
            won=row.won,
            drawn=row.drawn,
            lost=row.lost,
        )
        for row in rows
    }


async def _latest(session: AsyncSession, user_id: UUID) -> list[tuple[str, str, int, FinishedMatch]]:
    """Key and title of the game, how many matches of it are finished, and one of the last `SHOWN`; newest first."""
    ranked = (
        select(
            GameDefinition.key,
            GameDefinition.title,
            func.count().over(partition_by=GameDefinition.key).label("matches"),
            func.row_number()
            .over(partition_by=GameDefinition.key, order_by=GameInstance.finished_at.desc())
            .label("place"),
            GameInstance.id,
            GameInstance.opponent,
            GameInstance.finished_at,
            (GameInstance.turn - 1).label("decisions"),
            GameInstance.player_score,
            GameInstance.opponent_score,
            GameInstance.evidence["predictability_bits"].label("bits"),
        )
        .join(GameDefinition, GameDefinition.id == GameInstance.definition_id)
        .where(GameInstance.user_id == user_id, GameInstance.status == "finished", ~GameInstance.recorded)
        .subquery()
    )
    query = select(ranked).where(ranked.c.place <= SHOWN).order_by(ranked.c.finished_at.desc(), ranked.c.id)
    return [(row.key, row.title, row.matches, _match(row)) for row in (await session.execute(query)).all()]


def _match(row: Row[Any]) -> FinishedMatch:
    n, total = (row.bits[0], row.bits[1]) if row.bits else (0, 0.0)
    return FinishedMatch(
        instance_id=row.id,
        opponent=row.opponent,
        finished_at=row.finished_at,
        decisions=row.decisions,
        score=row.player_score,
        opponent_score=row.opponent_score,
        bits_known=round(total / n, 6) if n else None,
    )
