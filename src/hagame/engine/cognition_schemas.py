"""What fitting and comparing cognitive models takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hagame.core.schemas import Strict

MOST_PEOPLE = 200
MOST_TRIALS = 20_000
MOST_MODELS = 5
Key = Annotated[str, Field(min_length=1, max_length=256, examples=["q-learning"])]
Hold = Annotated[
    dict[Annotated[str, Field(max_length=64)], float | Annotated[str, Field(max_length=64)]],
    Field(
        default_factory=dict,
        max_length=16,
        description="Parameters that are not estimated: a value, or the name of a parameter whose value they take",
    ),
]
Value = float | int | list[float | int]
Columns = Annotated[
    dict[Annotated[str, Field(max_length=32)], list[Value]],
    Field(min_length=1, max_length=12, description="One list per column of the model, one value per trial"),
]
_PERSON: dict[str, Any] = {"action": [0, 1, 1, 0, 1], "payoff": [-1, 1, 1, -1, 1]}


class CognitiveFitIn(Strict):
    """People's trials, and the model to fit to them."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "model": "q-learning",
                "people": [_PERSON, _PERSON],
                "method": "group",
                "hold": {"forgetting": 0, "learning_rate_loss": "learning_rate_gain"},
            }
        }
    )

    model: Key = Field(description="A model, or a corner: KEY:WHAT,... where WHAT is a variant or PARAMETER=VALUE")
    hold: Hold
    people: list[Columns] = Field(min_length=1, max_length=MOST_PEOPLE)
    method: Literal["person", "group", "pooled"] = Field(
        "person",
        description="person: each for themselves (maximum a posteriori); group: hierarchical empirical Bayes, "
        "in which people's intervals take the group as known; pooled: one set of parameters for all",
    )


class CognitiveComparisonIn(Strict):
    """People's trials, with the columns of all models, and the models to compare."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"models": ["ewa", "ewa:accumulation=0"], "people": [
            {"action": [0, 1, 2, 0], "other": [1, 1, 0, 2], "payoffs": [[0, -1, 1, 1, 0, -1, -1, 1, 0]] * 4}
        ] * 2}}
    )  # fmt: skip

    models: list[str] = Field(
        min_length=2, max_length=MOST_MODELS, description="Models or corners of them, as in a fit"
    )
    people: list[Columns] = Field(min_length=2, max_length=MOST_PEOPLE)


class ParameterEstimateOut(BaseModel):
    """A posterior of one parameter."""

    value: float = Field(description="At the posterior mean on the unbounded scale")
    se: float = Field(description="Posterior standard deviation")
    low: float = Field(description="Lower end of the 95 % interval")
    high: float = Field(description="Upper end of the 95 % interval")


class PersonFitOut(BaseModel):
    """What one person's trials say."""

    n: int = Field(description="Trials with a choice")
    parameters: dict[str, ParameterEstimateOut]
    derived: dict[str, float] = Field(description="What follows from the parameters, e.g. shares")
    log_likelihood: float = Field(description="At the top of the posterior, nats")
    log_evidence: float = Field(description="Log marginal likelihood, nats")
    bic: float
    held_out: float | None = Field(
        description="Log-loss (nats) of the second half of the trials, by a fit to the first; null with few trials"
    )
    rivals: dict[str, float | None] = Field(description="The same by an even draw, and by own shares; not for times")
    converged: bool
    warnings: list[str] = Field(
        description="Few trials, estimates at an edge, what nothing is known of, rough intervals"
    )


class ParameterGroupOut(BaseModel):
    """The distribution of a parameter among people, on the unbounded scale; `median` on its own."""

    mean: float
    mean_se: float
    sd: float
    sd_se: float
    median: float
    low: float = Field(description="Lower end of the 95 % interval of the median")
    high: float = Field(description="Upper end")


class CognitiveFitOut(BaseModel):
    """A model fitted to people."""

    model: str
    version: str
    held: dict[str, float | str] = Field(description="Parameters that were not estimated, and at what they were held")
    method: str
    sources: list[str]
    people: list[PersonFitOut] = Field(description="In the order of the body; one for all of them where pooled")
    group: dict[str, ParameterGroupOut] | None
    warnings: list[str]


class ComparedModelOut(BaseModel):
    """One model beside the others."""

    model: str
    bic: float = Field(description="Summed over people; less is better")
    log_evidence: float = Field(description="Summed over people")
    held_out: float | None = Field(description="Mean log-loss of later trials, nats")
    frequency: float = Field(description="Expected share of people whom the model describes best")
    exceedance: float = Field(description="Probability that no other model describes more people")
    protected_exceedance: float = Field(description="The same, allowing for all models being equally frequent")


class CognitiveComparisonOut(BaseModel):
    """Models compared on the same people (Stephan et al. 2009; Rigoux et al. 2014)."""

    models: list[ComparedModelOut]
    omnibus_risk: float = Field(description="Probability that all models are equally frequent")
    rivals: dict[str, float | None] = Field(description="Mean log-loss of later trials by simple rules")


class CognitiveParameterOut(BaseModel):
    """A parameter of a cognitive model."""

    name: str
    title: str
    meaning: str
    low: float | None = Field(description="Bound; null for none")
    high: float | None
    scale: Literal["identity", "log", "logit"]
    prior_mean: float = Field(description="Of the unbounded scale")
    prior_sd: float
    unit: str
    source: str
    says_not: str


class ColumnOut(BaseModel):
    """A column of the data that a model reads."""

    name: str
    meaning: str
    listed: bool = Field(description="A list of numbers per trial")
    optional: bool


class CognitiveVariantOut(BaseModel):
    """A recommended corner of a model, whose parameters can be told; `key` asks for it."""

    key: str
    title: str
    hold: dict[str, float | str]
    why: str


class CognitiveModelOut(BaseModel):
    """A cognitive model."""

    key: str
    version: str
    title: str
    summary: str
    level: Literal["person", "population"]
    parameters: list[CognitiveParameterOut]
    columns: list[ColumnOut]
    sources: list[str]
    variants: list[CognitiveVariantOut]
    session: int = Field(description="Trials of a usual session, at which its recovery is told")
    live: bool = Field(description="Whether it follows players during matches")
