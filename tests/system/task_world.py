"""A database and a broker of our own with workers on them, for tests of background work."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.system.processes import ROOT, Process, process

from hagame.core.tasks import Kind, enqueue
from hagame.core.tasks.broker import Broker
from hagame.local import Home, valkey
from hagame.settings import Settings

RABBITMQ = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")
PATIENCE_S = 90.0
LEASE_S = 2.0


class Valkey:
    """An embedded server that can be restarted; it keeps nothing, so all its messages are lost then."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._stack = AsyncExitStack()
        self.url = ""

    async def start(self) -> None:
        self.url = await self._stack.enter_async_context(valkey(self._home))

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        await self._stack.aclose()


class RabbitMq:
    """A running server; with `rabbitmqctl` at hand a virtual host of our own, whose connections can be cut."""

    def __init__(self) -> None:
        self.url = RABBITMQ
        self._own = f"hagame_test_{secrets.token_hex(4)}" if _may_control_rabbitmq() else None

    async def start(self) -> None:
        if self._own is not None:
            _rabbitmqctl("add_vhost", self._own)
            _rabbitmqctl("set_permissions", "-p", self._own, "guest", ".*", ".*", ".*")
            self.url = f"{RABBITMQ.rpartition('@')[0]}@127.0.0.1:5672/{self._own}"

    async def restart(self) -> None:
        """As much of a restart as does not touch others: all our connections are closed, our queues start anew."""
        if self._own is None:
            pytest.skip("only root with rabbitmqctl can cut the connections of a RabbitMQ")
        _rabbitmqctl("close_all_connections", "--vhost", self._own, "a restart")
        _rabbitmqctl("restart_vhost", "--vhost", self._own)

    async def stop(self) -> None:
        if self._own is not None:
            _rabbitmqctl("delete_vhost", self._own)


class World:
    """A database and a broker of our own, and workers on them."""

    def __init__(
        self, settings: Settings, server: Valkey | RabbitMq, sessions: async_sessionmaker[AsyncSession], folder: Path
    ) -> None:
        self.settings = settings
        self.server = server
        self.sessions = sessions
        self.broker = Broker(settings)
        self._folder = folder
        self._stack = ExitStack()
        self._workers: list[Process] = []

    def worker(self) -> Process:
        """The running worker, or a new one."""
        for running in self._workers:
            if running.popen.poll() is None:
                return running
        return self.another_worker()

    def another_worker(self) -> Process:
        settings = self.settings
        env = {
            "DATABASE_URL": settings.database_url or "",
            "HAGAME_BROKER_URL": settings.broker_url or "",
            "HAGAME_QUEUE_PREFIX": settings.queue_prefix,
            "HAGAME_TASK_LEASE_S": str(settings.task_lease_s),
            "PYTHONPATH": str(ROOT),
        }
        output = self._folder / f"worker-{len(self._workers)}.log"
        words = [sys.executable, "-m", "tests.system.task_worker", "2"]
        self._workers.append(self._stack.enter_context(process(words, output, **env)))
        return self._workers[-1]

    def close(self) -> None:
        self._stack.close()
        self.broker.close()
        for log in sorted(self._folder.glob("*.log")):
            told = log.read_text()
            assert "task.interrupted" not in told, told
            assert "schedule.failed" not in told, told

    async def ask(self, kind: Kind, *payloads: Mapping[str, Any]) -> list[UUID]:
        async with self.sessions() as session, session.begin():
            return [(await enqueue(session, kind, payload, user_id=None)).id for payload in payloads]

    async def tasks(self, ids: Sequence[UUID]) -> list[Any]:
        async with self.sessions() as session:
            query = text(
                "SELECT *, (SELECT count(*) FROM effects e WHERE e.task_id = t.id) AS effects FROM tasks t"
                " WHERE id = ANY(:ids) ORDER BY id"
            )
            return list((await session.execute(query, {"ids": list(ids)})).all())

    async def ended(self, ids: Sequence[UUID]) -> list[Any]:
        await self.until(lambda: self._all_ended(ids), "the end of all tasks")
        return await self.tasks(ids)

    async def until(self, is_so: Callable[[], Awaitable[bool]], what: str) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not await is_so():
            assert asyncio.get_running_loop().time() < deadline, f"waited in vain for {what}\n{self._logs()}"
            await asyncio.sleep(0.1)

    async def count(self, what: str, ids: Sequence[UUID]) -> int:
        query = text("SELECT count(*) FROM effects WHERE what = :what AND task_id = ANY(:ids)")
        async with self.sessions() as session:
            return int(await session.scalar(query, {"what": what, "ids": list(ids)}) or 0)

    async def execute(self, sql: str) -> int:
        async with self.sessions() as session, session.begin():
            return int(await session.scalar(text(sql)) or 0)

    async def left(self) -> int:
        """Tasks that are not over, and rows of the outbox."""
        return await self.execute(
            "SELECT (SELECT count(*) FROM tasks WHERE finished_at IS NULL) + (SELECT count(*) FROM outbox)"
        )

    async def _all_ended(self, ids: Sequence[UUID]) -> bool:
        return all(task.finished_at is not None for task in await self.tasks(ids))

    def _logs(self) -> str:
        return "\n".join(log.read_text()[-3000:] for log in sorted(self._folder.glob("*.log")))


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The address of a new database."""
    given, name = make_url(settings.database_url or ""), f"hagame_tasks_{secrets.token_hex(4)}"
    server = await asyncpg.connect(given.set(drivername="postgresql").render_as_string(hide_password=False))
    await server.execute(f"CREATE DATABASE {name}")
    yield given.set(database=name).render_as_string(hide_password=False)
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


def _may_control_rabbitmq() -> bool:
    if "RABBITMQ_URL" in os.environ or os.geteuid() != 0 or shutil.which("rabbitmqctl") is None:
        return False
    return subprocess.run(["rabbitmqctl", "ping"], capture_output=True, check=False).returncode == 0


def _rabbitmqctl(*words: str) -> None:
    subprocess.run(["rabbitmqctl", "--quiet", *words], capture_output=True, check=True)
