"""In which language the engine speaks to whoever asks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.database import Session
from hagame.core.security import CurrentUser
from hagame.core.tables import Profile
from hagame.mind.language import choose_language

AcceptLanguage = Annotated[str, Header(include_in_schema=False)]


async def language_of(session: AsyncSession, user_id: UUID, accept_language: str) -> str:
    """The profile's language if one was set, else the best of `Accept-Language`, else English."""
    profile = await session.get(Profile, user_id)
    return choose_language(profile.language if profile else None, accept_language)


async def _language(user: CurrentUser, session: Session, accept_language: AcceptLanguage = "") -> str:
    return await language_of(session, user.id, accept_language)


Language = Annotated[str, Depends(_language, scope="function")]
"""Code of a catalogue."""
