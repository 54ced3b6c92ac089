"""How reports are asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hagame.core.schemas import Strict

Span = Literal["session", "week", "month", "all"]


class ReportIn(Strict):
    """Which report is to be made."""

    model_config = ConfigDict(json_schema_extra={"example": {"span": "week"}})

    span: Span = Field(description="session: since the last pause of half an hour")


class ReportOut(BaseModel):
    """A report that is there."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    span: Span
    created_at: datetime
    facts: dict[str, Any] = Field(
        description="What it says, as numbers and sentences", examples=[{"decisions": 120, "matches": 4}]
    )
