"""What `hagame admin reset-second-factor` does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import func, select

from hagame.accounts.second_factor import reset_by_operator
from hagame.cli.console import console
from hagame.cli.dumps import database_of
from hagame.cli.read_settings import read_settings
from hagame.core.database import make_engine, make_sessions
from hagame.core.tables import User
from hagame.errors import SetupFailed


def reset(username: str, home: Path | None) -> None:
    """Take it away in the database. Raises `SetupFailed` where nobody has this name, or no second factor."""
    found = asyncio.run(_reset(username, home))
    if found is None:
        raise SetupFailed(
            f"Nobody registered is called {username!r} and has a second factor.",
            remedy="Look for the username with `GET /admin/users`.",
        )
    console.print(f"{found} logs in with the password alone now; all sessions have ended.")


async def _reset(username: str, home: Path | None) -> str | None:
    settings = read_settings(**({} if home is None else {"home": home}))
    async with database_of(settings, exclusive=False) as url:
        shown = url.render_as_string(hide_password=False)
        engine = make_engine(settings.model_copy(update={"database_url": shown}))
        try:
            async with make_sessions(engine).begin() as session:
                named = select(User).where(func.lower(User.username) == username.lower())
                user = (await session.scalars(named)).one_or_none()
                if user is None or not await reset_by_operator(session, user.id):
                    return None
                return user.username
        finally:
            await engine.dispose()
