"""Any finite two-player game in normal form, repeated: both choose at once, see both choices, and choose again.

A match lasts a fixed number of rounds, or goes on after each round with a fixed probability (Roth & Murnighan 1978).
The latter is drawn when a round is played, from the generator of that round: no state knows when the match will end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.fields import Labels, Rounds
from hagame.rules.game import AI, PLAYER, Action, Game, GameInfo, Seat, Situation
from hagame.rules.presets import PRESETS, Payoffs, Preset

Payoff = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Row = Annotated[tuple[Payoff, ...], Field(strict=False, min_length=1, max_length=10)]
Table = Annotated[tuple[Row, ...], Field(strict=False, min_length=1, max_length=10)]


class Geometric(BaseModel):
    """A length nobody knows: after each round the match goes on with probability `continuation`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    continuation: float = Field(gt=0, lt=1, description="Probability that another round follows")
    at_most: Rounds = Field(1000, description="The match ends after this many rounds in any case")


@dataclass(frozen=True, slots=True)
class MatrixState:
    """Between two rounds. Bounded: it holds the last round and sums, never the history.

    `round` counts from 1 and is the one to be played next, or the last one when `over`. `actions` and `payoffs` are
    those of the last round, person first.
    """

    round: int
    actions: tuple[str, str] | None
    payoffs: tuple[float, float]
    scores: tuple[float, float]
    over: bool


