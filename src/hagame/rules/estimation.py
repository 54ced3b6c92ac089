"""Estimates: a number or a probability for each question, then what others answered, and perhaps a second thought.

With `revise` each question is asked twice, before and after the answer of the crowd is shown (the judge-advisor design
of Sniezek & Buckley 1995). A crowd comes with the definition; what other players of it answered is told elsewhere, for
rules know no others: `GET /games/instances/{id}/crowd`, from the first answer on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from hagame.errors import InvalidInput
from hagame.rules.game import PLAYER, Action, Feedback, Game, GameInfo, Seat, Situation
from hagame.rules.numbers import Numbers

BINS = 10
TENTHS = tuple(f"{10 * i}-{10 * i + 10} % of the scale" for i in range(BINS))
"""How the bins of all questions are called, so that a habit on one scale is the same habit on another."""
Amount = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]


class Crowd(BaseModel):
    """What `n` other people answered: the quartiles of their answers, and where that is published."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    n: Annotated[int, Field(ge=1)]
    quartiles: Annotated[tuple[Amount, Amount, Amount], Field(strict=False)]
    source: Annotated[str, Field(min_length=1, max_length=300)]


class Question(BaseModel):
    """One thing to estimate. A probability is asked in per cent, and is about something that is true or false."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Key
    text: Annotated[str, Field(min_length=1, max_length=500)]
    kind: Literal["number", "probability"] = "number"
    unit: Annotated[str, Field(max_length=40)] = ""
    low: Amount = Field(0.0, description="Least answer")
    high: Amount = Field(100.0, description="Greatest answer")
    step: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] = Field(1.0, description="Between two answers")
    scale: Literal["linear", "log"] = Field("linear", description="log: for quantities that may be wrong by a factor")
    truth: Amount | None = Field(
        None, description="The right answer, if there is one; of a probability 100 for true and 0 for false"
    )
    crowd: Crowd | None = Field(None, description="What others answered, if that is known beforehand")

    @model_validator(mode="after")
    def _makes_sense(self) -> Question:
        if (self.high - self.low) / self.step < BINS:
            raise _wrong(self, f"needs at least {BINS} steps from low to high")
        if self.scale == "log" and self.low <= 0:
            raise _wrong(self, "needs low above 0 on a log scale")
        if self.kind == "probability" and (self.low, self.high, self.scale) != (0, 100, "linear"):
            raise _wrong(self, "is a probability: low is 0, high is 100, the scale is linear")
        if self.kind == "probability" and self.truth not in (None, 0, 100):
            raise _wrong(self, "is a probability: truth is 100 for true and 0 for false")
        if self.truth is not None and not self.low <= self.truth <= self.high:
            raise _wrong(self, "has its truth outside of low to high")
        if len(set(self.numbers.edges)) <= BINS:
            raise _wrong(self, "has steps that are too wide for its scale")
        return self

    @cached_property
    def numbers(self) -> Numbers:
        """The possible answers, in bins that are equally wide on the scale."""
        places = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
        if self.scale == "log":
            inner = self.low * (self.high / self.low) ** places
        else:
            inner = self.low + (self.high - self.low) * places
        on_steps = self.low + np.round((inner - self.low) / self.step) * self.step
        edges = (self.low, *np.round(on_steps, 9).tolist(), self.high)
        return Numbers(self.low, self.high, self.step, edges, self.unit, TENTHS)

    def place(self, answer: float) -> float:
        """Where an answer lies on the scale, from 0 to 1."""
        if self.scale == "log":
            return float(np.log(answer / self.low) / np.log(self.high / self.low))
        return (answer - self.low) / (self.high - self.low)

    def points(self, answer: float) -> float:
        """1 for the truth, less for less; 0 where there is none.

        Of a probability 1 - (p - outcome)^2, which honest people maximise (Brier 1950); of a number 1 - distance on
        the scale.
        """
        if self.truth is None:
            return 0.0
        error = abs(self.place(answer) - self.place(self.truth))
        return 1.0 - error**2 if self.kind == "probability" else 1.0 - error

    def brier(self, answer: float) -> float | None:
        """Of a probability whose truth is known, over both outcomes: 0 best, 2 worst, .5 for 50 % (Brier 1950)."""
        if self.truth is None or self.kind != "probability":
            return None
        return 2.0 * (self.place(answer) - self.place(self.truth)) ** 2


@dataclass(frozen=True, slots=True)
class EstimationState:
    """Before an answer to question number `asked`, counted from 0. `first` is the first answer, while it is revised.

    `last` and `payoffs` belong to the last answer: its question, itself, and the one before if it was a revision.
    `judged` are how many probabilities have been scored, and the sum of their Brier scores.
    """

    asked: int
    first: float | None
    last: tuple[int, float, float | None] | None
    payoffs: tuple[float]
    score: float
    over: bool
    judged: tuple[int, float] = (0, 0.0)


class Estimation(Game[EstimationState]):
    """Questions in order; each answer is a number. Nobody plays against the person."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "questions": [
                        {"key": "bones", "text": "How many bones has a grown person?", "high": 500, "truth": 206}
                    ],
                    "revise": False,
                }
            ]
        },
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="estimation",
        version="1",
        title="Estimates",
        seats=1,
        simultaneous=True,
        hidden=(),
        sources=(
            "Galton (1907). Vox populi. Nature 75, 450-451.",
            "Sniezek & Buckley (1995). Cueing and cognitive conflict in judge-advisor decision making. Organizational "
            "Behavior and Human Decision Processes 62(2), 159-174.",
            "Brier (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78(1), "
            "1-3.",
        ),
        rival="observer",
    )
    State: ClassVar[type] = EstimationState

    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=1, max_length=100)]
    revise: bool = Field(
        False, description="Whether each question that has a crowd is asked again after the crowd's answer is shown"
    )
    live: bool = Field(
        False,
        description="With `revise`: whether questions without a crowd of their own are asked again, too, after what "
        "other players of this game have said is shown, once they are five",
    )

    @model_validator(mode="after")
    def _live_is_a_revision(self) -> Estimation:
        if self.live and not self.revise:
            raise PydanticCustomError("estimation", "live needs revise: true")
        return self

    @model_validator(mode="after")
    def _keys_differ(self) -> Estimation:
        if len({question.key for question in self.questions}) < len(self.questions):
            raise PydanticCustomError("estimation", "questions must have different keys")
        return self

    def start(self, rng: np.random.Generator) -> EstimationState:  # noqa: ARG002  # nothing is drawn
        """The first question."""
        return EstimationState(0, None, None, (0.0,), 0.0, over=False)

    def legal_actions(self, state: EstimationState, seat: Seat) -> tuple[Action, ...]:
        """Tenths of the scale of the open question; `numbers` tells which answers they hold."""
        return () if state.over or seat != PLAYER else TENTHS

    def numbers(self, state: EstimationState, seat: Seat) -> Numbers | None:
        """All answers to the open question."""
        return None if state.over or seat != PLAYER else self._open(state).numbers

    def apply(
        self,
        state: EstimationState,
        actions: Mapping[Seat, Action],
        rng: np.random.Generator,  # noqa: ARG002
    ) -> EstimationState:
        """The state after an answer. Raises `IllegalAction`, and `InvalidInput` for anybody but the person."""
        if state.over or set(actions) != {PLAYER}:
            raise InvalidInput(f"Seat 0 answers alone; got seats {sorted(actions)}.", field="/actions")
        question, at = self._open(state), state.asked
        answer = question.numbers.value(actions[PLAYER])
        if state.first is None and self._asks_twice(question):
            return replace(state, first=answer, last=(at, answer, None), payoffs=(0.0,))
        points, over = question.points(answer), at + 1 == len(self.questions)
        brier, (judged, total) = question.brier(answer), state.judged
        return EstimationState(
            asked=at + (not over),
            first=None,
            last=(at, answer, state.first),
            payoffs=(points,),
            score=state.score + points,
            over=over,
            judged=state.judged if brier is None else (judged + 1, total + brier),
        )

    def payoffs(self, state: EstimationState) -> tuple[float, ...]:
        """Points of the last answer; a first answer that can be revised earns nothing yet."""
        return state.payoffs

    def is_over(self, state: EstimationState) -> bool:
        """Whether all questions are answered."""
        return state.over

    def view(self, state: EstimationState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # there is one seat
        """The open question, the crowd while a second answer is asked for, and what became of the last answer."""
        question = self._open(state)
        return {
            "round": state.asked + 1,
            "rounds": len(self.questions),
            "key": question.key,
            "question": question.text,
            "kind": question.kind,
            "unit": question.unit,
            "scale": question.scale,
            "first": state.first,
            "crowd": None if state.first is None else _told(question),
            "last": self._answered(state) if state.first is None else None,
            "score": state.score,
        }

    def situation(self, state: EstimationState, seat: Seat) -> Situation:  # noqa: ARG002  # there is one seat
        """Tenths of the scale; while one revises, with their distances to the own and the crowd's answer."""
        question, bins = self._open(state), self._open(state).numbers
        places = [question.place(bins.middle_of(i)) for i in range(BINS)]
        own = question.place(state.first) if state.first is not None else None
        crowd = question.place(question.crowd.quartiles[1]) if question.crowd else own
        marks = (0.5, 0.5) if own is None or crowd is None else (own, crowd)
        return Situation(
            actions=TENTHS,
            opponent_actions=(),
            legal=() if state.over else tuple(range(BINS)),
            payoffs=(),
            opponent_payoffs=(),
            family="estimation",
            stage=int(state.first is not None),
            stages=2 if self.revise else 1,
            features=tuple(tuple(abs(place - mark) for mark in marks) for place in places),
            payoff_range=(0.0, 1.0),
        )

    def feedback(self, state: EstimationState, seat: Seat) -> Feedback:  # noqa: ARG002  # there is one seat
        """Which question was answered, and what it and the crowd's answer were; probabilities with Brier scores."""
        return Feedback(outcome=self._answered(state) or {})

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """The question; the crowd's answer where there is a second one."""
        crowd = view["crowd"]
        said = f"\nOthers said: {crowd['quartiles']} (quartiles)." if isinstance(crowd, dict) else ""
        return f"{view['question']}{said}"

    def measures(self, state: EstimationState, action: Action) -> Mapping[str, float]:
        """How far from the truth; how far a revision went from the own towards the crowd's answer."""
        question = self._open(state)
        answer, found = question.place(float(action)), {}
        if question.truth is not None and (state.first is not None or not self._asks_twice(question)):
            found["estimation_error"] = abs(answer - question.place(question.truth))
        if state.first is not None and question.crowd is not None:
            own, crowd = question.place(state.first), question.place(question.crowd.quartiles[1])
            if abs(crowd - own) > 0.01:
                found["advice_weight"] = min(max((answer - own) / (crowd - own), 0.0), 1.0)
        return found

    def _open(self, state: EstimationState) -> Question:
        return self.questions[state.asked]

    def _asks_twice(self, question: Question) -> bool:
        return self.revise and (self.live or question.crowd is not None)

    def _answered(self, state: EstimationState) -> dict[str, JsonValue] | None:
        if state.last is None:
            return None
        at, answer, before = state.last
        question = self.questions[at]
        told: dict[str, JsonValue] = {"key": question.key, "question": question.text, "answer": answer, "first": before}
        if state.first is None:
            told |= {"truth": question.truth, "points": state.payoffs[PLAYER], "crowd": _told(question)}
            told |= _scored(question.brier(answer), *state.judged)
        return told | {"unit": question.unit, "kind": question.kind}


def _told(question: Question) -> JsonValue:
    crowd = question.crowd
    if crowd is None:
        return None
    return {"n": crowd.n, "quartiles": list[JsonValue](crowd.quartiles), "source": crowd.source}


def _scored(brier: float | None, judged: int, total: float) -> dict[str, JsonValue]:
    """The score of a probability, the mean so far, and over how many; nothing for what cannot be scored."""
    return {} if brier is None else {"brier": brier, "mean_brier": total / judged, "judged": judged}


def _wrong(question: Question, message: str) -> PydanticCustomError:
    return PydanticCustomError("estimation", "{key} {message}", {"key": question.key, "message": message})
