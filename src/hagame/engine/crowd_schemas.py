"""What the service of collective wisdom takes and gives: one of four kinds of judgments."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hagame.core.schemas import Strict

MOST = 10_000
Label = Annotated[str, Field(min_length=1, max_length=100)]
Probability = Annotated[float, Field(ge=0, le=1)]
Distribution = Annotated[list[Probability], Field(min_length=2, max_length=50)]
Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class SettledIn(Strict):
    """A question whose answer is known, with what some of the judges had said."""

    judges: list[Label] = Field(min_length=1, max_length=MOST)
    judgments: list[Distribution] = Field(min_length=1, max_length=MOST, description="In the order of `judges`")
    truth: int = Field(ge=0, le=49, description="Index of the option that came true")


class ProbabilitiesIn(Strict):
    """Probabilities of the same options by several judges; weights learnt from settled questions if they are given."""

    kind: Literal["probabilities"]
    judges: list[Label] = Field(min_length=1, max_length=MOST)
    judgments: list[Distribution] = Field(min_length=1, max_length=MOST, description="In the order of `judges`")
    method: Literal["linear", "logarithmic", "median", "extremised"] = "linear"
    weighting: Literal["equal", "performance", "contribution"] = "equal"
    settled: list[SettledIn] = Field(default_factory=list, max_length=1000)


class VoteIn(Strict):
    """A vote, the shares of votes that this person expects, and how sure they are."""

    choice: Label
    expected: dict[Label, Probability] | None = None
    confidence: Probability | None = None


class VotesIn(Strict):
    """Votes for one of several options."""

    kind: Literal["votes"]
    options: list[Label] = Field(min_length=2, max_length=50)
    votes: list[VoteIn] = Field(min_length=1, max_length=MOST)


class NumbersIn(Strict):
    """Estimates of one quantity."""

    kind: Literal["numbers"]
    estimates: list[Number] = Field(min_length=1, max_length=MOST)
    method: Literal["median", "mean", "trimmed_mean", "geometric_mean"] = "median"


class LabelAnswerIn(Strict):
    """What one worker said of one task."""

    task: Label
    worker: Label
    label: Label


class LabelsIn(Strict):
    """Labels of many tasks by many workers."""

    kind: Literal["labels"]
    answers: list[LabelAnswerIn] = Field(min_length=1, max_length=100_000)
    algorithm: Literal["dawid-skene", "glad", "mace", "one-coin-dawid-skene"] = Field(
        "dawid-skene", description="All but the first need crowd-kit on the server: the extra `crowd`"
    )


class AggregateIn(Strict):
    """Judgments of one kind."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "judgments": {
                    "kind": "probabilities",
                    "judges": ["ada", "grace", "alan"],
                    "judgments": [[0.7, 0.3], [0.6, 0.4], [0.9, 0.1]],
                    "method": "extremised",
                }
            }
        }
    )

    judgments: Annotated[ProbabilitiesIn | VotesIn | NumbersIn | LabelsIn, Field(discriminator="kind")]


class ProbabilitiesOut(BaseModel):
    """One distribution for many, beside the plain mean, and how far the judges differ."""

    kind: Literal["probabilities"] = "probabilities"
    pooled: list[float]
    mean: list[float]
    weights: dict[str, float]
    spread: float = Field(description="Mean squared distance of the judges to their mean (diversity, in Brier points)")


class VotesOut(BaseModel):
    """What each rule chooses; more than one option in a tie, null where votes lack what the rule needs."""

    kind: Literal["votes"] = "votes"
    shares: dict[str, float]
    majority: list[str]
    surprisingly_popular: list[str] | None
    confidence_weighted: list[str] | None


class PooledNumbersOut(BaseModel):
    """One number for many, with a 95 % bootstrap interval over judges."""

    kind: Literal["numbers"] = "numbers"
    value: float
    interval: tuple[float, float] | None
    n: int


class LabelledTaskOut(BaseModel):
    """The most probable label of a task, its probability, and what the majority says."""

    label: str
    probability: float
    majority: list[str]


class LabelsOut(BaseModel):
    """Truth and workers by the algorithm that was asked for."""

    kind: Literal["labels"] = "labels"
    tasks: dict[str, LabelledTaskOut]
    workers: dict[str, float] = Field(description="Expected share of right labels")


class AggregateOut(BaseModel):
    """The crowd's answer, of the kind that was sent."""

    answer: Annotated[ProbabilitiesOut | VotesOut | PooledNumbersOut | LabelsOut, Field(discriminator="kind")]
