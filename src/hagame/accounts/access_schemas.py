"""What the routes for keys of programs and for administrators take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from hagame.accounts.schemas import Output, UserOut
from hagame.core.schemas import Strict
from hagame.core.scopes import Scope


class ApiKeyIn(Strict):
    """A new key for a program."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "analysis on the cluster", "scopes": ["read:logs"], "days": 90}}
    )

    name: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    scopes: list[Scope] = Field(min_length=1, max_length=8, description="What it may do")
    days: Annotated[int, Field(ge=1, le=365, description="How long it is good")] = 90


class ApiKeyOut(Output):
    """A key, without what would let anybody use it."""

    id: UUID
    name: str
    prefix: str = Field(description="How the key begins", examples=["hagame_3f9c21ab"])
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute; null: never")
    revoked_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    """The one answer in which the key itself is told."""

    key: str = Field(examples=["hagame_3f9c21ab_q1Yk0f3Jm9vZ2sX7bN4cT8wR5hL6dG1pA0eU_iO-yKs"])


class ActiveIn(Strict):
    """Whether a person may come in."""

    model_config = ConfigDict(json_schema_extra={"example": {"is_active": False}})

    is_active: bool


class PersonOut(UserOut):
    """A person, as administrators see them."""

    is_active: bool


class AuditOut(Output):
    """One thing that an administrator did."""

    id: UUID
    created_at: datetime
    actor_id: UUID | None = Field(description="Who did it; null when they were erased since")
    user_id: UUID | None = Field(description="To whom")
    action: str = Field(examples=["user.role"])
    details: dict[str, Any] = Field(examples=[{"before": "player", "after": "researcher"}])
