"""The opponent that chooses as people in published studies did."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hagame.mind.language import sentence
from hagame.mind.opponents.inequity import accepts
from hagame.mind.opponents.mixing import Mixture, draw
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene
from hagame.rules.game import GameInfo, Situation

OFFERED, OFFERED_SD = 2.33 / 5, 0.49 / 5
"""Share of the pie that proposers offer: Forsythe et al. (1994), ultimatum game for 5 dollars, n = 43."""
SENT = 5.16 / 10
"""Mean share that investors send: Berg, Dickhaut & McCabe (1995), no history, n = 32."""
RETURNED = 4.66 / (3 * 5.16)
"""Mean share of what arrived that is given back, of the same pairs."""
DEFECTED = 0.63
"""Share of defection where the other's move is not known: Shafir & Tversky (1992), n = 80."""


class Published(Opponent):
    """Draws from what many people did, whatever this person does.

    Offers are normal with the published mean and standard deviation. Answers to offers follow the thresholds that Fehr
    & Schmidt (1999, table III) distilled from many studies. Where no more than a mean is published, as of the trust
    game, the distribution is the one that presumes nothing else: that of the greatest entropy (Jaynes 1957).
    """

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="published",
        version="1",
        title="As in experiments",
        summary="Chooses as people did in published experiments, now this way and now that.",
        sources=(
            "Forsythe, Horowitz, Savin & Sefton (1994). Fairness in simple bargaining experiments. Games and Economic "
            "Behavior 6(3), 347-369.",
            "Fehr & Schmidt (1999). A theory of fairness, competition, and cooperation. Quarterly J. Economics 114(3), "
            "817-868.",
            "Berg, Dickhaut & McCabe (1995). Trust, reciprocity, and social history. Games and Economic Behavior "
            "10(1), 122-142.",
            "Shafir & Tversky (1992). Thinking through uncertainty. Cognitive Psychology 24(4), 449-474.",
            "Jaynes (1957). Information theory and statistical mechanics. Physical Review 106(4), 620-630.",
        ),
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:  # noqa: ARG003  # the key says it
        """Games of which there are published choices."""
        return game.key in ("ultimatum", "trust", "pd-information")

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Draw from the population."""
        mixture = _population(scene)
        action = draw(mixture, rng)
        share = mixture[action]
        return Choice(action, mixture, sentence("why.as-people", action=scene.situation.actions[action], share=share))


def _population(scene: Scene) -> Mixture:
    """Probability of each action among people."""
    situation = scene.situation
    if situation.family == "pd-information":
        weights = np.array([1.0 - DEFECTED, DEFECTED])
    elif situation.family == "ultimatum":
        weights = _proposed(situation) if situation.stage == 0 else _answered(scene)
    else:
        weights = _of_mean(situation, SENT if situation.stage == 0 else RETURNED)
    chosen = np.zeros(len(situation.actions))
    legal = list(situation.legal)
    chosen[legal] = weights[legal] if len(weights) == len(chosen) else weights
    return tuple((chosen / chosen.sum()).tolist())


def _proposed(situation: Situation) -> NDArray[np.float64]:
    """A normal distribution over the legal offers."""
    shares = np.linspace(0.0, 1.0, len(situation.legal))
    density: NDArray[np.float64] = np.exp(-0.5 * ((shares - OFFERED) / OFFERED_SD) ** 2)
    return density


def _answered(scene: Scene) -> NDArray[np.float64]:
    """To accept and to refuse the open offer."""
    view: Any = scene.view
    yes = accepts(view["offer"] / view["most"])
    return np.array([yes, 1.0 - yes])


def _of_mean(situation: Situation, mean: float) -> NDArray[np.float64]:
    """The distribution of the greatest entropy over the legal amounts with this mean share: p_i ~ exp(rate i)."""
    from scipy.optimize import brentq  # type: ignore[import-untyped]  # slow to import

    if len(situation.legal) == 1:
        return np.ones(1)
    shares = np.linspace(0.0, 1.0, len(situation.legal))

    def excess(rate: float) -> float:
        weights = np.exp(rate * (shares - 0.5))
        return float(weights @ shares / weights.sum() - mean)

    weights: NDArray[np.float64] = np.exp(brentq(excess, -100.0, 100.0) * (shares - 0.5))
    return weights
