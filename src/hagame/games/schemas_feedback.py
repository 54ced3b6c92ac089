"""What the API takes and gives about feedback on a match: the engine's facts, a coach's words."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hagame.core.schemas import Strict
from hagame.games.schemas import MAX_TURN
from hagame.llm.grounded import FactOut, WordsOut


class CoachIn(Strict):
    """On what a coach shall speak."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"about": "match"}, {"about": "turn", "turn": 12}]})

    about: Literal["match", "turn"] = "match"
    turn: int | None = Field(None, ge=1, le=MAX_TURN, description="Which turn; the last one unless given")

    @model_validator(mode="after")
    def _turn_of_turns(self) -> CoachIn:
        if self.turn is not None and self.about != "turn":
            raise ValueError("turn is taken only where about is turn")
        return self


class CoachOut(WordsOut):
    """A coach's words on a match or a turn."""

    model_config = ConfigDict(from_attributes=True)

    about: Literal["match", "turn"]
    turn: int = Field(description="The turn explained; of a match, how many decisions had been taken")
    created_at: datetime


class CoachTaskOut(BaseModel):
    """The task that asks a coach; its result is what `POST .../feedback` would have answered."""

    task_id: UUID


class FeedbackOut(BaseModel):
    """What the engine says of a match, as far as it went."""

    decisions: int = Field(description="How many it rests on")
    headline: str
    facts: list[FactOut]
    advice: list[str] = Field(description="What to try, as it follows from the facts")
    coach: CoachOut | None = Field(description="The last words of a coach on the match, see POST")
