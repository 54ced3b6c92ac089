"""The public goods game: everyone keeps or contributes; what is contributed grows and is shared by all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import Action, Feedback, Game, GameInfo, Seat, Situation


@dataclass(frozen=True, slots=True)
class GoodsState:
    """Between two rounds. `contributions` and `payoffs` are those of the last round, `scores` of all, by seat."""

    round: int
    contributions: tuple[int, ...] | None
    payoffs: tuple[float, ...]
    scores: tuple[float, ...]
    over: bool


class PublicGoods(Game[GoodsState]):
    """The person and some AI partners contribute at once and see what each of them gave.

    A round pays endowment - own contribution + multiplier * sum of contributions / group size. Between 1 and the group
    size, a multiplier makes it a dilemma: to give nothing pays each one best, to give everything pays all best.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[GameInfo] = GameInfo(
        key="public-goods",
        version="1",
        title="Public goods game",
        seats=4,
        simultaneous=True,
        hidden=(),
        sources=(
            "Isaac & Walker (1988). Group size effects in public goods provision. Quarterly J. Economics 103(1), "
            "179-199.",
            "Fehr & Gächter (2000). Cooperation and punishment in public goods experiments. American Economic Review "
            "90(4), 980-994.",
        ),
        rival="conditional-cooperator",
    )
    State: ClassVar[type] = GoodsState

    partners: Annotated[int, Field(ge=1, le=9)] = Field(3, description="AI partners in the group")
    endowment: Annotated[int, Field(ge=1, le=100)] = Field(20, description="Units that each one has in each round")
    multiplier: Annotated[float, Field(gt=1, le=10, allow_inf_nan=False)] = Field(
        1.6, validate_default=True, description="The pot grows to so many times its size; less than the group size"
    )
    rounds: Annotated[int, Field(ge=1, le=1000)] = Field(10, description="How many rounds")

    @model_validator(mode="after")
    def _is_a_dilemma(self) -> PublicGoods:
        if self.multiplier >= self.seats:
            message = "multiplier must be below the group size of {seats}, or giving would pay everyone"
            raise PydanticCustomError("public_goods", message, {"seats": self.seats})
        return self

    @property
    def seats(self) -> int:
        """The person and its partners."""
        return 1 + self.partners

    def start(self, rng: np.random.Generator) -> GoodsState:  # noqa: ARG002  # nothing is drawn
        """The first round."""
        nothing = (0.0,) * self.seats
        return GoodsState(1, None, nothing, nothing, over=False)

    def legal_actions(self, state: GoodsState, seat: Seat) -> tuple[Action, ...]:  # noqa: ARG002  # the same for all
        """Any number of units up to the endowment."""
        return () if state.over else self._amounts

    def apply(self, state: GoodsState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> GoodsState:  # noqa: ARG002
        """The state after all have contributed. Raises `IllegalAction`, and `InvalidInput` unless all do."""
        seats = range(self.seats)
        if set(actions) != set(seats):
            raise InvalidInput(f"Seats 0 to {self.seats - 1} choose at once; got {sorted(actions)}.", field="/actions")
        for seat in seats:
            if actions[seat] not in self.legal_actions(state, seat):
                raise IllegalAction(actions[seat], self.legal_actions(state, seat))
        given = tuple(int(actions[seat]) for seat in seats)
        back = self.multiplier * sum(given) / self.seats
        payoffs = tuple(self.endowment - own + back for own in given)
        over = state.round >= self.rounds
        scores = tuple(a + b for a, b in zip(state.scores, payoffs, strict=True))
        return GoodsState(state.round + (not over), given, payoffs, scores, over)

    def payoffs(self, state: GoodsState) -> tuple[float, ...]:
        """What the last round paid each."""
        return state.payoffs

    def is_over(self, state: GoodsState) -> bool:
        """Whether the last round has been played."""
        return state.over

    def view(self, state: GoodsState, seat: Seat) -> dict[str, JsonValue]:
        """The round, the rules, and of the last round what each one gave, the own seat first."""
        return {
            "round": state.round,
            "rounds": self.rounds,
            "partners": self.partners,
            "endowment": self.endowment,
            "multiplier": self.multiplier,
            "last": self._result(state, seat),
            "score": state.scores[seat],
        }

    def situation(self, state: GoodsState, seat: Seat) -> Situation:  # noqa: ARG002  # the same for all
        """Contributions, with what each keeps and what each gives away, as shares of the endowment."""
        return replace(self._open, legal=()) if state.over else self._open

    def feedback(self, state: GoodsState, seat: Seat) -> Feedback:
        """What each one gave in the round, and what it paid."""
        return Feedback(outcome=self._result(state, seat) or {})

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """What one has, and what becomes of what is given."""
        return f"You have {view['endowment']}. The pot grows {view['multiplier']} times and is shared by all."

    def measures(self, state: GoodsState, action: Action) -> Mapping[str, float]:  # noqa: ARG002  # a choice says it all
        """The share contributed."""
        return {"contribution_share": int(action) / self.endowment}

    def _result(self, state: GoodsState, seat: Seat) -> dict[str, JsonValue] | None:
        given = state.contributions
        if given is None:
            return None
        return {
            "contribution": given[seat],
            "others": [given[other] for other in range(self.seats) if other != seat],
            "pot": sum(given),
            "payoff": state.payoffs[seat],
        }

    @cached_property
    def _amounts(self) -> tuple[Action, ...]:
        return tuple(str(units) for units in range(self.endowment + 1))

    @cached_property
    def _open(self) -> Situation:
        kept, each = self.endowment, self.multiplier / self.seats
        return Situation(
            actions=self._amounts,
            opponent_actions=(),
            legal=tuple(range(self.endowment + 1)),
            payoffs=(),
            opponent_payoffs=(),
            family="public-goods",
            features=tuple(((kept - units) / kept, units / kept) for units in range(kept + 1)),
            payoff_range=(each * kept, kept * (1 + each * self.partners)),
        )
