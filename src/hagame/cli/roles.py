"""What `hagame role` does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg

from hagame.cli.console import console
from hagame.cli.dumps import database_of
from hagame.cli.read_settings import read_settings
from hagame.errors import SetupFailed

GIVE = "UPDATE users SET role = $2 WHERE lower(username) = lower($1) AND is_active AND NOT is_guest RETURNING username"


def give_role(username: str, role: str, home: Path | None) -> None:
    """Write it into the database. Raises `SetupFailed` where nobody registered has this name."""
    found = asyncio.run(_give(username, role, home))
    if found is None:
        raise SetupFailed(
            f"Nobody registered is called {username!r}.", remedy="Register on the page first; guests have no role."
        )
    console.print(f"{found} is {role} now.")


async def _give(username: str, role: str, home: Path | None) -> str | None:
    settings = read_settings(**({} if home is None else {"home": home}))
    async with database_of(settings, exclusive=False) as url:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain, timeout=10)
        try:
            found: str | None = await connection.fetchval(GIVE, username, role)
            return found
        finally:
            await connection.close()
