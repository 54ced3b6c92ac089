"""Child processes that cannot outlive us, however we end.

A small shell stands between us and the server. It stops the server when its standard input closes: when we ask for
it, and just so when we are killed. It leads a session of its own, so that Ctrl-C reaches us alone and the API can
finish its answers before the database goes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedWriter
from pathlib import Path

from hagame.errors import SetupFailed

STOP_TIMEOUT_S = 30.0
POLL_S = 0.02

# $0 is the signal that stops the server, "$@" its command line. The server must not hold our end of the pipe.
_GUARD = """
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -s "$0" "$server"; } 2>/dev/null &
watch=$!
exec 3<&-
wait "$server"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
"""


@dataclass(frozen=True)
class Account:
    """An account of the operating system that a server runs as."""

    name: str
    user: int
    group: int


@dataclass(frozen=True)
class Command:
    """What to run, where, as whom, how to stop it, what its environment holds, and the file its output goes to."""

    title: str
    words: Sequence[str]
    log: Path
    cwd: Path
    stop_signal: str = "TERM"
    account: Account | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def start(command: Command) -> subprocess.Popen[bytes]:
    """Start the command under its guard. Raises `SetupFailed`."""
    account = command.account
    try:
        with _open_log(command.log) as log:
            return subprocess.Popen(  # noqa: S603 - our own words, no shell parses them
                ["/bin/sh", "-c", _GUARD, command.stop_signal, *command.words],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=command.cwd,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **command.environment},
                start_new_session=True,
                user=account.user if account else None,
                group=account.group if account else None,
                extra_groups=[] if account else None,
            )
    except OSError as error:
        whom = f" as the user {account.name}" if account else ""
        raise SetupFailed(
            f"{command.title} cannot be started{whom}: {error}.",
            remedy="Check that this machine may run it, or set DATABASE_URL and REDIS_URL to servers of your own.",
        ) from error


async def run(command: Command, timeout_s: float) -> None:
    """Run a command to its end. Raises `SetupFailed` with the end of its output."""
    process = start(command)
    try:
        code = await asyncio.to_thread(process.wait, timeout_s)
    except subprocess.TimeoutExpired:
        raise failed(command, f"did not end within {timeout_s:.0f} s") from None
    finally:
        await asyncio.shield(stop(process))
    if code != 0:
        raise failed(command, f"failed (exit code {code})")


@asynccontextmanager
async def running(command: Command, answers: Callable[[], Awaitable[bool]], timeout_s: float) -> AsyncIterator[None]:
    """The server runs, and has answered once, until the block ends. Raises `SetupFailed`."""
    process = start(command)
    try:
        await _wait_for_answer(process, command, answers, timeout_s)
        yield
    finally:
        await asyncio.shield(stop(process))


async def stop(process: subprocess.Popen[bytes]) -> None:
    """Close the guard's input and wait until the server is gone; kill it when it takes too long."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    try:
        await asyncio.to_thread(process.wait, STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.to_thread(process.wait)


def failed(command: Command, what: str) -> SetupFailed:
    """The error of a command, with the last lines it wrote."""
    lines = command.log.read_text(errors="replace").splitlines()[-8:] if command.log.exists() else []
    said = "\n".join(f"    {line}" for line in lines)
    return SetupFailed(
        f"{command.title} {what}. It wrote last:\n{said}" if said else f"{command.title} {what}.",
        remedy=f"See {command.log}, or use a server of your own by setting its URL.",
    )


def _open_log(path: Path) -> BufferedWriter:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


async def _wait_for_answer(
    process: subprocess.Popen[bytes], command: Command, answers: Callable[[], Awaitable[bool]], timeout_s: float
) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            while not await answers():
                if process.poll() is not None:
                    raise failed(command, f"ended at once (exit code {process.returncode})")
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise failed(command, f"did not answer within {timeout_s:.0f} s") from None
