"""What the games API takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from hagame.core.schemas import Strict
from hagame.games.schemas_judgment import JudgmentState

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Status = Literal["active", "finished", "abandoned"]
MAX_TURN = 10_000_000


class DefinitionIn(Strict):
    """Rules with parameters. A known key of yours makes its next version."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "rps-300",
                "engine": "matrix",
                "title": "Rock-paper-scissors, 300 rounds",
                "parameters": {"preset": "rock-paper-scissors", "rounds": 300},
                "tags": ["study-1"],
            }
        }
    )

    key: Key
    engine: str = Field(description="Key of an installed engine, see /games/engines", examples=["matrix"])
    title: str = Field(min_length=1, max_length=120)
    description: str = Field("", max_length=2000)
    parameters: dict[str, JsonValue] = Field(description="As the engine's JSON Schema asks")
    tags: list[Key] = Field(default_factory=list, max_length=20)


class DefinitionOut(BaseModel):
    """One version of one definition."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    key: str
    version: int
    engine: str
    engine_version: str
    title: str
    description: str
    parameters: dict[str, JsonValue]
    tags: list[str]
    built_in: bool
    created_at: datetime


class EngineOut(BaseModel):
    """Installed rules."""

    key: str
    version: str
    title: str
    seats: int
    simultaneous: bool
    rival: str = Field(description="Key of the opponent of a match that names none")
    sources: list[str]
    parameters_schema: dict[str, JsonValue]
    state_schema: dict[str, JsonValue]
    action_schema: dict[str, JsonValue]


class OpponentOut(BaseModel):
    """An installed opponent."""

    key: str
    version: str
    title: str
    summary: str
    sources: list[str]
    parameters_schema: dict[str, JsonValue]


class InstanceIn(Strict):
    """A new match."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"definition": "rock-paper-scissors", "opponent": "adaptive"}}
    )

    definition: str = Field(
        description="Id of a definition, or its key for the newest version",
        max_length=64,
        examples=["rock-paper-scissors"],
    )
    opponent: str | None = Field(
        None,
        max_length=64,
        description="Key of an opponent that can play this game, see /games/opponents?definition=; the game's own "
        "`rival` unless given. Or an AI model: `<model id>` for its active version, `<model id>:<number>` for another; "
        "a trained predictor plays as that rival",
    )
    opponent_parameters: dict[str, JsonValue] = Field(default_factory=dict)
    predictor: str | None = Field(
        None,
        max_length=64,
        description="Who predicts you: the key of an installed predictor, see /ai-models/algorithms, or a trained AI "
        "model. The version that is active now predicts until the end of the match",
    )
    seed: int | None = Field(
        None,
        ge=0,
        lt=2**63,
        description="Makes the match reproducible. Whoever knows the seed can compute the AI's moves, "
        "so the log marks matches whose seed was chosen.",
    )
    memory: Literal["person", "none"] | None = Field(
        None,
        description="person: the AI starts from what it learnt of you in earlier matches of this game; "
        "none: from the population. Default: person, or none when a seed is given.",
    )
    recorded: bool = Field(
        False,
        description="The match replays recorded decisions: each move brings `observed_opponent_action`, and the AI's "
        "own choice is scored beside it.",
    )


class Score(BaseModel):
    """Sums of payoffs so far."""

    player: float
    opponent: float | None = Field(description="Mean over the AIs; null where nobody plays beside you")


class DefinitionRef(BaseModel):
    """Which rules a match is played by."""

    id: UUID
    key: str
    version: int
    engine: str
    title: str


class OpponentRef(BaseModel):
    """Against whom."""

    key: str
    version: str
    title: str
    summary: str


class NumbersOut(BaseModel):
    """The choice is a number: every `step` from `low` to `high`, written in its shortest form.

    `legal_actions` are the bins between `edges` in which it is predicted.
    """

    low: float
    high: float
    step: float
    edges: list[float]
    unit: str


class ReplyOut(BaseModel):
    """A move that an AI made openly."""

    seat: int = Field(description="Whose: 1 and above are AIs")
    action: str
    why: str
    message: MessageOut | None = Field(None, description="What `why` says, for programs and translators")


class Next(BaseModel):
    """The open turn: what may be done, and the seal on the AI's prediction and, where both choose at once, its move."""

    turn: int
    commitment: str = Field(description="SHA-256, hex, of nonce bytes followed by the payload's UTF-8 bytes")
    sealed: list[Literal["action", "prediction"]] = Field(
        description="What the seal holds: where the AI moves openly or not at all, only its prediction"
    )
    legal_actions: list[str]
    numbers: NumbersOut | None = Field(description="Where the choice is a number: which ones")
    time_limit_s: float | None = Field(description="Time to move, counted from the answer before; null for none")
    replies: list[ReplyOut] = Field(description="What AIs did openly since your last move, in order")
    view: dict[str, JsonValue]


class InstanceSummary(BaseModel):
    """A match as lists show it."""

    id: UUID
    definition: DefinitionRef
    opponent: OpponentRef
    opponent_model: UUID | None = Field(description="The AI model that was asked for as the opponent")
    predictor: str = Field(description="Key of a predictor, or `<model id>:<number>` of a trained one")
    predictor_version: str
    status: Status
    turn: int = Field(description="The turn that is open, or would be")
    score: Score
    memory: Literal["person", "none"]
    belief_from: UUID | None = Field(description="The earlier match whose belief this one started from")
    seed: int | None = Field(description="Shown once the match is over, or at once if you chose it")
    seed_chosen: bool
    recorded: bool
    created_at: datetime
    finished_at: datetime | None


