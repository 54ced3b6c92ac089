"""Everything about a person in one archive that programs can read: a ZIP of JSON lines, one file per table.

Which tables that are is read from the schema, so that a new one with a person in it is not forgotten. Left out are
secrets, and what would open the seals of matches that are not over.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from anyio import to_thread
from sqlalchemy import LargeBinary, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hagame.core.tables import Table

WITHHELD_TABLES = frozenset({"recovery_codes", "oidc_logins"})
WITHHELD = frozenset({"password_hash", "session_version", "ended_sessions", "seed"})
"""Columns. A seed opens the seals of its match; it is told with the match once that is over."""
MEMORY_BYTES = 8 * 1024 * 1024
CHUNK = 64 * 1024
BATCH = 500

README = """\
Everything that HAGAME knows of you, one file per table, one row per line as JSON (UTF-8).

Times are RFC 3339 in UTC. The columns are described in the documentation of the project. refresh_tokens are your
sessions: a row for each time that one began or was renewed, with the browser and the system that it began on. Left out
are the hash of your password, tokens, the inner state of matches (the moves of an opponent that are sealed are in it)
and files, such as reports, that you can download one by one.
"""


async def archive(engine: AsyncEngine, user_id: UUID) -> AsyncIterator[bytes]:
    """The archive in pieces; kept in memory up to 8 MiB, on disk beyond."""
    with SpooledTemporaryFile(max_size=MEMORY_BYTES) as spool:
        with ZipFile(spool, "w", ZIP_DEFLATED) as file:
            file.writestr("README.txt", README)
            async with engine.connect() as connection:
                for table, column in tables_of_people():
                    await _write(connection, file, table, column, user_id)
        spool.seek(0)
        while chunk := await to_thread.run_sync(spool.read, CHUNK):
            yield chunk


def tables_of_people() -> list[tuple[SqlTable, str]]:
    """Every table with a person in it, and the column that says which."""
    found = [(Table.metadata.tables["users"], "id")]
    for table in Table.metadata.sorted_tables:
        column = next((name for name in ("user_id", "created_by") if name in table.c), None)
        if column is not None and table.name not in WITHHELD_TABLES:
            found.append((table, column))
    return found


def _shown(table: SqlTable) -> list[str]:
    return [c.name for c in table.columns if c.name not in WITHHELD and not isinstance(c.type, LargeBinary)]


async def _write(connection: AsyncConnection, file: ZipFile, table: SqlTable, column: str, user_id: UUID) -> None:
    # Names of tables and columns come from our own schema.
    columns = ", ".join(f'"{name}"' for name in _shown(table))
    inner = f'SELECT {columns} FROM "{table.name}" WHERE "{column}" = :user_id'  # noqa: S608
    query = text(f"SELECT row_to_json(found)::text FROM ({inner}) AS found").execution_options(yield_per=BATCH)  # noqa: S608
    with file.open(f"{table.name}.jsonl", "w") as member:
        async with connection.stream(query, {"user_id": user_id}) as rows:
            async for batch in rows.scalars().partitions(BATCH):
                await to_thread.run_sync(_append, member, batch)


def _append(member: IO[bytes], lines: Any) -> None:
    member.write("".join(f"{line}\n" for line in lines).encode())
