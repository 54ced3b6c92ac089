"""Two thousand WebSockets on which nothing happens, beside people who play."""

from __future__ import annotations

import asyncio
import json
import resource
from pathlib import Path

import httpx2
import psutil
import pytest
from tests.figures import Figure
from tests.system.load import Crowd, client, compare
from tests.system.processes import free_port
from tests.system.servers import Servers, serving, tell
from websockets.asyncio.client import ClientConnection, connect

pytestmark = [pytest.mark.anyio, pytest.mark.chaos]

PEOPLE, EACH = 250, 8
MOST_KB = 200
Seat = tuple[str, str]


async def test_two_thousand_idle_sockets_cost_little_and_hold_nobody_up(
    servers: Servers, tmp_path: Path, figure: Figure
) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 3 * PEOPLE * EACH:
        pytest.skip("so many files may not be open at once here: ulimit -n 8192")
    port = free_port()
    crowd = Crowd(f"http://127.0.0.1:{port}")
    with serving(servers, port, tmp_path) as running:
        process = psutil.Process(running.popen.pid)
        async with client() as http:
            seats = [await begin(http, running.url) for _ in range(PEOPLE)]
        async with crowd.playing():
            await crowd.reach(40)
            before = process.memory_info().rss
            sockets = [s for seat in seats for s in await asyncio.gather(*[sit(port, seat) for _ in range(EACH)])]
            each_kb = (process.memory_info().rss - before) / len(sockets) / 1024
            await crowd.reach(200)
            await asyncio.gather(*[socket.close() for socket in sockets])
            await crowd.reach(40)
        running.end()
    assert set(crowd.statuses) == {200}
    figure(f"kB of memory for each of {len(sockets):,} idle WebSockets", round(each_kb))
    assert each_kb < MOST_KB
    tell(figure, await compare(crowd, servers.url), f"{len(sockets):,} idle WebSockets")


async def begin(http: httpx2.AsyncClient, url: str) -> Seat:
    """A new guest's token, and a match of theirs."""
    token = (await http.post(f"{url}/auth/guest")).json()["access_token"]
    body = {"definition": "rock-paper-scissors", "opponent": "random"}
    begun = await http.post(f"{url}/games/instances", json=body, headers={"Authorization": f"Bearer {token}"})
    return token, begun.json()["id"]


async def sit(port: int, seat: Seat) -> ClientConnection:
    """An open socket whose person is known."""
    token, instance = seat
    socket = await connect(f"ws://127.0.0.1:{port}/games/instances/{instance}/ws", proxy=None, ping_interval=None)
    await socket.send(json.dumps({"type": "auth", "token": token}))
    heard = json.loads(await socket.recv())
    assert heard["type"] == "ready", heard
    return socket
