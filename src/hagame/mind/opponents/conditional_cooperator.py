"""The partner who gives as much as the others gave."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene
from hagame.rules.game import GameInfo, Situation


class ConditionalCooperator(Opponent):
    """Contributes `matching` times the mean of what the others contributed in the last round, rounded.

    Half of the people in Fischbacher, Gächter & Fehr (2001) are of this kind, most with a matching below 1, and three
    in ten give nothing: `free_riders` makes that many of the partners do so. Names: reciprocator, matcher.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="conditional-cooperator",
        version="1",
        title="Conditional cooperators",
        summary="Each partner gives about as much as the others gave in the round before: what you give comes back.",
        sources=(
            "Fischbacher, Gächter & Fehr (2001). Are people conditionally cooperative? Evidence from a public goods "
            "experiment. Economics Letters 71(3), 397-404.",
        ),
    )

    first: Annotated[float, Field(ge=0, le=1)] = Field(0.5, description="Share of the endowment in the first round")
    matching: Annotated[float, Field(ge=0, le=1)] = Field(1.0, description="Of the others' mean, how much it gives")
    free_riders: Annotated[int, Field(ge=0, le=9)] = Field(0, description="How many of the partners give nothing")

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:  # noqa: ARG003  # the key says it
        """Public goods."""
        return game.key == "public-goods"

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:  # noqa: ARG002  # nothing is drawn
        """Match the mean, or give nothing."""
        view: Any = scene.view
        if scene.seat > view["partners"] - self.free_riders:
            return _choice(scene, 0.0, sentence("why.free-rider"))
        if view["last"] is None:
            return _choice(scene, self.first * view["endowment"], sentence("why.good-will"))
        mean = float(np.mean(view["last"]["others"]))
        return _choice(scene, self.matching * mean, sentence("why.others-gave", mean=mean))


def _choice(scene: Scene, units: float, why: str) -> Choice:
    action = round(units)
    return Choice(action, uniform(scene.situation, (action,)), why)
