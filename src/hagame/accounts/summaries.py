"""What all matches of a person say together, kept as sums to which each finished match is added once.

A match that is over never changes. So the profile costs a row and the matches of the moment, however many were played.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from anyio import to_thread
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import CognitiveSummary
from hagame.mind.cognition import Evidence, pool, traits
from hagame.mind.cognition.profile import model_traits

_SUMS = """
, added AS (
    SELECT trait, sum((sums ->> 0)::float8) AS n, sum((sums ->> 1)::float8) AS total,
           sum((sums ->> 2)::float8) AS squares
    FROM played, jsonb_each(evidence) AS each (trait, sums) GROUP BY trait
)
SELECT (SELECT count(*) FROM played WHERE decisions > 0) AS matches,
       (SELECT coalesce(sum(decisions), 0) FROM played) AS decisions,
       (SELECT coalesce(jsonb_object_agg(trait, jsonb_build_array(n, total, squares)), '{}') FROM added) AS evidence
"""

# Both are served by ix_game_instances_unsummed. `turn` is the one that is open, so turn - 1 decisions were taken.
_FINISHED = """
WITH played AS (
    UPDATE game_instances SET summed = true
    WHERE user_id = :user_id AND modelled AND NOT summed AND status <> 'active'
    RETURNING turn - 1 AS decisions, evidence
)"""
_OPEN = """
WITH played AS MATERIALIZED (
    SELECT turn - 1 AS decisions, evidence FROM game_instances
    WHERE user_id = :user_id AND modelled AND NOT summed AND turn > 1
)"""
FINISHED, OPEN = text(_FINISHED + _SUMS), text(_OPEN + _SUMS)
WITH_FINISHED = text("""
SELECT DISTINCT user_id FROM game_instances WHERE modelled AND NOT summed AND status <> 'active' LIMIT :most
""")


class Known(NamedTuple):
    """Matches with a decision that may be modelled, the decisions in them, and the sums of their evidence."""

    matches: int
    decisions: int
    evidence: Evidence


async def known(session: AsyncSession, user_id: UUID) -> Known:
    """All that is known of a person now."""
    finished = await add_finished(session, user_id)
    return _together(finished, _known(await session.execute(OPEN, {"user_id": user_id})))


async def add_finished(session: AsyncSession, user_id: UUID) -> Known:
    """Add what has finished since the last time. Returns the sum over all finished matches.

    Two at once are safe: the second waits for the rows that the first has marked, and finds them added.
    """
    new = _known(await session.execute(FINISHED, {"user_id": user_id}))
    summary = await _summary(session, user_id, lock=new.matches > 0)
    before = Known(0, 0, Evidence())
    if summary is not None:
        before = Known(summary.matches, summary.decisions, Evidence(summary.evidence))
    if new.matches == 0:
        return before
    after = _together(before, new)
    means = await to_thread.run_sync(_means, after.evidence)
    values = {
        "matches": after.matches,
        "decisions": after.decisions,
        "evidence": after.evidence.to_json(),
        "means": means,
    }
    row = insert(CognitiveSummary).values(user_id=user_id, **values)
    await session.execute(row.on_conflict_do_update(index_elements=[CognitiveSummary.user_id], set_=values))
    return after


async def people_with_finished(session: AsyncSession, most: int) -> list[UUID]:
    """Some of those who have finished a match since the last time."""
    return list((await session.scalars(WITH_FINISHED, {"most": most})).all())


async def _summary(session: AsyncSession, user_id: UUID, *, lock: bool) -> CognitiveSummary | None:
    query = select(CognitiveSummary).where(CognitiveSummary.user_id == user_id)
    if lock:
        await session.execute(insert(CognitiveSummary).values(user_id=user_id).on_conflict_do_nothing())
        query = query.with_for_update()
    return (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()


def _known(result: Any) -> Known:
    row = result.one()
    return Known(row.matches, row.decisions, Evidence(row.evidence))


def _together(one: Known, other: Known) -> Known:
    evidence = pool([one.evidence, other.evidence])
    return Known(one.matches + other.matches, one.decisions + other.decisions, evidence)


def _means(evidence: Evidence) -> dict[str, list[float]]:
    """Mean and number of observations of each trait: what the population is made from."""
    found = {key: [trait.mean, trait.n] for key, trait in traits(evidence).items()}
    return found | {key: [trait.mean, trait.n] for key, trait in model_traits(evidence).items()}
