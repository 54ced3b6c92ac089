"""Logging in, refreshing and logging out over HTTP on a real database."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update
from tests.api.sessions import (
    PASSWORD,
    Headers,
    Json,
    bearer,
    log_in,
    new_player,
    new_session,
    refresh,
    status_of_me,
    told,
)

from hagame.accounts import service
from hagame.accounts import tokens as tokens_service
from hagame.core.security import Hasher
from hagame.core.tables import RefreshToken, User

pytestmark = pytest.mark.anyio

NEXT_PASSWORD = "five loud herons dance"


async def change(app: FastAPI, user: Json, **values: Any) -> None:
    async with app.state.sessions.begin() as session:
        await session.execute(update(User).where(User.id == UUID(user["id"])).values(**values))


async def test_username_and_email_log_in_by_form_and_by_json_whatever_the_case(client: AsyncClient) -> None:
    user = await new_player(client)
    for name in (user["username"], user["username"].upper(), user["email"], user["email"].swapcase()):
        body = {"username": name, "password": PASSWORD}
        for sent in ({"json": body}, {"data": body | {"grant_type": "password", "scope": "", "client_id": "docs"}}):
            answer = await client.post("/auth/login", **sent)
            assert answer.status_code == 200, answer.text
            tokens = answer.json()
            assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
            assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 3600)
            assert answer.headers["cache-control"] == "no-store"
            assert (await client.get("/auth/me", headers=bearer(tokens))).json() == user


async def test_nobody_and_a_wrong_password_get_the_same_answer(client: AsyncClient, app: FastAPI) -> None:
    user, gone = await new_player(client), await new_player(client)
    await change(app, gone, is_active=False)
    guest = (await client.post("/auth/guest")).json()["user"]
    answers = [
        await log_in(client, user["username"], "wrong password here"),
        await log_in(client, f"nobody-{secrets.token_hex(4)}"),
        await log_in(client, f"{secrets.token_hex(4)}@example.org"),
        await log_in(client, gone["username"]),
        await log_in(client, guest["username"]),
        await log_in(client, "' OR 1=1 --"),
    ]
    problems = [{k: v for k, v in a.json().items() if k != "request_id"} for a in answers]
    assert {a.status_code for a in answers} == {401}
    assert all(p == problems[0] for p in problems)
    assert all(a.headers["www-authenticate"] == "Bearer" for a in answers)


async def test_nobody_and_a_wrong_password_cost_the_same_work(
    client: AsyncClient, app: FastAPI, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted and not timed: one hash of the same cost, and the same statements, whoever is asked for."""
    user, gone = await new_player(client), await new_player(client)
    await change(app, gone, is_active=False)
    guest = (await client.post("/auth/guest")).json()["user"]
    costs: list[str] = []
    verify = app.state.hasher._hash.verify_and_update

    def counted(password: str, stored: str) -> tuple[bool, str | None]:
        costs.append(stored.rsplit("$", 2)[0])
        return verify(password, stored)

    monkeypatch.setattr(app.state.hasher._hash, "verify_and_update", counted)

    async def work(name: str) -> tuple[list[str], int]:
        costs.clear()
        statements.clear()
        assert (await log_in(client, name, "wrong password here")).status_code == 401
        return list(costs), len(statements)

    names = [user["username"], user["email"], gone["username"], guest["username"], "nobody", "nobody@example.org"]
    done = [await work(name) for name in names]
    assert done == [done[0]] * len(names)
    assert (len(done[0][0]), done[0][0][0].startswith("$argon2id$")) == (1, True)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"username": "bob"}}, 422),
        ({"json": {"username": "bob", "password": PASSWORD, "role": "admin"}}, 422),
        ({"json": {"username": 7, "password": PASSWORD}}, 422),
        ({"json": {"username": "bob\x00", "password": PASSWORD}}, 422),
        ({"json": ["bob", PASSWORD]}, 422),
        ({"json": {"username": "bob", "password": "x" * 257}}, 422),
        ({"data": {"username": "bob", "password": PASSWORD, "grant_type": "client_credentials"}}, 422),
        ({"data": {"username": "bob\x00", "password": PASSWORD}}, 422),
        ({"data": {"username": ["bob", "eve"], "password": PASSWORD}}, 422),
        ({"data": {"username": "bob"}}, 422),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 422),
        ({"content": b"", "headers": {"content-type": "application/json"}}, 422),
        ({"content": b"username=bob", "headers": {"content-type": "text/plain"}}, 415),
        ({"content": b"username=bob"}, 415),
    ],
)
async def test_a_bad_login_is_a_clear_problem_that_echoes_nothing(
    client: AsyncClient, sent: dict[str, Any], status: int
) -> None:
    answer = await client.post("/auth/login", **sent)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert PASSWORD not in answer.text


