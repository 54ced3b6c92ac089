"""A scripted player plays every kind of game to its end over HTTP; nothing hidden is ever told."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame import plugins
from hagame.core.tables import User
from hagame.rules.builtin import BUILT_IN

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
LONG = {"rock-paper-scissors-300"}
"""The same rules as another one, only longer."""
DATA_ALONE: dict[str, dict[str, Any]] = {
    "matrix": {"actions": ["up", "down"], "payoffs": [[1, 0], [0, 1]], "zero_sum": True, "rounds": 4},
    "bandit": {
        "arms": ["x", "y", "z"],
        "rewards": "binary",
        "means": [0.1, 0.5, 0.9],
        "full_feedback": True,
        "rounds": 6,
    },
    "risk": {"actions": ["x", "y"], "items": [[[[5, 1]], [[9, 0.6], [-2, 0.4]]]], "paid": "each", "repeats": 5},
    "delay": {"pairs": [[[10, 0], [12, 7]], [[10, 1], [20, 30]]]},
}


@pytest.fixture
async def me(guest: Callable[[], Awaitable[Headers]]) -> Headers:
    return await guest()


async def played(client: AsyncClient, me: Headers, definition: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A match to its end: the instance, and the answer to each move; every seal is verified."""
    answer = await client.post("/games/instances", json={"definition": definition}, headers=me)
    assert answer.status_code == 201, answer.text
    instance = answer.json()
    url, coming, moves = f"/games/instances/{instance['id']}", instance["next"], []
    while coming is not None:
        legal, numbers = coming["legal_actions"], coming["numbers"]
        action = legal[coming["turn"] * 7 % len(legal)] if numbers is None else f"{numbers['low']:g}"
        body = {"turn": coming["turn"], "action": action, "response_time_ms": 400}
        answer = await client.post(f"{url}/moves", json=body, headers=me)
        assert answer.status_code == 200, answer.text
        moves.append(answer.json())
        opened = moves[-1]["commitment"]
        seal = hashlib.sha256(bytes.fromhex(opened["nonce"]) + opened["payload"].encode()).hexdigest()
        assert seal == opened["sha256"] == coming["commitment"]
        payload = json.loads(opened["payload"])
        held = payload["action"] if "action" in payload else payload["actions"]
        assert (held is not None) == ("action" in coming["sealed"])
        coming = moves[-1]["next"]
    return instance, moves


@pytest.mark.parametrize("key", [item["key"] for item in BUILT_IN if item["key"] not in LONG])
async def test_a_scripted_player_plays_it_to_the_end(client: AsyncClient, me: Headers, key: str) -> None:
    instance, moves = await played(client, me, key)
    url = f"/games/instances/{instance['id']}"
    after = (await client.get(url, headers=me)).json()
    assert after["status"] == moves[-1]["status"] == "finished"
    assert after["next"] is None
    assert after["view"] == moves[-1]["view"]
    assert after["score"] == moves[-1]["score"]
    assert after["score"]["player"] == pytest.approx(sum(m["player"]["payoff"] for m in moves))
    text = (await client.get(f"{url}/decisions", headers=me | {"Accept": "text/csv"})).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["action"] for row in rows] == [m["player"]["action"] for m in moves]
    assert [json.loads(row["observation"]) for row in rows] == [
        instance["next"]["view"],
        *(m["next"]["view"] for m in moves[:-1]),
    ]
    assert [json.loads(row["outcome"]) for row in rows] == [m["outcome"] for m in moves]
    if after["score"]["opponent"] is None:
        assert {row["opponent_action"] for row in rows} == {""}
    hidden = plugins.games()[instance["definition"]["engine"]].info.hidden
    told = json.dumps([instance, moves, after])
    assert not [name for name in hidden if f'"{name}"' in told]


@pytest.mark.parametrize("engine", DATA_ALONE)
async def test_a_game_is_defined_by_data_alone_and_played(
    client: AsyncClient,
    player: Callable[[], Awaitable[Headers]],
    sessions: async_sessionmaker[AsyncSession],
    engine: str,
) -> None:
    who = await player()
    user_id = (await client.get("/auth/me", headers=who)).json()["id"]
    async with sessions() as session, session.begin():
        await session.execute(update(User).where(User.id == UUID(user_id)).values(role="researcher"))
    key = f"own-{uuid4().hex[:8]}"
    body = {"key": key, "engine": engine, "title": "By data alone", "parameters": DATA_ALONE[engine]}
    answer = await client.post("/games/definitions", json=body, headers=who)
    assert answer.status_code == 201, answer.text
    _, moves = await played(client, who, key)
    assert moves[-1]["status"] == "finished"


async def test_a_stage_is_logged_with_each_decision_and_where_a_first_choice_led(
    client: AsyncClient, me: Headers
) -> None:
    instance, moves = await played(client, me, "two-step")
    page = await client.get(f"/games/instances/{instance['id']}/decisions?limit=1000", headers=me)
    rows = page.json()["items"]
    assert [row["stage"] == 0 for row in rows] == [True, False] * 100
    assert all(rows[i + 1]["stage"] == rows[i]["outcome"]["state"] for i in range(0, 200, 2))
    assert [m["opponent"] for m in moves] == [None] * 200
