"""How often things may be tried, over HTTP and while Redis comes and goes."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from types import ModuleType
from typing import Any

import pytest
import structlog
from httpx2 import ASGITransport, AsyncClient, Response
from prometheus_client import REGISTRY
from redis.asyncio.connection import parse_url
from starlette.requests import Request
from structlog.testing import LogCapture

from hagame.core import limits
from hagame.core.limits import RETRY_REDIS_S, Limiter, address_of
from hagame.errors import RateLimited
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]
PASSWORD = "four quiet otters swim"


def newcomer() -> dict[str, str]:
    name = f"eve-{secrets.token_hex(6)}"
    return {"email": f"{name}@example.org", "username": name, "password": PASSWORD}


async def log_in(client: AsyncClient, name: str, password: str) -> Response:
    return await client.post("/auth/login", json={"username": name, "password": password})


def elsewhere(client: AsyncClient) -> AsyncClient:
    """The same application, called from an address that nobody called from before."""
    address = ipaddress.IPv6Address(secrets.token_bytes(16))
    transport = ASGITransport(app=client._transport.app, client=(str(address), 4000))
    return AsyncClient(transport=transport, base_url="http://test")


def limited(limit: str) -> float:
    return REGISTRY.get_sample_value("hagame_limited_total", {"limit": limit}) or 0.0


@pytest.mark.parametrize(
    "path", ["quantum/order-effect", "quantum/prisoners-dilemma", "cognition/fit", "cognition/compare"]
)
async def test_fits_are_limited_by_person_and_for_guests_by_address(client_with: ClientWith, path: str) -> None:
    async with client_with(fits_per_minute=3) as client:

        async def statuses(who: AsyncClient, token: str, n: int) -> list[int]:
            headers = {"Authorization": f"Bearer {token}"}
            return [(await who.post(f"/ai/{path}", json={}, headers=headers)).status_code for _ in range(n)]

        first, second = [(await client.post("/auth/guest")).json()["access_token"] for _ in range(2)]
        assert await statuses(client, first, 2) + await statuses(client, second, 2) == [422, 422, 422, 429]
        body = newcomer()
        await client.post("/auth/register", json=body)
        token = (await log_in(client, body["username"], PASSWORD)).json()["access_token"]
        assert await statuses(client, token, 3) == [422] * 3
        async with elsewhere(client) as other:
            assert await statuses(other, token, 1) == [429]


async def test_of_a_thousand_tries_at_a_password_ten_are_looked_at(client_with: ClientWith) -> None:
    async with client_with(login_per_minute=10) as client:
        body = newcomer()
        assert (await client.post("/auth/register", json=body)).status_code == 201
        before = limited("login_address")
        answers = await asyncio.gather(*(log_in(client, body["username"], f"guess number {i}") for i in range(1000)))
        statuses = [a.status_code for a in answers]
        assert (statuses.count(401), statuses.count(429)) == (10, 990)
        assert limited("login_address") - before == 990


async def test_who_comes_too_often_is_told_when_to_come_back(client_with: ClientWith) -> None:
    async with client_with(login_per_minute=1) as client:
        await log_in(client, "nobody", "guess")
        answer = await log_in(client, "nobody", "guess")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        problem = answer.json()
        assert problem["type"] == "urn:hagame:problem:rate-limited"
        assert problem["limit"] == 1


async def test_one_account_is_guarded_against_many_addresses_under_all_its_names(client_with: ClientWith) -> None:
    async with client_with(login_per_minute=4) as client:
        body = newcomer()
        await client.post("/auth/register", json=body)
        names = [body["username"], body["email"], body["username"].upper(), body["email"].upper()]
        for name in names:
            async with elsewhere(client) as other:
                assert (await log_in(other, name, "guess")).status_code == 401
        async with elsewhere(client) as other:
            assert (await log_in(other, body["username"], PASSWORD)).status_code == 429


async def test_a_name_of_nobody_is_limited_alike(client_with: ClientWith) -> None:
    async with client_with(login_per_minute=2) as client:
        name = f"nobody-{secrets.token_hex(6)}"
        statuses = []
        for _ in range(3):
            async with elsewhere(client) as other:
                statuses.append((await log_in(other, name, "guess")).status_code)
        assert statuses == [401, 401, 429]


async def test_registering_and_guests_are_limited_per_address(client_with: ClientWith) -> None:
    async with client_with(register_per_minute=2, guests_per_minute=3) as client:
        registered = [(await client.post("/auth/register", json=newcomer())).status_code for _ in range(3)]
        guests = [(await client.post("/auth/guest")).status_code for _ in range(4)]
        assert registered == [201, 201, 429]
        assert guests == [201, 201, 201, 429]
        async with elsewhere(client) as other:
            assert (await other.post("/auth/guest")).status_code == 201


async def test_guessing_the_current_password_is_limited(client_with: ClientWith) -> None:
    async with client_with(login_per_minute=2) as client:
        body = newcomer()
        await client.post("/auth/register", json=body)
        token = (await log_in(client, body["username"], PASSWORD)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        guess = {"current_password": "guess", "new_password": "five loud herons dance"}
        statuses = [(await client.post("/auth/password", json=guess, headers=headers)).status_code for _ in range(3)]
        assert statuses == [422, 422, 429]


@pytest.mark.parametrize(
    ("host", "who"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", "local"),
        ("a socket", "local"),
    ],
)
def test_an_address_is_an_ipv4_address_or_an_ipv6_network(host: str, who: str) -> None:
    assert address_of(Request({"type": "http", "client": (host, 1), "headers": []})) == who


def test_a_caller_without_address_is_local() -> None:
    assert address_of(Request({"type": "http", "client": None, "headers": []})) == "local"


@contextmanager
def told(module: ModuleType) -> Iterator[list[dict[str, Any]]]:
    """What this module logs meanwhile."""
    capture = LogCapture()
    logger = structlog.wrap_logger(None, processors=[capture], wrapper_class=structlog.stdlib.BoundLogger)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "log", logger)
        yield capture.entries


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def limiter_on(redis_url: str | None, clock: Clock | None = None) -> AsyncIterator[Limiter]:
    limiter = Limiter(Settings(redis_url=redis_url), clock or Clock())
    try:
        yield limiter
    finally:
        await limiter.aclose()


async def tries(limiter: Limiter, n: int, per_minute: int, who: str) -> int:
    """How many of n tries pass."""
    passed = 0
    for _ in range(n):
        try:
            await limiter.hit("test", per_minute, who)
        except RateLimited:
            continue
        passed += 1
    return passed


async def test_limits_are_shared_by_all_processes_through_redis(settings: Settings) -> None:
    who = secrets.token_hex(8)
    async with limiter_on(settings.redis_url) as one, limiter_on(settings.redis_url) as other:
        assert await tries(one, 3, 5, who) == 3
        assert await tries(other, 3, 5, who) == 2


async def test_limits_and_callers_are_counted_apart(settings: Settings) -> None:
    who = secrets.token_hex(8)
    async with limiter_on(settings.redis_url) as limiter:
        assert await tries(limiter, 3, 2, who) == 2
        assert await tries(limiter, 3, 2, who + "x") == 2
        await limiter.hit("another", 2, who)


async def test_without_redis_limits_hold_in_memory() -> None:
    async with limiter_on(None) as limiter:
        assert await tries(limiter, 5, 3, "somebody") == 3


@asynccontextmanager
async def door_to(settings: Settings, port: int) -> AsyncIterator[None]:
    """A port that leads to the Redis of the tests as long as this is open."""
    target: dict[str, Any] = parse_url(settings.redis_url or "")
    pipes: set[asyncio.Task[None]] = set()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(4096):
                writer.write(data)
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "path" in target:
            inner = await asyncio.open_unix_connection(target["path"])
        else:
            inner = await asyncio.open_connection(target["host"], target["port"])
        pipes.update(asyncio.create_task(pipe(*way)) for way in ((reader, inner[1]), (inner[0], writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for task in pipes:
            task.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0.05)


async def test_while_redis_is_away_limits_hold_in_memory_and_are_shared_again_when_it_is_back(
    settings: Settings, unused_tcp_port: int
) -> None:
    clock, who = Clock(), secrets.token_hex(8)
    url = f"redis://127.0.0.1:{unused_tcp_port}/{make_database(settings)}"
    async with limiter_on(url, clock) as limiter, limiter_on(settings.redis_url) as other:
        with told(limits) as events:
            assert await tries(limiter, 5, 3, who) == 3
            async with door_to(settings, unused_tcp_port):
                clock.now += RETRY_REDIS_S
                assert await tries(limiter, 2, 3, who + "x") == 2
                assert await tries(other, 2, 3, who + "x") == 1
        assert [e["event"] for e in events if "redis" in e["event"]] == ["limits.redis_away", "limits.redis_back"]


def make_database(settings: Settings) -> int:
    """The number of the database inside the Redis of the tests."""
    return int(parse_url(settings.redis_url or "").get("db", 0))


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_players_come_in_while_redis_is_away(client_with: ClientWith, unused_tcp_port: int) -> None:
    away = f"redis://127.0.0.1:{unused_tcp_port}/0"
    async with client_with(redis_url=away, guests_per_minute=2) as client:
        statuses = [(await client.post("/auth/guest")).status_code for _ in range(3)]
        assert statuses == [201, 201, 429]


@pytest.mark.parametrize("with_redis", [True, False])
async def test_a_clock_that_is_set_back_or_forth_shuts_nobody_out_for_longer_than_a_minute(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, *, with_redis: bool
) -> None:
    limiter = Limiter(settings if with_redis else settings.model_copy(update={"redis_url": None}))
    who, now = secrets.token_hex(8), time.time
    for jump_s in (0.0, -3600.0, 0.0, 3600.0, 0.0):
        monkeypatch.setattr(time, "time", lambda jump_s=jump_s: now() + jump_s)
        waits = [await wait_of(limiter, who) for _ in range(20)]
        # One jump gives at most one minute's attempts.
        assert waits.count(0) <= 3
        assert waits.count(0) == 3 or jump_s == 0.0
        assert 1 <= max(waits) <= 60
    monkeypatch.undo()
    await limiter.aclose()


async def wait_of(limiter: Limiter, who: str) -> int:
    """The seconds to wait that an attempt is told; 0 for one that was let in."""
    try:
        await limiter.hit("clock", 3, who)
    except RateLimited as error:
        return error.retry_after
    return 0
