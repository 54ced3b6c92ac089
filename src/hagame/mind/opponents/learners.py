"""Opponents that learn what arms pay: they play a bandit of their own beside the person.

What they believe of each arm is in the memory that the match keeps for them; it is brought up to date by the last
reward when they choose again. Rewards are scaled by the game's usual range to 0..1, so that parameters fit any bandit.
"""

from __future__ import annotations

from abc import abstractmethod
from math import sqrt
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import Mixture, draw, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene
from hagame.rules.game import GameInfo, Situation

Floats = NDArray[np.float64]
STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
_SOURCE = (
    "Daw, O'Doherty, Dayan, Seymour & Dolan (2006). Cortical substrates for exploratory decisions. Nature 441, 876."
)


class Arms(msgspec.Struct, frozen=True, array_like=True):
    """What is believed of each arm, in units of the usual range: mean and variance."""

    mean: tuple[float, ...]
    variance: tuple[float, ...]


class Learner(Opponent):
    """Common to all: the memory, and what a reward does to it."""

    model_config = STRICT

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Bandits of its own."""
        return game.key == "bandit" and situation.payoff_range is not None

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Learn from the last reward, then choose."""
        arms = self.believed(scene)
        mixture, why = self.choose(arms, scene.situation, rng)
        return Choice(draw(mixture, rng), mixture, why, memory=msgspec.msgpack.encode(arms))

    def believed(self, scene: Scene) -> Arms:
        """The arms after the last reward, and after those not pulled where the game tells them."""
        names, n = scene.situation.actions, len(scene.situation.actions)
        if not scene.memory:
            return Arms((0.5,) * n, (0.25,) * n)
        arms = msgspec.msgpack.decode(scene.memory, type=Arms)
        last: Any = scene.view.get("last")
        seen = {} if last is None else last["all"] or {last["action"]: last["payoff"]}
        return self.learnt(arms, {names.index(arm): _scaled(reward, scene.situation) for arm, reward in seen.items()})

    @abstractmethod
    def learnt(self, arms: Arms, seen: dict[int, float]) -> Arms:
        """The arms after these rewards (0..1), by index."""

    @abstractmethod
    def choose(self, arms: Arms, situation: Situation, rng: np.random.Generator) -> tuple[Mixture, str]:
        """From which mixture to draw, and why."""


class Tracking(Learner):
    """Follows the mean of each arm by a Kalman filter, which is exact for gaussian rewards and walks.

    An arm that is not pulled becomes less certain by `drift`, so that it is looked at again.
    """

    noise: Annotated[float, Field(gt=0, le=10)] = Field(
        0.2, description="Standard deviation of rewards around the mean of their arm, as a share of the usual range"
    )
    drift: Annotated[float, Field(ge=0, le=1)] = Field(
        0.02, description="Standard deviation of the change of a mean per round, as a share of the usual range"
    )

    def learnt(self, arms: Arms, seen: dict[int, float]) -> Arms:
        """One step of the filter of every arm (Kalman 1960)."""
        mean, variance = list(arms.mean), list(arms.variance)
        for arm, reward in seen.items():
            gain = variance[arm] / (variance[arm] + self.noise**2)
            mean[arm] += gain * (reward - mean[arm])
            variance[arm] *= 1 - gain
        return Arms(tuple(mean), tuple(min(v + self.drift**2, 0.25) for v in variance))


