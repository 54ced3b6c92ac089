"""Servers that die, go silent or must end while people play: nothing acknowledged is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from redis.asyncio import Redis
from tests.figures import Figure
from tests.system.doors import Door, door_to, socket_of_postgresql
from tests.system.load import Crowd, client, compare
from tests.system.processes import Process, free_port
from tests.system.servers import Servers, serving, tell

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kills", [1, pytest.param(50, marks=pytest.mark.chaos)])
async def test_a_server_killed_in_mid_load_loses_nothing(
    servers: Servers, tmp_path: Path, figure: Figure, kills: int
) -> None:
    port = free_port()
    crowd = Crowd(f"http://127.0.0.1:{port}")
    with ExitStack() as stack:
        running = stack.enter_context(serving(servers, port, tmp_path))
        async with crowd.playing():
            for _ in range(kills):
                await crowd.reach(40)
                await asyncio.sleep(random.random() * 0.1)
                await asyncio.to_thread(running.end, signal.SIGKILL)
                running = await asyncio.to_thread(stack.enter_context, serving(servers, port, tmp_path))
            await crowd.reach(40)
        running.end()
    tell(figure, await compare(crowd, servers.url), f"server killed {kills} times")


async def test_a_database_that_is_restarted_under_load_is_said_to_be_away_and_found_again(
    servers: Servers, tmp_path: Path, figure: Figure
) -> None:
    port = free_port()
    crowd = Crowd(f"http://127.0.0.1:{port}")
    with serving(servers, port, tmp_path) as running:
        async with crowd.playing():
            await crowd.reach(40)
            await servers.stop_database()
            await asyncio.sleep(2)
            assert httpx2.get(f"{running.url}/health/ready").status_code == 503
            assert httpx2.get(f"{running.url}/health/live").status_code == 200
            await servers.start_database()
            back = time.monotonic()
            await crowd.reach(8)
            recovered_s = time.monotonic() - back
            await crowd.reach(40)
        running.end()
    statuses = Counter(crowd.statuses)
    assert set(statuses) == {200, 503}
    assert sum(p.cut for p in crowd.players) == 0
    figure(
        "slowest answer while PostgreSQL was stopped and started, s", round(max(p.slowest_s for p in crowd.players), 2)
    )
    figure("s from PostgreSQL being back to the next eight moves", round(recovered_s, 2))
    tell(figure, await compare(crowd, servers.url), "PostgreSQL restarted")


@pytest.mark.chaos
async def test_a_database_that_goes_silent_is_a_problem_in_time_and_no_move_is_half_written(
    servers: Servers, tmp_path: Path, figure: Figure
) -> None:
    with door_to(socket_of_postgresql(servers.url)) as door:
        through = f"postgresql://postgres@127.0.0.1:{door.port}/hagame"
        port = free_port()
        crowd = Crowd(f"http://127.0.0.1:{port}")
        with serving(servers, port, tmp_path, DATABASE_URL=through) as running:
            async with crowd.playing():
                await crowd.reach(40)
                door.silent = True
                await asyncio.sleep(12)
                door.open()
                await crowd.reach(40)
            running.end()
    assert set(crowd.statuses) == {200, 503}
    figure("slowest answer while PostgreSQL was silent, s", crowd.slowest_s)
    tell(figure, await compare(crowd, servers.url), "PostgreSQL silent for 12 s")


@dataclass
class Cache:
    """What happens to the cache."""

    door: Door
    redis: Redis

    async def shut(self) -> None:
        self.door.shut()

    async def flushed(self) -> None:
        for _ in range(20):
            await self.redis.flushall()
            await asyncio.sleep(0.1)

    async def slow(self) -> None:
        self.door.delay_s = 0.5

    async def silent(self) -> None:
        self.door.silent = True


@pytest.fixture(scope="module")
async def cached(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Cache, Process]]:
    target = servers.redis_url.removeprefix("unix://")
    with door_to(target) as door:
        url = f"redis://127.0.0.1:{door.port}/0"
        with serving(servers, free_port(), tmp_path_factory.mktemp("cached"), REDIS_URL=url) as running:
            redis = Redis(unix_socket_path=target)
            yield Cache(door, redis), running
            await redis.aclose()
            door.open()
            running.end()


@pytest.mark.parametrize(
    "fault", ["shut", "flushed", *(pytest.param(fault, marks=pytest.mark.chaos) for fault in ("slow", "silent"))]
)
async def test_play_does_not_feel_what_happens_to_the_cache(
    cached: tuple[Cache, Process], servers: Servers, figure: Figure, fault: str
) -> None:
    cache, running = cached
    crowd = Crowd(running.url)
    async with crowd.playing():
        await crowd.reach(40)
        await getattr(cache, fault)()
        before = len(crowd.acknowledged)
        await asyncio.sleep(2)
        await crowd.reach(100)
        during = len(crowd.acknowledged) - before
        async with client() as http:
            assert (await http.post(f"{running.url}/auth/guest")).status_code == 201
            ready = (await http.get(f"{running.url}/health/ready")).json()
        if fault != "slow":
            assert ready["cache"] == ("ok" if fault == "flushed" else "away")
        cache.door.open()
    failed = sum(status != 200 for status in crowd.statuses)
    figure(f"failed moves of {during:,} while the cache was {fault}", failed)
    assert failed == sum(p.cut for p in crowd.players) == 0
    tell(figure, await compare(crowd, servers.url), f"cache {fault}")


@pytest.mark.parametrize("stops", [1, pytest.param(10, marks=pytest.mark.chaos)])
async def test_a_server_that_is_told_to_end_under_load_cuts_no_request(
    servers: Servers, tmp_path: Path, figure: Figure, stops: int
) -> None:
    cut = moves = 0
    for _ in range(stops):
        port = free_port()
        crowd = Crowd(f"http://127.0.0.1:{port}")
        with serving(servers, port, tmp_path) as running:
            async with crowd.playing():
                await crowd.reach(60)
                running.send(signal.SIGTERM)
                await asyncio.to_thread(running.popen.wait, 30)
        books = await compare(crowd, servers.url)
        cut, moves = cut + sum(p.unanswered for p in crowd.players), moves + books.acknowledged
        assert (books.lost, books.altered, books.doubled, books.gaps) == (0, 0, 0, 0)
    figure(f"requests cut by {stops} SIGTERM under load, of {moves:,} moves", cut)
    assert cut == 0
