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


class GameStatistics(BaseModel):
    """How a game is played against an opponent: means over people, who weigh the same, and their standard errors."""

    game: str = Field(examples=["rock-paper-scissors"])
    opponent: str = Field(examples=["adaptive"])
    people: int = Field(ge=5)
    matches: int
    decisions: int
    payoff_mean: float = Field(description="Per decision")
    payoff_se: float
    bits_mean: float | None = Field(description="Bits per choice that the AI knew; null of too few people")
    bits_se: float | None


class TraitStatistics(BaseModel):
    """How a trait is distributed among people."""

    trait: str = Field(examples=["win_stay"])
    people: int = Field(ge=20)
    quantiles: dict[str, float] = Field(description="By per cent", examples=[{"5": 0.2, "50": 0.4, "95": 0.7}])
    updated_at: datetime
