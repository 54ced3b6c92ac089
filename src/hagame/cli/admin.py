"""The first administrator of a home."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.security import Hasher
from hagame.core.tables import User
from hagame.local import Home

NAME = "admin"
SECRET = "admin-password"  # noqa: S105 - the name of a file
_LOCK = 0x4A6D


@dataclass(frozen=True)
class Admin:
    """An administrator made just now."""

    name: str
    password: str


async def ensure_admin(session: AsyncSession, home: Home) -> Admin | None:
    """Make an administrator when there is none; the password is kept in the home."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if await session.scalar(select(exists().where(User.role == "admin"))):
        return None
    taken = await session.scalar(select(exists().where(func.lower(User.username) == NAME)))
    made = Admin(
        name=f"{NAME}-{secrets.token_hex(3)}" if taken else NAME,
        password=home.read_secret(SECRET) or secrets.token_hex(12),
    )
    # Kept before it is stored: a password that is in the database alone would be lost to everybody.
    home.write_secret(SECRET, made.password)
    session.add(
        User(
            email=f"{made.name}@example.org",
            username=made.name,
            password_hash=await Hasher().hash(made.password),
            role="admin",
        )
    )
    return made


def password_file(home: Home) -> Path | None:
    """Where the password made for the administrator is kept, if it is."""
    path = home.path / SECRET
    return path if path.exists() else None
