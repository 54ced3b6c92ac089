"""What a person sets about the way HAGAME shows itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts.schemas import ProfileIn, ProfileOut
from hagame.core.tables import Profile


async def get_profile(session: AsyncSession, user_id: UUID) -> ProfileOut:
    """The profile; what was never set has its default."""
    profile = await session.get(Profile, user_id)
    if profile is None:
        return ProfileOut(display_name=None, language="en", preferences={})
    return ProfileOut.model_validate(profile)


async def set_profile(session: AsyncSession, user_id: UUID, body: ProfileIn) -> ProfileOut:
    """Set what the body names; the rest stays."""
    given = body.model_dump(exclude_unset=True)
    row = insert(Profile).values(user_id=user_id, **given)
    row = row.on_conflict_do_update(index_elements=[Profile.user_id], set_=given | {"updated_at": func.now()})
    profile = (await session.scalars(row.returning(Profile), execution_options={"populate_existing": True})).one()
    return ProfileOut.model_validate(profile)
