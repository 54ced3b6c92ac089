"""How long a request takes that starts a task, and how soon and how fast workers do tasks.

    python benchmarks/tasks.py [--requests 300] [--tasks 60] [--home DIRECTORY]

Starts `hagame up` on a home of its own (a temporary one unless named) with two workers, lets one person play a match,
and asks for reports. Prints one table and writes `benchmarks/tasks.json`. Timings are those of this machine, whatever
else it does; the first calls are left out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

WARM_UP = 10
START_S = 240.0
RESULT = Path(__file__).with_suffix(".json")


async def measure(url: str, requests: int, tasks: int) -> dict[str, float]:
    """Milliseconds of the request that asks, of the one that lists, and until a report is there; reports per second."""
    async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
        who = await _player(http)
        asking = await _ask_and_cancel(http, who, requests)
        alone = [await _report(http, who) for _ in range(5)]
        began = time.perf_counter()
        for _ in range(0, tasks, 3):
            await asyncio.gather(*(_report(http, who) for _ in range(3)))
        rate = tasks / (time.perf_counter() - began)
    found = {f"asking_p{q}_ms": float(np.percentile(asking, q)) for q in (50, 95, 99)}
    return found | {"report_p50_ms": float(np.median(alone)), "reports_per_s": rate}


async def _player(http: httpx2.AsyncClient) -> dict[str, str]:
    """The headers of somebody who has played 50 rounds."""
    who = {"Authorization": f"Bearer {(await http.post('/auth/guest', json={})).json()['access_token']}"}
    match = (await http.post("/games/instances", json={"definition": "rock-paper-scissors"}, headers=who)).json()
    for turn in range(1, 51):
        move = {"turn": turn, "action": ("rock", "paper", "scissors")[turn % 3]}
        (await http.post(f"/games/instances/{match['id']}/moves", json=move, headers=who)).raise_for_status()
    return who


async def _ask_and_cancel(http: httpx2.AsyncClient, who: dict[str, str], requests: int) -> list[float]:
    """Cancelled at once, so that what is measured is the asking."""
    times = []
    for _ in range(requests + WARM_UP):
        began = time.perf_counter()
        answer = await http.post("/reports", json={"span": "week"}, headers=who)
        times.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        await http.delete(f"/tasks/{answer.json()['id']}", headers=who)
    return times[WARM_UP:]


async def _report(http: httpx2.AsyncClient, who: dict[str, str]) -> float:
    """Milliseconds from asking until the report is there."""
    began = time.perf_counter()
    task: dict[str, Any] = (await http.post("/reports", json={"span": "week"}, headers=who)).json()
    while task["state"] in {"queued", "running"}:
        await asyncio.sleep(0.01)
        task = (await http.get(f"/tasks/{task['id']}", headers=who)).json()
    if task["state"] != "done":
        raise RuntimeError(f"a report did not come: {task}")
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def _server(home: Path) -> AsyncIterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    words = ["-m", "hagame", "up", "--home", str(home), "--port", url.rpartition(":")[2], "--workers", "2"]
    environment = os.environ | {"DATABASE_URL": "", "REDIS_URL": "", "HAGAME_LOG_LEVEL": "warning"}
    process = await asyncio.create_subprocess_exec(sys.executable, *words, env=environment, stdout=-3, stderr=-3)
    try:
        async with httpx2.AsyncClient(timeout=2) as http, asyncio.timeout(START_S):
            while not await _answers(http, url):  # noqa: ASYNC110 - another process becomes ready
                await asyncio.sleep(0.2)
        yield url
    finally:
        process.terminate()
        await process.wait()


async def _answers(http: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/health/ready")).is_success
    except httpx2.TransportError:
        return False


async def _run(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="hagame-bench-") as folder:
        async with _server(options.home or Path(folder) / "home") as url:
            found = await measure(url, options.requests, options.tasks)
    for name, value in found.items():
        print(f"{name:<18}{value:>10.1f}")
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--tasks", type=int, default=60)
    parser.add_argument("--home", type=Path)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
