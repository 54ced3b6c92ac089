"""What the API of AI models takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from hagame.core.schemas import Strict
from hagame.mind.learn.evaluate import Metrics

Kind = Literal["predictor", "opponent", "cognitive", "aggregator", "emotion"]
ModelStatus = Literal["draft", "active", "archived"]
VersionStatus = Literal["candidate", "active", "archived"]

Definition = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="Id of a game definition, or its key for the newest version",
        examples=["rock-paper-scissors"],
    ),
]
Action = Annotated[str, Field(min_length=1, max_length=64, examples=["rock"])]
Text = Annotated[str, Field(max_length=4000)]


class AlgorithmOut(BaseModel):
    """An installed plugin."""

    kind: Kind
    key: str
    version: str
    title: str
    trainable: bool = Field(description="POST /ai-models/{model_id}/train makes versions")
    uploadable: bool = Field(description="POST /ai-models/{model_id}/versions takes a file")
    sources: list[str]
    config_schema: dict[str, JsonValue]


class AiModelIn(Strict):
    """A new model: an algorithm with parameters, under a name."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Habits of students, spring",
                "kind": "predictor",
                "algorithm": "logistic",
                "config": {"lags": 3},
                "description": "For the replication of study 1",
                "licence": "CC-BY-4.0",
            }
        }
    )

    name: str = Field(min_length=1, max_length=120)
    kind: Kind = "predictor"
    algorithm: str = Field(max_length=64, description="Key of an installed algorithm, see /ai-models/algorithms")
    config: dict[str, JsonValue] = Field(default_factory=dict, description="As the algorithm's schema asks")
    description: Text = ""
    licence: str = Field("", max_length=120, description="Of what it learns, e.g. CC-BY-4.0")
    predictor: str | None = Field(
        None,
        max_length=64,
        description="Of an opponent: the trained model it predicts with, `<model id>` for its active version or "
        "`<model id>:<number>`. Default: what predicts in every match",
    )


class AiModelPatch(Strict):
    """What is to be changed. What it is made of never changes: that would be another model."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "archived"}})

    name: str | None = Field(None, min_length=1, max_length=120)
    description: Text | None = None
    licence: str | None = Field(None, max_length=120)
    status: ModelStatus | None = None


class GameRef(BaseModel):
    """Rules with parameters."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    key: str
    version: int
    title: str


class ModelVersionOut(BaseModel):
    """What one training or upload gave; only its status ever changes."""

    id: UUID
    model_id: UUID
    number: int
    status: VersionStatus
    format: Literal["safetensors", "onnx"]
    size: int = Field(description="Bytes of the artefact")
    sha256: str = Field(description="Of the artefact, hex")
    algorithm: str
    algorithm_version: str
    code_version: str = Field(description="Version of HAGAME that made it")
    definition: GameRef = Field(description="The choices it is for")
    metrics: Metrics | None = Field(description="On people held out; null where a file was uploaded")
    data: dict[str, Any] = Field(description="What it was trained on: source, people, decisions, SHA-256 of all of it")
    seed: int | None
    parent: int | None = Field(description="Number of the version it follows")
    task_id: UUID | None = Field(description="The training")
    created_at: datetime


class AiModelOut(BaseModel):
    """A model as lists show it."""

    id: UUID
    name: str
    kind: Kind
    algorithm: str
    status: ModelStatus
    description: str
    mine: bool
    active_version: int | None
    definition: GameRef | None = Field(description="The choices its active version is for")
    created_at: datetime


class ModelCard(AiModelOut):
    """Everything about a model that a reader should know before believing it (Mitchell et al. 2019)."""

    title: str = Field(description="Of the algorithm")
    config: dict[str, JsonValue]
    licence: str
    sources: list[str]
    trainable: bool
    versions: int
    active: ModelVersionOut | None
    predictor: str | None = Field(description="Of an opponent: the model and version it predicts with")


class FromLog(Strict):
    """Everybody's decisions in these games who consents to being modelled; at least five people."""

    source: Literal["log"]
    definitions: list[Definition] = Field(
        min_length=1, max_length=20, description="Games that ask the same of a person"
    )
    since: AwareDatetime | None = Field(None, strict=False)
    until: AwareDatetime | None = Field(None, strict=False)


class FromRecordings(Strict):
    """People uploaded before with POST /ai-models/{model_id}/recordings."""

    source: Literal["recordings"]
    recordings: UUID = Field(strict=False)


class FromSimulation(Strict):
    """Made-up people, to try things out and to measure. Such a model says nothing about anybody.

    For a cognitive model they are people as it sees them, with parameters from its prior, who play the game itself.
    """

    source: Literal["simulated"]
    definition: Definition
    people: int = Field(100, ge=2, le=5000)
    decisions: int = Field(100, ge=4, le=1000, description="Per person")
    seed: int = Field(0, ge=0, lt=2**63)


