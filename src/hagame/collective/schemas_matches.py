"""What the API of watched matches takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hagame.collective.schemas import JudgeKind, JudgeName, Pooled, Probability
from hagame.core.schemas import Strict

MOST_OPTIONS = 60
"""Actions among which a judge can be asked to choose."""


class WatchIn(Strict):
    """A match of yours whose next moves others may forecast from now on."""

    model_config = ConfigDict(json_schema_extra={"example": {"instance": "01980000-0000-7000-8000-000000000000"}})

    instance: Annotated[UUID, Field(strict=False, description="One of /games/my-instances that is active")]


class ForecastIn(Strict):
    """A probability for each legal action of the open turn; again, until the move is made, for a change of mind."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"turn": 2, "probabilities": {"rock": 0.5, "paper": 0.3, "scissors": 0.2}}}
    )

    turn: int = Field(ge=1, description="The turn that is open")
    probabilities: dict[str, Probability] = Field(min_length=1, max_length=MOST_OPTIONS)
    judge: JudgeName | None = Field(
        None, description="Name of a model that judges; for researchers. Left out, you judge yourself"
    )

    @model_validator(mode="after")
    def _sound(self) -> ForecastIn:
        if abs(sum(self.probabilities.values()) - 1) > 1e-6:
            raise ValueError("probabilities must sum to 1")
        return self


class ForecastOut(BaseModel):
    """What you have sealed: SHA-256 of the nonce and the payload, both of which are shown once the turn is played."""

    turn: int
    probabilities: dict[str, float]
    sha256: str
    revision: int


class SealedForecast(BaseModel):
    """A forecast of the open turn, as far as it may be known."""

    kind: JudgeKind
    sha256: str


class OpenTurn(BaseModel):
    """The turn that can be forecast. `told` is what the player sees, in words; `view` the same as data."""

    turn: int
    options: list[str]
    told: str
    view: dict[str, Any]
    sealed: list[SealedForecast]
    yours: ForecastOut | None


class OpenedForecast(BaseModel):
    """A forecast after the move. `sha256` is that of the bytes of `nonce` (hex) followed by `payload`."""

    kind: JudgeKind
    judge: str
    you: bool
    probabilities: dict[str, float]
    brier: float | None
    sha256: str
    nonce: str
    payload: str


class EngineForecast(BaseModel):
    """What the engine had sealed of this turn before it was played."""

    probabilities: dict[str, float]
    brier: float | None


class PlayedTurn(BaseModel):
    """A turn that is over. Scores are null where the clock chose."""

    turn: int
    options: list[str]
    action: str
    opponent_action: str | None
    payoff: float
    timed_out: bool
    engine: EngineForecast
    forecasts: list[OpenedForecast]
    pools: list[Pooled] = Field([], description="Of all judges, without the engine; probabilities as in `options`")


class MatchStanding(BaseModel):
    """Mean Brier score of one judge over the turns it forecast; `crowd` is the mean of all judges."""

    kind: Literal["person", "model", "llm", "engine", "crowd"]
    judge: str
    you: bool
    turns: int
    brier: float
    engine_brier: float = Field(description="Of the engine on the same turns")


class WatchSummary(BaseModel):
    """A match that can be forecast. Nothing says whose it is, but to its player."""

    id: UUID
    game: str
    title: str
    opponent: str
    status: Literal["active", "finished", "abandoned"]
    turn: int
    judges: int = Field(description="Judges of the open turn so far")
    yours: bool
    created_at: datetime


class WatchOut(WatchSummary):
    """A match with its open turn, the latest turns (newest first), and who has forecast it best.

    `open` is null while there is nothing to forecast: before the first move, and after the last.
    """

    open: OpenTurn | None
    played: list[PlayedTurn]
    standings: list[MatchStanding]
