"""What games of dividing something between two share: one moves first, the other answers, and all see everything.

A round is an offer and, where the other may answer, its answer. The person moves first, second, or in turns with the
AI. Amounts are whole units; an action is the amount as a decimal number.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field, JsonValue

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import AI, PLAYER, Action, Feedback, Game, Seat, Situation

Units = Annotated[int, Field(ge=1, le=100)]
Rounds = Annotated[int, Field(ge=1, le=1000)]
Role = Literal["first", "second", "alternating"]
Shares = tuple[float, float]
"""What the first and the second mover get."""

OFFER, ANSWER = 0, 1
"""Stages of a round."""


@dataclass(frozen=True, slots=True)
class Deal:
    """One finished round: which seat moved first, what it offered, and what was answered, None where nobody could."""

    first: int
    offer: int
    answer: str | None
    payoffs: tuple[float, float]


@dataclass(frozen=True, slots=True)
class DealState:
    """Before a step. `offer` is the one that waits for its answer. `payoffs` are those of the last step.

    `answered[x]` says how often the person has answered to an offer of x, and the sum of the answers: how often it
    accepted, or how many units it gave back.
    """

    round: int
    offer: int | None
    last: Deal | None
    payoffs: tuple[float, float]
    scores: tuple[float, float]
    answered: tuple[tuple[int, int], ...]
    over: bool


class Division(Game[DealState]):
    """What the three games share: the order of moves, the rounds, what is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    State: ClassVar[type] = DealState

    rounds: Rounds = Field(10, description="How many rounds")

    @property
    def person(self) -> Role:
        """When the person moves."""
        return "first"

    @property
    @abstractmethod
    def most(self) -> int:
        """Units that a first mover can offer at most."""

    @property
    @abstractmethod
    def total(self) -> int:
        """Units that both together can end a round with at most."""

    @abstractmethod
    def answers(self, offer: int) -> tuple[Action, ...]:
        """What may be answered to this offer; `()` where it is the last word."""

    @abstractmethod
    def shares(self, offer: int, answer: Action | None) -> Shares:
        """What both get; of an offer that is not answered yet, what they would get if it were just taken."""

    @abstractmethod
    def measured(self, offer: int, answer: Action | None) -> Mapping[str, float]:
        """What the person tells of itself by this answer, or by this offer where there is no answer yet."""

    @abstractmethod
    def units(self, answer: Action) -> int:
        """The answer as a number: units given back, or 1 for accepting."""

    def shown(self) -> dict[str, JsonValue]:
        """Rules that a view tells besides."""
        return {}

    def start(self, rng: np.random.Generator) -> DealState:  # noqa: ARG002  # nothing is drawn
        """The first round, nothing offered."""
        return DealState(1, None, None, (0.0, 0.0), (0.0, 0.0), ((0, 0),) * (self.most + 1), over=False)

    def legal_actions(self, state: DealState, seat: Seat) -> tuple[Action, ...]:
        """Offers for the first mover, answers for the second one once there is an offer."""
        if state.over or seat != self.mover(state):
            return ()
        return self._offers if state.offer is None else self.answers(state.offer)

    def apply(self, state: DealState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> DealState:  # noqa: ARG002
        """The state after an offer or an answer. Raises `IllegalAction`, and `InvalidInput` for the wrong seat."""
        mover = self.mover(state)
        if set(actions) != {mover}:
            raise InvalidInput(f"Seat {mover} is to move; got seats {sorted(actions)}.", field="/actions")
        action = actions[mover]
        if action not in self.legal_actions(state, mover):
            raise IllegalAction(action, self.legal_actions(state, mover))
        if state.offer is not None:
            return self._dealt(state, state.offer, action)
        offer = int(action)
        if self.answers(offer):
            return replace(state, offer=offer, payoffs=(0.0, 0.0))
        return self._dealt(state, offer, None)

    def payoffs(self, state: DealState) -> tuple[float, ...]:
        """What the last step paid the person and the AI; an offer that waits for its answer pays nothing."""
        return state.payoffs

    def is_over(self, state: DealState) -> bool:
        """Whether the last round has been played."""
        return state.over

    def view(self, state: DealState, seat: Seat) -> dict[str, JsonValue]:
        """Everything, from this seat: the round, who moves first, the open offer, the last deal, the scores."""
        return {
            "round": state.round,
            "rounds": self.rounds,
            "first": self._first(state.round) == seat,
            "stage": ("offer", "answer")[self._stage(state)],
            "offer": state.offer,
            "most": self.most,
            "total": self.total,
            **self.shown(),
            "last": self._seen(state.last, seat),
            "answered": [list(counts) for counts in state.answered],
            "score": state.scores[seat],
            "opponent_score": state.scores[1 - seat],
        }

    def situation(self, state: DealState, seat: Seat) -> Situation:
        """All that the seat may choose in the match, with what each choice leaves both sides of the total as features.

        Of an offer they say what both would have if it were just taken.
        """
        known = self._situations.get((seat, state.offer))
        if known is None:
            known = self._situations[seat, state.offer] = self._situation(seat, state.offer)
        return known if seat == self.mover(state) and not state.over else replace(known, legal=())

    def feedback(self, state: DealState, seat: Seat) -> Feedback:
        """The deal that the turn ended in, if it ended in one."""
        deal = state.last
        if deal is None:
            return Feedback()
        theirs = deal.answer if deal.first == seat else str(deal.offer)
        outcome: dict[str, JsonValue] = {"first": deal.first == seat, "offer": deal.offer, "answer": deal.answer}
        return Feedback(opponent_action=theirs, outcome=outcome)

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """The offer on the table, or what may be offered."""
        if view["stage"] == "offer":
            return f"You may offer up to {view['most']}."
        return f"You were offered {view['offer']} of {view['most']}."

    def measures(self, state: DealState, action: Action) -> Mapping[str, float]:
        """Shares offered, given, sent, refused and given back."""
        return self.measured(int(action), None) if state.offer is None else self.measured(state.offer, action)

    def mover(self, state: DealState) -> Seat:
        """Whose step is next."""
        first = self._first(state.round)
        return first if state.offer is None else 1 - first

    def _first(self, round_: int) -> Seat:
        return {"first": PLAYER, "second": AI, "alternating": (round_ - 1) % 2}[self.person]

    def _stage(self, state: DealState) -> int:
        return OFFER if state.offer is None else ANSWER

    def _seen(self, deal: Deal | None, seat: Seat) -> JsonValue:
        if deal is None:
            return None
        return {
            "first": deal.first == seat,
            "offer": deal.offer,
            "answer": deal.answer,
            "payoff": deal.payoffs[seat],
            "opponent_payoff": deal.payoffs[1 - seat],
        }

    def _dealt(self, state: DealState, offer: int, answer: Action | None) -> DealState:
        first, second = self.shares(offer, answer)
        leader = self._first(state.round)
        payoffs = (first, second) if leader == PLAYER else (second, first)
        over, answered = state.round >= self.rounds, state.answered
        if leader == AI and answer is not None:
            times, units = answered[offer]
            answered = (*answered[:offer], (times + 1, units + self.units(answer)), *answered[offer + 1 :])
        return DealState(
            round=state.round + (not over),
            offer=None,
            last=Deal(leader, offer, answer, payoffs),
            payoffs=payoffs,
            scores=(state.scores[0] + payoffs[0], state.scores[1] + payoffs[1]),
            answered=answered,
            over=over,
        )

    @cached_property
    def _offers(self) -> tuple[Action, ...]:
        return tuple(str(units) for units in range(self.most + 1))

    @cached_property
    def _all_answers(self) -> tuple[Action, ...]:
        return tuple(dict.fromkeys(answer for offer in range(self.most + 1) for answer in self.answers(offer)))

    @cached_property
    def _situations(self) -> dict[tuple[Seat, int | None], Situation]:
        """Situations by seat and open offer, kept once they have been asked for."""
        return {}

    def _actions(self, seat: Seat) -> tuple[Action, ...]:
        """All that the seat may choose in some round."""
        leads = self.person == "alternating" or (seat == PLAYER) == (self.person == "first")
        follows = self.person == "alternating" or not leads
        return tuple(dict.fromkeys((*(self._offers if leads else ()), *(self._all_answers if follows else ()))))

    def _situation(self, seat: Seat, offer: int | None) -> Situation:
        """As if the seat were to move."""
        actions = self._actions(seat)
        options = self._offers if offer is None else self.answers(offer)
        legal = tuple(i for i, action in enumerate(actions) if action in options)
        left = [(0.0, 0.0)] * len(actions)
        for i in legal:
            first, second = self.shares(int(actions[i]), None) if offer is None else self.shares(offer, actions[i])
            own, other = (first, second) if offer is None else (second, first)
            left[i] = (own / self.total, other / self.total)
        return Situation(
            actions=actions,
            opponent_actions=self._actions(1 - seat),
            legal=legal,
            payoffs=(),
            opponent_payoffs=(),
            family=self.info.key,
            stage=OFFER if offer is None else ANSWER,
            stages=2,
            features=tuple(left),
            payoff_range=(0.0, float(self.total)),
        )
