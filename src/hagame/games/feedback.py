"""What the engine says of a match."""

from __future__ import annotations

from uuid import UUID

from anyio import to_thread
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import Feedback as CoachWords
from hagame.games.log_sums import read_log
from hagame.games.schemas_feedback import CoachOut, FeedbackOut
from hagame.llm.grounded import FactOut
from hagame.mind.cognition import Evidence, traits
from hagame.mind.feedback import Feedback, Log, feedback
from hagame.mind.language import translated

EVIDENCE = text("SELECT modelled, evidence FROM game_instances WHERE id = :instance_id")


async def get_feedback(session: AsyncSession, instance_id: UUID, language: str = "en") -> FeedbackOut:
    """What can be said of a match as far as it went, and what a coach has said. Raises `Conflict` before a decision.

    Inferred traits and what a coach has said stay in English.
    """
    decisions, told = await tell(session, instance_id)
    return FeedbackOut(
        decisions=decisions,
        headline=translated(told.headline, language),
        facts=[
            FactOut(key=f.key, sentence=translated(f.sentence, language), values=dict(f.values)) for f in told.facts
        ],
        advice=[translated(advice, language) for advice in told.advice],
        coach=await _coached(session, instance_id),
    )


async def tell(session: AsyncSession, instance_id: UUID) -> tuple[int, Feedback]:
    """The number of decisions of a match and what follows from them. Raises `Conflict` before the first decision."""
    log = await read_log(session, instance_id)
    row = (await session.execute(EVIDENCE, {"instance_id": instance_id})).one()
    # The first call imports what computes tails and quantiles, which takes a while.
    told = await to_thread.run_sync(_told, log, Evidence(row.evidence if row.modelled else {}))
    return log.totals.decisions, told


async def _coached(session: AsyncSession, instance_id: UUID) -> CoachOut | None:
    """The last words of a coach on the whole match, if there are any."""
    query = select(CoachWords).where(CoachWords.instance_id == instance_id, CoachWords.about == "match")
    found = await session.scalar(query.order_by(CoachWords.turn.desc()).limit(1))
    return None if found is None else CoachOut.model_validate(found)


def _told(log: Log, evidence: Evidence) -> Feedback:
    return feedback(log, traits(evidence))