async def test_tokens_rest_as_hashes(client: AsyncClient, app: FastAPI) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    async with app.state.sessions() as session:
        rows = (await session.scalars(select(RefreshToken).where(RefreshToken.user_id == UUID(user["id"])))).all()
    assert [len(row.token_hash) for row in rows] == [32]
    assert tokens["refresh_token"].encode() not in rows[0].token_hash


async def test_logging_out_ends_one_session_and_may_be_said_twice(client: AsyncClient) -> None:
    user = await new_player(client)
    here, there = await new_session(client, user), await new_session(client, user)
    for _ in range(2):
        answer = await client.post("/auth/logout", json={"refresh_token": here["refresh_token"]})
        assert (answer.status_code, answer.content) == (204, b"")
    assert (await refresh(client, here)).status_code == 401
    assert await status_of_me(client, here) == 401
    assert await status_of_me(client, there) == 200
    assert (await refresh(client, there)).status_code == 200


async def test_an_access_token_ends_with_its_session_on_every_way_in(
    client: AsyncClient, statements: list[str]
) -> None:
    user = await new_player(client)
    here, there = await new_session(client, user), await new_session(client, user)
    older = bearer(here)
    here = (await refresh(client, here)).json()
    body = {"definition": "matching-pennies", "opponent": "random"}
    instance = (await client.post("/games/instances", json=body, headers=bearer(here))).json()
    await client.post("/auth/logout", json={"refresh_token": here["refresh_token"]})

    async def statuses(who: Headers, turn: int) -> list[int]:
        move = {"turn": turn, "action": "heads"}
        answers = [
            await client.get("/auth/me", headers=who),
            await client.post("/auth/keys", json={"name": "mine", "scopes": ["play"]}, headers=who),
            await client.post("/games/instances", json=body, headers=who),
            await client.post(f"/games/instances/{instance['id']}/moves", json=move, headers=who),
            await client.post("/llm/call", json={"messages": [{"role": "user", "content": "Hello"}]}, headers=who),
        ]
        return [answer.status_code for answer in answers]

    for ended in (bearer(here), older):
        assert await statuses(ended, 1) == [401] * 5
    assert await statuses(bearer(there), 1) == [200, 201, 201, 200, 200]
    statements.clear()
    move = {"turn": 2, "action": "tails"}
    answer = await client.post(f"/games/instances/{instance['id']}/moves", json=move, headers=bearer(there))
    assert (answer.status_code, len(statements)) == (200, 2), "and a move costs no statement more"


async def test_a_guest_who_logged_out_cannot_be_claimed(client: AsyncClient) -> None:
    guest = (await client.post("/auth/guest")).json()
    await client.post("/auth/logout", json={"refresh_token": guest["refresh_token"]})
    name = f"late-{secrets.token_hex(6)}"
    body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
    assert (await client.post("/auth/register", json=body, headers=bearer(guest))).status_code == 401


async def test_sessions_that_ended_are_remembered_while_their_access_tokens_last(
    client: AsyncClient, app: FastAPI
) -> None:
    user = await new_player(client)

    async def remembered() -> int:
        async with app.state.sessions() as session:
            return len((await session.get(User, UUID(user["id"]))).ended_sessions)

    async def log_out() -> None:
        tokens = await new_session(client, user)
        await client.post("/auth/logout", json={"refresh_token": tokens["refresh_token"]})

    for count in (1, 2, 3):
        await log_out()
        assert await remembered() == count
    async with app.state.sessions.begin() as session:
        mine = update(RefreshToken).where(RefreshToken.user_id == UUID(user["id"]))
        await session.execute(mine.values(revoked_at=RefreshToken.revoked_at - timedelta(minutes=61)))
    await log_out()
    assert await remembered() == 1
    await client.post("/auth/logout-all", headers=bearer(await new_session(client, user)))
    assert await remembered() == 0, "a new version of all sessions says the same"


async def test_logging_out_with_an_older_token_ends_the_session_too(client: AsyncClient) -> None:
    older = await new_session(client)
    newer = (await refresh(client, older)).json()
    await client.post("/auth/logout", json={"refresh_token": older["refresh_token"]})
    assert (await refresh(client, newer)).status_code == 401


async def test_no_token_slips_through_while_its_session_ends(client: AsyncClient) -> None:
    for _ in range(5):
        tokens = await new_session(client)
        body = {"refresh_token": tokens["refresh_token"]}
        _, refreshed = await asyncio.gather(client.post("/auth/logout", json=body), refresh(client, tokens))
        if refreshed.status_code == 200:
            assert (await refresh(client, refreshed.json())).status_code == 401


async def test_logging_out_everywhere_ends_all_sessions_of_this_person_alone(client: AsyncClient) -> None:
    user = await new_player(client)
    here, there, other = await new_session(client, user), await new_session(client, user), await new_session(client)
    answer = await client.post("/auth/logout-all", headers=bearer(here))
    assert answer.status_code == 204
    for tokens in (here, there):
        assert await status_of_me(client, tokens) == 401
        assert (await refresh(client, tokens)).status_code == 401
    assert await status_of_me(client, other) == 200
    assert await status_of_me(client, await new_session(client, user)) == 200


