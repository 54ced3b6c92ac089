"""The decisions that a report is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.partitions import first_id
from hagame.mind.cognition import Evidence, pool
from hagame.reports.facts import Choice
from hagame.reports.schemas import Span

MOST = 20_000
"""Newest decisions that one report looks at."""
PAUSE = timedelta(minutes=30)
"""Whoever has not played for so long begins a new session."""
LONGEST_MATCH = timedelta(days=1)
SPANS: dict[Span, timedelta] = {
    "session": timedelta(days=2),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "all": timedelta(days=36525),
}

# Served by ix_user_decision_logs_user_id_instance_id: ids of matches are in the order of time.
DECISIONS = text("""
SELECT d.created_at AS at, d.instance_id, g.key AS game, g.title, i.opponent, d.n_legal, d.log_loss, d.hit, d.payoff,
       d.opponent_payoff, d.response_time_ms
FROM user_decision_logs d
JOIN game_instances i ON i.id = d.instance_id
JOIN game_definitions g ON g.id = d.definition_id
WHERE d.user_id = :user_id AND d.instance_id >= :first AND d.created_at > :since AND d.created_at <= :until
    AND i.modelled AND d.modelled AND NOT i.recorded
ORDER BY d.created_at DESC, d.instance_id DESC, d.turn DESC LIMIT :most
""")
EVIDENCE = text("SELECT evidence FROM game_instances WHERE id = ANY(:ids)")


async def read_decisions(session: AsyncSession, user_id: UUID, span: Span, until: datetime) -> list[Choice]:
    """Decisions of the span that ends at `until`, oldest first, of matches that may be modelled."""
    since = until - SPANS[span]
    values: dict[str, Any] = {"user_id": user_id, "since": since, "until": until, "most": MOST}
    rows = await session.execute(DECISIONS, values | {"first": first_id(max(since - LONGEST_MATCH, _EPOCH))})
    decisions = [Choice(**row) for row in rows.mappings()]
    return (last_session(decisions) if span == "session" else decisions)[::-1]


def last_session(newest_first: list[Choice]) -> list[Choice]:
    """The newest decisions, back to the first pause longer than `PAUSE`."""
    for n in range(1, len(newest_first)):
        if newest_first[n - 1].at - newest_first[n].at > PAUSE:
            return newest_first[:n]
    return newest_first


async def read_evidence(session: AsyncSession, ids: list[UUID]) -> Evidence:
    """The evidence of these matches together."""
    return pool([Evidence(evidence) for evidence in await session.scalars(EVIDENCE, {"ids": ids})])


_EPOCH = datetime.fromisoformat("1970-01-02T00:00:00+00:00")
