"""What the API tells about a prediction, and about what makes a person predictable."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from hagame.games.schemas import PartOut


class EditOut(BaseModel):
    """One move that would have been another: the person's own, or the opponent's."""

    turn: int
    side: Literal["own", "opponent"]
    now: str
    then: str


class CounterfactualOut(BaseModel):
    """The smallest change of the last rounds that would have flipped the prediction, found by playing them again."""

    statement: str = Field(description="Where there is none, why")
    changes: list[EditOut] = Field(description="One or two moves; empty where nothing flips it, or it was not computed")
    prediction: dict[str, float] | None = Field(description="What would have been expected then")


class BeforeOut(BaseModel):
    """A round before an earlier turn."""

    turn: int
    action: str
    opponent_action: str | None


class AlikeOut(BaseModel):
    """An earlier turn of this match whose last three rounds were alike, and what was chosen then."""

    turn: int
    distance: float = Field(description="0: the same moves, 1: no move in common; newer rounds count more")
    action: str
    before: list[BeforeOut] = Field(description="The rounds before it, newest first")
    statement: str


class ExplanationOut(BaseModel):
    """Where one prediction came from, exactly."""

    turn: int
    language: str = Field(description="Of the statements: by your profile, else by Accept-Language; en or de")
    prediction: dict[str, float]
    action: str = Field(description="What was chosen then")
    parts: list[PartOut]
    sum_log_odds: dict[str, float] = Field(description="Sum of the parts; its softmax is the prediction")
    why: str
    counterfactual: CounterfactualOut
    alike: list[AlikeOut] = Field(description="Nearest first")


class ShareOut(BaseModel):
    """What one kind of evidence told the AI of each decision, in bits, with a 95 % interval; below 0 it misled."""

    kind: str
    statement: str
    bits: float
    low: float
    high: float


class PredictabilityOut(BaseModel):
    """What makes you predictable in one game, over all your matches of it. The shares sum to `bits`."""

    game: str
    decisions: int = Field(description="How many it rests on: the latest ones")
    matches: int
    bits: float = Field(description="What the AI knew about each decision; 0 is no better than guessing")
    low: float
    high: float
    shares: list[ShareOut] = Field(description="Largest first")
