"""What the engine says of a match."""

from __future__ import annotations

from uuid import UUID

from anyio import to_thread
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.games.log_sums import read_log
from hagame.games.schemas import FactOut, FeedbackOut
from hagame.mind.cognition import Evidence, traits
from hagame.mind.feedback import Feedback, Log, feedback

EVIDENCE = text("SELECT modelled, evidence FROM game_instances WHERE id = :instance_id")


async def get_feedback(session: AsyncSession, instance_id: UUID) -> FeedbackOut:
    """What can be said of a match as far as it went. Raises `Conflict` before the first decision."""
    log = await read_log(session, instance_id)
    row = (await session.execute(EVIDENCE, {"instance_id": instance_id})).one()
    # The first call imports what computes tails and quantiles, which takes a while.
    told = await to_thread.run_sync(_told, log, Evidence(row.evidence if row.modelled else {}))
    return FeedbackOut(
        decisions=log.totals.decisions,
        headline=told.headline,
        facts=[FactOut(key=f.key, sentence=f.sentence, values=dict(f.values)) for f in told.facts],
        advice=list(told.advice),
    )


def _told(log: Log, evidence: Evidence) -> Feedback:
    return feedback(log, traits(evidence))
