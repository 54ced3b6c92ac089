"""The guessing game (p-beauty contest): closest to p times the mean of all guesses wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import log
from statistics import median
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field, JsonValue, field_validator
from pydantic_core import PydanticCustomError

from hagame.errors import InvalidInput
from hagame.rules.game import Action, Feedback, Game, GameInfo, Seat, Situation
from hagame.rules.numbers import Numbers

LOW, HIGH = 0, 100
DEEPEST = 6.0
"""Reasoning steps counted at most: guesses of hardly anything are the same to everybody."""


@dataclass(frozen=True, slots=True)
class GuessState:
    """Between two rounds. `guesses` and `payoffs` are those of the last round, `scores` of all, by seat.

    `middle` is that of the last round's guesses, and of all numbers before the first round: where reasoning starts.
    """

    round: int
    guesses: tuple[int, ...] | None
    middle: float
    payoffs: tuple[float, ...]
    scores: tuple[float, ...]
    over: bool


class Guessing(Game[GuessState]):
    """Everybody names a whole number from 0 to 100 at once; the prize goes to the closest to p times their middle.

    Those who are equally close share the prize.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"p": "2/3", "partners": 9, "rounds": 4}]},
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="guessing",
        version="1",
        title="Guessing game (p-beauty contest)",
        seats=10,
        simultaneous=True,
        hidden=(),
        sources=(
            "Nagel (1995). Unraveling in guessing games: an experimental study. American Economic Review 85(5), "
            "1313-1326.",
            "Moulin (1986). Game Theory for the Social Sciences. New York University Press.",
        ),
        rival="level-k",
    )
    State: ClassVar[type] = GuessState

    p: Annotated[str, Field(pattern=r"^[0-9]{1,3}(/[1-9][0-9]{0,2}|\.[0-9]{1,4})?$")] = Field(
        "2/3", description="What the middle is multiplied with, above 0 and below 2, as a fraction or a decimal"
    )
    middle: Literal["mean", "median"] = Field("mean", description="Which middle of all guesses")
    partners: Annotated[int, Field(ge=1, le=30)] = Field(9, description="AI players")
    rounds: Annotated[int, Field(ge=1, le=100)] = Field(4, description="How many rounds")
    prize: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = Field(1.0, description="Of each round")

    @field_validator("p")
    @classmethod
    def _within(cls, value: str) -> str:
        if not 0 < Fraction(value) < 2:
            raise PydanticCustomError("guessing", "must be above 0 and below 2")
        return value

    @property
    def seats(self) -> int:
        """The person and the AI players."""
        return 1 + self.partners

    @cached_property
    def factor(self) -> float:
        """The factor p as a number."""
        return float(Fraction(self.p))

    def start(self, rng: np.random.Generator) -> GuessState:  # noqa: ARG002  # nothing is drawn
        """The first round."""
        nothing = (0.0,) * self.seats
        return GuessState(1, None, (LOW + HIGH) / 2, nothing, nothing, over=False)

    def legal_actions(self, state: GuessState, seat: Seat) -> tuple[Action, ...]:  # noqa: ARG002  # the same for all
        """The bins of the numbers, until the match is over."""
        return () if state.over else self._numbers.labels

    def numbers(self, state: GuessState, seat: Seat) -> Numbers | None:  # noqa: ARG002  # the same for all
        """Whole numbers from 0 to 100."""
        return None if state.over else self._numbers

    def apply(self, state: GuessState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> GuessState:  # noqa: ARG002
        """The state after all have guessed. Raises `IllegalAction`, and `InvalidInput` unless all do."""
        seats = range(self.seats)
        if set(actions) != set(seats):
            raise InvalidInput(f"Seats 0 to {self.seats - 1} choose at once; got {sorted(actions)}.", field="/actions")
        if state.over:
            raise InvalidInput("The match is over.", field="/actions")
        guesses = tuple(int(self._numbers.value(actions[seat])) for seat in seats)
        payoffs = self._prizes(guesses)
        over = state.round >= self.rounds
        scores = tuple(a + b for a, b in zip(state.scores, payoffs, strict=True))
        return GuessState(state.round + (not over), guesses, float(self.middle_of(guesses)), payoffs, scores, over)

    def payoffs(self, state: GuessState) -> tuple[float, ...]:
        """What the last round paid each."""
        return state.payoffs

    def is_over(self, state: GuessState) -> bool:
        """Whether the last round has been played."""
        return state.over

    def view(self, state: GuessState, seat: Seat) -> dict[str, JsonValue]:
        """The rules, and the last round: all guesses, their middle, the target, and who won."""
        return {
            "round": state.round,
            "rounds": self.rounds,
            "p": self.p,
            "middle_of": self.middle,
            "partners": self.partners,
            "prize": self.prize,
            "factor": self.factor,
            "middle": state.middle,
            "last": self._result(state, seat),
            "score": state.scores[seat],
        }

    def situation(self, state: GuessState, seat: Seat) -> Situation:  # noqa: ARG002  # the same for all
        """The bins, with the steps of reasoning that each of them shows as their feature."""
        bins = self._numbers.labels
        steps = tuple((self._steps(state, self._numbers.middle_of(i)) / DEEPEST,) for i in range(len(bins)))
        return Situation(
            actions=bins,
            opponent_actions=(),
            legal=() if state.over else tuple(range(len(bins))),
            payoffs=(),
            opponent_payoffs=(),
            family="guessing",
            features=steps,
            payoff_range=(0.0, self.prize),
        )

    def feedback(self, state: GuessState, seat: Seat) -> Feedback:
        """All guesses of the round, their middle, the target and whether one has won."""
        return Feedback(outcome=self._result(state, seat) or {})

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """What wins, and where the last middle was."""
        text = f"Closest to {view['p']} of the {view['middle_of']} of all {self.seats} guesses wins."
        return text if view["last"] is None else f"{text} The last {view['middle_of']} was {view['middle']:.1f}."

    def measures(self, state: GuessState, action: Action) -> Mapping[str, float]:
        """Steps of reasoning, where each step lowers the guess."""
        return {"reasoning_steps": self._steps(state, int(action))} if self.factor < 1 else {}

    def middle_of(self, guesses: tuple[int, ...]) -> Fraction:
        """Mean or median, exactly."""
        return Fraction(sum(guesses), len(guesses)) if self.middle == "mean" else Fraction(median(guesses))

    def _result(self, state: GuessState, seat: Seat) -> dict[str, JsonValue] | None:
        if state.guesses is None:
            return None
        others = sorted(guess for other, guess in enumerate(state.guesses) if other != seat)
        return {
            "guess": state.guesses[seat],
            "others": list[JsonValue](others),
            "middle": state.middle,
            "target": self.factor * state.middle,
            "won": state.payoffs[seat] > 0,
            "payoff": state.payoffs[seat],
        }

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers.evenly(LOW, HIGH, 1)

    def _prizes(self, guesses: tuple[int, ...]) -> tuple[float, ...]:
        target = Fraction(self.p) * self.middle_of(guesses)
        distances = [abs(guess - target) for guess in guesses]
        closest = min(distances)
        share = self.prize / distances.count(closest)
        return tuple(share if distance == closest else 0.0 for distance in distances)

    def _steps(self, state: GuessState, guess: float) -> float:
        """The k of guess = middle * p^k (Nagel 1995), in 0..`DEEPEST`; 0 where p is not below 1."""
        if self.factor >= 1:
            return 0.0
        if guess <= 0 or state.middle <= 0:
            return DEEPEST
        return min(max(log(guess / state.middle) / log(self.factor), 0.0), DEEPEST)
