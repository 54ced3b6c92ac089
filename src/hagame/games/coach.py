"""A coach's words on a match or on one turn: written by a language model from facts of the engine, and kept.

No connection to the database is held while the model writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.security import Claims, current_user
from hagame.core.tables import Decision, Feedback
from hagame.games.export import check_owner, find_decision
from hagame.games.feedback import tell
from hagame.games.schemas import CoachIn, CoachOut
from hagame.llm import Caller, Gateway
from hagame.llm.grounded import Written, write
from hagame.mind.feedback import Fact, Part, TurnLog, turn_facts

PROMPTS = {"match": "match-coach", "turn": "turn-coach"}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be written, read from the database; or what was written before."""

    caller: Caller
    turn: int
    facts: Sequence[Fact]
    stored: Feedback | None


async def coach(
    sessions: async_sessionmaker[AsyncSession], gateway: Gateway, claims: Claims, instance_id: UUID, body: CoachIn
) -> CoachOut:
    """Words on a match as far as it went, or on one of its turns. What was written once is given again.

    Raises `Unauthenticated`, `NotFound`, `InvalidInput` for a turn that was not taken, and `Conflict` before the first.
    """
    async with sessions.begin() as session:
        asked = await _read(session, claims, instance_id, body)
    if asked.stored is not None and asked.stored.author == "language-model":
        return CoachOut.model_validate(asked.stored)
    written = await write(gateway, asked.caller, PROMPTS[body.about], asked.facts)
    async with sessions.begin() as session:
        kept = await _keep(session, instance_id, body.about, asked, written)
    log.info("game.coached", user_id=str(claims.user_id), instance_id=str(instance_id), author=written.author)
    return CoachOut.model_validate(kept)


async def _read(session: AsyncSession, claims: Claims, instance_id: UUID, body: CoachIn) -> _Asked:
    user = await current_user(claims, session)
    await check_owner(session, user.id, instance_id)
    if body.about == "turn":
        decision = await find_decision(session, instance_id, body.turn)
        turn, facts = decision.turn, turn_facts(_turn_log(decision))
    else:
        decisions, said = await tell(session, instance_id)
        turn, facts = decisions, (*said.facts, *said.advice_facts)
    query = select(Feedback).where(Feedback.instance_id == instance_id, Feedback.about == body.about)
    stored = await session.scalar(query.where(Feedback.turn == turn))
    return _Asked(Caller(user.id, user.role, purpose=PROMPTS[body.about]), turn, facts, stored)


def _turn_log(decision: Decision) -> TurnLog:
    answer, action = decision.answer, decision.action
    return TurnLog(
        turn=decision.turn,
        action=action,
        opponent_action=decision.opponent_action,
        payoff=decision.payoff,
        prediction=answer["prediction"],
        why=answer["why"],
        parts=[Part(part["statement"], part["log_odds"][action]) for part in answer["explanation"]],
    )


async def _keep(session: AsyncSession, instance_id: UUID, about: str, asked: _Asked, written: Written) -> Feedback:
    """The newest words replace those that the engine or a template had left."""
    values = written.to_json(asked.facts) | {"call_id": written.call_id}
    row = insert(Feedback).values(
        user_id=asked.caller.user_id, instance_id=instance_id, about=about, turn=asked.turn, **values
    )
    kept = row.on_conflict_do_update(index_elements=["instance_id", "about", "turn"], set_=values).returning(Feedback)
    return (await session.scalars(kept, execution_options={"populate_existing": True})).one()
