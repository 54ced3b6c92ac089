"""What the games API tells of a player's judgments: a quantum model beside its classical rival. No physical claim."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Arrow = Annotated[
    tuple[float, float, float],
    Field(description="x, y, z in the Bloch ball: of length 1 if the state is pure, 0 if nothing is known"),
]
Share = Annotated[float, Field(ge=0, le=1)]


class PlacedOut(BaseModel):
    """An answered question: the angle of its yes-line, and the state that is sure to answer yes."""

    key: str
    text: str
    degrees: float
    yes: Arrow


class AnsweredOut(BaseModel):
    """One answer, and what it did to the state. Entropies in bits."""

    key: str
    yes: bool
    probability: Share = Field(description="By the quantum model, just before it was given")
    alone: Share = Field(description="The same had this question been the first of its block")
    classical: Share | None = Field(description="By the classical rival; null where no answers were published")
    entropy_before: float
    entropy_after: float
    before: Arrow = Field(description="The state without this question")
    after: Arrow


class ClashOut(BaseModel):
    """How far two questions disturb each other."""

    first: str
    second: str
    incompatibility: float = Field(description="Norm of the commutator: 0 not at all, 1/2 as far as can be")


class PeopleOut(BaseModel):
    """Both models, with as many parameters, on published answers of people. BIC: lower is better."""

    n: int
    quantum_bic: float
    classical_bic: float
    verdict: str


class ComparisonOut(BaseModel):
    """Both models on this player's answers, on which no parameter was fitted: log-likelihoods in nats."""

    n: int
    quantum: float
    classical: float
    sentence: str


class BlockStateOut(BaseModel):
    """A block of questions as far as it is answered."""

    origin: Literal["definition", "published", "typical"] = Field(description="Where the angles come from")
    source: str | None
    start: Arrow
    start_entropy: float
    questions: list[PlacedOut]
    answers: list[AnsweredOut]
    clashes: list[ClashOut]
    people: PeopleOut | None = Field(description="Once all questions of the block are answered")


class QuestionnaireStateOut(BaseModel):
    """After the answers so far: two levels per block, moved by Lueders' rule. Entropies: sums over blocks, in bits."""

    kind: Literal["questions"]
    entropy_start: float
    entropy_now: float
    blocks: list[BlockStateOut] = Field(description="The block answered last; at the end all that were answered")
    comparison: ComparisonOut


class CaseOut(BaseModel):
    """One of three cases: choices in it, the probability of defection by both models, the state before a decision."""

    name: Literal["unknown", "known_defect", "known_cooperate"]
    n: int
    defected: int
    quantum: Share
    classical: Share
    entropy: float
    arrow: Arrow = Field(description="Of the action: up is defect, down is cooperate")


class ChosenOut(BaseModel):
    """The last decision, and what it did to the state of the action. Entropies in bits."""

    case: str
    defected: bool
    probability: Share
    classical: Share
    entropy_before: float
    entropy_after: float
    entropy_without_news: float
    before: Arrow
    after: Arrow
    without_news: Arrow


class InterferedOut(BaseModel):
    """p(defect, no news) minus the even mean of both cases with news, with a 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    sentence: str


class NewsStateOut(BaseModel):
    """After the dilemmas so far: the belief-action model beside its Markov rival."""

    kind: Literal["dilemmas"]
    cases: list[CaseOut]
    last: ChosenOut | None
    incompatibility: float = Field(description="Of asking about the other and deciding: norm of the commutator")
    interference: InterferedOut | None = Field(description="Once each case has been met")
    people: PeopleOut
    comparison: ComparisonOut


JudgmentState = Annotated[QuestionnaireStateOut | NewsStateOut, Field(discriminator="kind")]
