"""A disk that is full under load: a problem in time, nothing half written, and play goes on when there is room."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from tests.figures import Figure
from tests.system.load import Crowd, compare
from tests.system.processes import free_port
from tests.system.servers import Servers, serving, tell

pytestmark = pytest.mark.anyio

DISK = "300m"
PATIENCE_S = 60.0


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of our own."""
    where = Path(tempfile.mkdtemp(prefix="hagame-disk-"))
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0711", "none", str(where)]
    program = shutil.which("mount")
    if program is None or subprocess.run(words, capture_output=True, check=False).returncode:
        where.rmdir()
        pytest.skip("a small disk cannot be mounted here")
    yield where
    subprocess.run(["umount", "--lazy", str(where)], check=True)
    where.rmdir()


@pytest.fixture
async def servers(disk: Path) -> AsyncIterator[Servers]:
    servers = Servers(disk / "home")
    await servers.open()
    async with servers.stack:
        yield servers


def fill(disk: Path) -> Path:
    """A file that leaves no room."""
    path = disk / "filling"
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
    return path


async def test_a_disk_that_is_full_is_said_to_be_and_play_goes_on_when_there_is_room(
    disk: Path, servers: Servers, tmp_path: Path, figure: Figure
) -> None:
    port = free_port()
    crowd = Crowd(f"http://127.0.0.1:{port}")
    with serving(servers, port, tmp_path) as running:
        async with crowd.playing():
            await crowd.reach(40)
            filling = fill(disk)
            # The room that the write-ahead log has in stock is used up by and by.
            await _until_refused(crowd)
            assert httpx2.get(f"{running.url}/health/live").status_code == 200
            await asyncio.sleep(2)
            filling.unlink()
            back = time.monotonic()
            await _until_there(running.url, servers)
            await crowd.reach(8)
            figure("s from there being room to the next eight moves", round(time.monotonic() - back, 1))
            await crowd.reach(40)
        running.end()
    assert set(crowd.statuses) == {200, 503}
    assert sum(player.cut for player in crowd.players) == 0
    figure("slowest answer while the disk was full, s", crowd.slowest_s)
    tell(figure, await compare(crowd, servers.url), "disk full")


async def _until_refused(crowd: Crowd) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while 503 not in crowd.statuses:  # noqa: ASYNC110 - the crowd knows no events
            await asyncio.sleep(0.05)


async def _until_there(url: str, servers: Servers) -> None:
    """PostgreSQL comes back by itself, unless it could not even begin to recover: then it is started again."""
    async with httpx2.AsyncClient(timeout=10) as http:
        for _ in range(20):
            if (await http.get(f"{url}/health/ready")).status_code == 200:
                return
            await asyncio.sleep(0.5)
    with suppress(Exception):
        await servers.stop_database()
    await servers.start_database()
