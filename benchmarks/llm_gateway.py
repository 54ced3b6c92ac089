"""What the gateway adds to the latency of a call: beside the SDK alone, and beside the proxy of LiteLLM.

    python -m benchmarks.llm_gateway [--seconds 6] [--litellm VENV] [--json OUT]

All three ask the same fake provider (`benchmarks/llm_fake.py`), which answers after 20 ms, in turn, in one run, over 1,
8 and 64 connections that wait for each answer. The gateway is one API worker with its cache bypassed; it admits each
call by a budget, settles it and writes two rows to PostgreSQL before it answers. LiteLLM is one worker without a
database: no budgets, no log, one key. It is installed into a temporary environment of its own unless `--litellm` names
one; where that fails, its rows are left out and the report says so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from openai import AsyncOpenAI
from rich.console import Console
from rich.table import Table

from benchmarks.load import Measured, Wire, answering, free_port
from hagame.local import services
from hagame.settings import Settings

ROOT = Path(__file__).parents[1]
CONNECTIONS = (1, 8, 64)
ROUNDS = 3
WARM_UP_S = 2.0
DELAY_S = 0.02
QUESTION = [{"role": "user", "content": "Rock, paper or scissors? " * 10}]
MASTER_KEY = "sk-of-the-benchmark-0123456789-0123456789"
START_MINUTES = 4
"""LiteLLM takes its time on a busy machine."""
ROLES = ("player", "researcher", "admin")

Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Side:
    """One way to the provider: makes as many independent askers as there are connections."""

    name: str
    askers: Callable[[int], Awaitable[list[Ask]]]


async def direct(provider: str) -> Side:
    """The SDK, and nothing between."""
    client = AsyncOpenAI(api_key="none", base_url=f"{provider}/v1", max_retries=0)

    async def ask() -> object:
        messages: Any = QUESTION
        return await client.chat.completions.create(model="fast", messages=messages, max_completion_tokens=100)

    async def askers(n: int) -> list[Ask]:
        return [ask] * n

    return Side("SDK alone", askers)


async def gateway(port: int) -> Side:
    """Ours, each connection a guest of its own."""
    body = {"messages": QUESTION, "model": "fake/fast", "max_output_tokens": 100, "cache": "bypass"}

    async def askers(n: int) -> list[Ask]:
        wires = [await Wire.open(port) for _ in range(n)]
        for wire in wires:
            wire.token = msgspec.json.decode(await wire.post("/auth/guest", {}))["access_token"]
        return [_posting(wire, "/llm/call", body) for wire in wires]

    return Side("HAGAME gateway", askers)


async def litellm(port: int) -> Side:
    """The proxy of LiteLLM."""
    body = {"messages": QUESTION, "model": "fast", "max_completion_tokens": 100}

    async def askers(n: int) -> list[Ask]:
        wires = [await Wire.open(port) for _ in range(n)]
        for wire in wires:
            wire.token = MASTER_KEY
        return [_posting(wire, "/v1/chat/completions", body) for wire in wires]

    return Side("LiteLLM proxy", askers)


def _posting(wire: Wire, path: str, body: dict[str, Any]) -> Ask:
    async def ask() -> object:
        return await wire.post(path, body)

    return ask


async def slice_of(askers: Sequence[Ask], seconds: float, into: Measured) -> None:
    """All connections for some seconds."""
    started = time.perf_counter()

    async def loop(ask: Ask) -> None:
        while time.perf_counter() < started + seconds:
            asked = time.perf_counter()
            await ask()
            into.latencies.append(time.perf_counter() - asked)

    await asyncio.gather(*map(loop, askers))
    into.seconds += time.perf_counter() - started


async def measure(sides: Sequence[Side], seconds: float) -> dict[int, dict[str, Measured]]:
    """Every number of connections, the sides in turn."""
    found: dict[int, dict[str, Measured]] = {}
    for connections in CONNECTIONS:
        asking = {side.name: await side.askers(connections) for side in sides}
        found[connections] = {name: Measured() for name in asking}
        for askers in asking.values():
            await slice_of(askers, WARM_UP_S, Measured())
        for _ in range(ROUNDS):
            for name, askers in asking.items():
                await slice_of(askers, seconds / ROUNDS, found[connections][name])
    return found


@asynccontextmanager
async def process(command: Sequence[str], port: int, environment: Mapping[str, str], log: Path) -> AsyncIterator[None]:
    """A server in a process of its own that listens on `port` of this machine."""
    with log.open("wb") as output:
        started = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | dict(environment), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            await _listening(port, started, log)
            yield
        finally:
            started.terminate()
            started.wait(15)


async def _listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for patience in range(START_MINUTES, 0, -1):
        try:
            return await answering(port, process, log)
        except RuntimeError:
            if patience == 1 or process.poll() is not None:
                raise
    return None


def environment_of(settings: Settings, provider: str) -> dict[str, str]:
    """The gateway on the fake provider, with budgets that nobody reaches."""
    fake = {
        "kind": "openai",
        "base_url": f"{provider}/v1",
        "models": ["fast"],
        "prices": {"fast": {"input": "1", "output": "2"}},
    }
    return {
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "HAGAME_LOG_FORMAT": "json",
        "HAGAME_GUESTS_PER_MINUTE": "100000",
        "HAGAME_LLM_PROVIDERS": json.dumps({"fake": fake}),
        "HAGAME_LLM_CONCURRENCY": "256",
        "HAGAME_LLM_BUDGET_USD": json.dumps(dict.fromkeys(ROLES, "1000")),
        "HAGAME_LLM_BUDGET_TOKENS": json.dumps(dict.fromkeys(ROLES, 10**9)),
        "HAGAME_LLM_BUDGET_TOTAL_USD": "1000000",
    }


def install_litellm(folder: Path) -> Path:
    """LiteLLM's proxy in an environment of its own. By uv where `make` has put it: pip takes many minutes over it.

    Raises `CalledProcessError` where it cannot be installed.
    """
    venv.create(folder, with_pip=True)
    python, uv = str(folder / "bin/python"), ROOT / ".venv/.uv/bin/uv"
    installer = [str(uv), "pip", "install", "--python", python] if uv.exists() else [python, "-m", "pip", "install"]
    subprocess.run([*installer, "--quiet", "litellm[proxy]"], check=True, capture_output=True)
    return folder


def litellm_command(environment: Path, provider: str, port: int, folder: Path) -> list[str]:
    """How its proxy is started on the fake provider."""
    config = folder / "litellm.yaml"
    config.write_text(
        "model_list:\n"
        "  - model_name: fast\n"
        "    litellm_params:\n"
        "      model: openai/fast\n"
        f"      api_base: {provider}/v1\n"
        "      api_key: none\n"
        "general_settings:\n"
        f"  master_key: {MASTER_KEY}\n"
    )
    program = [str(environment / "bin/litellm"), "--config", str(config)]
    return [*program, "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1", "--keepalive_timeout", "600"]


LITELLM_ENVIRONMENT = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "LITELLM_LOG": "ERROR"}


async def run(seconds: float, given: Path | None, console: Console) -> dict[int, dict[str, Measured]]:
    """Start everything, measure, stop everything."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hagame-llm-")))
        port = free_port()
        provider = f"http://127.0.0.1:{port}"
        fake = [sys.executable, "-m", "benchmarks.llm_fake", "--port", str(port), "--delay", str(DELAY_S)]
        await stack.enter_async_context(process(fake, port, {}, home / "fake.log"))
        settings = await stack.enter_async_context(services(Settings(home=home)))
        port = free_port()
        api = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), "--loop", "uvloop", "--no-access-log"]
        api += ["--timeout-keep-alive", "600"]
        environment = environment_of(settings, provider)
        await stack.enter_async_context(process(api, port, environment, home / "api.log"))
        sides = [await direct(provider), await gateway(port)]
        try:
            venv_folder = given or install_litellm(home / "litellm")
            port = free_port()
            command = litellm_command(venv_folder, provider, port, home)
            await stack.enter_async_context(process(command, port, LITELLM_ENVIRONMENT, home / "litellm.log"))
            sides.append(await litellm(port))
        except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
            console.print(f"LiteLLM is left out, it could not be installed or started: {error}")
        return await measure(sides, seconds)


def report(found: dict[int, dict[str, Measured]], console: Console) -> dict[str, Any]:
    """One table for people, one mapping for JSON. "Added" is the difference to the SDK alone in the same run."""
    table = Table("connections", "", "per second", "p50 ms", "p99 ms", "added p50 ms", "added p99 ms", "n")
    figures: dict[str, Any] = {}
    for connections, sides in found.items():
        alone = next(iter(sides.values())).summary()
        for name, measured in sides.items():
            row = measured.summary()
            row |= {f"added_{q}_ms": row[f"{q}_ms"] - alone[f"{q}_ms"] for q in ("p50", "p99")}
            figures.setdefault(str(connections), {})[name] = row
            columns = ("per_second", "p50_ms", "p99_ms", "added_p50_ms", "added_p99_ms")
            table.add_row(str(connections), name, *(f"{row[c]:,.1f}" for c in columns), f"{row['n']:,}")
    console.print(table)
    return figures


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0, help="of measuring each side at each number")
    parser.add_argument("--litellm", type=Path, help="an environment that has LiteLLM's proxy already")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    console = Console()
    figures = report(uvloop.run(run(options.seconds, options.litellm, console)), console)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
