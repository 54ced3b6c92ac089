"""Brings a database to the newest schema, whichever process comes first."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, pool, select
from sqlalchemy.ext.asyncio import create_async_engine

from hagame.core.partitions import ensure_partitions
from hagame.settings import Settings

_LOCK = 0x4A6C


async def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring `settings.database_url` up to `revision`, and make the partitions of the months to come.

    All in one transaction: either everything is done or nothing. Processes that start at once wait for each other.
    """
    if settings.database_url is None:
        raise ValueError("settings.database_url must be set before the database is migrated")
    # No statement timeout here: a revision may well rewrite a large table.
    engine = create_async_engine(settings.database_url, poolclass=pool.NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            await connection.run_sync(upgrade, revision)
            if revision == "head":
                await ensure_partitions(connection, datetime.now(UTC))
    finally:
        await engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Go forward on this connection, inside its transaction."""
    command.upgrade(config(connection), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Go back on this connection, inside its transaction."""
    command.downgrade(config(connection), revision)


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, with the scripts that are shipped in this package."""
    made = Config()
    made.set_main_option("script_location", "hagame:migrations")
    made.attributes["connection"] = connection
    return made


def newest() -> str | None:
    """The newest revision this installation knows."""
    return ScriptDirectory.from_config(config()).get_current_head()
