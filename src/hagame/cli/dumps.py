"""What `hagame backup` and `hagame restore` do: run the programs of PostgreSQL that make and read dumps."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL

from hagame.cli.console import console, step
from hagame.cli.read_settings import read_settings
from hagame.errors import SetupFailed
from hagame.local import Home
from hagame.local.postgresql import DATABASE, postgresql, program, running_at, url
from hagame.settings import Settings

LAST_LINES = 5


def back_up(file: Path, home: Path | None) -> None:
    """Dump into `file`. Raises `SetupFailed`."""
    asyncio.run(_back_up(file.absolute(), _settings(home)))
    console.print(f"Written: {file} ({file.stat().st_size / 1e6:.1f} MB)")


def restore_from(file: Path, home: Path | None) -> None:
    """Replace the database by the dump in `file`. Raises `SetupFailed`."""
    asyncio.run(_restore(file.absolute(), _settings(home)))
    console.print(f"Restored from {file}.")


async def _back_up(file: Path, settings: Settings) -> None:
    async with database_of(settings, exclusive=False) as database:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".hagame-backup-") as folder, step("Backup"):
            unfinished = Path(folder) / file.name
            await _run("pg_dump", ["--format=custom", "--no-owner", f"--file={unfinished}"], database)
            unfinished.replace(file)


async def _restore(file: Path, settings: Settings) -> None:
    async with database_of(settings, exclusive=True) as database:
        with tempfile.TemporaryDirectory(prefix="hagame-restore-") as folder, step("Restore"):
            script = Path(folder) / "restore.sql"
            await _run("pg_restore", ["--no-owner", f"--file={script}", str(file)], database)
            # One transaction that begins with nothing: what a newer version had made must not be left over.
            options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
            empty = ["--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public"]
            await _run("psql", [*options, *empty, f"--file={script}"], database)


def _settings(home: Path | None) -> Settings:
    return read_settings(**({} if home is None else {"home": home}))


@asynccontextmanager
async def database_of(settings: Settings, *, exclusive: bool) -> AsyncIterator[URL]:
    """The database at DATABASE_URL; else that of the running `hagame up`; else the embedded one, for this while."""
    if settings.database_url is not None:
        yield make_url(settings.database_url)
        return
    home = Home(settings.home)
    if not exclusive and (sockets := running_at(home)) is not None:
        yield url(sockets, DATABASE)
        return
    with home.lock("a backup or restore"):
        async with postgresql(home) as address:
            yield make_url(address)


async def _run(name: str, options: Sequence[str], database: URL) -> None:
    """Run one of PostgreSQL's programs. Everybody can read a command line, so the password is in the environment."""
    words = [program(name), *options]
    done = await asyncio.to_thread(
        subprocess.run, words, env=_environment(database), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = "\n".join(f"    {line}" for line in done.stderr.splitlines()[-LAST_LINES:])
        raise SetupFailed(
            f"{name} failed (exit code {done.returncode}). It wrote last:\n{said}",
            remedy="The programs must be as new as the server: see `pg_dump --version`. Nothing was changed.",
        )


def _environment(database: URL) -> Mapping[str, str]:
    given = {
        "PGHOST": database.host or str(database.query.get("host", "")),
        "PGPORT": str(database.port or ""),
        "PGUSER": database.username or "",
        "PGPASSWORD": str(database.password or ""),
        "PGDATABASE": database.database or "",
    }
    return {"PATH": os.environ.get("PATH", os.defpath)} | {name: value for name, value in given.items() if value}
