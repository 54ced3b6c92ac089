"""What the application lends to the account services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.limits import Limiter
from hagame.core.security import Hasher
from hagame.settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """For services that hash between two transactions, or write although they refuse."""

    settings: Settings
    sessions: async_sessionmaker[AsyncSession]
    hasher: Hasher
    limiter: Limiter


async def _tools(request: Request) -> Tools:
    state = request.app.state
    return Tools(state.settings, state.sessions, state.hasher, state.limiter)


Lent = Annotated[Tools, Depends(_tools)]