async def test_no_session_slips_through_while_all_end(client: AsyncClient) -> None:
    for _ in range(5):
        user = await new_player(client)
        here, there = await new_session(client, user), await new_session(client, user)
        ended, refreshed = await asyncio.gather(
            client.post("/auth/logout-all", headers=bearer(here)), refresh(client, there)
        )
        assert ended.status_code == 204
        if refreshed.status_code == 200:
            assert (await refresh(client, refreshed.json())).status_code == 401
            assert await status_of_me(client, refreshed.json()) == 401


async def change_password(client: AsyncClient, tokens: Json, current: str, new: str) -> Response:
    body = {"current_password": current, "new_password": new}
    return await client.post("/auth/password", json=body, headers=bearer(tokens))


async def test_a_new_password_ends_every_session(client: AsyncClient) -> None:
    user = await new_player(client)
    here, there = await new_session(client, user), await new_session(client, user)
    answer = await change_password(client, here, PASSWORD, NEXT_PASSWORD)
    assert (answer.status_code, answer.content) == (204, b"")
    for tokens in (here, there):
        assert await status_of_me(client, tokens) == 401
        assert (await refresh(client, tokens)).status_code == 401
    assert (await log_in(client, user["username"])).status_code == 401
    assert (await log_in(client, user["username"], NEXT_PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("not my password", NEXT_PASSWORD, "/current_password"),
        (PASSWORD, "password1", "/new_password"),
        (PASSWORD, PASSWORD, "/new_password"),
    ],
)
async def test_a_bad_change_of_password_changes_nothing(
    client: AsyncClient, current: str, new: str, field: str
) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    answer = await change_password(client, tokens, current, new)
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == [field]
    assert new not in answer.text
    assert await status_of_me(client, tokens) == 200
    assert (await log_in(client, user["username"])).status_code == 200


async def test_of_two_changes_of_password_at_once_one_is_made(client: AsyncClient) -> None:
    tokens = await new_session(client)
    answers = await asyncio.gather(*(change_password(client, tokens, PASSWORD, f"{NEXT_PASSWORD} {i}") for i in "ab"))
    first, second = sorted(a.status_code for a in answers)
    assert first == 204
    assert second in {401, 409}


async def test_a_guest_has_no_password_to_change(client: AsyncClient) -> None:
    guest = (await client.post("/auth/guest")).json()
    assert (await change_password(client, guest, PASSWORD, NEXT_PASSWORD)).status_code == 409


async def test_a_deactivated_person_has_no_session_left(client: AsyncClient, app: FastAPI) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    await change(app, user, is_active=False)
    assert await status_of_me(client, tokens) == 401
    assert (await refresh(client, tokens)).status_code == 401
    assert (await change_password(client, tokens, PASSWORD, NEXT_PASSWORD)).status_code == 401
    assert (await client.post("/auth/register", json={}, headers=bearer(tokens))).status_code == 422


async def test_a_deleted_person_has_no_session_left(client: AsyncClient, app: FastAPI) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    async with app.state.sessions.begin() as session:
        await session.delete(await session.get(User, UUID(user["id"])))
    assert await status_of_me(client, tokens) == 401
    assert (await refresh(client, tokens)).status_code == 401


async def test_a_hash_of_other_parameters_is_renewed_when_its_owner_logs_in(client: AsyncClient, app: FastAPI) -> None:
    user = await new_player(client)
    old = await Hasher(time_cost=1, memory_kib=16, parallelism=1).hash(PASSWORD)
    await change(app, user, password_hash=old)
    await new_session(client, user)
    async with app.state.sessions() as session:
        stored = (await session.get(User, UUID(user["id"]))).password_hash
    assert stored.split("$")[:4] != old.split("$")[:4]
    await new_session(client, user)


async def test_the_log_tells_who_by_id_and_holds_no_secret(client: AsyncClient) -> None:
    with told(service) as registered, told(tokens_service) as events:
        user = await new_player(client)
        tokens = await new_session(client, user)
        await log_in(client, user["email"], "wrong password here")
        renewed = (await refresh(client, tokens)).json()
        await client.post("/auth/logout", json={"refresh_token": renewed["refresh_token"]})
    assert [e["event"] for e in registered] == ["user.registered"]
    assert [e["event"] for e in events] == ["auth.login", "auth.login", "auth.logout"]
    assert [e["outcome"] for e in events if e["event"] == "auth.login"] == ["ok", "refused"]
    assert {e["user_id"] for e in registered + events} == {user["id"]}
    text = repr(registered + events)
    for secret in (PASSWORD, "wrong password", user["email"], user["username"], *tokens.values(), *renewed.values()):
        if isinstance(secret, str) and secret != "bearer":
            assert secret not in text
