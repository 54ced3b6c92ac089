"""The opponent that thinks ahead."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import perf_counter
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import ConfigDict, Field

from hagame.mind.language import Message, message, sentence
from hagame.mind.opponents.mixing import Mixture, draw, mixed, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene
from hagame.mind.search import alpha_beta, mcts
from hagame.mind.search.alpha_beta import CERTAIN
from hagame.rules.game import GameInfo, Situation
from hagame.rules.position import Position

MOST_SEED = 2**63


class Search(Opponent):
    """Plays the move that turns out best when all, or many, ways to go on are looked at.

    `alpha-beta` looks `depth` moves ahead and no further, the planning depth of cognitive models, and stops early after
    `nodes` positions. `mcts` tries moves out in `playouts` games that go on at random, and plays the one tried most.
    Either way the same seed gives the same game on every machine, unless `seconds` cuts the thinking short: that
    depends on the machine. The most `nodes` or `playouts` take about two seconds on an idle core. With probability
    `lapse` any legal move is played instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="search",
        version="1",
        title="Search",
        summary="Thinks several moves ahead and plays the best it finds. It does not look at your habits.",
        sources=(
            "Knuth & Moore (1975). An analysis of alpha-beta pruning. Artificial Intelligence 6(4), 293-326.",
            "Kocsis & Szepesvari (2006). Bandit based Monte-Carlo planning. ECML, 282-293.",
        ),
        slow=True,
    )

    method: Literal["alpha-beta", "mcts"] = Field("alpha-beta", description="How it thinks ahead")
    depth: Annotated[int, Field(ge=1, le=64)] = Field(6, description="Moves of both sides that alpha-beta looks ahead")
    nodes: Annotated[int, Field(ge=1, le=100_000)] = Field(
        10_000, description="Most positions that alpha-beta visits for one move"
    )
    playouts: Annotated[int, Field(ge=1, le=10_000)] = Field(1000, description="Games that mcts plays out for a move")
    lapse: Annotated[float, Field(ge=0, le=1)] = Field(0.0, description="Probability of an even draw among all moves")
    seconds: Annotated[float, Field(gt=0, le=5)] | None = Field(
        None, description="Most time to think about one move; with it, a seed no longer tells the whole game"
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:  # noqa: ARG003  # the facts say it
        """Where everything can be seen, two move in turn, and nothing is drawn."""
        return game.positions

    def within(self, seconds: float) -> Self:
        """The same with a clock."""
        return self.model_copy(update={"seconds": min(seconds, self.seconds or seconds)})

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Think ahead from where the game stands."""
        if scene.position is None:
            raise ValueError("search needs a position to think ahead from")
        look = self._alpha_beta if self.method == "alpha-beta" else self._mcts
        best, why = look(scene.position, rng)
        chosen = uniform(scene.situation, best)
        mixture: Mixture = chosen
        if self.lapse:
            mixture = mixed(1.0 - self.lapse, chosen, uniform(scene.situation, scene.situation.legal))
        action = draw(mixture, rng)
        return Choice(action, mixture, why if chosen[action] else sentence("why.lapsed-move"))

    def _alpha_beta(self, position: Position, rng: np.random.Generator) -> tuple[tuple[int, ...], str]:  # noqa: ARG002  # nothing is drawn
        found = alpha_beta(position, depth=self.depth, nodes=self.nodes, stop=_clock(self.seconds))
        return found.best, sentence("why.looked", depth=found.depth, nodes=found.nodes, hope=_hope(found.value))

    def _mcts(self, position: Position, rng: np.random.Generator) -> tuple[tuple[int, ...], str]:
        random = Random(int(rng.integers(MOST_SEED)))  # noqa: S311  # faster than numpy's for single draws
        tried = mcts(position, random, playouts=self.playouts, stop=_clock(self.seconds))
        games = sum(move.visits for move in tried)
        return (tried[0].move,), sentence("why.tried", games=games, value=tried[0].value)


def _hope(value: float) -> Message:
    if abs(value) < CERTAIN:
        return message("why.liked" if value else "why.even")
    return message("why.i-win" if value > 0 else "why.you-win")


def _clock(seconds: float | None) -> Callable[[], bool] | None:
    if seconds is None:
        return None
    end = perf_counter() + seconds
    return lambda: perf_counter() > end
