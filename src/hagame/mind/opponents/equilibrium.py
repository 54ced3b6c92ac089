"""The opponent that cannot be exploited."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import draw
from hagame.mind.opponents.nash import equilibrium
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.rules.game import GameInfo, Situation


class Equilibrium(Opponent):
    """A mixed Nash equilibrium of the single round, whatever has happened.

    In zero-sum games it loses to nobody in the long run, and gains nothing from anybody's habits. Which equilibrium is
    played where there are several is told in `nash`. Names: Nash, minimax player.
    """

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="equilibrium",
        version="1",
        title="Equilibrium",
        summary="Plays the game's Nash equilibrium: it does not learn, and nobody can do better by outguessing it.",
        sources=(
            "von Neumann (1928). Zur Theorie der Gesellschaftsspiele. Mathematische Annalen 100, 295-320.",
            "Nash (1951). Non-cooperative games. Annals of Mathematics 54(2), 286-295.",
        ),
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Normal forms only."""
        return plays_table(game, situation)

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Draw from the equilibrium of the situation."""
        mixture = equilibrium(scene.situation)
        return Choice(draw(mixture, rng), mixture, sentence("why.equilibrium"))
