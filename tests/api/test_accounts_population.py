"""What is known of a person is added up once, and set beside the population."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import func, select, text
from tests.api.test_accounts_cognitive import MATCHES, PROFILE, expected, new_guest, numbers, played

from hagame.accounts import population, summaries
from hagame.accounts.population import percentile
from hagame.core.tables import CognitiveSummary, GameInstance, TraitPopulation

pytestmark = pytest.mark.anyio

FINISHED: dict[str, Any] = {"status": "finished", "finished_at": datetime(2026, 1, 1, tzinfo=UTC)}


async def test_finished_matches_are_added_once_and_the_open_one_counts_as_well(
    client: AsyncClient, app: FastAPI
) -> None:
    user_id, me = await new_guest(client)
    await played(app, user_id, *MATCHES[:2], **FINISHED)
    await played(app, user_id, MATCHES[2])
    for _ in range(2):
        answer = (await client.get(PROFILE, headers=me)).json()
        assert (answer["matches"], answer["decisions"]) == (3, 30)
        assert numbers(answer["inferred"]) == expected(*MATCHES)
    async with app.state.sessions() as session:
        summary = await session.get(CognitiveSummary, user_id)
        assert (summary.matches, summary.decisions) == (2, 20)
        unsummed = select(func.count()).where(GameInstance.user_id == user_id, ~GameInstance.summed)
        assert await session.scalar(unsummed) == 1


async def test_many_who_ask_at_once_add_nothing_twice(client: AsyncClient, app: FastAPI) -> None:
    user_id, me = await new_guest(client)
    await played(app, user_id, *MATCHES, **FINISHED)
    answers = await asyncio.gather(*(client.get(PROFILE, headers=me) for _ in range(8)))
    assert {(answer.json()["matches"], answer.json()["decisions"]) for answer in answers} == {(3, 30)}
    assert numbers(answers[0].json()["inferred"]) == expected(*MATCHES)


async def test_a_finished_match_without_a_decision_is_no_match(client: AsyncClient, app: FastAPI) -> None:
    user_id, me = await new_guest(client)
    await played(app, user_id, {}, turn=1, **FINISHED)
    await played(app, user_id, MATCHES[0], **FINISHED)
    answer = (await client.get(PROFILE, headers=me)).json()
    assert (answer["matches"], answer["decisions"]) == (1, 10)


async def test_a_trait_is_set_beside_those_of_others_who_agreed(client: AsyncClient, app: FastAPI) -> None:
    people = [await new_guest(client) for _ in range(population.LEAST_PEOPLE + 1)]
    for share, (user_id, _) in enumerate(people):
        await played(app, user_id, {"reciprocity": [100, 4 * share, 4 * share]}, **FINISHED)
    _, refuses = people[-1]
    await client.put(PROFILE, json={"modelling_consent": False}, headers=refuses)
    async with app.state.sessions.begin() as session:
        await session.execute(text("DELETE FROM cognitive_summaries"))
        for user_id, _ in people:
            await summaries.add_finished(session, user_id)
        assert await population.update_population(session) == 1
        told = await session.get(TraitPopulation, "reciprocity")
        assert told.people == population.LEAST_PEOPLE
    lowest, middle, highest = [
        (await client.get(PROFILE, headers=people[n][1])).json()["inferred"]["reciprocity"]["among"]
        for n in (0, 10, population.LEAST_PEOPLE - 1)
    ]
    assert (lowest["percentile"], highest["percentile"]) == (0.0, 100.0)
    assert middle["percentile"] == pytest.approx(100 * 10 / (population.LEAST_PEOPLE - 1), abs=0.5)
    assert middle["low"] < middle["percentile"] < middle["high"]
    assert (await client.get(PROFILE, headers=refuses)).json()["inferred"] == {}


async def test_of_too_few_people_nothing_is_told(client: AsyncClient, app: FastAPI) -> None:
    user_id, me = await new_guest(client)
    await played(app, user_id, {"cooperation": [50, 25, 25]}, **FINISHED)
    async with app.state.sessions.begin() as session:
        await summaries.add_finished(session, user_id)
        await session.execute(text("DELETE FROM cognitive_summaries WHERE user_id <> :me"), {"me": user_id})
        assert await population.update_population(session) == 0
    assert (await client.get(PROFILE, headers=me)).json()["inferred"]["cooperation"]["among"] is None


def test_percentiles_lie_between_quantiles_and_ties_count_half() -> None:
    quantiles = [float(n) for n in range(101)]
    assert [percentile(quantiles, x) for x in (-1.0, 0.0, 12.5, 99.0, 100.0, 200.0)] == [0, 0, 12.5, 99, 100, 100]
    assert percentile([0.0] * 41 + [1.0] * 60, 0.0) == 20.0
    assert percentile([0.0] * 50 + [1.0] * 51, 0.5) == 49.5
