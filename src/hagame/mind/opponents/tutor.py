"""The opponent that keeps the game as hard as it should be for this person."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
import numpy as np
from pydantic import ConfigDict, Field

from hagame.errors import CorruptState
from hagame.mind.language import sentence
from hagame.mind.opponents.adaptive import Adaptive
from hagame.mind.opponents.mixing import Mixture, draw, mixed, uniform
from hagame.mind.opponents.nash import equilibrium
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.mind.search import alpha_beta
from hagame.rules.game import GameInfo, Situation
from hagame.rules.position import Position

FORGETTING = 0.9
"""What a round leaves of the weight of all rounds before it: about the last ten count."""


class Course(msgspec.Struct, frozen=True, array_like=True):
    """What the tutor remembers: the mean of success minus target over the last rounds, and their weight."""

    error: float = 0.0
    weight: float = 0.0


class Tutor(Opponent):
    """Keeps the person's expected success near `target`: dynamic difficulty (Hunicke 2005).

    Success is 0 for the worst a round (a game) can pay the person and 1 for the best. In games with a table it mixes
    the action that is hardest for the person, by the prediction of the coming move, with the most helpful one, so that
    the expected success is the target less `gain` times by how much the last rounds missed it; where the prediction is
    not trusted yet, the equilibrium stands in for the hardest action. Nothing it can do moves the success of a person
    whose choices cannot be predicted. On boards it plays the move that leaves the person's success nearest to the
    target, as far as a search of `depth` moves can tell (Demediuk et al. 2017 do so by Monte Carlo): it gives back what
    a slip has cost, and wins only when the person lets nothing else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="tutor",
        version="1",
        title="Tutor",
        summary="Plays as well as is good for you: harder when you win often, easier when you do not.",
        sources=(
            "Hunicke (2005). The case for dynamic difficulty adjustment in games. ACE 2005, 429-433.",
            "Demediuk et al. (2017). Monte Carlo tree search based algorithms for dynamic difficulty adjustment. "
            "IEEE Conference on Computational Intelligence and Games, 53-59.",
        ),
        slow=True,
        predicts=True,
    )

    target: Annotated[float, Field(ge=0, le=1)] = Field(0.5, description="The person's success to aim at, from 0 to 1")
    gain: Annotated[float, Field(ge=0, le=20)] = Field(
        2.0, description="How strongly it makes up for rounds that missed the target"
    )
    depth: Annotated[int, Field(ge=2, le=8)] = Field(3, description="Moves that it looks ahead on a board")

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Where a table tells what is paid, or one can think ahead."""
        return plays_table(game, situation) or game.positions

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Choose what brings the person's success back to the target."""
        if scene.position is not None:
            return self._on_board(scene, scene.position, rng)
        return self._at_table(scene, rng)

    def _at_table(self, scene: Scene, rng: np.random.Generator) -> Choice:
        success, course = success_table(scene), _course(scene.memory)
        if scene.last is not None:
            course = _learnt(course, success[scene.last[0]][scene.last[1]] - self.target)
        mixture = _mixture(scene, success, self.target - self.gain * course.error)
        action = draw(mixture, rng)
        why = sentence("why.tutor-lately", target=self.target, lately=self.target + course.error)
        return Choice(action, mixture, why, memory=msgspec.msgpack.encode(course))

    def _on_board(self, scene: Scene, position: Position, rng: np.random.Generator) -> Choice:
        left = self._left(position)
        miss = {move: round(abs(success - self.target), 9) for move, success in left.items()}
        nearest = [move for move in miss if miss[move] == min(miss.values())]
        mixture = uniform(scene.situation, nearest)
        action = draw(mixture, rng)
        why = sentence("why.tutor-after", target=self.target, after=left[action])
        return Choice(action, mixture, why)

    def _left(self, position: Position) -> dict[int, float]:
        """What success each move leaves the person, as far as a search of `depth` moves can tell."""
        return {move: _success(position.play(move), position.player, self.depth - 1) for move in position.moves()}


def _success(position: Position, tutor: int, depth: int) -> float:
    value = position.outcome()
    if value is None:
        found = alpha_beta(position, depth=depth)
        value = -found.value if position.player else found.value
    return (1.0 + value) / 2.0 if tutor else (1.0 - value) / 2.0


def success_table(scene: Scene) -> list[list[float]]:
    """What each own action against each action of the person is worth to the person, from 0 to 1."""
    payoffs = np.array(scene.situation.opponent_payoffs)
    low, spread = float(payoffs.min()), float(np.ptp(payoffs)) or 1.0
    return ((payoffs - low) / spread).tolist()  # type: ignore[no-any-return]


def _mixture(scene: Scene, success: list[list[float]], wanted: float) -> Mixture:
    """Between the hardest play and the kindest action, where the expected success is nearest to the one wanted.

    The hardest play is the worst action for the person as far as the prediction is trusted, else the equilibrium, so
    that somebody who sees through the tutor gains no more than against `adaptive`.
    """
    expected = [float(np.dot(row, scene.prediction)) for row in success]
    worst, kindest = (find(scene.situation.legal, key=expected.__getitem__) for find in (min, max))
    trust = Adaptive().trust(scene.record)
    hardest = mixed(trust, uniform(scene.situation, (worst,)), equilibrium(scene.situation))
    least, most = float(np.dot(hardest, expected)), expected[kindest]
    if most - least < 1e-9:
        return hardest
    weight = min(1.0, max(0.0, (wanted - least) / (most - least)))
    return mixed(weight, uniform(scene.situation, (kindest,)), hardest)


def _learnt(course: Course, error: float) -> Course:
    weight = FORGETTING * course.weight + 1.0
    return Course(course.error + (error - course.error) / weight, weight)


def _course(memory: bytes) -> Course:
    try:
        return msgspec.msgpack.decode(memory, type=Course) if memory else Course()
    except msgspec.MsgspecError as error:
        raise CorruptState(f"The tutor's memory cannot be read: {error}.") from error
