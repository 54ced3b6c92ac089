"""What the API tells a person about the own progress."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class RatingOut(BaseModel):
    """Skill as a normal belief; 25 with standard deviation 8.3 before the first match, more is better."""

    mean: float
    sd: float
    low: float = Field(description="2.5 % quantile")
    high: float = Field(description="97.5 % quantile")
    won: int
    drawn: int
    lost: int


class FinishedMatch(BaseModel):
    """One match that was played to its end."""

    instance_id: UUID
    opponent: str
    finished_at: datetime
    decisions: int
    score: float
    opponent_score: float
    bits_known: float | None = Field(
        description="What the AI knew about each decision, in bits over chance; null where nothing was modelled"
    )


class GameProgress(BaseModel):
    """One game: the key of its definition, how often it was finished, and the latest of these matches, newest first."""

    game: str
    title: str
    matches: int
    rating: RatingOut | None = Field(
        description="Where the game has a winner; from matches whose seed was not chosen and that replay no record"
    )
    latest: list[FinishedMatch]
