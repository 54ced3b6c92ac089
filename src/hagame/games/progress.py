"""A person's own progress: per game how the last matches went, and the rating where the game has a winner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import Rating
from hagame.games.ratings import rate_finished
from hagame.games.schemas_progress import FinishedMatch, GameProgress, RatingOut

SHOWN = 50
"""Latest matches of each game that are told one by one."""
WIDTH = 1.96
"""Standard deviations on each side of a 95 % interval."""

# Served by ix_game_instances_finished alone: it is counted in the index, and the latest are found from its end.
LATEST = text("""
WITH played AS (
    SELECT definition_id, count(*) AS matches FROM game_instances
    WHERE user_id = :user_id AND status = 'finished' AND NOT recorded GROUP BY definition_id
)
SELECT d.key, d.title, d.version, p.matches, m.*
FROM played p
JOIN game_definitions d ON d.id = p.definition_id
CROSS JOIN LATERAL (
    SELECT i.id, i.opponent, i.finished_at, i.turn - 1 AS decisions, i.player_score, i.opponent_score,
           i.evidence -> 'predictability_bits' AS bits
    FROM game_instances i
    WHERE i.user_id = :user_id AND i.definition_id = p.definition_id AND i.status = 'finished' AND NOT i.recorded
    ORDER BY i.finished_at DESC LIMIT :shown
) m
ORDER BY m.finished_at DESC, m.id
""")


async def my_progress(session: AsyncSession, user_id: UUID) -> list[GameProgress]:
    """Per game with a finished match, the one played last first. Ratings are brought up to date before."""
    await rate_finished(session, user_id)
    await session.flush()
    ratings = await _ratings(session, user_id)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in (await session.execute(LATEST, {"user_id": user_id, "shown": SHOWN})).all():
        found[row.key].append(row)
    return [_told(key, rows, ratings.get(key)) for key, rows in found.items()]


def _told(key: str, rows: Sequence[Row[Any]], rating: RatingOut | None) -> GameProgress:
    """The game with the matches of all its versions, newest first."""
    matches = {row.version: row.matches for row in rows}
    return GameProgress(
        game=key,
        title=rows[0].title,
        matches=sum(matches.values()),
        rating=rating,
        latest=[_match(row) for row in rows[:SHOWN]],
    )


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
