"""Background work of the accounts."""

from __future__ import annotations

from uuid import UUID

from hagame.accounts import oidc
from hagame.accounts.erasure import ERASE, delete_person, delete_some_matches
from hagame.accounts.population import update_population
from hagame.accounts.summaries import add_finished, people_with_finished
from hagame.accounts.tokens import forget_expired
from hagame.core.tasks import Job, Kind, Result, Tasks

BATCH = 200
PROFILES = Kind("profiles.update", time_limit_s=1800)
"""Add finished matches to what is known of people; cheap, so it may be asked for often."""
POPULATION = Kind("profiles.population", time_limit_s=1800)
"""The same, and then the percentiles of the population."""

TOKENS = Kind("tokens.forget")

tasks = Tasks()


@tasks.runs(PROFILES)
async def update_profiles(job: Job) -> Result:
    """Each person in a transaction of their own, so that whatever was done stays done."""
    return {"people": await _update_all(job)}


@tasks.runs(POPULATION)
async def update_all(job: Job) -> Result:
    """Every night."""
    people = await _update_all(job)
    async with job.finishing() as end:
        end.result = {"people": people, "traits": await update_population(end.session)}
    return None


@tasks.runs(TOKENS)
async def forget_tokens(job: Job) -> Result:
    """Of people who log in again they go anyway; this is for those who do not."""
    async with job.finishing() as end:
        await oidc.forget_expired(end.session)
        end.result = {"tokens": await forget_expired(end.session)}
    return None


@tasks.runs(ERASE)
async def erase(job: Job) -> Result:
    """Match by match, so that no transaction is long; begun again, it goes on with what is left."""
    user_id, matches = UUID(job.payload["user_id"]), 0
    while True:
        job.report(0.5, f"{matches} matches")
        async with job.transaction() as session:
            gone = await delete_some_matches(session, user_id)
        if not gone:
            break
        matches += gone
    async with job.finishing() as end:
        await delete_person(end.session, user_id)
        end.result = {"matches": matches}
    return None


async def _update_all(job: Job) -> int:
    people = 0
    while True:
        async with job.sessions() as session:
            batch = await people_with_finished(session, BATCH)
        if not batch:
            return people
        for user_id in batch:
            job.report(0.5, f"{people} people")
            async with job.sessions() as session, session.begin():
                await add_finished(session, user_id)
            people += 1
