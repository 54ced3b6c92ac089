"""The opponent of games in which nobody plays against the person."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene
from hagame.rules.game import GameInfo, Situation


class Observer(Opponent):
    """Takes no part: the AI predicts the person, seals that, and has nothing to choose."""

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="observer",
        version="1",
        title="Observer",
        summary="Nobody plays against you: the AI only predicts what you will choose.",
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:  # noqa: ARG003  # the seats say it
        """Where the person is alone."""
        return game.seats == 1

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:  # noqa: ARG002  # never asked in games it suits
        """The first legal action, should it ever be asked."""
        first = scene.situation.legal[0]
        return Choice(first, uniform(scene.situation, (first,)), sentence("why.watch"))