class InstanceOut(InstanceSummary):
    """A match as its player may see it."""

    next: Next | None = Field(description="null once the match is over")
    view: dict[str, JsonValue] | None = Field(description="What may be seen at the end; before it see next.view")
    judgment: JudgmentState | None = Field(None, description="In games of judgments: a model of their state")


class MoveIn(Strict):
    """One decision."""

    model_config = ConfigDict(json_schema_extra={"example": {"turn": 7, "action": "rock", "response_time_ms": 812}})

    turn: int = Field(ge=1, le=MAX_TURN)
    action: str | None = Field(
        min_length=1,
        max_length=64,
        description="One of `legal_actions`, or a number that `numbers` allows. null, where there is a time limit, "
        "leaves the choice to the definition's default",
    )
    response_time_ms: int | None = Field(None, ge=0, le=86_400_000)
    observed_opponent_action: str | None = Field(
        None, min_length=1, max_length=64, description="Only and always in matches with `recorded`"
    )


class SideOut(BaseModel):
    """What one side did and got."""

    action: str
    payoff: float


class OpponentSideOut(BaseModel):
    """What the AI did and got; of several AIs all actions, and the mean of what they got."""

    action: str | None = Field(description="The one sealed, or the first open one; null when it had nothing to do")
    payoff: float


class OtherOut(BaseModel):
    """What one of several AIs did and got."""

    seat: int
    action: str | None
    payoff: float


class Opened(BaseModel):
    """The opened seal: sha256(bytes.fromhex(nonce) + payload.encode()) is the commitment that was shown."""

    sha256: str
    nonce: str
    payload: str = Field(description="Canonical JSON of turn, action and prediction")


class MessageOut(BaseModel):
    """A sentence before it is put into words: the id of a template, and what goes into its places."""

    id: str
    args: dict[str, JsonValue]


class PartOut(BaseModel):
    """One part of the explanation, in words and in nats."""

    key: str
    statement: str
    message: MessageOut | None = Field(None, description="What `statement` says, for programs and translators")
    log_odds: dict[str, float]
    seen: float
    taken: float


class ChangeOut(BaseModel):
    """A change of strategy that has just been noticed."""

    since: int = Field(description="The round in which it seems to have begun")
    statement: str
    message: MessageOut
    before: tuple[int, int] = Field(description="How often the habit named was shown before, of how many cases")
    after: tuple[int, int] = Field(description="The same since then")
    log_odds: float = Field(description="Log (nats) of Shiryaev's and Roberts' statistic")


class TraitOut(BaseModel):
    """One inferred trait: a posterior, never a bare number. Units and meanings: /users/me/cognitive-profile."""

    mean: float
    sd: float
    low: float = Field(description="2.5 % quantile of the posterior")
    high: float = Field(description="97.5 % quantile of the posterior")
    n: int = Field(description="Decisions it rests on")


class MoveOut(BaseModel):
    """What a move is answered with, and what the log keeps."""

    turn: int
    player: SideOut
    timed_out: bool = Field(description="Your time was over, so the definition's default was chosen")
    opponent: OpponentSideOut | None = Field(description="null where nobody plays beside you")
    others: list[OtherOut] = Field(description="Each AI by seat, where there are several")
    replies: list[ReplyOut] = Field(description="What AIs did openly after your move, in order")
    outcome: dict[str, JsonValue] = Field(description="What else the turn showed, by the rules of the game")
    foregone: dict[str, float] | None = Field(description="What each action would have paid, where the game shows it")
    ai: SideOut | None = Field(
        None, description="In recorded matches: what the AI had sealed, and what it would have got"
    )
    prediction: dict[str, float] = Field(description="Of your move, sealed before it")
    surprise_bits: float = Field(description="-log2 of the probability given to your move")
    bits_known: float = Field(description="Mean over this match of log2(legal actions) - surprise_bits")
    commitment: Opened
    why: str = Field(description="Why the AI chose its move")
    why_message: MessageOut | None = Field(None, description="What `why` says; null in words of a language model")
    explanation: list[PartOut] = Field(
        description="softmax of the sum of the parts' log-odds is the prediction; the last part holds all smaller ones"
    )
    change: ChangeOut | None = Field(None, description="Said in the turn in which it was noticed")
    score: Score
    traits: dict[str, TraitOut] = Field(
        description="As inferred so far, in every fifth turn and at the end; empty between"
    )
    status: Status
    next: Next | None
    view: dict[str, JsonValue] | None = Field(description="What may be seen at the end; before it see next.view")
    judgment: JudgmentState | None = Field(
        None,
        description="In games of judgments: a model of their state, which tells of no open question",
    )


class DecisionOut(BaseModel):
    """One row of the decision log."""

    instance_id: UUID
    turn: int
    stage: int = Field(description="Which of the game's kinds of choice it was, from 0")
    observation: dict[str, JsonValue] | None = Field(description="What the person saw; null in rows of old versions")
    action: str
    timed_out: bool
    opponent_action: str | None
    payoff: float = Field(description="The reward of this decision")
    opponent_payoff: float | None
    outcome: dict[str, JsonValue]
    foregone: dict[str, float] | None
    probability: float
    log_loss: float = Field(description="-ln of the probability given to the action, nats")
    brier: float
    hit: bool
    n_legal: int
    response_time_ms: int | None
    engine_version: str
    opponent_version: str
    predictor_version: str
    created_at: datetime
    answer: dict[str, Any]


class DecisionPaging(BaseModel):
    """`?limit=&cursor=` of the decision log; the cursor is the last turn of the page before."""

    limit: int = Field(200, ge=1, le=1000)
    cursor: int = Field(0, ge=0, le=MAX_TURN, description="next_cursor of the page before")
