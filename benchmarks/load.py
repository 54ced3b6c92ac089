"""Whole moves per second against bare transactions per second, in turn, in one run.

    python benchmarks/load.py [--connections 16] [--seconds 60] [--workers 1] [--json OUT]

Closed loop: every connection is one guest who plays rock-paper-scissors over HTTP keep-alive and waits for each
answer. One PostgreSQL, everything on this machine. In turn with it `benchmarks/floor.py` answers the
same requests with the same tables, rows of the same size and no game. `ratio` is moves per second over the floor's
textbook transactions per second; `ratio_same_sql` compares with a floor that runs a move's own two statements.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from hagame.local import services
from hagame.settings import Settings

ROOT = Path(__file__).parents[1]
ROUNDS = 4
WARM_UP_S = 2.0
USUAL_AGE = 150
"""Turns of the match whose state and answer the floor writes, so that both write as much."""
FLOORS = {"transaction": "ratio", "same-sql": "ratio_same_sql"}


class Wire:
    """One keep-alive connection that costs little, so that on two cores the server is measured and not its load."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.token = ""

    @classmethod
    async def open(cls, port: int) -> Wire:
        """Connect to this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, body: dict[str, Any]) -> bytes:
        """The body of a 2xx answer. Raises `RuntimeError` with the answer otherwise."""
        content = msgspec.json.encode(body)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        proof = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        self._writer.write(f"{head}{proof}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        lower = answer.lower()
        start = lower.index(b"content-length:") + 15
        length = int(lower[start : lower.index(b"\r\n", start)])
        received = await self._reader.readexactly(length)
        if not answer.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{path}: {answer.splitlines()[0].decode()} {received.decode()}")
        return received

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        await self._writer.wait_closed()


@dataclass
class Player:
    """One connection to each server, and the match that is open."""

    move: Wire
    floor: Wire
    rng: random.Random
    instance: str = ""
    turn: int = 1


@dataclass
class Measured:
    """Latencies (seconds), the time they took together, and what the API process computed meanwhile."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    processor_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def quantile(self, q: float) -> float:
        """Latency in milliseconds."""
        return float(np.quantile(self.latencies, q)) * 1000

    def summary(self) -> dict[str, float]:
        """For JSON."""
        return {
            "per_second": self.rate,
            "p50_ms": self.quantile(0.5),
            "p99_ms": self.quantile(0.99),
            "processor_ms": self.processor_seconds / len(self.latencies) * 1000,
            "n": len(self.latencies),
        }


async def begin(player: Player) -> None:
    """A new match for this player."""
    body = {"definition": "rock-paper-scissors-300", "opponent": "adaptive", "memory": "none"}
    instance = msgspec.json.decode(await player.move.post("/games/instances", body))
    player.instance, player.turn = instance["id"], instance["turn"]


def decision(player: Player) -> dict[str, Any]:
    """A person who likes rock."""
    action = player.rng.choices(("rock", "paper", "scissors"), (5, 3, 2))[0]
    return {"turn": player.turn, "action": action, "response_time_ms": 700}


async def play(player: Player) -> float:
    """One whole move; its latency."""
    body = decision(player)
    started = time.perf_counter()
    answer = await player.move.post(f"/games/instances/{player.instance}/moves", body)
    latency = time.perf_counter() - started
    player.turn += 1
    if b'"status":"finished"' in answer:
        await begin(player)
    return latency


def bare(kind: str) -> Callable[[Player], Awaitable[float]]:
    """One bare transaction on the same match; its latency."""

    async def once(player: Player) -> float:
        body = decision(player)
        started = time.perf_counter()
        await player.floor.post(f"/{kind}/{player.instance}/moves", body)
        player.turn += 1
        return time.perf_counter() - started

    return once


async def loop(player: Player, once: Callable[[Player], Awaitable[float]], until: float) -> list[float]:
    """One closed loop."""
    latencies = []
    while time.perf_counter() < until:
        latencies.append(await once(player))
    return latencies


async def slice_of(players: list[Player], side: Side, seconds: float, into: Measured) -> None:
    """All players for some seconds, each on a new match."""
    for player in players:
        await begin(player)
    started, computed = time.perf_counter(), processor_seconds(side.process)
    for latencies in await asyncio.gather(*(loop(p, side.once, started + seconds) for p in players)):
        into.latencies += latencies
    into.seconds += time.perf_counter() - started
    into.processor_seconds += processor_seconds(side.process) - computed


