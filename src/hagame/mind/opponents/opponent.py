"""The contract of every opponent: what the AI does with what it predicts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, JsonValue

from hagame.mind.model import Probabilities
from hagame.rules.game import AI, GameInfo, Seat, Situation
from hagame.rules.position import Position

MOST_MEMORY_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class OpponentInfo:
    """Facts of an opponent, before any behaviour."""

    key: str
    version: str
    title: str
    summary: str
    """One sentence for players."""
    sources: tuple[str, ...] = ()
    slow: bool = False
    """Whether a choice may take more than about a millisecond; it is then made in a thread."""
    predicts: bool = False
    """Whether it looks at the prediction of the person; where nobody else does, as in simulations, none is made."""
    needs: tuple[str, str] | None = None
    """Module without which it cannot play, and what to install for it."""
    named: str = ""
    """Parameter that may be given with the key, after a colon: `strategy` for `axelrod:TitForTat`."""


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How the sealed predictions of this match have done so far.

    `n` decisions; `gain` is the sum over them of (log-loss of uniform - log-loss of the prediction), in nats.
    """

    n: int = 0
    gain: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """All an opponent may use to choose. It never holds the person's coming move.

    `situation` is seen from the opponent's own seat: its `actions` are the opponent's and its `payoffs[i][j]` are for
    the opponent's action i against the person's action j. `prediction` is over the person's actions.
    `prediction` is empty where the AI moves openly, without the person.
    `last` is (own action, person's action) of the last round as indices, None in the first, and in games where a
    situation does not list the other's actions.
    `seat` is the one to play for, where there are several AIs. `memory` is what the last `Choice` for this seat in this
    match said to remember, empty before the first. `position` is where the game stands, to think ahead from, in
    games in which both sides see everything.
    """

    situation: Situation
    view: Mapping[str, JsonValue]
    prediction: Probabilities
    record: TrackRecord
    last: tuple[int, int] | None
    seat: Seat = AI
    memory: bytes = b""
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the opponent plays (index into `Scene.situation.actions`), from which mixture, and why in one sentence.

    Where actions are bins of numbers, `number` is the one chosen, on a step and within the bin; the middle of the bin
    unless given. `memory` comes back in the next scene of this seat: at most `MOST_MEMORY_BYTES`, for states are stored
    with every move.
    """

    action: int
    mixture: tuple[float, ...]
    why: str
    number: float | None = None
    memory: bytes = b""


def plays_table(game: GameInfo, situation: Situation) -> bool:
    """Whether both sides choose at once and a table tells what each pair of actions pays: a normal form."""
    tables = bool(situation.payoffs) and bool(situation.opponent_payoffs)
    return game.seats == 2 and game.simultaneous and tables


class Opponent(BaseModel, ABC):
    """A way to play, reproducible from (definition, seed, history)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    info: ClassVar[OpponentInfo]

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:  # noqa: ARG003  # what others decide by
        """Whether it can play this game; it is neither offered for others nor accepted.

        `situation` is the AI's own at the start of a match, the person's in games for one.
        """
        return game.seats > 1

    def within(self, seconds: float) -> Self:  # noqa: ARG002  # for those that a clock can stop
        """The same, thinking about one choice for at most so long, where it can be stopped."""
        return self

    @abstractmethod
    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """Choose a legal action from `scene` alone, drawing only from `rng`."""
