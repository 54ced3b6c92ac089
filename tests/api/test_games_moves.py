"""Moves over HTTP: sealed, explained, taken once whatever comes at once or again, and in time."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import exp, log2
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import begin, logged, move

from hagame.core.tables import GameInstance

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


async def test_a_move_opens_the_seal_that_was_shown(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    shown = instance["next"]["commitment"]
    for turn in (1, 2, 3):
        answer = (await move(client, me, instance["id"], turn, "paper", response_time_ms=500)).json()
        opened = answer["commitment"]
        seal = hashlib.sha256(bytes.fromhex(opened["nonce"]) + opened["payload"].encode()).hexdigest()
        assert seal == opened["sha256"] == shown
        assert json.loads(opened["payload"]) == {
            "action": answer["opponent"]["action"],
            "prediction": answer["prediction"],
            "turn": turn,
        }
        assert answer["surprise_bits"] == pytest.approx(-log2(answer["prediction"]["paper"]), abs=1e-5)
        shown = answer["next"]["commitment"]


async def test_the_view_before_a_move_shows_nothing_of_the_ais_move(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me, seed=5)
    before = (await client.get(f"/games/instances/{instance['id']}", headers=me)).json()
    shown = {"turn", "commitment", "sealed", "legal_actions", "numbers", "time_limit_s", "replies", "view"}
    assert set(before["next"]) == shown
    assert before["next"]["sealed"] == ["action", "prediction"]
    text = json.dumps(before)
    assert '"prediction":' not in text
    assert '"nonce"' not in text


async def test_the_explanation_is_exact(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    for turn in range(1, 9):
        await move(client, me, instance["id"], turn, ["rock", "paper"][turn % 2])
    answer = (await client.get(f"/games/instances/{instance['id']}/explanation?turn=7", headers=me)).json()
    total = sum(exp(x) for x in answer["sum_log_odds"].values())
    for action, p in answer["prediction"].items():
        assert exp(answer["sum_log_odds"][action]) / total == pytest.approx(p, abs=1e-4)
    assert all(part["statement"] for part in answer["parts"])


async def test_the_same_move_with_the_same_key_gets_the_stored_answer(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    first = await move(client, me, instance["id"], 1, key="k1")
    await move(client, me, instance["id"], 2, key="k2")
    again = await move(client, me, instance["id"], 1, key="k1")
    assert (again.status_code, again.content) == (200, first.content)
    assert len(await logged(client, me, instance["id"])) == 2


async def test_a_key_that_was_used_for_another_action_is_a_conflict(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1, "rock", key="k1")
    answer = await move(client, me, instance["id"], 1, "paper", key="k1")
    assert answer.status_code == 409
    assert "used for 'rock'" in answer.json()["detail"]


async def test_a_turn_that_is_not_open_is_a_conflict_that_says_where_the_match_stands(
    client: AsyncClient, me: Headers
) -> None:
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1)
    for turn in (1, 3):
        answer = await move(client, me, instance["id"], turn)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["current"]["turn"] == 2
    assert len(await logged(client, me, instance["id"])) == 1


async def test_a_hundred_equal_moves_at_once_are_one_turn(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    answers = await asyncio.gather(*(move(client, me, instance["id"], 1, key="once") for _ in range(100)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert len(await logged(client, me, instance["id"])) == 1


async def test_of_a_hundred_different_moves_at_once_one_is_taken(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    answers = await asyncio.gather(
        *(move(client, me, instance["id"], 1, ["rock", "paper", "scissors"][i % 3]) for i in range(100))
    )
    assert sorted(a.status_code for a in answers) == [200] + [409] * 99
    assert len(await logged(client, me, instance["id"])) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"turn": 1, "action": "lizard"}, "/action"),
        ({"turn": "1", "action": "rock"}, "/turn"),
        ({"turn": True, "action": "rock"}, "/turn"),
        ({"turn": 0, "action": "rock"}, "/turn"),
        ({"turn": 1, "action": 3}, "/action"),
        ({"turn": 1, "action": "ro\u0000ck"}, "/action"),
        ({"turn": 1}, "/action"),
        ({"turn": 1, "action": "rock", "score": 9}, "/score"),
        ({"turn": 1, "action": "rock", "response_time_ms": -1}, "/response_time_ms"),
        ({"turn": 1, "action": "rock", "response_time_ms": 1.5}, "/response_time_ms"),
        ({"turn": 1, "action": "rock", "observed_opponent_action": "rock"}, "/observed_opponent_action"),
    ],
)
async def test_a_bad_move_is_refused_by_name_and_stores_nothing(
    client: AsyncClient, me: Headers, body: dict[str, Any], field: str
) -> None:
    instance = await begin(client, me)
    answer = await client.post(f"/games/instances/{instance['id']}/moves", json=body, headers=me)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert field in [e["pointer"] for e in problem["errors"]]
    after = (await client.get(f"/games/instances/{instance['id']}", headers=me)).json()
    assert after["turn"] == 1
    assert after["next"]["commitment"] == instance["next"]["commitment"]
    assert await logged(client, me, instance["id"]) == []


async def test_a_move_is_two_statements(client: AsyncClient, me: Headers, statements: list[str]) -> None:
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1)
    statements.clear()
    assert (await move(client, me, instance["id"], 2)).status_code == 200
    assert len(statements) == 2
    assert [s.split()[0] for s in statements] == ["SELECT", "WITH"]


@pytest.fixture
async def hurried(client: AsyncClient, researcher: Headers) -> str:
    """The key of a game with a time limit."""
    key = f"game-{uuid4().hex[:8]}"
    limit = {"seconds": 60, "action": "scissors"}
    parameters = {"preset": "rock-paper-scissors", "rounds": 5, "move_limit": limit}
    body = {"key": key, "engine": "matrix", "title": "Quick", "parameters": parameters}
    assert (await client.post("/games/definitions", json=body, headers=researcher)).status_code == 201
    return key


async def set_back(sessions: async_sessionmaker[AsyncSession], instance: str, seconds: float) -> None:
    """As if the open turn had been waiting that long already."""
    async with sessions() as session, session.begin():
        back = GameInstance.updated_at - timedelta(seconds=seconds)
        await session.execute(update(GameInstance).where(GameInstance.id == UUID(instance)).values(updated_at=back))


async def test_whoever_is_too_late_gets_the_default_and_plays_on(
    client: AsyncClient, me: Headers, hurried: str, sessions: async_sessionmaker[AsyncSession]
) -> None:
    instance = await begin(client, me, definition=hurried)
    assert instance["next"]["time_limit_s"] == 60
    in_time = (await move(client, me, instance["id"], 1, "rock")).json()
    assert (in_time["player"]["action"], in_time["timed_out"]) == ("rock", False)
    await set_back(sessions, instance["id"], 86_400 * 5)
    late = (await move(client, me, instance["id"], 2, "rock", key="late", response_time_ms=400)).json()
    assert (late["player"]["action"], late["timed_out"]) == ("scissors", True)
    again = await move(client, me, instance["id"], 2, "rock", key="late", response_time_ms=400)
    assert again.json() == late
    given_up = await client.post(
        f"/games/instances/{instance['id']}/moves", json={"turn": 3, "action": None}, headers=me
    )
    assert (given_up.json()["player"]["action"], given_up.json()["timed_out"]) == ("scissors", True)
    rows = await logged(client, me, instance["id"])
    assert [(row["action"], row["timed_out"], row["response_time_ms"]) for row in rows] == [
        ("rock", False, None),
        ("scissors", True, None),
        ("scissors", True, None),
    ]


async def test_without_a_time_limit_a_match_waits_for_days_and_a_move_needs_an_action(
    client: AsyncClient, me: Headers, sessions: async_sessionmaker[AsyncSession]
) -> None:
    instance = await begin(client, me)
    assert instance["next"]["time_limit_s"] is None
    await set_back(sessions, instance["id"], 86_400 * 30)
    answer = await client.post(f"/games/instances/{instance['id']}/moves", json={"turn": 1, "action": None}, headers=me)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/action"
    assert (await move(client, me, instance["id"], 1, "rock")).json()["player"]["action"] == "rock"
