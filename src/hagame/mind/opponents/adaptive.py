"""The opponent that plays against its prediction of the person, as far as that prediction has proved itself."""

from __future__ import annotations

from math import exp, log
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import draw, mixed, uniform
from hagame.mind.opponents.nash import equilibrium
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, TrackRecord, plays_table
from hagame.rules.game import GameInfo, Situation


class Adaptive(Opponent):
    """Best response to the prediction, as far as it is trusted; otherwise the Nash equilibrium.

    It maximises its own expected payoff of the coming round and looks no further: in a repeated prisoner's dilemma
    that is to defect always, whatever is predicted. In zero-sum games this is the restricted Nash response of
    Johanson, Zinkevich & Bowling (2007) in its simplest form, a mixture of exploiting and safe play.

    The trust, weight of the best response, is the posterior probability that the predictor knows the person better
    than chance does. `gain` of the record is the log of the likelihood ratio of the sealed predictions against uniform
    choice, so

        trust = odds / (1 + odds),  odds = prior / (1 - prior) * exp(gain * min(1, memory / n)).

    Against somebody who plays evenly at random exp(gain) is a martingale with mean 1: by Ville's inequality (1939) it
    ever exceeds 1 / a in a match with probability at most a, however long the match. Such a player costs nothing: where
    even play is the equilibrium, as in rock-paper-scissors, every answer to it pays the same. Somebody who outguesses
    the best response makes the predictions fail, and within a few decisions meets the equilibrium. `memory` scales the
    evidence of long matches down to that many decisions, so that such a change of mind is noticed late in a match too.

    Bounds: at the first decision the weight is `prior`; it falls towards 0 when the predictions fail and never exceeds
    `ceiling`. The default prior follows recorded rock-paper-scissors, where the predictions end a match ahead of chance
    for nine people in ten. Actions that respond equally well share the weight evenly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="adaptive",
        version="1",
        title="Adaptive",
        summary="Learns how you choose and plays what pays it most this round against the move it expects, carefully "
        "until its predictions have proved right. In a dilemma that means it defects.",
        sources=(
            "Johanson, Zinkevich & Bowling (2007). Computing robust counter-strategies. NIPS 20, 721-728.",
            "Shafer (2021). Testing by betting. J. Royal Statistical Society A 184(2), 407-431.",
            "Ville (1939). Etude critique de la notion de collectif. Gauthier-Villars.",
        ),
        predicts=True,
    )

    prior: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.9,
        description="Weight of the best response before anything is known: the share of people taken to be predictable",
    )
    ceiling: Annotated[float, Field(ge=0, le=1)] = Field(1.0, description="Most weight the best response may get")
    memory: Annotated[int, Field(ge=1, le=100_000)] = Field(
        50, description="Decisions to which the evidence of a longer match is scaled down"
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Normal forms only."""
        return plays_table(game, situation)

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Mix the best response to the prediction with the equilibrium, and draw."""
        situation = scene.situation
        expected = scene.prediction.tolist()
        best = _best_responses(scene, expected)
        trust = self.trust(scene.record)
        mixture = mixed(trust, uniform(situation, best), equilibrium(situation))
        action = draw(mixture, rng)
        likeliest = max(range(len(expected)), key=expected.__getitem__)
        name, likely = situation.actions[action], situation.opponent_actions[likeliest]
        if action in best:
            why = sentence("why.best-response", action=name, likely=likely, probability=expected[likeliest])
        else:
            why = sentence("why.mixed-in", action=name, trust=trust)
        return Choice(action, mixture, why)

    def trust(self, record: TrackRecord) -> float:
        """Weight of the best response after this record, in 0..`ceiling`."""
        evidence = record.gain * min(1.0, self.memory / record.n) if record.n else 0.0
        against = log(1.0 / self.prior - 1.0) - evidence
        return min(self.ceiling, 1.0 / (1.0 + exp(min(against, 700.0))))


def _best_responses(scene: Scene, expected: list[float]) -> list[int]:
    """Legal actions whose expected payoff is the highest, up to rounding."""
    payoffs = scene.situation.payoffs
    values = [sum([p * x for p, x in zip(expected, payoffs[i], strict=True)]) for i in scene.situation.legal]
    least = max(values)
    least -= 1e-9 * max(1.0, abs(least))
    return [i for i, value in zip(scene.situation.legal, values, strict=True) if value >= least]
