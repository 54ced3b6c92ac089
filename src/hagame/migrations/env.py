"""What alembic runs: on the connection that `hagame.core.migrate` hands over, or on `DATABASE_URL`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from hagame.core.partitions import is_partition
from hagame.core.tables import Table
from hagame.errors import SetupFailed
from hagame.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.sql.schema import SchemaItem


def _is_ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, compare_to: SchemaItem | None) -> bool:  # noqa: ARG001
    """Partitions come and go with the calendar, so revisions leave them alone."""
    return not (kind == "table" and is_partition(name or ""))


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Table.metadata, include_object=_is_ours)
    with context.begin_transaction():
        context.run_migrations()


def _database_url() -> str:
    url = Settings().database_url
    if url is None:
        raise SetupFailed("DATABASE_URL is not set.", remedy="Set it, or use `hagame up`, which migrates by itself.")
    return url


async def _run_on_database_url() -> None:
    engine = create_async_engine(_database_url(), poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
elif context.is_offline_mode():
    context.configure(url=_database_url(), target_metadata=Table.metadata, literal_binds=True)
    context.run_migrations()
else:
    asyncio.run(_run_on_database_url())
