"""Whoever is logged in sees where, and ends there what should end."""

from __future__ import annotations

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import update
from tests.api.sessions import PASSWORD, Json, bearer, new_player, new_session, refresh, status_of_me

from hagame.core.tables import RefreshToken
from hagame.core.tables.base import new_id

pytestmark = pytest.mark.anyio


async def listed(client: AsyncClient, tokens: Json, query: str = "") -> list[Json]:
    answer = await client.get(f"/auth/sessions{query}", headers=bearer(tokens))
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def test_sessions_are_listed_newest_first_and_one_of_them_is_this_one(client: AsyncClient) -> None:
    user = await new_player(client)
    first, second = await new_session(client, user), await new_session(client, user)
    for tokens, current in ((first, [False, True]), (second, [True, False])):
        assert [one["current"] for one in await listed(client, tokens)] == current
    newest = (await listed(client, first))[0]
    assert abs(datetime.fromisoformat(newest["began_at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert newest["second_factor"] is False
    page = (await client.get("/auth/sessions?limit=1", headers=bearer(first))).json()
    rest = await listed(client, first, f"?cursor={page['next_cursor']}")
    assert [one["id"] for one in [*page["items"], *rest]] == [one["id"] for one in await listed(client, second)]


async def test_a_session_keeps_its_id_and_its_beginning_when_it_is_renewed(client: AsyncClient) -> None:
    before = await new_session(client)
    after = (await refresh(client, before)).json()
    [one], [same] = await listed(client, before), await listed(client, after)
    assert {k: one[k] for k in ("id", "began_at")} == {k: same[k] for k in ("id", "began_at")}
    assert same["renewed_at"] >= one["renewed_at"]


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
        ("python-requests/2.32.5", "python-requests", None),
        ("", None, None),
    ],
)
async def test_a_session_tells_on_what_it_began_whatever_renews_it(
    client: AsyncClient, agent: str, browser: str | None, system: str | None
) -> None:
    user = await new_player(client)
    proof = {"username": user["username"], "password": PASSWORD}
    before = (await client.post("/auth/login", json=proof, headers={"User-Agent": agent})).json()
    after = (await refresh(client, before)).json()
    [one] = await listed(client, after)
    assert (one["browser"], one["system"]) == (browser, system)
    guest = (await client.post("/auth/guest", headers={"User-Agent": agent})).json()
    [one] = await listed(client, guest)
    assert (one["browser"], one["system"]) == (browser, system)


async def test_nothing_else_of_what_a_browser_tells_is_kept(client: AsyncClient) -> None:
    user = await new_player(client)
    proof = {"username": user["username"], "password": PASSWORD}
    agent = "Mozilla/5.0 (Linux; Android 14; My own phone) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
    tokens = (await client.post("/auth/login", json=proof, headers={"User-Agent": agent})).json()
    archive = ZipFile(BytesIO((await client.get("/users/me/export", headers=bearer(tokens))).content))
    rows = [json.loads(line) for line in archive.read("refresh_tokens.jsonl").splitlines()]
    assert [(row["browser"], row["system"]) for row in rows] == [("Chrome", "Android")]
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"phone" not in whole
    assert b"token_hash" not in whole
    assert tokens["refresh_token"].encode() not in whole


async def test_the_owner_ends_a_session_and_both_its_tokens_are_worthless_at_once(client: AsyncClient) -> None:
    user = await new_player(client)
    here, there = await new_session(client, user), await new_session(client, user)
    [other] = [one["id"] for one in await listed(client, here) if not one["current"]]
    for _ in range(2):
        assert (await client.delete(f"/auth/sessions/{other}", headers=bearer(here))).status_code == 204
    assert await status_of_me(client, there) == 401
    assert (await refresh(client, there)).status_code == 401
    assert await status_of_me(client, here) == 200
    assert len(await listed(client, here)) == 1


async def test_nobody_ends_a_session_of_somebody_else(client: AsyncClient) -> None:
    mine, yours = await new_session(client), await new_session(client)
    [theirs] = await listed(client, yours)
    for session_id in (theirs["id"], str(new_id())):
        answer = await client.delete(f"/auth/sessions/{session_id}", headers=bearer(mine))
        assert answer.status_code == 404
        assert session_id in answer.json()["detail"]
    assert await status_of_me(client, yours) == 200


async def test_all_other_sessions_end_and_this_one_goes_on(client: AsyncClient) -> None:
    user, stranger = await new_player(client), await new_session(client)
    here, *others = [await new_session(client, user) for _ in range(3)]
    assert (await client.delete("/auth/sessions", headers=bearer(here))).status_code == 204
    assert [await status_of_me(client, tokens) for tokens in (here, *others, stranger)] == [200, 401, 401, 200]
    assert (await refresh(client, here)).status_code == 200
    assert [one["current"] for one in await listed(client, here)] == [True]


async def test_a_session_that_cannot_go_on_is_not_listed(client: AsyncClient, app: FastAPI) -> None:
    user = await new_player(client)
    here, _ = await new_session(client, user), await new_session(client, user)
    [other] = [one["id"] for one in await listed(client, here) if not one["current"]]
    past = update(RefreshToken).where(RefreshToken.family_id == UUID(other))
    async with app.state.sessions.begin() as session:
        await session.execute(past.values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert [one["current"] for one in await listed(client, here)] == [True]


async def test_a_key_of_a_program_sees_and_ends_no_sessions(client: AsyncClient) -> None:
    tokens = await new_session(client)
    body = {"name": f"program-{secrets.token_hex(3)}", "scopes": ["play", "research"]}
    key = (await client.post("/auth/keys", json=body, headers=bearer(tokens))).json()["key"]
    for method in ("GET", "DELETE"):
        answer = await client.request(method, "/auth/sessions", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 403


async def test_two_sessions_that_end_each_other_at_once_leave_one_at_most(client: AsyncClient) -> None:
    user = await new_player(client)
    pair = [await new_session(client, user) for _ in range(2)]
    answers = await asyncio.gather(*(client.delete("/auth/sessions", headers=bearer(one)) for one in pair))
    assert {answer.status_code for answer in answers} <= {204, 401}
    assert sum([await status_of_me(client, one) == 200 for one in pair]) <= 1
