"""Prisoner's dilemmas in which the other's move is known to be one or the other, or is not known.

Each dilemma is met three times, in an order that is drawn: with the news that the other has defected, with the news
that it has cooperated, and without news. Whoever defects in both of the first cases should defect in the third, by
Savage's sure-thing principle; many people do not (Shafir & Tversky 1992).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import AI, PLAYER, Action, Feedback, Game, GameInfo, Seat, Situation
from hagame.rules.judging import Dilemmas

COOPERATE, DEFECT = "cooperate", "defect"
ACTIONS = (COOPERATE, DEFECT)
UNKNOWN, KNOWN_DEFECT, KNOWN_COOPERATE = 0, 1, 2
NEWS: tuple[Action | None, ...] = (None, DEFECT, COOPERATE)
"""What is told of the other's move, by condition."""
CONDITIONS = ("unknown", "known_defect", "known_cooperate")
Amount = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]


class Dilemma(BaseModel):
    """Payoffs of one prisoner's dilemma."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    temptation: Amount = Field(description="For defecting while the other cooperates")
    reward: Amount = Field(description="For both when both cooperate")
    punishment: Amount = Field(description="For both when both defect")
    sucker: Amount = Field(description="For cooperating while the other defects")

    @model_validator(mode="after")
    def _is_a_dilemma(self) -> Dilemma:
        if not self.temptation > self.reward > self.punishment > self.sucker:
            raise PydanticCustomError("pd_information", "needs temptation > reward > punishment > sucker")
        return self

    def payoffs(self, own: Action, other: Action) -> tuple[float, float]:
        """Own and the other's payoff."""
        i, j = ACTIONS.index(own), ACTIONS.index(other)
        return self.table[i][j], self.table[j][i]

    @property
    def table(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Own payoffs, own actions in rows; cooperate first."""
        return (self.reward, self.sucker), (self.temptation, self.punishment)


PUBLISHED: dict[str, JsonValue] = {
    "unknown": 0.63,
    "known_defect": 0.97,
    "known_cooperate": 0.84,
    "people": 80,
    "source": "Shafir & Tversky (1992). Cognitive Psychology 24, 449-474",
}
"""Shares of defection in the study that the game is after."""

THE_DILEMMAS = (
    Dilemma(temptation=85.0, reward=75.0, punishment=30.0, sucker=25.0),
    Dilemma(temptation=73.0, reward=68.0, punishment=35.0, sucker=30.0),
    Dilemma(temptation=90.0, reward=80.0, punishment=40.0, sucker=30.0),
    Dilemma(temptation=80.0, reward=70.0, punishment=25.0, sucker=15.0),
    Dilemma(temptation=95.0, reward=85.0, punishment=45.0, sucker=40.0),
    Dilemma(temptation=70.0, reward=60.0, punishment=30.0, sucker=20.0),
)
"""The first one is the example of Shafir & Tversky (1992, figure 1), the others are like it."""


@dataclass(frozen=True, slots=True)
class TriadState:
    """Before trial number `played` + 1. `trial` is (dilemma, condition), `ahead` are those after it, in order.

    `defected` holds, by condition, how often the person has chosen and how often it defected.
    """

    played: int
    trial: tuple[int, int]
    ahead: tuple[tuple[int, int], ...]
    last: tuple[int, int, str, str] | None
    payoffs: tuple[float, float]
    scores: tuple[float, float]
    defected: tuple[tuple[int, int], ...]
    over: bool


class PdInformation(Game[TriadState]):
    """Six dilemmas in three versions each. Where the other's move is told, the AI must make that very move."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[GameInfo] = GameInfo(
        key="pd-information",
        version="1",
        title="Prisoner's dilemma with and without news",
        seats=2,
        simultaneous=True,
        hidden=("ahead",),
        sources=(
            "Shafir & Tversky (1992). Thinking through uncertainty: nonconsequential reasoning and choice. Cognitive "
            "Psychology 24(4), 449-474.",
            "Busemeyer, Wang & Townsend (2006). Quantum dynamics of human decision-making. J. Mathematical Psychology "
            "50(3), 220-241.",
        ),
        rival="published",
    )
    State: ClassVar[type] = TriadState

    dilemmas: Annotated[tuple[Dilemma, ...], Field(strict=False, min_length=1, max_length=40)] = THE_DILEMMAS

    def start(self, rng: np.random.Generator) -> TriadState:
        """The first trial, the order of all drawn."""
        trials = [(dilemma, news) for dilemma in range(len(self.dilemmas)) for news in range(len(NEWS))]
        first, *ahead = (trials[i] for i in rng.permutation(len(trials)).tolist())
        return TriadState(0, first, tuple(ahead), None, (0.0, 0.0), (0.0, 0.0), ((0, 0),) * len(NEWS), over=False)

    def legal_actions(self, state: TriadState, seat: Seat) -> tuple[Action, ...]:
        """Both, but for the AI only what is told of it."""
        if state.over:
            return ()
        news = NEWS[state.trial[1]]
        return ACTIONS if seat == PLAYER or news is None else (news,)

    def apply(self, state: TriadState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> TriadState:  # noqa: ARG002
        """The state after both have chosen. Raises `IllegalAction`, and `InvalidInput` unless both do."""
        if set(actions) != {PLAYER, AI}:
            raise InvalidInput(f"Seats 0 and 1 choose at once; got seats {sorted(actions)}.", field="/actions")
        for seat, action in actions.items():
            if action not in self.legal_actions(state, seat):
                raise IllegalAction(action, self.legal_actions(state, seat))
        own, other = actions[PLAYER], actions[AI]
        dilemma, news = state.trial
        payoffs, defected = self.dilemmas[dilemma].payoffs(own, other), list(state.defected)
        defected[news] = (defected[news][0] + 1, defected[news][1] + (own == DEFECT))
        return TriadState(
            played=state.played + 1,
            trial=state.ahead[0] if state.ahead else state.trial,
            ahead=state.ahead[1:],
            last=(dilemma, news, own, other),
            payoffs=payoffs,
            scores=(state.scores[0] + payoffs[0], state.scores[1] + payoffs[1]),
            defected=tuple(defected),
            over=not state.ahead,
        )

    def payoffs(self, state: TriadState) -> tuple[float, ...]:
        """What the last trial paid the person and the AI."""
        return state.payoffs

    def is_over(self, state: TriadState) -> bool:
        """Whether all trials are played."""
        return state.over

    def view(self, state: TriadState, seat: Seat) -> dict[str, JsonValue]:
        """The payoffs of the open trial and the news, if there are any."""
        dilemma, news = state.trial
        total = len(self.dilemmas) * len(NEWS)
        return {
            "round": min(state.played + 1, total),
            "rounds": total,
            "known": NEWS[news],
            "payoffs": [list[JsonValue](row) for row in self.dilemmas[dilemma].table],
            "actions": list(ACTIONS),
            "score": state.scores[seat],
            "opponent_score": state.scores[1 - seat],
        }

    def situation(self, state: TriadState, seat: Seat) -> Situation:
        """The normal form of the open trial; its stage is what is known of the other's move."""
        known = self._situations[state.trial]
        legal = self.legal_actions(state, seat)
        return known if len(legal) == len(ACTIONS) else replace(known, legal=tuple(ACTIONS.index(a) for a in legal))

    def feedback(self, state: TriadState, seat: Seat) -> Feedback:  # noqa: ARG002  # both see the same
        """What was known; at the end how often the person defected, beside the study."""
        if state.last is None:
            return Feedback()
        dilemma, news, _, _ = state.last
        outcome: dict[str, JsonValue] = {"dilemma": dilemma, "known": NEWS[news]}
        if state.over:
            counts = zip(CONDITIONS, state.defected, strict=True)
            outcome["defected"] = {name: list[JsonValue](pair) for name, pair in counts}
            outcome["published"] = PUBLISHED
        return Feedback(outcome=outcome)

    def judged(self, state: TriadState) -> Dilemmas:
        """How often the person has defected, by what it knew, and its last choice."""
        last = None if state.last is None else (state.last[1], state.last[2] == DEFECT)
        unknown, known_defect, known_cooperate = state.defected
        return Dilemmas(unknown, known_defect, known_cooperate, last)

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """What is paid, and what is known of the other's move."""
        news = "You do not know what the other does." if view["known"] is None else f"The other chose: {view['known']}."
        payoffs: Any = view["payoffs"]
        (reward, sucker), (temptation, punishment) = payoffs
        return (
            f"{news} If the other cooperates you get {reward:g} for cooperating and {temptation:g} for defecting; "
            f"if it defects, {sucker:g} and {punishment:g}."
        )

    def measures(self, state: TriadState, action: Action) -> Mapping[str, float]:
        """Cooperation, by whether the other's move was known."""
        known = NEWS[state.trial[1]] is not None
        return {"cooperation_known" if known else "cooperation_unknown": float(action == COOPERATE)}

    @cached_property
    def _situations(self) -> dict[tuple[int, int], Situation]:
        return {
            (i, news): Situation(
                actions=ACTIONS,
                opponent_actions=ACTIONS,
                legal=(0, 1),
                payoffs=dilemma.table,
                opponent_payoffs=tuple(zip(*dilemma.table, strict=True)),
                family="pd-information",
                stage=news,
                stages=len(NEWS),
            )
            for i, dilemma in enumerate(self.dilemmas)
            for news in range(len(NEWS))
        }
