"""A coach's words on a match or on one turn: written by a language model from facts of the engine, and kept.

No connection to the database is held while the model writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import Select, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.security import Claims, current_user
from hagame.core.tables import Decision, Feedback
from hagame.games.export import check_owner, find_decision
from hagame.games.feedback import tell
from hagame.games.schemas_feedback import CoachIn, CoachOut
from hagame.llm import Caller, Gateway
from hagame.llm.grounded import Written, write
from hagame.mind.feedback import Fact, Part, TurnLog, turn_facts

PURPOSES = {"match": "match-coach", "turn": "turn-coach"}
"""Names of prompts, and what calls are logged for."""

MODEL = "language-model"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written on, read from the database, and what was written before."""

    turn: int
    facts: Sequence[Fact]
    stored: Feedback | None


async def coach(
    sessions: async_sessionmaker[AsyncSession], gateway: Gateway, caller: Caller, instance_id: UUID, body: CoachIn
) -> CoachOut:
    """Words on a match as far as it went, or on one of its turns. What a model wrote once is given again.

    Raises `NotFound`, `InvalidInput` for a turn that was not taken, and `Conflict` before the first.
    """
    async with sessions.begin() as session:
        asked = await read(session, caller, instance_id, body)
    if asked.stored is not None and asked.stored.author == MODEL:
        return CoachOut.model_validate(asked.stored)
    written = await write(gateway, caller, PURPOSES[body.about], asked.facts)
    async with sessions.begin() as session:
        kept = await _keep(session, caller, instance_id, body.about, asked, written)
    log.info("game.coached", user_id=str(caller.user_id), instance_id=str(instance_id), author=written.author)
    return CoachOut.model_validate(kept)


async def caller_of(sessions: async_sessionmaker[AsyncSession], claims: Claims, body: CoachIn) -> Caller:
    """Who asks, by a session that is closed at once. Raises `Unauthenticated`."""
    async with sessions() as session:
        user = await current_user(claims, session)
    return Caller(user.id, user.role, PURPOSES[body.about])


async def read(session: AsyncSession, caller: Caller, instance_id: UUID, body: CoachIn) -> Asked:
    """What is to be said, and what was written before. Raises as `coach` does."""
    await check_owner(session, caller.user_id, instance_id)
    if body.about == "turn":
        decision = await find_decision(session, instance_id, body.turn)
        turn, facts = decision.turn, turn_facts(_turn_log(decision))
    else:
        decisions, said = await tell(session, instance_id)
        turn, facts = decisions, (*said.facts, *said.advice_facts)
    return Asked(turn, facts, await session.scalar(_stored(instance_id, body.about, turn)))


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


async def _keep(
    session: AsyncSession, caller: Caller, instance_id: UUID, about: str, asked: Asked, written: Written
) -> Feedback:
    """The newest words replace those that the engine or a template had left; words of a model stay before theirs."""
    values = written.to_json(asked.facts) | {"call_id": written.call_id}
    row = insert(Feedback).values(
        user_id=caller.user_id, instance_id=instance_id, about=about, turn=asked.turn, **values
    )
    place = ["instance_id", "about", "turn"]
    over = true() if written.author == MODEL else Feedback.author != MODEL
    kept = row.on_conflict_do_update(index_elements=place, set_=values, where=over).returning(Feedback)
    found = (await session.scalars(kept, execution_options={"populate_existing": True})).one_or_none()
    return found if found is not None else (await session.scalars(_stored(instance_id, about, asked.turn))).one()


def _stored(instance_id: UUID, about: str, turn: int) -> Select[Feedback]:
    return select(Feedback).where(Feedback.instance_id == instance_id, Feedback.about == about, Feedback.turn == turn)
