"""Background work of the games: a coach's words, for who does not want to wait for them."""

from __future__ import annotations

from uuid import UUID

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.cache import make_redis
from hagame.core.database import make_pool
from hagame.core.tables import User
from hagame.core.tasks import Job, Kind, Result, Tasks, enqueue
from hagame.errors import NotFound
from hagame.games.coach import PURPOSES, coach, read
from hagame.games.schemas_feedback import CoachIn, CoachTaskOut
from hagame.llm import Caller, Gateway

COACH = Kind("feedback.coach", queue="llm", attempts=2, time_limit_s=120, at_once=3)
CONNECTIONS = 2

tasks = Tasks()


async def ask_later(session: AsyncSession, user: User, instance_id: UUID, body: CoachIn) -> CoachTaskOut:
    """Ask for a coach's words in the background. Raises as `coach` does, and `RateLimited`."""
    caller = Caller(user.id, user.role, PURPOSES[body.about])
    turn = (await read(session, caller, instance_id, body)).turn
    payload: dict[str, JsonValue] = {
        "instance_id": str(instance_id),
        "role": user.role,
        "about": body.about,
        "turn": turn,
    }
    task = await enqueue(session, COACH, payload, user_id=user.id)
    return CoachTaskOut(task_id=task.id)


@tasks.runs(COACH)
async def write_words(job: Job) -> Result:
    """The same words as at once, stored with the match; the result is what the route would have answered."""
    about, turn = job.payload["about"], job.payload["turn"]
    body = CoachIn(about=about, turn=turn if about == "turn" else None)
    if job.user_id is None:
        raise NotFound("The person is gone.")
    caller = Caller(job.user_id, job.payload["role"], PURPOSES[body.about])
    redis = make_redis(job.settings)
    async with await make_pool(job.settings.model_copy(update={"database_pool_size": CONNECTIONS})) as pool:
        gateway = Gateway(job.settings, job.sessions, pool, redis)
        try:
            words = await coach(job.sessions, gateway, caller, UUID(job.payload["instance_id"]), body)
        finally:
            await gateway.aclose()
            if redis is not None:
                await redis.aclose()
    return words.model_dump(mode="json")