class Thompson(Tracking):
    """Pulls each arm as often as it believes that arm to be the best (probability matching to beliefs)."""

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="thompson",
        version="1",
        title="Thompson sampling",
        summary="Plays the same arms, shuffled, and pulls each as often as it believes it to be the best.",
        sources=(
            "Thompson (1933). On the likelihood that one unknown probability exceeds another. Biometrika 25, 285-294.",
            "Gershman (2018). Deconstructing the human algorithms for exploration. Cognition 173, 34-42.",
            _SOURCE,
        ),
    )
    DRAWS: ClassVar[int] = 200
    """Samples by which the probability of being the best is estimated."""

    def choose(self, arms: Arms, situation: Situation, rng: np.random.Generator) -> tuple[Mixture, str]:
        """How often each arm is the best of samples from the posterior."""
        legal = list(situation.legal)
        means, deviations = np.array(arms.mean)[legal], np.sqrt(np.array(arms.variance)[legal])
        best = np.argmax(rng.normal(means, deviations, (self.DRAWS, len(legal))), axis=1)
        shares = np.bincount(best, minlength=len(legal)) / self.DRAWS
        mixture = np.zeros(len(situation.actions))
        mixture[legal] = shares
        likeliest = situation.actions[legal[int(np.argmax(shares))]]
        return tuple(mixture.tolist()), sentence("why.best-arm", arm=likeliest, share=float(shares.max()))


class Ucb(Tracking):
    """Pulls the arm whose mean could be the highest: mean plus `bonus` standard deviations (upper confidence bound)."""

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="ucb",
        version="1",
        title="Upper confidence bound",
        summary="Plays the same arms, shuffled, and pulls the one that could be the best.",
        sources=(
            "Auer, Cesa-Bianchi & Fischer (2002). Finite-time analysis of the multiarmed bandit problem. Machine "
            "Learning 47, 235-256.",
            _SOURCE,
        ),
    )

    bonus: Annotated[float, Field(ge=0, le=100)] = Field(
        1.0, description="Standard deviations of its belief that are added to the mean"
    )

    def choose(self, arms: Arms, situation: Situation, rng: np.random.Generator) -> tuple[Mixture, str]:  # noqa: ARG002
        """The highest bound; arms that tie share evenly."""
        bounds = [m + self.bonus * sqrt(v) for m, v in zip(arms.mean, arms.variance, strict=True)]
        most = max(bounds[i] for i in situation.legal)
        best = [i for i in situation.legal if bounds[i] >= most - 1e-12]
        return uniform(situation, best), sentence("why.could-pay-most", arm=situation.actions[best[0]])


class SoftmaxQ(Learner):
    """Keeps a value per arm and pulls better ones more often: Q-learning with a softmax rule."""

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="softmax-q",
        version="1",
        title="Reward learner",
        summary="Plays the same arms, shuffled, and learns as people are thought to: what paid is done more often.",
        sources=(
            "Sutton & Barto (2018). Reinforcement Learning, 2nd edition. MIT Press, sections 2.5 and 2.8.",
            _SOURCE,
        ),
    )

    learning_rate: Annotated[float, Field(gt=0, le=1)] = Field(0.3, description="Share of each surprise that is learnt")
    inverse_temperature: Annotated[float, Field(ge=0, le=1000)] = Field(
        8.0, description="How strictly the better arm is preferred; 0 is chance. Values lie within 0..1"
    )

    def learnt(self, arms: Arms, seen: dict[int, float]) -> Arms:
        """A step towards each reward seen."""
        mean = list(arms.mean)
        for arm, reward in seen.items():
            mean[arm] += self.learning_rate * (reward - mean[arm])
        return Arms(tuple(mean), arms.variance)

    def choose(self, arms: Arms, situation: Situation, rng: np.random.Generator) -> tuple[Mixture, str]:  # noqa: ARG002
        """Softmax over the legal arms."""
        legal = list(situation.legal)
        values = np.array(arms.mean)[legal]
        weights = np.exp(self.inverse_temperature * (values - values.max()))
        mixture = np.zeros(len(situation.actions))
        mixture[legal] = weights / weights.sum()
        best = situation.actions[legal[int(np.argmax(values))]]
        return tuple(mixture.tolist()), sentence("why.paid-best", arm=best)


def _scaled(reward: float, situation: Situation) -> float:
    low, high = situation.payoff_range or (0.0, 1.0)
    return (reward - low) / ((high - low) or 1.0)
