"""Bargainers who weigh their own gain against inequality, and one who does not."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from hagame.mind.language import Message, Sentence, message
from hagame.mind.opponents.inequity import acceptance, given_back, utility
from hagame.mind.opponents.mixing import uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene
from hagame.rules.game import GameInfo, Situation

FAMILIES = ("ultimatum", "dictator", "trust", "public-goods")
NEAR = 1e-9
EVEN = 0.5
"""Guilt from which on a unit of advantage is worth less than nothing."""
FIRST = 0.5
"""Share that the others are expected to contribute before the first round."""


class Fair(Opponent):
    """Maximises U = own - alpha * (what others have more) - beta * (what others have less), Fehr & Schmidt (1999).

    As a proposer it weighs each offer with the probability that this person accepts it, which it learns from the
    person's answers; as an investor it expects to get back what it would give back itself, until it has learnt what
    does come back; in a group it expects of the others what they gave in the last round. Among equally good choices it
    takes the one that leaves the other most. The defaults are the one common type of that paper that is generous as
    well as proud: it refuses less than a third of a pie, and as a trustee it shares evenly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="fair",
        version="1",
        title="Fair",
        summary="Minds having less than you, and also having more. It learns what you accept and what you give back.",
        sources=(
            "Fehr & Schmidt (1999). A theory of fairness, competition, and cooperation. Quarterly J. Economics 114(3), "
            "817-868.",
        ),
    )

    alpha: Annotated[float, Field(ge=0, le=10)] = Field(1.0, description="How much it minds having less than others")
    beta: Annotated[float, Field(ge=0, lt=1)] = Field(0.6, description="How much it minds having more than others")

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:  # noqa: ARG003  # the key says it
        """Bargaining and public goods."""
        return game.key in FAMILIES

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:  # noqa: ARG002  # it is never torn
        """The choice of the highest expected utility."""
        values, why = self._values(scene)
        best = max(values.values())
        action = max((i for i, value in values.items() if value >= best - NEAR), key=lambda i: _kindness(scene, i))
        said = Message(why.id, (*why.args, ("action", scene.situation.actions[action])))
        return Choice(action, uniform(scene.situation, (action,)), Sentence(said))

    def _values(self, scene: Scene) -> tuple[dict[int, float], Message]:
        """Expected utility by legal action, and the reason, without the action."""
        family, stage = scene.situation.family, scene.situation.stage
        if family == "public-goods":
            return self._of_giving(scene)
        if stage == 0 and family == "ultimatum":
            return self._of_proposing(scene)
        if stage == 0 and family == "trust":
            return self._of_investing(scene)
        values = {i: self._utility(*scene.situation.features[i]) for i in scene.situation.legal}
        return values, message("why.fair")

    def _of_proposing(self, scene: Scene) -> tuple[dict[int, float], Message]:
        legal, most = scene.situation.legal, int(_number(scene, "most"))
        chance = acceptance(_answered(scene), most)
        values = {i: chance[n] * self._utility(*scene.situation.features[i]) for n, i in enumerate(legal)}
        best = max(range(len(legal)), key=lambda n: (values[legal[n]], n))
        return values, message("why.offered", best=best, chance=chance[best])

    def _of_investing(self, scene: Scene) -> tuple[dict[int, float], Message]:
        legal, features = scene.situation.legal, scene.situation.features
        before = features[legal[0]][1]
        arrived = [features[i][1] - before for i in legal]
        units = [x * _number(scene, "total") for x in arrived]
        own, other = features[legal[-1]]
        share = given_back(_answered(scene), units, self._would_give_back(own, other, arrived[-1]))
        values = {}
        for i, arriving in zip(legal, arrived, strict=True):
            own, other = features[i]
            values[i] = self._utility(own + share * arriving, other - share * arriving)
        return values, message("why.sent", share=share)

    def _would_give_back(self, own: float, other: float, arrived: float) -> float:
        """The share that it would give back itself: whoever minds an advantage by half or more evens it out."""
        return min(max((other - own) / 2, 0.0) / arrived, 1.0) if self.beta >= EVEN else 0.0

    def _of_giving(self, scene: Scene) -> tuple[dict[int, float], Message]:
        endowment, partners = _number(scene, "endowment"), int(_number(scene, "partners"))
        last = scene.view["last"]
        others = last["others"] if isinstance(last, dict) else None
        theirs = float(np.mean(others)) / endowment if isinstance(others, list) else FIRST  # type: ignore[arg-type]
        each, values = _number(scene, "multiplier") / (1 + partners), {}
        for i in scene.situation.legal:
            kept, given = scene.situation.features[i]
            back = each * (given + partners * theirs)
            values[i] = utility(kept + back, (1.0 - theirs + back,), self.alpha, self.beta)
        return values, message("why.gave", mean=theirs * endowment)

    def _utility(self, own: float, other: float) -> float:
        return utility(own, (other,), self.alpha, self.beta)


class Selfish(Fair):
    """Maximises its own payoff: the self-interested player of textbooks, who still learns what the person accepts."""

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="selfish",
        version="1",
        title="Self-interested",
        summary="Cares for its own share alone. It takes whatever you offer, and offers what it thinks you will take.",
        sources=Fair.info.sources,
    )

    alpha: Annotated[float, Field(ge=0, le=10)] = Field(0.0, description="How much it minds having less than others")
    beta: Annotated[float, Field(ge=0, lt=1)] = Field(0.0, description="How much it minds having more than others")


def _kindness(scene: Scene, action: int) -> float:
    return scene.situation.features[action][1]


def _number(scene: Scene, name: str) -> float:
    value = scene.view[name]
    if not isinstance(value, int | float):
        raise TypeError(f"the view must show {name} as a number, not {value!r}")
    return float(value)


def _answered(scene: Scene) -> list[tuple[int, int]]:
    pairs: Any = scene.view["answered"]
    return [(times, total) for times, total in pairs]