def processor_seconds(process: psutil.Process) -> float:
    """What a process and its workers have computed so far, in themselves and in the kernel."""
    all_times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(times.user + times.system for times in all_times))


@dataclass(frozen=True)
class Side:
    """What is measured: one kind of request, and the process that answers it."""

    once: Callable[[Player], Awaitable[float]]
    process: psutil.Process


async def measure(players: list[Player], sides: dict[str, Side], seconds: float) -> dict[str, Measured]:
    """Moves and both floors in turn, `ROUNDS` times."""
    results = {kind: Measured() for kind in sides}
    for side in sides.values():
        await slice_of(players, side, WARM_UP_S, Measured())
    for _ in range(ROUNDS):
        for kind, side in sides.items():
            await slice_of(players, side, seconds / ROUNDS / len(sides), results[kind])
    return results


@asynccontextmanager
async def server(
    module: str, settings: Settings, log: Path, more: Mapping[str, str] | None = None, workers: int = 1
) -> AsyncIterator[tuple[int, psutil.Process]]:
    """Uvicorn in a process of its own, with `more` in its environment; gives its port and its process."""
    port = free_port()
    environment = (
        os.environ
        | {
            "DATABASE_URL": settings.database_url or "",
            "REDIS_URL": settings.redis_url or "",
            "HAGAME_LOG_FORMAT": "json",
            "HAGAME_GUESTS_PER_MINUTE": "100000",
        }
        | dict(more or {})
    )
    command = [sys.executable, "-m", "uvicorn", module, "--port", str(port), "--loop", "uvloop", "--no-access-log"]
    # While one side is measured, the connections to the other wait.
    command += ["--timeout-keep-alive", "600"]
    if workers > 1:
        command += ["--workers", str(workers)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            await answering(port, process, log)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(15)


async def answering(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the port accepts, at most three minutes: the first start after a change compiles."""
    for _ in range(1800):
        if process.poll() is not None:
            break
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def players_on(move_port: int, connections: int) -> list[Player]:
    """As many guests as connections."""
    players = []
    for number in range(connections):
        wire = await Wire.open(move_port)
        wire.token = msgspec.json.decode(await wire.post("/auth/guest", {}))["access_token"]
        players.append(Player(wire, wire, random.Random(number)))  # noqa: S311 - decisions, not secrets
    await begin(players[0])
    for _ in range(USUAL_AGE):
        await play(players[0])
    return players


async def run(connections: int, seconds: float, workers: int) -> dict[str, Measured]:
    """Start everything, measure, stop everything."""
    with tempfile.TemporaryDirectory(prefix="hagame-load-") as folder:
        home = Path(folder)
        async with AsyncExitStack() as stack:
            settings = await stack.enter_async_context(services(Settings(HAGAME_HOME=home)))
            moves = server("main:app", settings, home / "move.log", workers=workers)
            move_port, move_process = await stack.enter_async_context(moves)
            players = await players_on(move_port, connections)
            floor_port, floor_process = await stack.enter_async_context(
                server("benchmarks.floor:app", settings, home / "floor.log", workers=workers)
            )
            for player in players:
                player.floor = await Wire.open(floor_port)
                player.floor.token = player.move.token
            sides = {"move": Side(play, move_process)} | {kind: Side(bare(kind), floor_process) for kind in FLOORS}
            return await measure(players, sides, seconds)


def report(results: dict[str, Measured], console: Console) -> dict[str, Any]:
    """One table for people, one mapping for JSON."""
    table = Table(
        "", "per second", "p50 ms", "p99 ms", "API processor ms", "n", title="Whole moves and bare transactions"
    )
    for kind, measured in results.items():
        row = measured.summary()
        table.add_row(
            kind, *(f"{row[key]:,.2f}" for key in ("per_second", "p50_ms", "p99_ms", "processor_ms")), f"{row['n']:,}"
        )
    console.print(table)
    ratios = {name: results["move"].rate / results[kind].rate for kind, name in FLOORS.items()}
    console.print(", ".join(f"{name} {value:.3f}" for name, value in ratios.items()))
    return ratios | {kind: measured.summary() for kind, measured in results.items()}


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0, help="of measuring, all together")
    parser.add_argument("--workers", type=int, default=1, help="API processes, on both sides")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    figures = report(uvloop.run(run(options.connections, options.seconds, options.workers)), Console())
    if options.json:
        options.json.write_text(json.dumps(figures | {"connections": options.connections}, indent=2) + "\n")


if __name__ == "__main__":
    main()
