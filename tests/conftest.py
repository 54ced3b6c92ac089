"""What all tests share: a real PostgreSQL, a real Redis, the application on them, and people to play.

`DATABASE_URL` and `REDIS_URL` are used when they are set; else servers from wheels run as long as the tests do, one of
each per test process. Nothing is rolled back: each test makes people of its own, and looks at theirs alone.
"""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio.from_thread
import asyncpg
import httpx2
import hypothesis
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from structlog.contextvars import get_contextvars

from hagame.settings import Settings

pytest_plugins = ["tests.figures"]

# No test asserts a time: a busy machine is no fault of the code.
hypothesis.settings.register_profile("hagame", deadline=None)
hypothesis.settings.load_profile("hagame")

# The tests shall not depend on what a developer keeps in `.env`.
Settings.model_config["env_file"] = None

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
ClientWith = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]

PASSWORD = "correct horse battery staple 42"
OFTEN = 1_000_000


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes in the name of a test are told by their number: test processes must agree on names, and gzip tells time."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """Settings with a migrated database of this process alone, a cache, and no limit on how often."""
    from hagame.core.migrate import migrate
    from hagame.local import services

    asked = Settings(
        secret_key=secrets.token_hex(32),
        login_per_minute=OFTEN,
        register_per_minute=OFTEN,
        guests_per_minute=OFTEN,
        fits_per_minute=OFTEN,
        # Whatever keys a developer has set: no language model is asked.
        openai_api_key=None,
        gemini_api_key=None,
        llm_providers=None,
        # Other test processes may use the same broker.
        queue_prefix=f"hagame-test-{os.getpid()}.",
    )
    with (
        tempfile.TemporaryDirectory(prefix="hagame-") as home,
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_database(asked.model_copy(update={"home": Path(home)}))) as own,
        portal.wrap_async_context_manager(services(own, durable=False)) as started,
    ):
        portal.call(migrate, started)
        yield started


@asynccontextmanager
async def _database(asked: Settings) -> AsyncIterator[Settings]:
    """A database of our own on the given server; nothing to do for an embedded one."""
    if asked.database_url is None:
        yield asked
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"hagame_test_{worker}_{os.getpid()}"
    server = make_url(asked.database_url).set(drivername="postgresql")
    connection = await asyncpg.connect(server.render_as_string(hide_password=False))
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
        url = make_url(asked.database_url).set(database=name).render_as_string(hide_password=False)
        yield asked.model_copy(update={"database_url": url})
    finally:
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await connection.close()


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application with its lifespan running."""
    async with _running(settings) as app:
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """Calls the application without a socket."""
    async with _client(app) as client:
        yield client


@pytest.fixture
def client_with(settings: Settings) -> ClientWith:
    """`async with client_with(login_per_minute=3) as client`: another application with other settings.

    It is called from an address of its own, so that nobody else's calls count against its limits.
    """

    @asynccontextmanager
    async def make(**changes: Any) -> AsyncIterator[httpx2.AsyncClient]:
        async with _running(settings.model_copy(update=changes)) as app, _client(app) as client:
            yield client

    return make


@pytest.fixture(scope="session")
def live_url(settings: Settings) -> Iterator[str]:
    """The address of a server on a real port, for what needs one: streams and browsers."""
    with serving(settings) as url:
        yield url


@contextmanager
def serving(settings: Settings, port: int = 0) -> Iterator[str]:
    """A server on a real port; its address."""
    from hagame.app import create_app

    app = create_app(settings.model_copy(update={"migrate_on_start": False}))
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)


@pytest.fixture
def sessions(app: FastAPI) -> async_sessionmaker[AsyncSession]:
    return app.state.sessions


@pytest.fixture
def guest(client: httpx2.AsyncClient) -> Person:
    """`await guest()`: the headers of a new guest."""

    async def make() -> Headers:
        answer = await client.post("/auth/guest")
        assert answer.is_success, answer.text
        return bearer(answer)

    return make


@pytest.fixture
def player(client: httpx2.AsyncClient) -> Person:
    """`await player()`: the headers of a new registered player, whose password is `PASSWORD`."""

    async def make() -> Headers:
        name = f"player-{secrets.token_hex(6)}"
        body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
        registered = await client.post("/auth/register", json=body)
        assert registered.is_success, registered.text
        answer = await client.post("/auth/login", data={"username": body["email"], "password": PASSWORD})
        assert answer.is_success, answer.text
        return bearer(answer)

    return make


@pytest.fixture
async def other_player(player: Person) -> Headers:
    """The headers of somebody else."""
    return await player()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every SQL statement of requests meanwhile, on SQLAlchemy or straight on asyncpg. `clear()` it before the act.

    What the server does by itself, such as relaying the outbox, runs outside any request and is not counted.
    """
    seen: list[str] = []
    direct, together = asyncpg.Connection._execute, asyncpg.Connection._executemany

    def note(statement: str) -> None:
        if "request_id" in get_contextvars():
            seen.append(statement)

    async def execute(self: asyncpg.Connection, query: str, *args: Any, **options: Any) -> Any:
        note(query)
        return await direct(self, query, *args, **options)

    async def execute_many(self: asyncpg.Connection, query: str, args: Any, *more: Any, **options: Any) -> Any:
        # Batches serve several requests, and so run outside of each.
        if options.get("return_rows"):
            seen.append(query)
        return await together(self, query, args, *more, **options)

    def through_sqlalchemy(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        note(statement)

    monkeypatch.setattr(asyncpg.Connection, "_execute", execute)
    monkeypatch.setattr(asyncpg.Connection, "_executemany", execute_many)
    event.listen(Engine, "before_cursor_execute", through_sqlalchemy)
    yield seen
    event.remove(Engine, "before_cursor_execute", through_sqlalchemy)


@pytest.fixture(scope="session", autouse=True)
def this_machine_alone() -> Iterator[None]:
    """No test talks to another machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name)))
        yield


def bearer(answer: httpx2.Response) -> Headers:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def _only_here(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"A test tried to reach {address}: tests talk to this machine alone.")
        return connect(self, address)

    return guarded


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[FastAPI]:
    from hagame.app import create_app
    from hagame.core.security import Hasher

    app = create_app(settings.model_copy(update={"migrate_on_start": False}))
    async with app.router.lifespan_context(app):
        # Hashes as weak as they may be: hundreds of people register.
        app.state.hasher = Hasher(time_cost=1, memory_kib=8, parallelism=1)
        yield app


def _client(app: FastAPI) -> httpx2.AsyncClient:
    address = f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    transport = httpx2.ASGITransport(app=app, client=(address, 50_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://test")
