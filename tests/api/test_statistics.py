"""Figures about people are for researchers, and stand for five people or more."""

from __future__ import annotations

import asyncio
import secrets
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import text
from tests.api.test_accounts_cognitive import new_guest, played
from tests.api.test_accounts_population import FINISHED

from hagame.reports.statistics import LEAST_PEOPLE, count_finished

pytestmark = pytest.mark.anyio


async def researcher(client: AsyncClient, app: FastAPI) -> dict[str, str]:
    user_id, headers = await new_guest(client)
    async with app.state.sessions.begin() as session:
        await session.execute(text("UPDATE users SET role = 'researcher' WHERE id = :id"), {"id": user_id})
    return headers


async def count_all(app: FastAPI) -> None:
    while True:
        async with app.state.sessions.begin() as session:
            if not await count_finished(session, 50):
                return


async def one_match(app: FastAPI, user_id: UUID, opponent: str, score: float, bits: float) -> None:
    await played(
        app,
        user_id,
        {"predictability_bits": [10, 10 * bits, 10 * bits * bits]},
        **(FINISHED | {"opponent": opponent, "player_score": score}),
    )


async def test_a_figure_is_the_mean_over_people_who_weigh_the_same(client: AsyncClient, app: FastAPI) -> None:
    who, opponent = await researcher(client, app), f"test-{secrets.token_hex(4)}"
    people = [(await new_guest(client))[0] for _ in range(LEAST_PEOPLE)]
    for n, user_id in enumerate(people):
        for _ in range(n + 1):
            await one_match(app, user_id, opponent, score=10.0 * n, bits=0.1 * n)
    await asyncio.gather(*(count_all(app) for _ in range(3)))
    told = (await client.get("/stats/games", headers=who)).json()
    (row,) = [row for row in told if row["opponent"] == opponent]
    assert (row["people"], row["matches"], row["decisions"]) == (5, 15, 150)
    assert row["payoff_mean"] == pytest.approx(2.0)
    assert row["bits_mean"] == pytest.approx(0.2)
    assert row["bits_se"] == pytest.approx(0.1 * 2.5**0.5 / 5**0.5)
    await one_match(app, people[0], opponent, score=0.0, bits=0.0)
    await count_all(app)
    (row,) = [r for r in (await client.get("/stats/games", headers=who)).json() if r["opponent"] == opponent]
    assert (row["people"], row["matches"]) == (5, 16)


async def test_fewer_than_five_people_are_never_told(client: AsyncClient, app: FastAPI) -> None:
    who, opponent = await researcher(client, app), f"test-{secrets.token_hex(4)}"
    for _ in range(LEAST_PEOPLE - 1):
        await one_match(app, (await new_guest(client))[0], opponent, score=1.0, bits=0.1)
    await count_all(app)
    assert opponent not in (await client.get("/stats/games", headers=who)).text


async def test_players_are_told_nothing(client: AsyncClient) -> None:
    _, who = await new_guest(client)
    for path in ("/stats/games", "/stats/traits"):
        assert (await client.get(path, headers=who)).status_code == 403


async def test_traits_are_told_in_quantiles(client: AsyncClient, app: FastAPI) -> None:
    who = await researcher(client, app)
    insert = text(
        "INSERT INTO trait_population (trait, people, quantiles) VALUES ('tie_stay', 40, :q)"
        " ON CONFLICT (trait) DO UPDATE SET people = 40, quantiles = :q"
    )
    async with app.state.sessions.begin() as session:
        await session.execute(insert, {"q": [n / 100 for n in range(101)]})
    told = (await client.get("/stats/traits", headers=who)).json()
    (row,) = [row for row in told if row["trait"] == "tie_stay"]
    assert row["quantiles"] == {"5": 0.05, "25": 0.25, "50": 0.5, "75": 0.75, "95": 0.95}
