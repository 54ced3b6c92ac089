"""What models are trained on: the log, recordings as JSON and as Parquet."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from httpx2 import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.models import HISTORY, create, ok, own_game, play, trained

from hagame.core.tables import TrainingSet

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]


async def test_recordings_as_json_and_as_parquet_are_the_same_people(
    client: AsyncClient, researcher: Headers, work: Work, sessions: async_sessionmaker[AsyncSession]
) -> None:
    model = (await create(client, researcher))["id"]
    people = [[HISTORY * 3, HISTORY], [HISTORY[::-1] * 4], [HISTORY * 2]]
    body = {"definition": "rock-paper-scissors", "people": [{"matches": matches} for matches in people]}
    one = await ok(client.post(f"/ai-models/{model}/recordings", json=body, headers=researcher), 201)
    assert (one["people"], one["decisions"]) == (3, 20)
    content = parquet(
        [{"person": i, "match": j, **turn} for i, ms in enumerate(people) for j, m in enumerate(ms) for turn in m]
    )
    path = f"/ai-models/{model}/recordings/parquet?definition=rock-paper-scissors"
    two = await ok(client.post(path, content=content, headers=researcher), 201)
    assert two["sha256"] == one["sha256"]
    version = await trained(client, researcher, work, model, data={"source": "recordings", "recordings": two["id"]})
    assert version["data"]["sha256"] == one["sha256"]
    await ok(client.delete(f"/ai-models/{model}/recordings/{two['id']}", headers=researcher), 204)
    gone = {"data": {"source": "recordings", "recordings": two["id"]}}
    await ok(client.post(f"/ai-models/{model}/train", json=gone, headers=researcher), 404)
    async with sessions() as session:
        left = select(TrainingSet.id).where(TrainingSet.model_id == UUID(model))
        assert [str(i) for i in await session.scalars(left)] == [one["id"]]


def parquet(rows: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no readable Parquet"),
        (b"PAR1 and then nothing PAR1", "no readable Parquet"),
        (parquet([{"person": 1, "match": 1, "action": "rock"}]), "no column opponent_action"),
        (parquet([{"person": 1, "match": 1, "action": "rock", "opponent_action": "rock"}]), "two people"),
        (parquet([{"person": 1, "match": 1, "action": "lizard", "opponent_action": "rock"}]), "lizard"),
        (parquet([{"person": 1, "match": 1, "action": 3, "opponent_action": 4}]), "3"),
    ],
    ids=["empty", "broken", "column", "people", "action", "type"],
)
async def test_a_parquet_file_that_cannot_be_used_is_refused_with_a_reason(
    client: AsyncClient, researcher: Headers, content: bytes, words: str
) -> None:
    model = (await create(client, researcher))["id"]
    path = f"/ai-models/{model}/recordings/parquet?definition=rock-paper-scissors"
    problem = await ok(client.post(path, content=content, headers=researcher), 422)
    assert words in problem["detail"]


async def test_the_log_gives_those_who_consent_and_never_fewer_than_five(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    game = await ok(client.post("/games/definitions", json=own_game(), headers=researcher), 201)
    model = (await create(client, researcher))["id"]
    body = {"data": {"source": "log", "definitions": [game["id"]]}, "held_out": 0.4}
    players = [await guest() for _ in range(6)]
    for who in players[:4]:
        await play(client, who, game["key"], 6)
    problem = await ok(client.post(f"/ai-models/{model}/train", json=body, headers=researcher), 422)
    assert "fewer than 5 people" in problem["detail"]
    for who in players[4:]:
        await play(client, who, game["key"], 6)
    profile = {"modelling_consent": False}
    await ok(client.put("/users/me/cognitive-profile", json=profile, headers=players[5]))
    version = await trained(client, researcher, work, model, **body)
    assert (version["data"]["people"], version["data"]["decisions"]) == (5, 30)
    assert "user" not in str(version["data"])
    await ok(client.put("/users/me/cognitive-profile", json=profile, headers=players[4]))
    await ok(client.post(f"/ai-models/{model}/train", json=body, headers=researcher), 422)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"source": "log", "definitions": ["no-such-game"]}, 404),
        ({"source": "log", "definitions": ["rock-paper-scissors", "matching-pennies"]}, 422),
        ({"source": "recordings", "recordings": str(uuid4())}, 404),
        ({"source": "simulated", "definition": "rock-paper-scissors", "people": 1}, 422),
        ({"source": "simulated", "definition": "rock-paper-scissors", "people": 10**6}, 422),
        ({"source": "elsewhere"}, 422),
    ],
)
async def test_data_that_cannot_be_trained_on_are_refused_at_once(
    client: AsyncClient, researcher: Headers, data: dict[str, Any], status: int
) -> None:
    model = (await create(client, researcher))["id"]
    await ok(client.post(f"/ai-models/{model}/train", json={"data": data}, headers=researcher), status)
