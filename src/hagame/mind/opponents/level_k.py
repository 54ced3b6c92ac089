"""The opponent that thinks a limited number of steps ahead of others."""

from __future__ import annotations

from functools import lru_cache
from math import exp, factorial
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import Mixture, draw
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.rules.game import GameInfo, Situation

DEEPEST = 10
HIGH = 100
"""Greatest number of the guessing game."""
Strategies = NDArray[np.float64]
"""One mixture per number of steps, shape (DEEPEST + 1, n_actions)."""


class LevelK(Opponent):
    """Reasons a number of steps: of no steps evenly, of k steps best against those of fewer.

    With `depth` it always reasons k steps and takes the others to reason k - 1 (level-k, Nagel 1995). Without, its
    steps are drawn from a Poisson distribution before each choice, and it answers the mixture of all who reason less
    (cognitive hierarchy; Camerer, Ho & Chong 2004, who find 1.5 steps on average). In the guessing game k steps guess
    p^k times the middle of the last round, 50 in the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="level-k",
        version="1",
        title="Level-k",
        summary="Thinks some steps ahead, as most people do: not none, and not infinitely many.",
        sources=(
            "Nagel (1995). Unraveling in guessing games. American Economic Review 85(5), 1313-1326.",
            "Camerer, Ho & Chong (2004). A cognitive hierarchy model of games. Quarterly J. Economics 119(3), 861-898.",
        ),
    )

    depth: Annotated[int, Field(ge=0, le=DEEPEST)] | None = Field(
        None, description="Steps of reasoning; drawn anew before each choice unless given"
    )
    mean_depth: Annotated[float, Field(ge=0, le=5)] = Field(1.5, description="Mean of the steps that are drawn")

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Normal forms and the guessing game."""
        return game.key == "guessing" or plays_table(game, situation)

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Draw the steps, then the action of somebody who reasons so far."""
        weights = _poisson(self.mean_depth) if self.depth is None else _certain(self.depth)
        steps = draw(weights, rng)
        if scene.situation.family == "guessing":
            return _guess(scene, steps, weights, rng)
        levels = _levels(scene.situation, None if self.depth is not None else self.mean_depth)
        mixture = tuple((np.array(weights) @ levels).tolist())
        action = draw(tuple(levels[steps].tolist()), rng)
        return Choice(action, mixture, _told(steps, scene.situation.actions[action]))


@lru_cache(maxsize=1024)
def _levels(situation: Situation, mean: float | None) -> Strategies:
    """Own mixture by steps: best against the last level, or, with a mean, against all lower ones as they occur."""
    own = np.array(situation.payoffs)
    theirs = np.array(situation.opponent_payoffs).T
    legal = np.isin(np.arange(len(own)), situation.legal)
    mine, others = [legal / legal.sum()], [np.full(len(theirs), 1.0 / len(theirs))]
    for level in range(1, DEEPEST + 1):
        weights = np.eye(level)[-1] if mean is None else np.array(_poisson(mean)[:level])
        weights = weights / weights.sum()
        expected, met = weights @ np.array(others), weights @ np.array(mine)
        mine.append(_best(np.where(legal, own @ expected, -np.inf)))
        others.append(_best(theirs @ met))
    return np.array(mine)


def _best(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Evenly over the highest values, up to rounding."""
    highest = float(values.max())
    best = (values >= highest - 1e-9 * max(1.0, abs(highest))).astype(np.float64)
    mixture: NDArray[np.float64] = best / best.sum()
    return mixture


def _guess(scene: Scene, steps: int, weights: Mixture, rng: np.random.Generator) -> Choice:
    """Of no steps any number; of k steps p^k times the middle of the last round."""
    view: Any = scene.view
    bins = len(scene.situation.actions)
    guesses = [min(round(view["middle"] * view["factor"] ** k), HIGH) for k in range(DEEPEST + 1)]
    mixture = np.full(bins, weights[0] / bins)
    for guess, weight in zip(guesses[1:], weights[1:], strict=True):
        mixture[_bin(guess, bins)] += weight
    guess = guesses[steps] if steps else int(rng.integers(HIGH + 1))
    return Choice(_bin(guess, bins), tuple(mixture.tolist()), _told(steps, str(guess)), number=float(guess))


def _bin(guess: int, bins: int) -> int:
    return min(guess * bins // HIGH, bins - 1)


def _poisson(mean: float) -> Mixture:
    """Of 0 to `DEEPEST` steps, truncated there."""
    weights = [exp(-mean) * mean**k / factorial(k) for k in range(DEEPEST + 1)]
    return tuple(w / sum(weights) for w in weights)


def _certain(depth: int) -> Mixture:
    return tuple(float(k == depth) for k in range(DEEPEST + 1))


def _told(steps: int, action: str) -> str:
    return sentence("why.reasoned", steps=steps, action=action)
