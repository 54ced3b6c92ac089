"""Players for some minutes, and what becomes of the server meanwhile.

    python -m benchmarks.soak [--players 50] [--minutes 60] [--pause 2] [--json OUT] [--plot OUT.png]

Each player plays whole matches of rock-paper-scissors against `adaptive`, pausing before each move as people do, and
after each match asks a language model (`benchmarks/llm_fake.py`, over the wire) what to make of it. Every few seconds
the memory of the API process, its file handles and connections, and the latencies since the last look are noted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.llm_gateway import environment_of, process
from benchmarks.load import Wire, free_port, server
from hagame.local import services
from hagame.settings import Settings

LOOK_EVERY_S = 5.0
MATCH = {"definition": "rock-paper-scissors", "opponent": "adaptive"}
COACH = {"about": "match"}
BUSY: list[float] = []
"""When somebody was told to come again."""
CURVES = (("memory_mb",), ("handles",), ("connections",), ("p50_ms", "p99_ms"))


@dataclass(frozen=True)
class Look:
    """The server at one moment; latencies in milliseconds of the moves since the look before."""

    seconds: float
    moves: int
    memory_mb: float
    handles: int
    connections: int
    p50_ms: float
    p99_ms: float


async def play(port: int, number: int, until: float, pause_s: float, latencies: list[float]) -> int:
    """One player until the time is over, with pauses of this mean. Returns how many texts were written."""
    rng, wire, texts = random.Random(number), await Wire.open(port), 0  # noqa: S311 - decisions, not secrets
    tokens = msgspec.json.decode(await wire.post("/auth/guest", {}))
    while time.perf_counter() < until:
        # As any client does before its token runs out; here with each match.
        tokens = msgspec.json.decode(await wire.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]}))
        wire.token = tokens["access_token"]
        match = msgspec.json.decode(await patiently(wire, "/games/instances", MATCH))
        turn, over = 1, False
        while not over and time.perf_counter() < until:
            await asyncio.sleep(rng.expovariate(1 / pause_s) if pause_s else 0)
            body = {"turn": turn, "action": rng.choices(("rock", "paper", "scissors"), (5, 3, 2))[0]}
            began = time.perf_counter()
            answer = await patiently(wire, f"/games/instances/{match['id']}/moves", body)
            latencies.append(time.perf_counter() - began)
            turn, over = turn + 1, b'"status":"finished"' in answer
        if over:
            await patiently(wire, f"/games/instances/{match['id']}/feedback", COACH)
            texts += 1
    await wire.close()
    return texts


async def patiently(wire: Wire, path: str, body: dict[str, Any]) -> bytes:
    """The answer; whoever is told that the server is busy comes again, as people do. All else is an error."""
    while True:
        try:
            return await wire.post(path, body)
        except RuntimeError as error:
            if "503" not in str(error):
                raise
            BUSY.append(time.perf_counter())
            await asyncio.sleep(1)


async def watch(process: psutil.Process, latencies: list[float], looks: list[Look]) -> None:
    """Look every few seconds until cancelled."""
    began, seen = time.perf_counter(), 0
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        fresh = np.asarray(latencies[seen:] or [np.nan]) * 1000
        seen = len(latencies)
        with process.oneshot():
            looks.append(
                Look(
                    seconds=time.perf_counter() - began,
                    moves=seen,
                    memory_mb=process.memory_info().rss / 2**20,
                    handles=process.num_fds(),
                    connections=len(process.net_connections()),
                    p50_ms=float(np.quantile(fresh, 0.5)),
                    p99_ms=float(np.quantile(fresh, 0.99)),
                )
            )


@asynccontextmanager
async def provider(folder: Path) -> AsyncIterator[str]:
    """The address of a language model."""
    port = free_port()
    fake = [sys.executable, "-m", "benchmarks.llm_fake", "--port", str(port), "--delay", "0.5"]
    async with process(fake, port, {}, folder / "fake.log"):
        yield f"http://127.0.0.1:{port}"


async def run(players: int, minutes: float, pause_s: float) -> tuple[list[Look], int]:
    """Start everything, play, stop everything. Returns the looks, and how many texts were written."""
    looks: list[Look] = []
    latencies: list[float] = []
    with tempfile.TemporaryDirectory(prefix="hagame-soak-") as folder:
        async with AsyncExitStack() as stack:
            settings = await stack.enter_async_context(services(Settings(HAGAME_HOME=Path(folder))))
            environment = environment_of(settings, await stack.enter_async_context(provider(Path(folder))))
            log = Path(folder) / "api.log"
            port, api = await stack.enter_async_context(server("main:app", settings, log, environment))
            watching = asyncio.create_task(watch(api, latencies, looks))
            until = time.perf_counter() + 60 * minutes
            texts = await asyncio.gather(*(play(port, number, until, pause_s, latencies) for number in range(players)))
            watching.cancel()
    return looks, sum(texts)


def report(looks: list[Look], texts: int, console: Console) -> None:
    """The first, the middle and the last look."""
    table = Table(
        *Look.__annotations__, title=f"Soak: {looks[-1].moves:,} moves, {texts:,} texts, {len(BUSY):,} times busy"
    )
    for look in (looks[0], looks[len(looks) // 2], looks[-1]):
        table.add_row(*(f"{value:,.1f}" for value in asdict(look).values()))
    console.print(table)


def plot(looks: list[Look], path: Path) -> None:
    """Four curves over time."""
    import matplotlib as mpl  # noqa: PLC0415 - only here

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(2, 2, figsize=(10, 6), sharex=True, layout="constrained")
    for axis, names in zip(axes.flat, CURVES, strict=True):
        for name in names:
            axis.plot([look.seconds for look in looks], [getattr(look, name) for look in looks], label=name)
        axis.set_ylim(bottom=0)
        axis.legend()
    figure.savefig(path)


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--players", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=2.0, help="mean seconds before a move; 0: none")
    parser.add_argument("--json", type=Path, help="also write the looks here")
    parser.add_argument("--plot", type=Path, help="also draw them here")
    options = parser.parse_args()
    looks, texts = uvloop.run(run(options.players, options.minutes, options.pause))
    report(looks, texts, Console())
    if options.json:
        options.json.write_text(json.dumps([asdict(look) for look in looks], indent=2) + "\n")
    if options.plot:
        plot(looks, options.plot)


if __name__ == "__main__":
    main()
