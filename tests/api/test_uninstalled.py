"""Matches whose opponent or engine is not installed any more: they stand in every list, and take no move."""

from __future__ import annotations

from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import begin, move
from tests.conftest import Headers, Person

from hagame.core.tables import GameDefinition, GameInstance

pytestmark = pytest.mark.anyio

Sessions = async_sessionmaker[AsyncSession]


async def with_opponent(sessions: Sessions, instance: str, key: str) -> None:
    async with sessions.begin() as session:
        await session.execute(update(GameInstance).where(GameInstance.id == UUID(instance)).values(opponent=key))


async def test_lists_name_the_opponent_by_its_key(
    client: AsyncClient, me: Headers, guest: Person, sessions: Sessions
) -> None:
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1)
    await client.post("/collective/matches", json={"instance": instance["id"]}, headers=me)
    link = (await client.post(f"/games/instances/{instance['id']}/watch", json={}, headers=me)).json()
    await with_opponent(sessions, instance["id"], "long-gone")
    mine = (await client.get("/games/my-instances", headers=me)).json()["items"]
    assert [match["opponent"]["title"] for match in mine] == ["long-gone"]
    watched = (await client.get("/collective/matches", headers=await guest())).json()["items"]
    assert "long-gone" in [match["opponent"] for match in watched]
    seen = await client.get("/games/watch", headers={"Watch-Token": link["token"]})
    assert seen.status_code == 200, seen.text


async def test_a_move_is_refused_in_clear_words(client: AsyncClient, me: Headers, sessions: Sessions) -> None:
    instance = await begin(client, me)
    await with_opponent(sessions, instance["id"], "long-gone")
    refused = await move(client, me, instance["id"], 1)
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("This match cannot go on here. There is no opponent 'long-gone'")


async def test_progress_is_told_without_the_match_of_an_engine_that_is_gone(
    client: AsyncClient, researcher: Headers, sessions: Sessions
) -> None:
    who = researcher
    body = {"key": "short-lived", "engine": "matrix", "title": "Short", "description": "", "tags": []}
    body["parameters"] = {"preset": "rock-paper-scissors", "rounds": 1}
    definition = (await client.post("/games/definitions", json=body, headers=who)).json()
    instance = await begin(client, who, definition=definition["id"])
    await move(client, who, instance["id"], 1)
    async with sessions.begin() as session:
        gone = update(GameDefinition).where(GameDefinition.id == UUID(definition["id"]))
        await session.execute(gone.values(engine="long-gone"))
    answer = await client.get("/games/my-progress", headers=who)
    assert answer.status_code == 200, answer.text
    assert [(game["game"], game["rating"]) for game in answer.json()] == [("short-lived", None)]
