"""One training with 1, 2 and 4 workers: the same bytes, and how long each takes.

    python -m benchmarks.training [--people 1000] [--decisions 100] [--algorithm count-mixture] [--json OUT]

Everything is real and runs on this machine: an embedded PostgreSQL and Valkey, the application, and `hagame worker` in
processes of its own. People are made up (`hagame.mind.learn.people.simulate`). Besides, how long the request takes that
asks for a training: the median of `REQUESTS`, through the whole application.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import httpx2
from rich.console import Console
from rich.table import Table
from sqlalchemy import update

from hagame.app import create_app
from hagame.core.tables import User
from hagame.local import services
from hagame.settings import Settings

WORKERS = (1, 2, 4)
REQUESTS = 30
POLL_S = 0.05


async def main() -> None:
    """Measure, print one table, write JSON if asked."""
    parser = argparse.ArgumentParser(description="A training with 1, 2 and 4 workers.")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--decisions", type=int, default=100, help="per person")
    parser.add_argument("--algorithm", default="count-mixture")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hagame-") as home:
        asked = Settings(home=Path(home), log_level="error", guests_per_minute=1000)
        async with services(asked, durable=False) as settings, _application(settings) as client:
            report = await _measure(client, settings, given)
    _print(report)
    if given.json is not None:
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


async def _measure(client: httpx2.AsyncClient, settings: Settings, given: argparse.Namespace) -> dict[str, Any]:
    body = {"name": "Benchmark", "algorithm": given.algorithm}
    model = (await _sent(client, "POST", "/ai-models/", body))["id"]
    people = {"people": given.people, "decisions": given.decisions, "seed": 1}
    data = {"source": "simulated", "definition": "rock-paper-scissors", **people}
    latency_ms = await _latency(client, model, data)
    runs = []
    for workers in WORKERS:
        async with _worker(settings, workers):
            # The first training finds the workers awake.
            await _train(client, model, data | {"people": 8})
            runs.append({"workers": workers, **await _train(client, model, data)})
    return {**vars(given), "json": None, "cores": os.cpu_count(), "request_ms": latency_ms, "runs": runs}


async def _train(client: httpx2.AsyncClient, model: str, data: dict[str, Any]) -> dict[str, Any]:
    began = perf_counter()
    task = (await _sent(client, "POST", f"/ai-models/{model}/train", {"data": data, "seed": 1}))["task_id"]
    while True:
        now = await _sent(client, "GET", f"/tasks/{task}")
        if now["state"] in {"done", "failed", "cancelled"}:
            break
        await asyncio.sleep(POLL_S)
    if now["state"] != "done":
        raise RuntimeError(f"the training {now['state']}: {now['problem']}")
    seconds = perf_counter() - began
    version = await _sent(client, "GET", f"/ai-models/{model}/versions/{now['result']['version']}")
    return {"seconds": seconds, "sha256": version["sha256"], "metrics": version["metrics"]}


async def _latency(client: httpx2.AsyncClient, model: str, data: dict[str, Any]) -> float:
    """Median milliseconds of the request that asks for a training; the trainings are cancelled."""
    taken = []
    for _ in range(REQUESTS):
        began = perf_counter()
        task = (await _sent(client, "POST", f"/ai-models/{model}/train", {"data": data}))["task_id"]
        taken.append((perf_counter() - began) * 1000)
        await _sent(client, "DELETE", f"/tasks/{task}")
    return statistics.median(taken)


async def _sent(client: httpx2.AsyncClient, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    answer = await client.request(method, path, json=body)
    answer.raise_for_status()
    return answer.json()


@asynccontextmanager
async def _application(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """The application, called as a researcher."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://benchmark", timeout=60) as client:
            token = (await client.post("/auth/guest")).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            me = (await client.get("/auth/me")).json()["id"]
            async with app.state.sessions.begin() as session:
                await session.execute(update(User).where(User.id == UUID(me)).values(role="researcher"))
            yield client


@asynccontextmanager
async def _worker(settings: Settings, concurrency: int) -> AsyncIterator[None]:
    """`hagame worker` with so many processes, until the block ends."""
    addresses = {"DATABASE_URL": settings.database_url or "", "REDIS_URL": settings.redis_url or ""}
    command = (sys.executable, "-m", "hagame", "worker", "--concurrency", str(concurrency))
    # One thread of linear algebra per process: the workers share the cores.
    one = {"OPENBLAS_NUM_THREADS": "1", "HAGAME_LOG_LEVEL": "error"}
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | addresses | one,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def _print(report: dict[str, Any]) -> None:
    runs = report["runs"]
    title = f"{report['algorithm']}, {report['people']} people, {report['decisions']} decisions each"
    table = Table("workers", "seconds", "against one", "SHA-256 of the artefact", title=title)
    for run in runs:
        speed = f"{runs[0]['seconds'] / run['seconds']:.2f} x"
        table.add_row(str(run["workers"]), f"{run['seconds']:.1f}", speed, run["sha256"][:16])
    console = Console()
    console.print(table)
    same = all(run["sha256"] == runs[0]["sha256"] and run["metrics"] == runs[0]["metrics"] for run in runs)
    console.print(
        f"Artefacts and metrics are {'the same, bit for bit' if same else 'DIFFERENT'}; {report['cores']} cores."
    )
    console.print(f"The request that asks for a training: {report['request_ms']:.1f} ms (median of {REQUESTS}).")


if __name__ == "__main__":
    asyncio.run(main())