class Matrix(Game[MatrixState]):
    """A normal form by name (`preset`) or by its own `actions` and `payoffs`, and for how many `rounds`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        serialize_by_alias=True,
        json_schema_extra={
            "oneOf": [{"required": ["preset"]}, {"required": ["actions", "payoffs"]}],
            "examples": [
                {"preset": "rock-paper-scissors", "rounds": 300},
                {
                    "actions": ["share", "keep"],
                    "payoffs": [[3, 0], [4, 1]],
                    "rounds": {"continuation": 0.9, "at_most": 200},
                },
            ],
        },
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="matrix",
        version="1",
        title="Repeated normal-form game",
        seats=2,
        simultaneous=True,
        hidden=(),
        sources=(
            "Osborne & Rubinstein (1994). A Course in Game Theory. MIT Press, chapters 2 and 8.",
            "Roth & Murnighan (1978). Equilibrium behavior and repeated play of the prisoner's dilemma. "
            "Journal of Mathematical Psychology 17(2), 189-198.",
            *(preset.source for preset in PRESETS.values()),
        ),
    )
    State: ClassVar[type] = MatrixState

    preset: (
        Literal[
            "rock-paper-scissors",
            "matching-pennies",
            "prisoners-dilemma",
            "stag-hunt",
            "chicken",
            "battle-of-the-sexes",
        ]
        | None
    ) = Field(None, description="A textbook game; then only `rounds` may be given besides")
    actions: Labels | None = Field(None, validate_default=True, description="What the person may choose")
    opponent_actions: Labels | None = Field(
        None, validate_default=True, description="What the AI may choose; the same as `actions` unless given"
    )
    own_payoffs: Table | None = Field(
        None,
        alias="payoffs",
        validate_default=True,
        description="Of the person: one row per own action, one column per action of the AI",
    )
    zero_sum: bool = Field(False, validate_default=True, description="What one side gets, the other loses")
    opponent_payoffs: Table | None = Field(
        None,
        validate_default=True,
        description="Of the AI, in rows and columns like `payoffs`. Unless given, the game is `zero_sum`, or "
        "symmetric: the AI gets what the person would get in its place",
    )
    rounds: Rounds | Geometric = Field(100, description="How many rounds, or with which probability another follows")

    @model_validator(mode="before")
    @classmethod
    def _payoffs_by_name(cls, data: object) -> object:
        """Missing payoffs are reported as `payoffs`, the name people give them, and not by the name of the field."""
        return {"payoffs": None} | data if isinstance(data, dict) else data

    @field_validator("actions", "opponent_actions", "own_payoffs", "opponent_payoffs", "zero_sum")
    @classmethod
    def _preset_or_own(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("preset") is not None and value:
            raise _wrong("must be left out beside a preset; a preset brings its own actions and payoffs")
        needed = info.field_name in {"actions", "own_payoffs"} and "preset" in info.data
        if needed and info.data["preset"] is None and value is None:
            raise _wrong("is needed unless a preset is named; give both actions and payoffs, or one of: " + _names())
        return value

    @field_validator("actions", "opponent_actions")
    @classmethod
    def _unique(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and len(set(value)) < len(value):
            raise _wrong("must name each action once")
        return value

    @field_validator("own_payoffs", "opponent_payoffs")
    @classmethod
    def _fits(cls, value: Payoffs | None, info: ValidationInfo) -> Payoffs | None:
        actions = info.data.get("actions")
        if value is None or actions is None or "opponent_actions" not in info.data:
            return value
        columns = len(info.data["opponent_actions"] or actions)
        if len(value) != len(actions) or any(len(row) != columns for row in value):
            raise _wrong(f"must have {len(actions)} rows of {columns} numbers, one for each pair of actions")
        return value

    @field_validator("opponent_payoffs")
    @classmethod
    def _determined(cls, value: Payoffs | None, info: ValidationInfo) -> Payoffs | None:
        if value is not None and info.data.get("zero_sum"):
            raise _wrong("must be left out when zero_sum is true")
        symmetric = info.data.get("opponent_actions") is None
        if value is None and not symmetric and not info.data.get("zero_sum"):
            raise _wrong("is needed when opponent_actions are given, unless zero_sum is true")
        return value

    @field_validator("rounds", mode="wrap")
    @classmethod
    def _length(cls, value: object, handler: ValidatorFunctionWrapHandler) -> object:
        try:
            return handler(value)
        except ValidationError as error:
            raise _wrong(
                'must be a whole number from 1 to 100000, or {"continuation": p, "at_most": n} with 0 < p < 1 and '
                "n from 1 to 100000"
            ) from error

    @property
    def has_winner(self) -> bool:
        """Whether one side gains what the other loses."""
        form = self._form()
        tables = zip(form.payoffs, form.opponent_payoffs, strict=True)
        sums = [a + b for own, other in tables for a, b in zip(own, other, strict=True)]
        return max(sums) - min(sums) < 1e-9

    def start(self, rng: np.random.Generator) -> MatrixState:  # noqa: ARG002  # nothing is drawn before the first round
        """The state before the first round."""
        return MatrixState(1, None, (0.0, 0.0), (0.0, 0.0), over=False)

    def legal_actions(self, state: MatrixState, seat: Seat) -> tuple[Action, ...]:
        """All actions of the seat, until the match is over."""
        return () if state.over else self._situations[seat].actions

    def apply(self, state: MatrixState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> MatrixState:
        """The state after both have chosen. Raises `IllegalAction`, and `InvalidInput` unless both seats choose."""
        if len(actions) != 2 or PLAYER not in actions or AI not in actions:
            raise InvalidInput(f"Seats 0 and 1 choose at once; got seats {sorted(actions)}.", field="/actions")
        own, other = actions[PLAYER], actions[AI]
        if state.over or (own, other) not in self._outcomes:
            raise self._illegal(state, actions)
        payoffs = self._outcomes[own, other]
        scores = (state.scores[0] + payoffs[0], state.scores[1] + payoffs[1])
        over = self._ends(state.round, rng)
        return MatrixState(state.round + (not over), (own, other), payoffs, scores, over)

    def payoffs(self, state: MatrixState) -> tuple[float, ...]:
        """What the last round paid the person and the AI."""
        return state.payoffs

    def is_over(self, state: MatrixState) -> bool:
        """Whether the last round has been played."""
        return state.over

    def view(self, state: MatrixState, seat: Seat) -> dict[str, JsonValue]:
        """The round, the rules, the last round and the scores, all from this seat; of the length what all may know."""
        situation, other = self._situations[seat], 1 - seat
        length = self.rounds
        rounds, continuation = (length, None) if isinstance(length, int) else (None, length.continuation)
        last: JsonValue = None
        if state.actions is not None:
            last = {
                "action": state.actions[seat],
                "opponent_action": state.actions[other],
                "payoff": state.payoffs[seat],
                "opponent_payoff": state.payoffs[other],
            }
        return {
            "round": state.round,
            "rounds": rounds,
            "continuation": continuation,
            "last": last,
            "score": state.scores[seat],
            "opponent_score": state.scores[other],
            "actions": list(situation.actions),
            "opponent_actions": list(situation.opponent_actions),
            "payoffs": [list(row) for row in situation.payoffs],
            "opponent_payoffs": [list(row) for row in situation.opponent_payoffs],
        }

    def situation(self, state: MatrixState, seat: Seat) -> Situation:  # noqa: ARG002  # the same in every round
        """The normal form from this seat; the same object in every round."""
        return self._situations[seat]

    @cached_property
    def _situations(self) -> tuple[Situation, Situation]:
        form = self._form()
        family = self.preset or ("rock-paper-scissors" if _is_cyclic(form) else "")
        person = _situation(form.actions, form.opponent_actions, form.payoffs, form.opponent_payoffs, family)
        turned = _transposed(form.opponent_payoffs), _transposed(form.payoffs)
        return person, _situation(form.opponent_actions, form.actions, *turned, family)

    @cached_property
    def _outcomes(self) -> dict[tuple[Action, Action], tuple[float, float]]:
        """What each pair of actions pays both."""
        form = self._form()
        return {
            (own, other): (form.payoffs[i][j], form.opponent_payoffs[i][j])
            for i, own in enumerate(form.actions)
            for j, other in enumerate(form.opponent_actions)
        }

    def _form(self) -> Preset:
        if self.preset is not None:
            return PRESETS[self.preset]
        actions, payoffs = self.actions or (), self.own_payoffs or ()
        if self.zero_sum:
            opponent = tuple(tuple(0.0 - x for x in row) for row in payoffs)
        else:
            opponent = self.opponent_payoffs or _transposed(payoffs)
        return Preset("", actions, self.opponent_actions or actions, payoffs, opponent, "")

    def _ends(self, played: int, rng: np.random.Generator) -> bool:
        if isinstance(self.rounds, int):
            return played >= self.rounds
        return played >= self.rounds.at_most or rng.random() >= self.rounds.continuation

    def _illegal(self, state: MatrixState, actions: Mapping[Seat, Action]) -> IllegalAction:
        legal = {seat: self.legal_actions(state, seat) for seat in (PLAYER, AI)}
        seat = PLAYER if actions[PLAYER] not in legal[PLAYER] else AI
        return IllegalAction(actions[seat], legal[seat])


def _situation(
    actions: tuple[str, ...], opponent_actions: tuple[str, ...], payoffs: Payoffs, opponent: Payoffs, family: str
) -> Situation:
    return Situation(actions, opponent_actions, tuple(range(len(actions))), payoffs, opponent, family)


def _transposed(table: Payoffs) -> Payoffs:
    return tuple(zip(*table, strict=True))


def _is_cyclic(form: Preset) -> bool:
    """Whether, of three actions in order, each beats the one before it and loses to the one after it, by equal sums."""
    if len(form.actions) != 3 or form.opponent_payoffs != _transposed(form.payoffs):
        return False
    tie, loss, win = form.payoffs[0]
    return form.payoffs == ((tie, loss, win), (win, tie, loss), (loss, win, tie)) and win > tie > loss


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("matrix", "{message}", {"message": message})


def _names() -> str:
    return ", ".join(PRESETS)
