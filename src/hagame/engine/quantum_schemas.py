"""What the service of quantum judgment takes and gives."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hagame.core.schemas import Strict

People = Annotated[int, Field(ge=0, le=10_000_000)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Component = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]


class Answers(Strict):
    """Numbers of people by their answers to question A (first word) and to question B (second)."""

    yes_yes: People
    yes_no: People
    no_yes: People
    no_no: People


class OrderEffectIn(Strict):
    """Two groups that answered the same two questions: one A then B, the other B then A."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "ab": {"yes_yes": 219, "yes_no": 20, "no_yes": 79, "no_no": 129},
                "ba": {"yes_yes": 243, "yes_no": 11, "no_yes": 86, "no_no": 92},
            }
        }
    )

    ab: Answers
    ba: Answers


class QQOut(BaseModel):
    """The QQ equality: q is 0 when both answers are projections of one state."""

    q: float
    z: float
    p_value: float


class OrderOut(BaseModel):
    """The order effect itself: share of yes when asked first minus second, and the test that order matters at all."""

    a: float
    b: float
    g2: float = Field(description="Likelihood ratio, 3 degrees of freedom")
    p_value: float


class FitOut(BaseModel):
    """A model at its maximum likelihood; `bic` in nats times two, lower is better."""

    model: str
    parameters: dict[str, float]
    log_likelihood: float
    bic: float
    predicted: list[float] = Field(description="Probabilities in the order of the data")


class OrderEffectOut(BaseModel):
    """Tests without parameters, then five fitted models, and which of them does better."""

    qq: QQOut
    order: OrderOut
    similarity_index: float
    models: list[FitOut]
    verdict: str


class Asked(Strict):
    """How many of how many defected."""

    defected: People
    asked: Annotated[int, Field(ge=1, le=10_000_000)]


class DilemmaIn(Strict):
    """A prisoner's dilemma in which the other's move was known, or not."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "known_defect": {"defected": 430, "asked": 444},
                "known_cooperate": {"defected": 371, "asked": 444},
                "unknown": {"defected": 280, "asked": 444},
            }
        }
    )

    known_defect: Asked
    known_cooperate: Asked
    unknown: Asked


class InterferenceOut(BaseModel):
    """p(unknown) minus the even mean of the known ones, with a 95 % interval; 0 if total probability holds."""

    value: float
    interval: tuple[float, float]


class DilemmaOut(BaseModel):
    """Observed shares, the violation of the sure-thing principle, and both models."""

    observed: dict[str, float]
    violation: float = Field(description="How far p(unknown) lies outside the known ones; 0 if between them")
    interference: InterferenceOut
    models: list[FitOut]
    verdict: str


class QuantumQuestionIn(Strict):
    """Yes is the subspace that `vectors` span; in two dimensions an `angle` in radians will do."""

    vectors: list[Annotated[list[Component], Field(min_length=2, max_length=16)]] | None = Field(
        None, min_length=1, max_length=16
    )
    angle: Component | None = None


class AnswerIn(Strict):
    """A question by its name, and what was answered."""

    question: Name
    answer: bool


class StateIn(Strict):
    """Questions as projectors and the answers so far, from a state in which nothing is known."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "questions": {"honest": {"angle": 0.0}, "trustworthy": {"angle": 0.6}},
                "answers": [{"question": "honest", "answer": True}, {"question": "trustworthy", "answer": True}],
            }
        }
    )

    questions: dict[Name, QuantumQuestionIn] = Field(min_length=1, max_length=32)
    answers: list[AnswerIn] = Field(max_length=200)


class StepOut(BaseModel):
    """What one answer did; entropies in bits."""

    question: str
    answer: bool
    probability: float = Field(description="Before it was given")
    entropy_before: float
    entropy_after: float


class KnownState(BaseModel):
    """A state of judgment: what it says of each question, and how uncertain it is."""

    entropy_bits: float
    yes: dict[str, float] = Field(description="Probability of yes per question")
    bloch: tuple[float, float, float] | None = Field(description="In two dimensions: x, y, z")


class StateOut(BaseModel):
    """The state after all answers, what each of them did, and where it would be without the last one."""

    dimensions: int
    steps: list[StepOut]
    now: KnownState
    without_last: KnownState | None
    density_real: list[list[float]]
    density_imaginary: list[list[float]]
    incompatibility: dict[str, dict[str, float]] = Field(description="Norm of the commutator, 0 to 1/2")
