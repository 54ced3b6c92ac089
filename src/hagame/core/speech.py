"""In which language the engine speaks to whoever asks."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Header, Query
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.database import Session
from hagame.core.security import CurrentUser
from hagame.core.tables import Profile
from hagame.mind.language import choose_language

AcceptLanguage = Annotated[str, Header(include_in_schema=False)]
AskedLanguage = Annotated[
    Literal["en", "de"] | None,
    Query(description="In which language texts are told. Default: that of your profile, else by Accept-Language"),
]


async def language_of(session: AsyncSession, user_id: UUID, accept_language: str, asked: str | None = None) -> str:
    """The one asked for, else the profile's if one was set, else the best of `Accept-Language`, else English."""
    if asked is not None:
        return asked
    profile = await session.get(Profile, user_id)
    return choose_language(profile.language if profile else None, accept_language)


async def _language(
    user: CurrentUser, session: Session, language: AskedLanguage = None, accept_language: AcceptLanguage = ""
) -> str:
    return await language_of(session, user.id, accept_language, language)


Language = Annotated[str, Depends(_language, scope="function")]
"""Code of a catalogue."""
