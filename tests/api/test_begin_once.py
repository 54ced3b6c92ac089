"""Beginning a match under a key: the same call again begins no other one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from tests.api.playing import move

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
BODY = {"definition": "rock-paper-scissors", "opponent": "adaptive"}


async def begin(client: AsyncClient, me: Headers, key: str, **more: Any) -> Response:
    return await client.post("/games/instances", json=BODY | more, headers=me | {"Idempotency-Key": key})


async def count(client: AsyncClient, me: Headers) -> int:
    return len((await client.get("/games/my-instances", headers=me)).json()["items"])


async def test_the_same_call_again_gives_the_same_match_as_it_stands(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    first = await begin(client, me, "once")
    again = await begin(client, me, "once")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await move(client, me, first.json()["id"], 1)).status_code == 200
    later = (await begin(client, me, "once")).json()
    assert (later["id"], later["turn"], await count(client, me)) == (first.json()["id"], 2, 1)


async def test_of_many_at_once_one_begins_it(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    answers = await asyncio.gather(*(begin(client, me, "at once") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len({answer.json()["next"]["commitment"] for answer in answers}) == 1
    assert await count(client, me) == 1


async def test_another_body_under_the_same_key_is_refused_with_the_match(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    first = (await begin(client, me, "mine")).json()
    refused = await begin(client, me, "mine", seed=7)
    assert (refused.status_code, refused.json()["instance_id"]) == (409, first["id"])


async def test_keys_are_each_persons_own(client: AsyncClient, guest: Person) -> None:
    one, other = [(await begin(client, await guest(), "common")).json()["id"] for _ in range(2)]
    assert one != other


async def test_without_a_key_or_with_another_one_each_call_begins_a_match(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    for key in ("a", "b"):
        await begin(client, me, key)
    for _ in range(2):
        await client.post("/games/instances", json=BODY, headers=me)
    assert await count(client, me) == 4


@pytest.mark.parametrize("key", ["", "k" * 129])
async def test_keys_have_a_length(client: AsyncClient, guest: Person, key: str) -> None:
    refused = await begin(client, await guest(), key)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/header/Idempotency-Key")
