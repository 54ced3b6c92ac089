"""What `hagame export` does: fetch decision logs over HTTP and write them as files that are whole or not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from uuid import UUID

import msgspec

from hagame.cli import servers
from hagame.cli.client import Client
from hagame.cli.console import console, errors
from hagame.cli.files import replacing
from hagame.cli.read_settings import read_settings
from hagame.errors import NotFound, SetupFailed

Format = Literal["csv", "parquet", "json"]
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
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


class _Tokens(msgspec.Struct):
    access_token: str


class _Match(msgspec.Struct):
    id: UUID


class _Matches(msgspec.Struct):
    items: list[_Match]
    next_cursor: str | None


class _Decisions(msgspec.Struct):
    items: list[msgspec.Raw]
    next_cursor: str | None


def download(wanted: Wanted, access: Access, url: str | None) -> None:
    """Fetch and write. Raises what the server says, and `SetupFailed` when none is running."""
    matches = asyncio.run(fetch(wanted, access, url))
    console.print(f"{matches} {'match' if matches == 1 else 'matches'} written to {wanted.path}")


async def fetch(wanted: Wanted, access: Access, url: str | None) -> int:
    """The same; how many matches were written."""
    async with Client(url or await _running(), access.token) as client:
        if access.token is None:
            body = {"username": access.user, "password": access.password}
            client.token = (await client.post("/auth/login", body, _Tokens)).access_token
        ids = [wanted.instance_id] if wanted.instance_id else await my_matches(client)
        with errors.status(f"Fetching {len(ids)} of your matches"):
            if wanted.instance_id is None and wanted.format == "parquet":
                for instance_id in ids:
                    await _write(client, [instance_id], "parquet", wanted.path / f"{instance_id}.parquet")
            else:
                await _write(client, ids, wanted.format, wanted.path)
    return len(ids)


async def my_matches(client: Client) -> list[UUID]:
    """All matches of this person, oldest first. Raises `NotFound` when there is none."""
    ids: list[UUID] = []
    cursor: dict[str, str] = {}
    while True:
        page = await client.get("/games/my-instances", _Matches, limit=PAGE, **cursor)
        ids += [match.id for match in page.items]
        if page.next_cursor is None:
            break
        cursor = {"cursor": page.next_cursor}
    if not ids:
        raise NotFound("You have no matches yet.")
    return ids[::-1]


async def _running() -> str:
    found = await servers.running(read_settings().home)
    if found is None:
        raise SetupFailed("No server is running here.", remedy="Start it with `hagame up`, or name one with --url.")
    return found


async def _write(client: Client, ids: list[UUID], format_: Format, path: Path) -> None:
    with replacing(path) as part, part.open("wb") as file:
        if format_ == "json":
            await _write_json(client, ids, file)
            return
        for number, instance_id in enumerate(ids):
            async with aclosing(client.stream(_decisions(instance_id), MEDIA_TYPES[format_])) as pieces:
                async for piece in _without_header(pieces) if number else pieces:
                    file.write(piece)


async def _write_json(client: Client, ids: list[UUID], file: BinaryIO) -> None:
    """One array of decisions, a line for each."""
    start = b"[\n"
    for instance_id in ids:
        cursor: dict[str, str] = {}
        while True:
            path = _decisions(instance_id)
            page = await client.get(path, _Decisions, limit=DECISIONS_PER_PAGE, **cursor)
            for decision in page.items:
                file.write(start + bytes(decision))
                start = b",\n"
            if page.next_cursor is None:
                break
            cursor = {"cursor": page.next_cursor}
    file.write(b"[]\n" if start == b"[\n" else b"\n]\n")


async def _without_header(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """CSV without its first line, so that it can follow another one."""
    begun = b""
    header = True
    async for piece in pieces:
        if not header:
            yield piece
            continue
        begun += piece
        _, newline, rest = begun.partition(b"\n")
        if newline:
            header = False
            yield rest


def _decisions(instance_id: UUID) -> str:
    return f"/games/instances/{instance_id}/decisions"
