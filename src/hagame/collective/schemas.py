"""What the API of collective questions takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from hagame.core.schemas import Strict

Option = Annotated[str, Field(min_length=1, max_length=80)]
Probability = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Reveal = Literal["after_judging", "after_closing", "always"]
JudgeKind = Literal["person", "model", "llm"]
JudgeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/@-]{0,99}$")]
Time = Annotated[AwareDatetime, Field(strict=False, description="RFC 3339 with a time zone")]


class QuestionIn(Strict):
    """A question: with `options` judges give probabilities, without they estimate a number."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Will it rain in Lisbon on New Year's Day 2030?",
                "options": ["yes", "no"],
                "closes_at": "2029-12-31T23:00:00Z",
            }
        }
    )

    title: str = Field(min_length=3, max_length=300)
    details: str = Field("", max_length=4000)
    options: list[Option] | None = Field(None, min_length=2, max_length=20)
    unit: str | None = Field(None, max_length=40, description="Of the number, where there are no options")
    reveal: Reveal = Field("after_judging", description="When a person may see what the crowd says")
    closes_at: Time

    @model_validator(mode="after")
    def _sound(self) -> QuestionIn:
        if self.options is not None and len(set(self.options)) != len(self.options):
            raise ValueError("options must be different")
        if self.options is not None and self.unit is not None:
            raise ValueError("a unit belongs to a number; leave it out where there are options")
        return self


class JudgmentIn(Strict):
    """Probabilities of the options or a number; again, until the question closes, for a change of mind."""

    model_config = ConfigDict(json_schema_extra={"example": {"probabilities": [0.7, 0.3], "expected": [0.5, 0.5]}})

    probabilities: list[Probability] | None = Field(None, min_length=2, max_length=20)
    number: Number | None = None
    expected: list[Probability] | None = Field(
        None, min_length=2, max_length=20, description="Share of people you expect to find each option likeliest"
    )
    confidence: Probability | None = None
    judge: JudgeName | None = Field(
        None, description="Name of a model that judges; for who asked the question. Left out, you judge yourself"
    )

    @model_validator(mode="after")
    def _sound(self) -> JudgmentIn:
        if (self.probabilities is None) == (self.number is None):
            raise ValueError("give either probabilities or a number")
        for name in ("probabilities", "expected"):
            given = getattr(self, name)
            if given is not None and abs(sum(given) - 1) > 1e-6:
                raise ValueError(f"{name} must sum to 1")
        return self


class AskIn(Strict):
    """Which language model shall judge: `provider/model` or an alias, see /llm/models."""

    model_config = ConfigDict(json_schema_extra={"example": {"model": "default"}})

    model: str = Field("default", min_length=1, max_length=128)


class ResolutionIn(Strict):
    """What came true: an option, or the number."""

    model_config = ConfigDict(json_schema_extra={"example": {"option": "yes"}})

    option: Option | None = None
    number: Number | None = None

    @model_validator(mode="after")
    def _one(self) -> ResolutionIn:
        if (self.option is None) == (self.number is None):
            raise ValueError("give either an option or a number")
        return self


class Outcome(BaseModel):
    """What came true."""

    option: str | None
    number: float | None
    resolved_at: datetime


class JudgmentOut(BaseModel):
    """What one judge says; `score` is Brier's (0 best, 2 worst) or the absolute error, once it is known."""

    kind: JudgeKind
    judge: str | None
    probabilities: list[float] | None
    number: float | None
    expected: list[float] | None
    confidence: float | None
    revision: int
    updated_at: datetime
    score: float | None


class QuestionOut(BaseModel):
    """A question as you may see it."""

    id: UUID
    title: str
    details: str
    options: list[str] | None
    unit: str | None
    reveal: Reveal
    closes_at: datetime
    open: bool
    yours_to_resolve: bool
    judges: int
    outcome: Outcome | None
    your_judgment: JudgmentOut | None
    created_at: datetime


class Pooled(BaseModel):
    """One way to make one answer of many, with its Brier score once the outcome is known."""

    method: str
    probabilities: list[float]
    score: float | None


class PooledNumber(BaseModel):
    """One number for many, with a 95 % bootstrap interval, and its absolute error once it is known."""

    method: str
    value: float
    interval: tuple[float, float] | None
    score: float | None


class CrowdOut(BaseModel):
    """What the crowd says. `votes` counts the likeliest option of each judge, ties in equal parts."""

    judges: dict[JudgeKind, int]
    pools: list[Pooled] = []
    votes: dict[str, float] | None = None
    surprisingly_popular: list[str] | None = Field(None, description="Null until somebody has said what they expect")
    numbers: list[PooledNumber] = []
    estimates: list[float] = Field([], description="All numbers, sorted, without names")
    spread: float | None = Field(None, description="Mean squared distance of judges to their mean")
    outcome: Outcome | None = None


class Standing(BaseModel):
    """One place on the board: mean Brier score over settled questions, lower is better."""

    kind: JudgeKind
    judge: str
    you: bool
    questions: int
    brier: float
    crowd_brier: float = Field(description="Of the mean of all judges on the same questions")
