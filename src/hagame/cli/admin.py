"""The first administrator of a home."""

from __future__ import annotations

import secrets
from pathlib import Path

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.security import Hasher
from hagame.core.tables import User
from hagame.local import Home

NAME = "admin"
SECRET = "admin-password"  # noqa: S105 - the name of a file
_LOCK = 0x4A6D

log = structlog.get_logger()


async def ensure_admin(session: AsyncSession, home: Home) -> str | None:
    """Make an administrator when there is none. Returns the new password, which is kept in the home, or None."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if await session.scalar(select(exists().where(User.role == "admin"))):
        return None
    password = home.read_secret(SECRET) or secrets.token_urlsafe(15)
    home.write_secret(SECRET, password)
    user = User(email=f"{NAME}@example.org", username=NAME, password_hash=await Hasher().hash(password), role="admin")
    session.add(user)
    await session.flush()
    log.info("user.registered", user_id=str(user.id), role=user.role)
    return password


def password_file(home: Home) -> Path | None:
    """Where the password made for the administrator is kept, if it is."""
    path = home.path / SECRET
    return path if path.exists() else None
