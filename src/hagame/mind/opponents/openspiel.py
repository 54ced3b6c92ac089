"""OpenSpiel's own bots in OpenSpiel's games (extra `spiel`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import draw, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene
from hagame.rules.game import GameInfo, Situation
from hagame.rules.spiel import Spiel, SpielPosition, load

if TYPE_CHECKING:
    import pyspiel

MOST_NODES = 20_000
"""Histories a game may have for CFR to go through all of them in each iteration."""
MOST_SEED = 2**31
EXPLORATION = 2.0
MOST_MEMORY_MB = 200
FRAMEWORK = "Lanctot et al. (2019). OpenSpiel: a framework for reinforcement learning in games. arXiv 1908.09453."


class OpenSpielMCTS(Opponent):
    """OpenSpiel's Monte Carlo tree search, for its games in which nothing is hidden or drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="openspiel:mcts",
        version="1",
        title="OpenSpiel MCTS",
        summary="Tries its moves out in many random games and plays the one that did best.",
        sources=(FRAMEWORK, "Kocsis & Szepesvari (2006). Bandit based Monte-Carlo planning. ECML, 282-293."),
        slow=True,
        needs=("pyspiel", "hagame[spiel]"),
    )

    playouts: Annotated[int, Field(ge=1, le=5_000)] = Field(1000, description="Games that it plays out for a move")

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:  # noqa: ARG003  # the facts say it
        """OpenSpiel's games of perfect information, in turns, without chance."""
        return game.key == Spiel.info.key and game.positions

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Ask the bot."""
        import pyspiel  # noqa: PLC0415  # an extra

        if not isinstance(scene.position, SpielPosition):
            raise TypeError("OpenSpiel's MCTS plays OpenSpiel's games of perfect information only")
        state, seeds = scene.position.state, rng.integers(MOST_SEED, size=2).tolist()
        evaluator = pyspiel.RandomRolloutEvaluator(1, seeds[0])
        bot = pyspiel.MCTSBot(
            state.get_game(),
            evaluator,
            uct_c=EXPLORATION,
            max_simulations=self.playouts,
            max_memory_mb=MOST_MEMORY_MB,
            solve=True,
            seed=seeds[1],
            verbose=False,
        )
        mixture = uniform(scene.situation, (bot.step(state),))
        return Choice(draw(mixture, rng), mixture, sentence("why.tried-out", games=self.playouts))


class OpenSpielCFR(Opponent):
    """OpenSpiel's counterfactual regret minimisation, for its small games in turns, with chance and secrets or without.

    It plays the average strategy of `iterations` runs through the whole game, which comes near an equilibrium in
    zero-sum games. The strategy is found once per process, and looks only at what its player may know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="openspiel:cfr",
        version="1",
        title="OpenSpiel CFR",
        summary="Plays a strategy close to equilibrium, which ignores your habits and gives you nothing to exploit.",
        sources=(
            FRAMEWORK,
            "Zinkevich et al. (2007). Regret minimization in games with incomplete information. NIPS 20, 1729-1736.",
        ),
        slow=True,
        needs=("pyspiel", "hagame[spiel]"),
    )

    iterations: Annotated[int, Field(ge=1, le=300)] = Field(200, description="Runs through the whole game")

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """OpenSpiel's games in turns that can be gone through as a whole."""
        return game.key == Spiel.info.key and _is_small(situation.family.partition(":")[2])

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Draw from the strategy."""
        policy = average_policy(str(scene.view["game"]), self.iterations)
        weights = policy.action_probabilities(str(scene.view["information_state"]))
        total = sum(weights.values())
        mixture = tuple(weights.get(i, 0.0) / total for i in range(len(scene.situation.actions)))
        return Choice(draw(mixture, rng), mixture, sentence("why.near-equilibrium"))


@lru_cache(maxsize=16)
def average_policy(name: str, iterations: int) -> pyspiel.TabularPolicy:
    """The average strategy of CFR after so many iterations."""
    import pyspiel  # noqa: PLC0415  # an extra

    solver = pyspiel.CFRSolver(load(name))
    for _ in range(iterations):
        solver.evaluate_and_update_policy()
    return solver.tabular_average_policy()


@lru_cache(maxsize=64)
def _is_small(name: str) -> bool:
    """Whether CFR can go through the game: it names its information states and has few enough histories."""
    game = load(name)
    kind = game.get_type()
    if kind.dynamics.name != "SEQUENTIAL" or not kind.provides_information_state_string:
        return False
    left, open_states = MOST_NODES, [game.new_initial_state()]
    while open_states and left > 0:
        state = open_states.pop()
        if not state.is_terminal():
            open_states += [state.child(action) for action in state.legal_actions()]
        left -= 1
    return not open_states