class TrainIn(Strict):
    """A training."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"data": {"source": "log", "definitions": ["rock-paper-scissors"]}, "seed": 1, "held_out": 0.2}
        }
    )

    data: Annotated[FromLog | FromRecordings | FromSimulation, Field(discriminator="source")]
    seed: int = Field(0, ge=0, lt=2**63, description="Of the split, and of what the algorithm draws")
    held_out: float = Field(
        0.2, gt=0, lt=1, strict=False, description="Share of the people that the metrics are measured on"
    )
    parent: int | None = Field(None, ge=1, le=2**31 - 1, description="The version it follows; default: the newest")


class Started(BaseModel):
    """Work that goes on in the background; GET /tasks/{task_id} tells how far it is."""

    task_id: UUID


Features = Annotated[
    list[Annotated[list[float], Field(max_length=64)]],
    Field(max_length=100, description="One list per action of the game, as its situations have them"),
]


class PosedChoice(Strict):
    """What one choice was about, in games that do not ask the same in every round."""

    stage: int | None = Field(None, ge=0, le=100, description="Which of the recurring kinds of choice it was")
    legal: list[Action] | None = Field(None, min_length=1, max_length=100, description="Default: all actions")
    features: Features | None = Field(None, description="What told the options apart")


class Round(PosedChoice):
    """One decision, and what the other side did."""

    action: Action
    opponent_action: Action | None = Field(None, description="Where somebody answers")
    payoff: float | None = Field(
        None, strict=False, allow_inf_nan=False, description="What it paid, in games without a table of payoffs"
    )
    response_time_ms: int | None = Field(None, ge=0, le=3_600_000)


Match = Annotated[list[Round], Field(max_length=10_000)]


class RecordedPerson(Strict):
    """Somebody without a name."""

    matches: list[Match] = Field(min_length=1, max_length=1000)


class RecordingsIn(Strict):
    """Recorded people, in the order of their decisions."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "definition": "rock-paper-scissors",
                "people": [
                    {
                        "matches": [
                            [
                                {"action": "rock", "opponent_action": "paper"},
                                {"action": "paper", "opponent_action": "rock"},
                            ]
                        ]
                    },
                    {"matches": [[{"action": "scissors", "opponent_action": "rock"}]]},
                ],
            }
        }
    )

    definition: Definition
    people: list[RecordedPerson] = Field(min_length=2, max_length=10_000)


class RecordingsOut(BaseModel):
    """What was stored. The same people give the same SHA-256."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    sha256: str
    people: int
    decisions: int
    created_at: datetime


class VersionPut(Strict):
    """What becomes of a version."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "active"}})

    status: VersionStatus = Field(description="active: it is played with from now on; the one before is a candidate")


class Asked(Strict):
    """Which version is asked, about which choices."""

    version: int | None = Field(None, ge=1, le=2**31 - 1, description="Default: the active one, else the newest")
    definition: Definition | None = Field(
        None, description="Default: the one it was trained for; needed by a model without versions"
    )


class PredictIn(Asked):
    """One history."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "history": [
                    {"action": "rock", "opponent_action": "paper"},
                    {"action": "scissors", "opponent_action": "paper"},
                ]
            }
        }
    )

    history: Match = Field(description="Oldest first; empty for somebody new")
    next: PosedChoice | None = Field(None, description="The coming choice, where the game does not always ask the same")


class BatchIn(Asked):
    """Many histories, each of another person."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"histories": [[{"action": "rock", "opponent_action": "paper"}], []]}}
    )

    histories: list[Match] = Field(min_length=1, max_length=5000)
    next: list[PosedChoice] | None = Field(None, max_length=5000, description="The coming choice of each history")


class PredictOut(BaseModel):
    """What comes next, as far as the model can tell."""

    model: str = Field(description="Algorithm, or id of the model")
    version: int | None = Field(description="Number of the trained version; null for an untrained model")
    predictor_version: str
    prediction: dict[str, float] = Field(description="Probability of each action; they sum to 1")


class ModelPartOut(BaseModel):
    """One part of the explanation, in words and in nats."""

    key: str
    statement: str
    log_odds: dict[str, float]
    seen: float
    taken: float


class ExplainOut(PredictOut):
    """softmax(baseline + sum of the parts' log-odds) is the prediction, exactly."""

    baseline: dict[str, float]
    parts: list[ModelPartOut]


class EngineIn(Strict):
    """A history, and who shall predict what comes next."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "definition": "rock-paper-scissors",
                "model": "count-mixture",
                "history": [
                    {"action": "rock", "opponent_action": "paper"},
                    {"action": "scissors", "opponent_action": "paper"},
                ],
            }
        }
    )

    definition: Definition
    model: str = Field(
        "count-mixture",
        max_length=64,
        description="Key of an installed predictor, or a trained model: `<model id>` or `<model id>:<number>`",
    )
    history: Match = Field(description="Oldest first; empty for somebody new")
