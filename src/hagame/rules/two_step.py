"""The two-step task, which tells planning from habit (Daw et al. 2011).

A first choice leads to one of two states, mostly to its own one (common) and sometimes to the other (rare); a second
choice there is rewarded with a chance that drifts. Whoever plans asks after a reward which first choice leads there;
whoever goes by habit repeats the first choice that came before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction
from hagame.rules.definition import BuiltIn
from hagame.rules.fields import PARAMETERS, Probability, Rounds
from hagame.rules.game import PLAYER, Action, Feedback, Game, GameInfo, Seat, Situation

SIDES = ("left", "right")
FIRST = 0
"""The stage of the first choice; 1 and 2 are the two states it leads to."""
STAGES = 3


@dataclass(frozen=True, slots=True)
class TwoStepState:
    """Before a choice in `stage`. `chances` are those of reward in states 1 and 2, left and right.

    `first` and `second` are the choices of this round, or, in stage 0, of the last one, in state `led_to`.
    """

    round: int
    stage: int
    chances: tuple[float, float, float, float]
    first: str | None
    led_to: int
    second: str | None
    reward: float
    score: float
    over: bool


class TwoStep(Game[TwoStepState]):
    """Two choices a round; the first leads to a state, the second may be rewarded there."""

    model_config = PARAMETERS

    info: ClassVar[GameInfo] = GameInfo(
        key="two-step",
        version="1",
        title="Two-step task",
        seats=1,
        simultaneous=False,
        hidden=("chances",),
        sources=(
            "Daw, Gershman, Seymour, Dayan & Dolan (2011). Model-based influences on humans' choices and striatal "
            "prediction errors. Neuron 69(6), 1204-1215.",
        ),
        rival="observer",
    )
    State: ClassVar[type] = TwoStepState

    common: Annotated[float, Field(gt=0.5, le=1)] = Field(
        0.7, description="Chance that left leads to state 1 and right to state 2"
    )
    drift: Annotated[float, Field(ge=0, le=1)] = Field(0.025, description="Standard deviation of each chance per round")
    low: Probability = Field(0.25, description="Chances are reflected here")
    high: Probability = Field(0.75, description="And here")
    rounds: Rounds = Field(100, description="Pairs of choices; the original has 201")

    @model_validator(mode="after")
    def _bounds(self) -> TwoStep:
        if self.low >= self.high:
            raise PydanticCustomError("two_step", "low must lie below high")
        return self

    def start(self, rng: np.random.Generator) -> TwoStepState:
        """Chances are drawn evenly between the bounds."""
        drawn = rng.uniform(self.low, self.high, 4).tolist()
        return TwoStepState(1, FIRST, tuple(drawn), None, 0, None, 0.0, 0.0, over=False)

    def legal_actions(self, state: TwoStepState, seat: Seat) -> tuple[Action, ...]:
        """Left and right, in every stage."""
        return () if state.over or seat != PLAYER else SIDES

    def apply(self, state: TwoStepState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> TwoStepState:
        """To one of the states, or to the reward and the next round. Raises `IllegalAction`."""
        chosen = actions.get(PLAYER, "")
        if chosen not in self.legal_actions(state, PLAYER):
            raise IllegalAction(chosen, self.legal_actions(state, PLAYER))
        if state.stage == FIRST:
            own = SIDES.index(chosen) + 1
            led_to = own if rng.random() < self.common else 3 - own
            return TwoStepState(state.round, led_to, state.chances, chosen, led_to, None, 0.0, state.score, over=False)
        chance = state.chances[2 * (state.stage - 1) + SIDES.index(chosen)]
        reward = float(rng.random() < chance)
        over = state.round >= self.rounds
        return TwoStepState(
            round=state.round + (not over),
            stage=FIRST,
            chances=self._drifted(state.chances, rng),
            first=state.first,
            led_to=state.led_to,
            second=chosen,
            reward=reward,
            score=state.score + reward,
            over=over,
        )

    def payoffs(self, state: TwoStepState) -> tuple[float, ...]:
        """The reward of a second choice; a first one pays nothing."""
        return (state.reward,)

    def is_over(self, state: TwoStepState) -> bool:
        """Whether the last reward has been given."""
        return state.over

    def view(self, state: TwoStepState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # one seat
        """The stage, and what this round, or the last one, has brought so far."""
        last: JsonValue = None
        if state.first is not None:
            last = {
                "first": state.first,
                "state": state.led_to,
                "second": state.second,
                "reward": None if state.second is None else state.reward,
            }
        return {
            "round": state.round,
            "rounds": self.rounds,
            "stage": state.stage,
            "common": self.common,
            "last": last,
            "score": state.score,
        }

    def situation(self, state: TwoStepState, seat: Seat) -> Situation:
        """Left or right, in one of three stages."""
        legal = tuple(range(len(self.legal_actions(state, seat))))
        return Situation(SIDES, (), legal, (), (), "two-step", state.stage, STAGES, payoff_range=(0.0, 1.0))

    def feedback(self, state: TwoStepState, seat: Seat) -> Feedback:  # noqa: ARG002  # one seat
        """Where a first choice has led, and whether that was common; the reward of a second one."""
        if state.first is None:
            return Feedback()
        if state.stage != FIRST:
            common = state.led_to == SIDES.index(state.first) + 1
            return Feedback(outcome={"state": state.led_to, "transition": "common" if common else "rare"})
        return Feedback(outcome={"state": state.led_to, "reward": state.reward})

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """Where one is, and what the last round has brought."""
        last: Any = view["last"]
        if view["stage"] != FIRST:
            return f"{last['first']} led to planet {view['stage']}. Which of its two mines?"
        before = ""
        if last is not None:
            found = "gold" if last["reward"] else "nothing"
            before = f"Planet {last['state']}, {last['second']}: {found}. "
        return f"{before}Two ships: left mostly flies to planet 1, right mostly to planet 2."

    def _drifted(
        self, chances: tuple[float, float, float, float], rng: np.random.Generator
    ) -> tuple[float, float, float, float]:
        """A Gaussian step of each, reflected at the bounds."""
        moved = np.array(chances) + rng.normal(0.0, self.drift, 4)
        moved = np.where(moved < self.low, 2 * self.low - moved, moved)
        moved = np.where(moved > self.high, 2 * self.high - moved, moved)
        a, b, c, d = np.clip(moved, self.low, self.high).tolist()
        return a, b, c, d


TWO_STEPS: tuple[BuiltIn, ...] = (
    {
        "key": "two-step",
        "engine": "two-step",
        "title": "Two-step task",
        "description": "A hundred flights. A ship takes you to a planet, mostly to its own one; there you choose a "
        "mine, and find gold or nothing. Mines change slowly. Do you plan, or repeat what worked?",
        "parameters": {"rounds": 100},
        "tags": ["learning", "planning", "study"],
    },
)
"""Definitions of a new installation."""
