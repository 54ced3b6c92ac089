"""The opponent that repeats what worked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field

from hagame.mind.cognition.structure import structure
from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import Mixture, draw, mixed, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.rules.game import GameInfo, Situation


class WinStayLoseShift(Opponent):
    """Repeats an action that paid at least the aspiration level, and leaves one that paid less.

    The aspiration is the mean of the seat's own payoffs unless given. It makes of the prisoner's dilemma the wins T and
    R and the losses P and S of Nowak & Sigmund (1993); in rock-paper-scissors a tie just meets it, so ties stay (an
    aspiration of 0.5 makes them shift). The first action is drawn evenly. Names: Pavlov, Simpleton.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="win-stay-lose-shift",
        version="1",
        title="Win-stay, lose-shift",
        summary="Repeats what worked and changes what did not. It does not look at your habits, so learn its own.",
        sources=(
            "Nowak & Sigmund (1993). A strategy of win-stay, lose-shift that outperforms tit-for-tat in the "
            "prisoner's dilemma game. Nature 364, 56-58.",
            "Posch (1999). Win-stay, lose-shift strategies for repeated games: memory length, aspiration levels and "
            "noise. J. Theoretical Biology 198(2), 183-195.",
        ),
    )

    shift: Literal["random", "up", "down"] = Field(
        "random", description="Where to after a loss: any other action, or the next or previous one in order"
    )
    noise: Annotated[float, Field(ge=0, le=1)] = Field(
        0.0, description="Probability of an even draw among all actions instead"
    )
    aspiration: Annotated[float, Field(allow_inf_nan=False)] | None = Field(
        None, description="Least payoff that counts as a win; the mean of its own payoffs unless given"
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Normal forms only."""
        return plays_table(game, situation)

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Stay or shift by the last round alone."""
        situation = scene.situation
        rule, why = self._rule(scene)
        mixture = mixed(1.0 - self.noise, rule, uniform(situation, situation.legal)) if self.noise else rule
        action = draw(mixture, rng)
        return Choice(action, mixture, why if rule[action] > 0 else sentence("why.lapsed"))

    def _rule(self, scene: Scene) -> tuple[Mixture, str]:
        situation = scene.situation
        if scene.last is None or scene.last[0] not in situation.legal:
            return uniform(situation, situation.legal), sentence("why.nothing-known")
        own, theirs = scene.last
        name = situation.actions[own]
        payoff = situation.payoffs[own][theirs]
        won = structure(situation).outcome(payoff) >= 0 if self.aspiration is None else payoff >= self.aspiration
        if won:
            return uniform(situation, (own,)), sentence("why.stayed", action=name)
        return uniform(situation, self._others(situation, own)), sentence("why.shifted", action=name)

    def _others(self, situation: Situation, own: int) -> Sequence[int]:
        legal = situation.legal
        if self.shift == "random":
            return [action for action in legal if action != own] or legal
        step = 1 if self.shift == "up" else -1
        return (legal[(legal.index(own) + step) % len(legal)],)
