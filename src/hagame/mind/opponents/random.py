"""The opponent without a plan."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import draw, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene


class Random(Opponent):
    """Every legal action with equal probability, whatever has happened.

    Names: Random (Axelrod 1980), noise player.
    """

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="random",
        version="1",
        title="Random",
        summary="Chooses by an even draw, whatever you do.",
        sources=("Axelrod (1980). Effective choice in the prisoner's dilemma. J. Conflict Resolution 24(1), 3-25.",),
    )

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Draw among the legal actions."""
        mixture = uniform(scene.situation, scene.situation.legal)
        return Choice(draw(mixture, rng), mixture, sentence("why.random"))
