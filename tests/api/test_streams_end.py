"""What was opened by leave of a session or a key ends soon after it, here and in other processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from structlog.contextvars import bound_contextvars
from tests.api.conftest import promoted
from tests.api.playing import Headers, Person, begin
from tests.api.table import Table
from tests.conftest import PASSWORD, serving

from hagame.core import standing
from hagame.core.security import Claims
from hagame.core.standing import Standing
from hagame.core.tables import User
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

PATIENCE_S = 40
NEVER_S = 3600.0
"""Where looks come so seldom, only news ends a stream in time."""


@dataclass
class Somebody:
    """Somebody, with all that proves it."""

    headers: Headers
    refresh_token: str
    id: str


@pytest.fixture
async def person(client: AsyncClient, player: Person) -> Somebody:
    name = (await client.get("/auth/me", headers=await player())).json()
    session = (await client.post("/auth/login", json={"username": name["username"], "password": PASSWORD})).json()
    return Somebody({"Authorization": f"Bearer {session['access_token']}"}, session["refresh_token"], name["id"])


@asynccontextmanager
async def open_stream(url: str, path: str, who: Headers) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """A stream of events; what is given waits for its end."""
    async with AsyncClient(base_url=url, timeout=PATIENCE_S) as live, live.stream("GET", path, headers=who) as stream:
        assert stream.status_code == 200

        async def end() -> None:
            async with asyncio.timeout(PATIENCE_S):
                async for _ in stream.aiter_bytes():
                    pass

        yield end


async def log_out(client: AsyncClient, person: Somebody, way: str, sessions: async_sessionmaker[AsyncSession]) -> None:
    answer: Response | None = None
    if way == "logout":
        answer = await client.post("/auth/logout", json={"refresh_token": person.refresh_token})
    elif way == "logout of all":
        answer = await client.post("/auth/logout-all", headers=person.headers)
    elif way == "another password":
        body = {"current_password": PASSWORD, "new_password": f"{PASSWORD} 7"}
        answer = await client.post("/auth/password", json=body, headers=person.headers)
    elif way == "a refresh token used twice":
        for _ in range(2):
            await client.post("/auth/refresh", json={"refresh_token": person.refresh_token})
    elif way == "erased":
        answer = await client.request("DELETE", "/users/me", json={"password": PASSWORD}, headers=person.headers)
    else:
        admin = (await client.post("/auth/guest")).json()
        async with sessions() as session, session.begin():
            user = await session.get(User, UUID(admin["user"]["id"]))
            assert user is not None
            user.role = "admin"
        who = {"Authorization": f"Bearer {admin['access_token']}"}
        answer = await client.put(f"/admin/users/{person.id}/active", json={"is_active": False}, headers=who)
    assert answer is None or answer.is_success, answer.text


WAYS = ("logout", "logout of all", "another password", "a refresh token used twice", "erased", "shut out")


@pytest.mark.parametrize("way", WAYS)
async def test_a_stream_ends_with_its_session_by_news_alone(
    client: AsyncClient,
    person: Somebody,
    port: int,
    sessions: async_sessionmaker[AsyncSession],
    monkeypatch: pytest.MonkeyPatch,
    app: FastAPI,
    way: str,
) -> None:
    monkeypatch.setattr(standing, "LOOK_EVERY_S", NEVER_S)
    await settled(app)
    instance = await begin(client, person.headers)
    path = f"/games/instances/{instance['id']}/events"
    async with open_stream(f"http://127.0.0.1:{port}", path, person.headers) as end:
        await log_out(client, person, way, sessions)
        await end()


async def settled(app: FastAPI) -> None:
    """The wait of the old length is over."""
    app.state.events.publish(standing.NEWS)
    await asyncio.sleep(standing.REST_S)


@pytest.fixture
async def paths(client: AsyncClient, person: Somebody, sessions: async_sessionmaker[AsyncSession]) -> dict[str, str]:
    """Every stream that needs a session."""
    who = await promoted(person.headers, sessions, client)
    instance = (await begin(client, who))["id"]
    watched = await client.post("/collective/matches", json={"instance": instance}, headers=who)
    question = {"title": "Will it rain?", "options": ["yes", "no"], "closes_at": "2099-12-31T23:00:00Z"}
    asked = await client.post("/collective/questions", json=question, headers=who)
    task = await client.post("/reports", json={"span": "week"}, headers=who)
    return {
        "/games/instances/{instance_id}/events": f"/games/instances/{instance}/events",
        "/collective/matches/{watched_id}/events": f"/collective/matches/{watched.json()['id']}/events",
        "/collective/questions/{question_id}/events": f"/collective/questions/{asked.json()['id']}/events",
        "/tasks/{task_id}/events": f"/tasks/{task.json()['id']}/events",
    }


async def test_every_stream_ends_with_its_session(
    client: AsyncClient, app: FastAPI, person: Somebody, paths: dict[str, str], port: int
) -> None:
    streams = {path for path in app.openapi()["paths"] if path.endswith("/events")}
    assert streams == {*paths, "/games/watch/events"}, "say here how a stream is opened"
    ends = []
    for path in paths.values():
        stream = open_stream(f"http://127.0.0.1:{port}", path, person.headers)
        ends.append((stream, await stream.__aenter__()))
    await client.post("/auth/logout-all", headers=person.headers)
    for stream, end in ends:
        await end()
        await stream.__aexit__(None, None, None)


@pytest.mark.parametrize("redis", [True, False], ids=["with Redis by news", "without Redis by looking"])
async def test_streams_and_sockets_in_another_process_end_too(
    client: AsyncClient, person: Somebody, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, redis: bool
) -> None:
    if redis:
        monkeypatch.setattr(standing, "LOOK_EVERY_S", NEVER_S)
    elsewhere = settings if redis else settings.model_copy(update={"redis_url": None, "broker_url": None})
    instance = (await begin(client, person.headers))["id"]
    with serving(elsewhere) as url:
        async with (
            open_stream(url, f"/games/instances/{instance}/events", person.headers) as end,
            Table(int(url.rpartition(":")[2]), instance) as table,
        ):
            await table.sit(person.headers)
            await client.post("/auth/logout", json={"refresh_token": person.refresh_token})
            await end()
            assert (await table.hear())["problem"]["status"] == 401
            assert await table.end() == 4401


async def test_what_a_key_has_opened_ends_when_it_is_revoked(client: AsyncClient, person: Somebody, port: int) -> None:
    keys = {}
    for name in ("kept", "revoked"):
        made = await client.post("/auth/keys", json={"name": name, "scopes": ["play"]}, headers=person.headers)
        keys[name] = made.json()
    instance = (await begin(client, person.headers))["id"]
    url, path = f"http://127.0.0.1:{port}", f"/games/instances/{instance}/events"
    signed = {name: {"Authorization": f"Bearer {key['key']}"} for name, key in keys.items()}
    async with open_stream(url, path, signed["revoked"]) as end, open_stream(url, path, signed["kept"]) as other:
        still = asyncio.create_task(asyncio.wait_for(other(), PATIENCE_S))
        assert (await client.delete(f"/auth/keys/{keys['revoked']['id']}", headers=person.headers)).is_success
        await end()
        assert not still.done()
        await client.post(f"/games/instances/{instance}/abandon", headers=person.headers)
        await still


async def test_other_sessions_of_the_person_go_on(client: AsyncClient, person: Somebody, port: int) -> None:
    name = (await client.get("/auth/me", headers=person.headers)).json()["username"]
    again = (await client.post("/auth/login", json={"username": name, "password": PASSWORD})).json()
    instance = (await begin(client, person.headers))["id"]
    url, path = f"http://127.0.0.1:{port}", f"/games/instances/{instance}/events"
    kept = {"Authorization": f"Bearer {again['access_token']}"}
    async with open_stream(url, path, person.headers) as end, open_stream(url, path, kept) as other:
        still = asyncio.create_task(other())
        await client.post("/auth/logout", json={"refresh_token": person.refresh_token})
        await end()
        assert not still.done()
        await client.post(f"/games/instances/{instance}/abandon", headers=kept)
        await still


async def test_one_statement_looks_after_all_that_is_open(
    client: AsyncClient, app: FastAPI, guest: Person, statements: list[str]
) -> None:
    people = [(await client.get("/auth/me", headers=await guest())).json()["id"] for _ in range(5)]
    claims = [Claims(UUID(p), "player", 1, 2**40, "t", UUID(p)) for p in people for _ in range(4)]
    all_of_them = Standing(app.state.sessions, app.state.events)
    with bound_contextvars(request_id="of this test"):
        statements.clear()
        await all_of_them.look()
        assert statements == []
        entered = [all_of_them.watched(lambda c=c: c) for c in claims]
        overs = [one.__enter__() for one in entered]
        statements.clear()
        await all_of_them.look()
        assert len([s for s in statements if "session_version" in s]) == 1
        assert not any(over.is_set() for over in overs)
