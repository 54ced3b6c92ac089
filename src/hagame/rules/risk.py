"""Choices between gambles whose outcomes and chances are told: of two outcomes up to many, one item per round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field, JsonValue, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction
from hagame.rules import bisection
from hagame.rules.definition import BuiltIn
from hagame.rules.fields import PARAMETERS, Amount, Labels, Probability
from hagame.rules.gambles import GAMBLES, Gamble, Item
from hagame.rules.game import PLAYER, Action, Feedback, Game, GameInfo, Seat, Situation

MOST_ITEMS = 100
Outcome = Annotated[tuple[Amount, Probability], Field(strict=False)]
Outcomes = Annotated[tuple[Outcome, ...], Field(strict=False, min_length=1, max_length=20)]
Options = Annotated[tuple[Outcomes, ...], Field(strict=False, min_length=2, max_length=10)]
Items = Annotated[tuple[Options, ...], Field(strict=False, min_length=1, max_length=MOST_ITEMS)]


@dataclass(frozen=True, slots=True)
class RiskState:
    """Before the choice of round `round`, whose item is `order[round - 1]`.

    `won` is what the last choice paid, `told` what each option would have paid, where that is shown. Where one choice
    is paid in the end, `paying` is its round and `prize` what it has won, both drawn in silence; `paid_round` names it
    when all is over. With `bisect` the order is one of gambles, and `intervals` hold their certainty equivalents.
    """

    round: int
    order: tuple[int, ...]
    paying: int
    prize: float
    paid_round: int
    last: str | None
    won: float
    told: tuple[float, ...] | None
    score: float
    over: bool
    intervals: tuple[bisection.Interval, ...] = ()


class Risk(Game[RiskState]):
    """Items by name (`preset`) or by their own `actions` and `items`, each a gamble per action."""

    model_config = ConfigDict(
        **PARAMETERS,
        serialize_by_alias=True,
        json_schema_extra={
            "oneOf": [{"required": ["preset"]}, {"required": ["actions", "items"]}],
            "examples": [
                {"preset": "holt-laury"},
                {
                    "actions": ["safe", "risky"],
                    "items": [[[[50, 1]], [[120, 0.5], [0, 0.5]]], [[[10, 1]], [[100, 0.2], [5, 0.5], [-30, 0.3]]]],
                    "paid": "each",
                },
            ],
        },
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="risk",
        version="1",
        title="Choices between gambles",
        seats=1,
        simultaneous=False,
        hidden=("paying", "prize"),
        sources=(
            *(preset.source for preset in GAMBLES.values()),
            "Cubitt, Starmer & Sugden (1998). On the validity of the random lottery incentive system. Experimental "
            "Economics 1, 115-131 (`paid`: one).",
            "Abdellaoui, Bleichrodt & L'Haridon (2008). A tractable method to measure utility and loss aversion under "
            "prospect theory. J. Risk and Uncertainty 36, 245-266 (`bisect`).",
        ),
        rival="observer",
    )
    State: ClassVar[type] = RiskState

    preset: Literal["holt-laury", "kahneman-tversky", "loss-aversion", "certainty-equivalents"] | None = Field(
        None, description="Items of the literature; then neither `actions` nor `items` may be given"
    )
    actions: Labels | None = Field(None, validate_default=True, description="Names of the options, alike in all items")
    own_items: Items | None = Field(
        None,
        alias="items",
        validate_default=True,
        description="Per item one gamble per action, each a list of [amount, probability] that sum to 1",
    )
    paid: Literal["each", "one", "none"] = Field(
        "one",
        description="each: every choice is played and paid at once; one: one of them, drawn at the end of the match; "
        "none: nothing is paid, the choices are hypothetical",
    )
    full_feedback: bool = Field(False, description="With `paid`: each, whether the other options are played, too")
    shuffled: bool = Field(True, description="Whether items come in an order drawn for each match")
    repeats: int = Field(1, ge=1, le=50, description="How often each item is asked, one after the other")
    bisect: Annotated[int, Field(ge=1, le=12)] | None = Field(
        None,
        description="So many choices between each first option and an amount for sure, which halves after each choice "
        "what the gamble may be worth; the second options must be sure amounts, and are not asked",
    )

    @field_validator("actions", "own_items")
    @classmethod
    def _preset_or_own(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("preset") is not None and value:
            raise _wrong("must be left out beside a preset")
        if "preset" in info.data and info.data["preset"] is None and value is None:
            raise _wrong("is needed unless a preset is named; give both actions and items, or one of: " + _names())
        return value

    @field_validator("own_items")
    @classmethod
    def _fits(cls, value: tuple[Item, ...] | None, info: ValidationInfo) -> tuple[Item, ...] | None:
        actions = info.data.get("actions")
        for item in value or ():
            if actions is not None and len(item) != len(actions):
                raise _wrong(f"must have {len(actions)} gambles in every item, one for each action")
            if any(abs(sum(p for _, p in gamble) - 1) > 1e-6 for gamble in item):
                raise _wrong("must have gambles whose probabilities sum to 1")
        return value

    @field_validator("full_feedback")
    @classmethod
    def _played(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("paid") != "each":
            raise _wrong("needs paid: each")
        return value

    @field_validator("bisect")
    @classmethod
    def _halves(cls, value: int | None, info: ValidationInfo) -> int | None:
        preset, own = info.data.get("preset"), info.data.get("own_items")
        items = own or () if preset is None else GAMBLES[preset].items
        if value is None:
            return None
        if info.data.get("repeats") != 1:
            raise _wrong("needs repeats: 1")
        if not all(len(item) == 2 and bisection.is_sure(item[1]) and not bisection.is_sure(item[0]) for item in items):
            raise _wrong("needs items of two options each, the first a gamble and the second an amount for sure")
        return value

    @property
    def rounds(self) -> int:
        """Choices in a match."""
        return len(self._gambles) * self.bisect if self.bisect else len(self._items) * self.repeats

    def start(self, rng: np.random.Generator) -> RiskState:
        """Draw the order, and the round that will be paid."""
        n = len(self._gambles if self.bisect else self._items)
        order = rng.permutation(n).tolist() if self.shuffled else list(range(n))
        paying = int(rng.integers(self.rounds)) + 1
        intervals = tuple(bisection.widest(gamble) for gamble in self._gambles) if self.bisect else ()
        return RiskState(1, tuple(order), paying, 0.0, 0, None, 0.0, None, 0.0, over=False, intervals=intervals)

    def legal_actions(self, state: RiskState, seat: Seat) -> tuple[Action, ...]:
        """All options, until the last item is answered."""
        return () if state.over or seat != PLAYER else self._actions

    def apply(self, state: RiskState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> RiskState:
        """Play the options and pay as the parameters say. Raises `IllegalAction`."""
        chosen = actions.get(PLAYER, "")
        if chosen not in self.legal_actions(state, PLAYER):
            raise IllegalAction(chosen, self.legal_actions(state, PLAYER))
        played = tuple(_played(gamble, rng) for gamble in self._item(state))
        mine = played[self._actions.index(chosen)]
        prize = mine if state.round == state.paying else state.prize
        over = state.round >= self.rounds
        won = mine if self.paid == "each" else prize if self.paid == "one" and over else 0.0
        return RiskState(
            round=state.round + (not over),
            order=state.order,
            paying=state.paying,
            prize=prize,
            paid_round=state.paying if over and self.paid == "one" else 0,
            last=chosen,
            won=won,
            told=played if self.full_feedback else None,
            score=state.score + won,
            over=over,
            intervals=self._narrowed(state, chosen),
        )

    def payoffs(self, state: RiskState) -> tuple[float, ...]:
        """What the last choice paid; where one is paid in the end, that comes with the last."""
        return (state.won,)

    def is_over(self, state: RiskState) -> bool:
        """Whether the last item has been answered."""
        return state.over

    def view(self, state: RiskState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # one seat
        """The options with their outcomes and chances, what the last choice brought, and at the end equivalents."""
        last: JsonValue = None
        if state.last is not None:
            told: JsonValue = None if state.told is None else dict(zip(self._actions, state.told, strict=True))
            last = {"action": state.last, "payoff": state.won if self.paid == "each" else None, "all": told}
        options = zip(self._actions, self._item(state), strict=True)
        return {
            "round": state.round,
            "rounds": self.rounds,
            "paid": self.paid,
            "options": {name: [list(outcome) for outcome in gamble] for name, gamble in options},
            "last": last,
            "score": state.score,
            "over": state.over,
            "paid_round": state.paid_round or None,
            "paid_amount": state.won if state.paid_round else None,
            **({"equivalents": self._equivalents(state) if state.over else None} if self.bisect else {}),
        }

    def situation(self, state: RiskState, seat: Seat) -> Situation:
        """Options by their features: mean, standard deviation, worst, best, chance of a loss."""
        legal = tuple(range(len(self.legal_actions(state, seat))))
        features = tuple(_features(gamble) for gamble in self._item(state))
        return Situation(self._actions, (), legal, (), (), "risky-choice", features=features, payoff_range=self._range)

    def feedback(self, state: RiskState, seat: Seat) -> Feedback:  # noqa: ARG002  # one seat
        """What the other options would have paid, where that is shown; at the end what each gamble is worth."""
        ended: dict[str, JsonValue] = {"equivalents": self._equivalents(state)} if self.bisect and state.over else {}
        return Feedback(foregone=state.told or (), outcome=ended)

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """One line per option; at the end what each gamble is worth."""
        if view.get("equivalents"):
            found: Any = view["equivalents"]
            lines = [f"{_in_words(e['gamble'])}: worth {e['low']:g} to {e['high']:g} to you." for e in found]
            return "\n".join(lines)
        if view["paid_round"] is not None:
            return f"Of all choices, number {view['paid_round']} is paid: {view['paid_amount']:g}."
        options: Any = {} if view["over"] else view["options"]
        return "\n".join(f"{name}: {_in_words(gamble)}" for name, gamble in options.items())

    @cached_property
    def _actions(self) -> tuple[Action, ...]:
        return self.actions or () if self.preset is None else GAMBLES[self.preset].actions

    @cached_property
    def _items(self) -> tuple[Item, ...]:
        return self.own_items or () if self.preset is None else GAMBLES[self.preset].items

    @cached_property
    def _range(self) -> tuple[float, float]:
        amounts = [amount for item in self._items for gamble in item for amount, _ in gamble]
        return (0.0, 0.0) if self.paid == "none" else (float(min(amounts)), float(max(amounts)))

    @cached_property
    def _gambles(self) -> tuple[Gamble, ...]:
        return bisection.gambles_of(self._items)

    def _asked(self, state: RiskState) -> int:
        """The gamble of the open choice: all of them take turns."""
        return state.order[(state.round - 1) % len(state.order)]

    def _narrowed(self, state: RiskState, chosen: Action) -> tuple[bisection.Interval, ...]:
        if not self.bisect:
            return ()
        found, asked = list(state.intervals), self._asked(state)
        found[asked] = bisection.narrowed(found[asked], took_gamble=chosen == self._actions[0])
        return tuple(found)

    def _equivalents(self, state: RiskState) -> list[JsonValue]:
        return [bisection.told(gamble, held) for gamble, held in zip(self._gambles, state.intervals, strict=True)]

    def _item(self, state: RiskState) -> Item:
        if self.bisect:
            asked = self._asked(state)
            return self._gambles[asked], ((bisection.sure_amount(state.intervals[asked]), 1.0),)
        return self._items[state.order[(state.round - 1) // self.repeats]]


def _played(gamble: Gamble, rng: np.random.Generator) -> float:
    """One outcome, by one uniform number."""
    left = rng.random()
    for amount, probability in gamble:
        left -= probability
        if left < 0:
            return float(amount)
    return float(gamble[-1][0])


def _features(gamble: Gamble) -> tuple[float, ...]:
    amounts = [float(amount) for amount, p in gamble if p > 0]
    mean = sum(amount * p for amount, p in gamble)
    variance = sum((amount - mean) ** 2 * p for amount, p in gamble)
    losing = sum(p for amount, p in gamble if amount < 0)
    return float(mean), sqrt(variance), min(amounts), max(amounts), float(losing)


def _in_words(gamble: list[tuple[float, float]]) -> str:
    return ", ".join(f"{amount:g} for sure" if p == 1 else f"{amount:g} at {p:.4g}" for amount, p in gamble)


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("risk", "{message}", {"message": message})


def _names() -> str:
    return ", ".join(GAMBLES)


RISKS: tuple[BuiltIn, ...] = (
    {
        "key": "risky-choice",
        "engine": "risk",
        "title": "Famous gambles",
        "description": "The fourteen choices that made prospect theory, in an order of your own. Nothing is paid: say "
        "what you would take.",
        "parameters": {"preset": "kahneman-tversky", "paid": "none"},
        "tags": ["risk", "quick"],
    },
    {
        "key": "risk-list",
        "engine": "risk",
        "title": "Safe or risky",
        "description": "Ten choices between a safe and a risky gamble whose chances rise step by step (Holt & Laury "
        "2002). One of them is played in the end and counts.",
        "parameters": {"preset": "holt-laury", "paid": "one", "shuffled": False},
        "tags": ["risk", "quick", "study"],
    },
    {
        "key": "loss-aversion",
        "engine": "risk",
        "title": "Win six or lose",
        "description": "Six coin flips: win 6, or lose something. Which do you take? One of them counts in the end.",
        "parameters": {"preset": "loss-aversion", "paid": "one"},
        "tags": ["risk", "quick", "study"],
    },
    {
        "key": "certainty-equivalents",
        "engine": "risk",
        "title": "What is a gamble worth?",
        "description": "Thirty-five choices between a chance of 100 and an amount for sure. One of them counts in the "
        "end.",
        "parameters": {"preset": "certainty-equivalents", "paid": "one"},
        "tags": ["risk", "study"],
    },
    {
        "key": "gamble-worth",
        "engine": "risk",
        "title": "What is a gamble worth? Step by step",
        "description": "Five chances of 100, six choices each. The amount for sure closes in on what the chance is "
        "worth to you, and at the end you see it beside the average win. Nothing is paid.",
        "parameters": {"preset": "certainty-equivalents", "paid": "none", "bisect": 6},
        "tags": ["risk", "quick", "study"],
    },
)
"""Definitions of a new installation."""
