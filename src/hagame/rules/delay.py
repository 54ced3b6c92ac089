"""Now or later: less money sooner against more money later. Hypothetical, so nothing is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field, JsonValue, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction
from hagame.rules.definition import BuiltIn
from hagame.rules.fields import PARAMETERS, Amount
from hagame.rules.game import PLAYER, Action, Game, GameInfo, Seat, Situation

CHOICES = ("sooner", "later")
Days = Annotated[float, Field(ge=0, le=36_525, allow_inf_nan=False)]
Offer = Annotated[tuple[Amount, Days], Field(strict=False)]
Pair = Annotated[tuple[Offer, Offer], Field(strict=False)]
Pairs = Annotated[tuple[Pair, ...], Field(strict=False, min_length=1, max_length=100)]

# Now, later, days, in the order of the questionnaire.
_KIRBY = (
    *((54, 55, 117), (55, 75, 61), (19, 25, 53), (31, 85, 7), (14, 25, 19), (47, 50, 160), (15, 35, 13), (25, 60, 14)),
    *((78, 80, 162), (40, 55, 62), (11, 30, 7), (67, 75, 119), (34, 35, 186), (27, 50, 21), (69, 85, 91)),
    *((49, 60, 89), (80, 85, 157), (24, 35, 29), (33, 80, 14), (28, 30, 179), (34, 50, 30), (25, 30, 80), (41, 75, 20)),
    *((54, 60, 111), (54, 80, 30), (22, 25, 136), (20, 55, 7)),
)
KIRBY: tuple[tuple[tuple[float, float], tuple[float, float]], ...] = tuple(
    ((float(now), 0.0), (float(later), float(days))) for now, later, days in _KIRBY
)


@dataclass(frozen=True, slots=True)
class DelayState:
    """Before the choice of round `round`, about pair `order[round - 1]`."""

    round: int
    order: tuple[int, ...]
    last: str | None
    over: bool


class Delay(Game[DelayState]):
    """Pairs by name (`preset`) or by their own `pairs` of [amount, days], the sooner one first."""

    model_config = ConfigDict(
        **PARAMETERS,
        serialize_by_alias=True,
        json_schema_extra={
            "oneOf": [{"required": ["preset"]}, {"required": ["pairs"]}],
            "examples": [{"preset": "kirby"}, {"pairs": [[[10, 0], [12, 7]], [[10, 0], [20, 30]]], "unit": "euros"}],
        },
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="delay",
        version="1",
        title="Now or later",
        seats=1,
        simultaneous=False,
        hidden=(),
        sources=(
            "Kirby, Petry & Bickel (1999). Heroin addicts have higher discount rates for delayed rewards than "
            "non-drug-using controls. J. Experimental Psychology: General 128(1), 78-87 (the 27 pairs).",
            "Mazur (1987). An adjusting procedure for studying delayed reinforcement. In Quantitative Analyses of "
            "Behavior 5, 55-73.",
        ),
        rival="observer",
    )
    State: ClassVar[type] = DelayState

    preset: Literal["kirby"] | None = Field(None, description="The 27 pairs of the questionnaire; then give no `pairs`")
    own_pairs: Pairs | None = Field(
        None, alias="pairs", validate_default=True, description="[[amount, days], [amount, days]], the sooner one first"
    )
    unit: str = Field("dollars", min_length=1, max_length=32, description="Of the amounts")
    shuffled: bool = Field(False, description="Whether pairs come in an order drawn for each match")

    @field_validator("own_pairs")
    @classmethod
    def _preset_or_own(cls, value: Pairs | None, info: ValidationInfo) -> Pairs | None:
        if info.data.get("preset") is not None and value:
            raise _wrong("must be left out beside a preset")
        if "preset" in info.data and info.data["preset"] is None and value is None:
            raise _wrong("is needed unless the preset kirby is named")
        if any(sooner[1] >= later[1] for sooner, later in value or ()):
            raise _wrong("must have pairs whose first offer comes before the second")
        return value

    def start(self, rng: np.random.Generator) -> DelayState:
        """Draw the order, if it is drawn."""
        n = len(self._pairs)
        order = rng.permutation(n).tolist() if self.shuffled else list(range(n))
        return DelayState(1, tuple(order), None, over=False)

    def legal_actions(self, state: DelayState, seat: Seat) -> tuple[Action, ...]:
        """Sooner or later."""
        return () if state.over or seat != PLAYER else CHOICES

    def apply(self, state: DelayState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> DelayState:  # noqa: ARG002
        """The next pair. Raises `IllegalAction`."""
        chosen = actions.get(PLAYER, "")
        if chosen not in self.legal_actions(state, PLAYER):
            raise IllegalAction(chosen, self.legal_actions(state, PLAYER))
        over = state.round >= len(self._pairs)
        return DelayState(state.round + (not over), state.order, chosen, over)

    def payoffs(self, state: DelayState) -> tuple[float, ...]:  # noqa: ARG002  # hypothetical
        """Nothing: the choices are hypothetical."""
        return (0.0,)

    def is_over(self, state: DelayState) -> bool:
        """Whether the last pair has been answered."""
        return state.over

    def view(self, state: DelayState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # one seat
        """The two offers."""
        offers = zip(CHOICES, self._pair(state), strict=True)
        return {
            "round": state.round,
            "rounds": len(self._pairs),
            "paid": "none",
            "unit": self.unit,
            "offers": {name: {"amount": amount, "days": days} for name, (amount, days) in offers},
            "last": state.last,
            "over": state.over,
        }

    def situation(self, state: DelayState, seat: Seat) -> Situation:
        """Offers by their features: amount, and delay in days."""
        legal = tuple(range(len(self.legal_actions(state, seat))))
        return Situation(
            CHOICES, (), legal, (), (), "delay", features=tuple(self._pair(state)), payoff_range=(0.0, 0.0)
        )

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """One line per offer."""
        offers: Any = {} if view["over"] else view["offers"]
        return "\n".join(
            f"{name}: {offer['amount']:g} {view['unit']} "
            + ("today" if not offer["days"] else f"in {offer['days']:g} days")
            for name, offer in offers.items()
        )

    @cached_property
    def _pairs(self) -> tuple[tuple[tuple[float, float], tuple[float, float]], ...]:
        return KIRBY if self.preset is not None else tuple(self.own_pairs or ())

    def _pair(self, state: DelayState) -> tuple[tuple[float, float], tuple[float, float]]:
        return self._pairs[state.order[state.round - 1]]


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("delay", "{message}", {"message": message})


DELAYS: tuple[BuiltIn, ...] = (
    {
        "key": "now-or-later",
        "engine": "delay",
        "title": "Now or later",
        "description": "Twenty-seven choices between money today and more money later (Kirby et al. 1999). Nothing is "
        "paid: say what you would take.",
        "parameters": {"preset": "kirby"},
        "tags": ["time", "quick", "study"],
    },
)
"""Definitions of a new installation."""
