"""`hagame migrate`: brings the database to the newest schema, before the servers of a new version start."""

from __future__ import annotations

from typing import Annotated

import typer

from hagame.errors import SetupFailed


def migrate(
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Bring the database at DATABASE_URL to the newest schema, and make the partitions of the months to come.

    Safe to repeat; several at once wait for each other.
    """
    import asyncio  # noqa: PLC0415 - heavy

    from hagame.cli.read_settings import read_settings  # noqa: PLC0415
    from hagame.core.migrate import migrate as run  # noqa: PLC0415
    from hagame.core.migrate import newest  # noqa: PLC0415

    settings = read_settings()
    if settings.database_url is None:
        raise SetupFailed("DATABASE_URL is not set.", remedy="Set it to the PostgreSQL to be migrated.")
    asyncio.run(run(settings))
    typer.echo(f"The schema is at revision {newest()}.")
