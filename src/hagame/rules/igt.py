"""The Iowa gambling task: four decks of cards, two of which pay well and cost more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, JsonValue

from hagame.errors import IllegalAction
from hagame.rules.definition import BuiltIn
from hagame.rules.fields import PARAMETERS
from hagame.rules.game import PLAYER, Action, Feedback, Game, GameInfo, Seat, Situation

DECKS = ("a", "b", "c", "d")
CARDS = 40
"""In each deck; one that is used up cannot be chosen any more."""
LOAN = 2000.0
GAINS = (100.0, 100.0, 50.0, 50.0)
"""What every card of a deck pays."""
# Card by card, from the score card of Bechara et al. (1994). Of ten cards, A and B cost 1,250, C and D 250.
_LOSSES: tuple[dict[int, int], ...] = (
    {3: 150, 5: 300, 7: 200, 9: 250, 10: 350}
    | {12: 350, 14: 250, 15: 200, 17: 300, 18: 150}
    | {22: 300, 24: 350, 26: 200, 27: 250, 28: 150}
    | {31: 350, 32: 200, 33: 250, 37: 150, 38: 300},
    {9: 1250, 14: 1250, 21: 1250, 32: 1250},
    {3: 50, 5: 50, 7: 50, 9: 50, 10: 50}
    | {12: 25, 13: 75, 17: 25, 18: 75, 20: 50}
    | {24: 50, 25: 25, 26: 50, 29: 75, 30: 50}
    | {34: 25, 35: 25, 37: 75, 39: 50, 40: 75},
    {10: 250, 20: 250, 29: 250, 35: 250},
)


@dataclass(frozen=True, slots=True)
class IgtState:
    """Between two cards. `taken` counts cards by place; place i holds deck `order[i]`. `gain`, `loss`: the last."""

    round: int
    order: tuple[int, ...]
    taken: tuple[int, ...]
    last: str | None
    gain: float
    loss: float
    balance: float
    over: bool


class IowaGambling(Game[IgtState]):
    """A card per round from one of four decks, with the gains and losses of the original score card."""

    model_config = PARAMETERS

    info: ClassVar[GameInfo] = GameInfo(
        key="igt",
        version="1",
        title="Iowa gambling task",
        seats=1,
        simultaneous=False,
        hidden=("order",),
        sources=(
            "Bechara, Damasio, Damasio & Anderson (1994). Insensitivity to future consequences following damage to "
            "human prefrontal cortex. Cognition 50, 7-15.",
        ),
        rival="observer",
    )
    State: ClassVar[type] = IgtState

    rounds: int = Field(100, ge=1, le=4 * CARDS, description="How many cards are drawn")
    shuffled: bool = Field(False, description="Whether it is drawn which place holds which deck; else a to d, as usual")

    def start(self, rng: np.random.Generator) -> IgtState:
        """Four full decks and the loan."""
        order = tuple(rng.permutation(len(DECKS)).tolist()) if self.shuffled else tuple(range(len(DECKS)))
        return IgtState(1, order, (0,) * len(DECKS), None, 0.0, 0.0, LOAN, over=False)

    def legal_actions(self, state: IgtState, seat: Seat) -> tuple[Action, ...]:
        """Decks with cards left."""
        if state.over or seat != PLAYER:
            return ()
        return tuple(deck for deck, taken in zip(DECKS, state.taken, strict=True) if taken < CARDS)

    def apply(self, state: IgtState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> IgtState:  # noqa: ARG002
        """Turn up the next card. Raises `IllegalAction`."""
        chosen = actions.get(PLAYER, "")
        if chosen not in self.legal_actions(state, PLAYER):
            raise IllegalAction(chosen, self.legal_actions(state, PLAYER))
        place = DECKS.index(chosen)
        taken = tuple(n + (i == place) for i, n in enumerate(state.taken))
        deck = state.order[place]
        gain, loss = GAINS[deck], float(_LOSSES[deck].get(taken[place], 0))
        over = state.round >= self.rounds
        balance = state.balance + gain - loss
        return IgtState(state.round + (not over), state.order, taken, chosen, gain, loss, balance, over)

    def payoffs(self, state: IgtState) -> tuple[float, ...]:
        """Gain less loss of the last card."""
        return (state.gain - state.loss,)

    def is_over(self, state: IgtState) -> bool:
        """Whether the last card has been drawn."""
        return state.over

    def view(self, state: IgtState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # one seat
        """The last card, the money, and how many cards are left."""
        last: JsonValue = None
        if state.last is not None:
            last = {"action": state.last, "gain": state.gain, "loss": state.loss}
        return {
            "round": state.round,
            "rounds": self.rounds,
            "last": last,
            "balance": state.balance,
            "loan": LOAN,
            "left": dict(zip(DECKS, [CARDS - n for n in state.taken], strict=True)),
        }

    def situation(self, state: IgtState, seat: Seat) -> Situation:
        """Four decks without a table: what they pay is to be learnt."""
        legal = tuple(DECKS.index(deck) for deck in self.legal_actions(state, seat))
        return Situation(DECKS, (), legal, (), (), "iowa-gambling", payoff_range=(-150.0, 150.0))

    def feedback(self, state: IgtState, seat: Seat) -> Feedback:  # noqa: ARG002  # one seat
        """Gain and loss apart."""
        return Feedback(outcome={"gain": state.gain, "loss": state.loss} if state.last else {})

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """The last card and the money."""
        last: Any = view["last"]
        card = f"Deck {last['action']}: you win {last['gain']:g}, you lose {last['loss']:g}. " if last else ""
        return f"{card}You have {view['balance']:g}, of which {view['loan']:g} are lent."


IOWA: tuple[BuiltIn, ...] = (
    {
        "key": "iowa-gambling",
        "engine": "igt",
        "title": "Iowa gambling task",
        "description": "A hundred cards from four decks, with a loan of 2,000. Every card wins, some cost. Which decks "
        "are worth it in the long run? The AI only watches and predicts.",
        "parameters": {"rounds": 100, "shuffled": True},
        "tags": ["learning", "study"],
    },
)
"""Definitions of a new installation."""
