"""What other players answered to the questions that a person has answered: estimates of the living."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.games.schemas_crowd import LiveCrowd

LEAST_PEOPLE = 5
"""Fewer could be told apart in what is shown."""
LATEST = 2000
"""Matches that are looked at, so that the cost does not grow."""

# A question is answered for good once the log holds its truth; what is said before a second thought is `first` there.
# Who asks sees the crowd from the own first answer on: it is what a second thought is for.
# Served by ix_game_instances_definition_id and the primary key of the log. Of each person the earliest answer counts,
# and the first thought of it: whoever has seen the crowd is no independent judge (Galton 1907; Lorenz et al. 2011).
OTHERS = text("""
WITH mine AS (
    SELECT DISTINCT outcome ->> 'key' AS key FROM user_decision_logs
    WHERE instance_id = :instance_id AND outcome -> 'key' IS NOT NULL
), others AS (
    SELECT i.id FROM game_instances i JOIN game_instances own ON own.id = :instance_id
    WHERE i.definition_id = own.definition_id AND i.user_id <> own.user_id
        AND i.modelled AND NOT i.recorded AND i.turn > 1
    ORDER BY i.id DESC LIMIT :latest
), answers AS (
    SELECT DISTINCT ON (d.user_id, d.outcome ->> 'key') d.outcome ->> 'key' AS key,
           coalesce(d.outcome ->> 'first', d.outcome ->> 'answer')::float8 AS answer
    FROM user_decision_logs d JOIN others ON others.id = d.instance_id
    WHERE d.outcome -> 'truth' IS NOT NULL AND NOT d.timed_out AND d.modelled
    ORDER BY d.user_id, d.outcome ->> 'key', d.instance_id
)
SELECT key, count(*) AS n, percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY answer) AS quartiles
FROM answers JOIN mine USING (key) GROUP BY key HAVING count(*) >= :least ORDER BY key
""")


async def live_crowd(session: AsyncSession, instance_id: UUID) -> list[LiveCrowd]:
    """The crowd's answers to the questions that were answered once in this match; of too few people none."""
    asked = {"instance_id": instance_id, "latest": LATEST, "least": LEAST_PEOPLE}
    rows = (await session.execute(OTHERS, asked)).all()
    return [LiveCrowd(key=row.key, n=row.n, quartiles=row.quartiles) for row in rows]
