"""What the application lends to the account services, and from where it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.accounts.devices import Device, device_of
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
    device: Device
    """The one that calls."""


async def _tools(request: Request) -> Tools:
    state = request.app.state
    device = device_of(request.headers.get("User-Agent", ""))
    return Tools(state.settings, state.sessions, state.hasher, state.limiter, device)


Lent = Annotated[Tools, Depends(_tools)]
