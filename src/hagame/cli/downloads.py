"""What `hagame export` does: fetch decision logs over HTTP and write them as files that are whole or not there."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from uuid import UUID

import msgspec

from hagame.cli import servers
from hagame.cli.client import AsyncClient, connected
from hagame.cli.console import console, errors
from hagame.cli.files import replacing
from hagame.cli.read_settings import read_settings
from hagame.errors import NotFound, SetupFailed

Format = Literal["csv", "parquet", "json"]
PAGE = 200
DECISIONS_PER_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which match (None: all), in which format, and where to."""

    instance_id: UUID | None
    format: Format
    out: Path | None

    @property
    def path(self) -> Path:
        """The file, or for all matches as Parquet the folder."""
        if self.out is not None:
            return self.out
        if self.instance_id is not None:
            return Path(f"decisions-{self.instance_id}.{self.format}")
        return Path("decisions") if self.format == "parquet" else Path(f"decisions.{self.format}")


@dataclass(frozen=True, slots=True)
class Access:
    """A token, or a user with a password."""

    token: str | None
    user: str | None = None
    password: str | None = None


def format_of(out: Path | None) -> Format:
    """What the name of a file says; CSV where it says nothing."""
    formats: dict[str, Format] = {".parquet": "parquet", ".json": "json"}
    return formats.get(out.suffix.lower(), "csv") if out is not None else "csv"


def download(wanted: Wanted, access: Access, url: str | None) -> None:
    """Fetch and write. Raises what the server says, and `SetupFailed` when none is running."""
    matches = asyncio.run(fetch(wanted, access, url))
    console.print(f"{matches} {'match' if matches == 1 else 'matches'} written to {wanted.path}")


async def fetch(wanted: Wanted, access: Access, url: str | None) -> int:
    """The same; how many matches were written."""
    async with connected(url or await _running(), access.token) as client:
        if access.user is not None and access.password is not None and access.token is None:
            await client.login(access.user, access.password)
        ids = [str(wanted.instance_id)] if wanted.instance_id else await my_matches(client)
        with errors.status(f"Fetching {len(ids)} of your matches"):
            if wanted.instance_id is None and wanted.format == "parquet":
                for instance_id in ids:
                    await _write(client, [instance_id], "parquet", wanted.path / f"{instance_id}.parquet")
            else:
                await _write(client, ids, wanted.format, wanted.path)
    return len(ids)


async def my_matches(client: AsyncClient) -> list[str]:
    """All matches of this person, oldest first. Raises `NotFound` when there is none."""
    ids = [match["id"] async for match in client.games.matches(limit=PAGE)]
    if not ids:
        raise NotFound("You have no matches yet.")
    return ids[::-1]


async def _running() -> str:
    found = await servers.running(read_settings().home)
    if found is None:
        raise SetupFailed("No server is running here.", remedy="Start it with `hagame up`, or name one with --url.")
    return found


async def _write(client: AsyncClient, ids: list[str], format_: Format, path: Path) -> None:
    with replacing(path) as part, part.open("wb") as file:
        if format_ == "json":
            await _write_json(client, ids, file)
            return
        with tempfile.TemporaryDirectory(prefix="hagame-export-") as folder:
            for number, instance_id in enumerate(ids):
                match = await client.games.match(instance_id)
                whole = await match.download(Path(folder) / "decisions", format_)
                with whole.open("rb") as one:
                    # Of several tables in one file the first one's header stands for all.
                    if number:
                        one.readline()
                    shutil.copyfileobj(one, file)


async def _write_json(client: AsyncClient, ids: list[str], file: BinaryIO) -> None:
    """One array of decisions, a line for each."""
    start = b"[\n"
    for instance_id in ids:
        match = await client.games.match(instance_id)
        async for decision in match.decisions(limit=DECISIONS_PER_PAGE):
            file.write(start + msgspec.json.encode(decision))
            start = b",\n"
    file.write(b"[]\n" if start == b"[\n" else b"\n]\n")
