"""Refreshing a session over HTTP: each token works once, and who lost an answer may ask again."""

from __future__ import annotations

import asyncio
import secrets
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select, update
from tests.api.sessions import new_player, new_session, refresh, status_of_me, told

from hagame.accounts import tokens as tokens_service
from hagame.core.tables import RefreshToken

pytestmark = pytest.mark.anyio


async def test_each_refresh_gives_the_next_pair_and_works_once(client: AsyncClient) -> None:
    tokens = await new_session(client)
    seen = {tokens["refresh_token"]}
    for _ in range(3):
        answer = await refresh(client, tokens)
        assert answer.status_code == 200
        tokens = answer.json()
        assert await status_of_me(client, tokens) == 200
        seen.add(tokens["refresh_token"])
    assert len(seen) == 4


async def test_a_used_refresh_token_that_comes_again_ends_its_session_and_no_other(client: AsyncClient) -> None:
    user = await new_player(client)
    stolen, other = await new_session(client, user), await new_session(client, user)
    newer = (await refresh(client, stolen)).json()
    with told(tokens_service) as events:
        assert (await refresh(client, stolen)).status_code == 401
    reused = [e for e in events if e["event"] == "auth.refresh_reused"]
    assert [e["user_id"] for e in reused] == [user["id"]]
    assert (await refresh(client, newer)).status_code == 401
    assert [await status_of_me(client, tokens) for tokens in (stolen, newer, other)] == [401, 401, 200]
    assert (await refresh(client, other)).status_code == 200


async def test_who_lost_the_answer_to_a_refresh_asks_again_with_the_same_key(client: AsyncClient) -> None:
    tokens, key = await new_session(client), secrets.token_hex()
    lost = (await refresh(client, tokens, key)).json()
    again = await refresh(client, tokens, key)
    assert (again.status_code, again.json()["refresh_token"]) == (200, lost["refresh_token"])
    assert await status_of_me(client, again.json()) == 200
    newer = (await refresh(client, again.json(), secrets.token_hex())).json()
    assert (await refresh(client, tokens, key)).status_code == 401, "what came of it has been used"
    assert (await refresh(client, newer)).status_code == 401


async def test_without_a_key_no_lost_answer_is_looked_for(client: AsyncClient, statements: list[str]) -> None:
    counts = []
    for key in (None, secrets.token_hex()):
        statements.clear()
        assert (await refresh(client, {"refresh_token": secrets.token_urlsafe(32)}, key)).status_code == 401
        counts.append(len(statements))
    assert counts[1] - counts[0] == 1


async def test_another_key_is_another_caller(client: AsyncClient) -> None:
    tokens = await new_session(client)
    newer = (await refresh(client, tokens, secrets.token_hex())).json()
    assert (await refresh(client, tokens, secrets.token_hex())).status_code == 401
    assert (await refresh(client, newer)).status_code == 401
    assert (await refresh(client, await new_session(client), "short")).status_code == 422


async def test_of_many_equal_refreshes_at_once_one_wins(client: AsyncClient) -> None:
    tokens = await new_session(client)
    answers = await asyncio.gather(*(refresh(client, tokens) for _ in range(16)))
    assert sorted(a.status_code for a in answers) == [200] + [401] * 15


async def test_an_expired_refresh_token_is_refused(client: AsyncClient, app: FastAPI) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    async with app.state.sessions.begin() as session:
        mine = update(RefreshToken).where(RefreshToken.user_id == UUID(user["id"]))
        await session.execute(mine.values(expires_at=RefreshToken.created_at))
    assert (await refresh(client, tokens)).status_code == 401
    await new_session(client, user)
    async with app.state.sessions() as session:
        left = await session.scalars(select(RefreshToken.id).where(RefreshToken.user_id == UUID(user["id"])))
    assert len(left.all()) == 1


@pytest.mark.parametrize("token", ["x", "q1Yk0f3Jm9vZ2sX7bN4cT8wR5hL6dG1pA0eU_iO-yKs", "é" * 200])
async def test_an_unknown_refresh_token_is_refused(client: AsyncClient, token: str) -> None:
    assert (await refresh(client, {"refresh_token": token})).status_code == 401
