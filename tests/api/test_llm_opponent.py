"""A language model as the opponent, over HTTP where none is connected."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import begin, logged, move

from hagame.core.tables import GameInstance
from hagame.errors import Unavailable
from hagame.llm import Gateway

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]


async def test_without_a_model_it_plays_the_fallback_sealed_and_says_so(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await begin(client, me, opponent="llm", opponent_parameters={"fallback": "uniform"})
    shown = instance["next"]["commitment"]
    for turn in (1, 2, 3):
        answer = (await move(client, me, instance["id"], turn)).json()
        opened = answer["commitment"]
        assert hashlib.sha256(bytes.fromhex(opened["nonce"]) + opened["payload"].encode()).hexdigest() == shown
        assert answer["why"] == "No language model is connected, so I drew evenly among my actions."
        shown = answer["next"]["commitment"]
    assert [row["opponent_action"] for row in await logged(client, me, instance["id"])]


async def test_a_prompt_that_does_not_exist_is_no_reason_to_stop_playing(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await begin(client, me, opponent="llm", opponent_parameters={"prompt": "there-is-none"})
    answer = (await move(client, me, instance["id"], 1)).json()
    assert answer["why"].startswith("No language model gave a legal answer (not found), so I played the equilibrium")


async def test_a_repeated_move_is_answered_as_it_was(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await begin(client, me, opponent="llm")
    first = await move(client, me, instance["id"], 1, key="once")
    again = await move(client, me, instance["id"], 1, key="once")
    assert again.json() == first.json()


async def test_a_prompt_may_be_named_with_the_key(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await begin(client, me, opponent="llm:opponent")
    assert instance["opponent"]["key"] == "llm"
    answer = (await move(client, me, instance["id"], 1)).json()
    assert answer["why"] == "No language model is connected, so I played the equilibrium."


async def test_the_player_reads_no_sealed_move_in_their_own_log(client_with: ClientWith, guest: Person) -> None:
    me = await guest()
    async with client_with(llm_keep_contents_days=1) as client:
        instance = await begin(client, me, opponent="llm")
        await move(client, me, instance["id"], 1)
        calls = (await client.get("/llm/logs", headers=me)).json()["items"]
    assert [(call["purpose"], call["contents"]) for call in calls] == [("opponent", None)] * 2


@pytest.mark.parametrize("parameters", [{"seconds": 0}, {"seconds": 60}, {"prompt": "../etc"}, {"fallback": "sulk"}])
async def test_parameters_are_checked(client: AsyncClient, guest: Person, parameters: dict[str, Any]) -> None:
    body = {"definition": "rock-paper-scissors", "opponent": "llm", "opponent_parameters": parameters}
    answer = await client.post("/games/instances", json=body, headers=await guest())
    assert answer.status_code == 422
    (field,) = parameters
    assert f"/opponent_parameters/{field}" in answer.text


async def test_a_match_and_the_persons_time_begin_when_the_model_has_thought(
    client: AsyncClient,
    guest: Person,
    sessions: async_sessionmaker[AsyncSession],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    me, seen = await guest(), []

    async def think(*_: object) -> None:
        matches = (await client.get("/games/my-instances", headers=me)).json()["items"]
        seen.append((matches, datetime.now(UTC)))
        raise Unavailable("It is away.")

    monkeypatch.setattr(Gateway, "complete", think)
    instance = await begin(client, me, opponent="llm")
    async with sessions() as session:
        found = await session.get_one(GameInstance, UUID(instance["id"]))
    [(matches, thought)] = seen
    assert matches == []
    assert found.updated_at >= thought


async def test_it_is_offered_where_a_table_tells_what_is_paid(client: AsyncClient, guest: Person) -> None:
    offered = await client.get("/games/opponents", params={"definition": "prisoners-dilemma"}, headers=await guest())
    assert "llm" in [opponent["key"] for opponent in offered.json()]
