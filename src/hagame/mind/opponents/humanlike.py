"""The opponent that plays as people do."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
import numpy as np
from pydantic import Field

from hagame.mind.cognition.structure import structure
from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import Mixture, draw, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.rules.board.features import FEATURES
from hagame.rules.board.in_a_row import InARow
from hagame.rules.game import GameInfo, Situation

BOARD_WEIGHTS: tuple[float, ...] = (0.5, 0.0, 0.0, 0.0, 0.5, 0.5, 1.5, 8.0, 0.0, 1.5, 1.0, 5.0)
"""Of a conditional logit on `FEATURES`, in round numbers of our own: completing a line comes first, then
keeping the other from it, then longer lines and the centre. Not fitted; weights that are go into `board_weights`."""
AFTER_OUTCOME: dict[int, tuple[float, ...]] = {0: (6.56, 7.74, 7.94), 1: (7.90, 6.47, 5.73), -1: (4.17, 6.88, 7.60)}
"""How people differ after a tie, a win and a loss: parameters of the Dirichlet distribution, over people, of the
probabilities to stay, to go one action up, and one down. Fitted by maximum likelihood to 95 people who played
rock-paper-scissors against bots that adapted to them (Brockbank & Vul, experiment 2, CC0-1.0)."""
COOPERATING: dict[tuple[bool, bool], tuple[float, float]] = {
    (True, True): (7.27, 0.20),
    (True, False): (0.75, 1.44),
    (False, True): (0.15, 0.21),
    (False, False): (0.12, 1.66),
}
"""How people differ in a repeated dilemma after (own, other's) cooperation: parameters of the Beta distribution, over
people, of the probability to cooperate. Fitted to late matches of 266 people (Dal Bo & Frechette 2011, CC BY 4.0)."""
COOPERATING_FIRST = (0.12, 0.14)
_DECODER = msgspec.msgpack.Decoder(dict[str, tuple[float, ...]])


Habits = dict[str, tuple[float, ...]]
"""One person drawn from the population: what may have happened last -> probabilities of the steps from there."""


class Humanlike(Opponent):
    """Draws its moves from a model of people instead of choosing the best one.

    In games with a table each match meets another person, drawn from the spread found in people: who staying, going on
    or going back after a win, a tie or a loss is usual for, or in a dilemma, how often they cooperate after each of the
    four outcomes. In games in a row it draws from a conditional logit on the features of moves (`board_weights`). It
    has these first-order habits only, so it is easier to read than some people and harder than others.
    """

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="humanlike",
        version="1",
        title="Humanlike",
        summary="Plays as people do, habits and slips included, and does not try to beat you.",
        sources=(
            "McFadden (1974). Conditional logit analysis of qualitative choice behavior. In Frontiers in Econometrics.",
            "van Opheusden et al. (2023). Expertise increases planning depth in human gameplay. Nature 618, 1000-1005.",
            "Brockbank & Vul (2024). Repeated rock, paper, scissors play reveals limits in adaptive sequential "
            "behavior. Cognitive Psychology 151, 101654.",
            "Dal Bo & Frechette (2011). The evolution of cooperation in infinitely repeated games. American Economic "
            "Review 101(1), 411-429.",
        ),
    )

    board_weights: tuple[Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)], ...] = Field(
        BOARD_WEIGHTS,
        min_length=len(FEATURES),
        max_length=len(FEATURES),
        description=f"In games in a row: log-odds of a move per unit of each feature: {', '.join(FEATURES)}",
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Where people have been modelled: tables, and stones in a row."""
        return plays_table(game, situation) or game.key == InARow.info.key

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Draw from what a person would do."""
        if scene.situation.features:
            mixture = like_people(scene.situation, self.board_weights)
            return Choice(draw(mixture, rng), mixture, sentence("why.people-here"))
        person = _DECODER.decode(scene.memory) if scene.memory else _drawn(rng)
        cooperate = structure(scene.situation).cooperate
        if cooperate is None:
            wanted = _stepping(scene.situation, person, scene.last)
        else:
            wanted = _cooperating(cooperate, person, scene.last)
        mixture = _allowed(wanted, scene.situation)
        why = sentence("why.person")
        return Choice(draw(mixture, rng), mixture, why, memory=msgspec.msgpack.encode(person))


def like_people(situation: Situation, weights: tuple[float, ...]) -> Mixture:
    """How people of these weights would choose among moves with `FEATURES`."""
    features = np.array([situation.features[i] for i in situation.legal])
    if features.shape[1] != len(FEATURES):
        raise ValueError(f"humanlike knows moves by {len(FEATURES)} features, not {features.shape[1]}")
    utility = features @ np.array(weights)
    odds = np.exp(utility - utility.max())
    mixture = np.zeros(len(situation.actions))
    mixture[list(situation.legal)] = odds / odds.sum()
    return tuple(mixture.tolist())


def _drawn(rng: np.random.Generator) -> Habits:
    """Somebody from the population."""
    spread = {f"outcome {outcome}": alpha for outcome, alpha in AFTER_OUTCOME.items()}
    spread |= {_round(*pair): alpha for pair, alpha in COOPERATING.items()}
    spread["first"] = COOPERATING_FIRST
    return {name: tuple(rng.dirichlet(alpha).tolist()) for name, alpha in spread.items()}


def _stepping(situation: Situation, person: Habits, last: tuple[int, int] | None) -> Mixture:
    """Stay, up or down by the last outcome; where actions are not three, a change goes to any other action alike."""
    if last is None or last[0] not in situation.legal:
        return uniform(situation, situation.legal)
    outcome = structure(situation).outcome(situation.payoffs[last[0]][last[1]])
    stay, up, down = person[f"outcome {outcome}"]
    mixture, many = [0.0] * len(situation.actions), len(situation.actions)
    if many == 3:
        mixture[(last[0] + 1) % 3], mixture[last[0] - 1] = up, down
    else:
        for other in set(range(many)) - {last[0]}:
            mixture[other] = (up + down) / (many - 1)
    mixture[last[0]] += stay if many > 1 else 1.0
    return tuple(mixture)


def _cooperating(cooperate: int, person: Habits, last: tuple[int, int] | None) -> Mixture:
    probability = person["first" if last is None else _round(last[0] == cooperate, last[1] == cooperate)][0]
    return (probability, 1.0 - probability) if cooperate == 0 else (1.0 - probability, probability)


def _allowed(wanted: Mixture, situation: Situation) -> Mixture:
    """The same among the legal actions; evenly where none of them was wanted."""
    weights = [p if action in situation.legal else 0.0 for action, p in enumerate(wanted)]
    total = sum(weights)
    return tuple([p / total for p in weights]) if total else uniform(situation, situation.legal)


def _round(own: bool, other: bool) -> str:
    return f"{'C' if own else 'D'}{'C' if other else 'D'}"
