"""The contract of every game: pure rules over immutable states.

Class = code, instance = parameters, state = value. A game is a frozen Pydantic model whose fields are its
parameters, so its JSON Schema and its error messages come for free.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, JsonValue

Action = str
"""What is chosen, as people and logs name it: `rock`, `cooperate`."""
Seat = int
"""Who chooses: 0 is the person, 1 the AI."""

PLAYER: Seat = 0
AI: Seat = 1

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class GameInfo:
    """Facts of a game, before any behaviour."""

    key: str
    """Registry key, e.g. `matrix`."""
    version: str
    """Rises with behaviour; stored with every decision."""
    title: str
    seats: int
    simultaneous: bool
    """Whether all seats choose before anybody sees a choice."""
    hidden: tuple[str, ...]
    """Fields of the state that no view may depend on."""
    sources: tuple[str, ...]
    """Papers or books that define the game."""
    rival: str = "adaptive"
    """Key of the opponent it is played against unless another one is named."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a model may know before a choice: one decision seen from one seat.

    `payoffs[i][j]` and `opponent_payoffs[i][j]` are for own action i against the opponent's action j, in the
    units of the game. `legal` holds indices into `actions`. Where nobody answers, or what is paid does not follow from
    a table, `opponent_actions` or both tables are `()`.
    """

    actions: tuple[Action, ...]
    opponent_actions: tuple[Action, ...]
    legal: tuple[int, ...]
    payoffs: tuple[tuple[float, ...], ...]
    opponent_payoffs: tuple[tuple[float, ...], ...]
    family: str
    """Key of the population prior to start from, e.g. `rock-paper-scissors`; empty when there is none."""
    stage: int = 0
    """Which of the game's `stages` recurring kinds of choice this is, e.g. the state of a two-step task."""
    stages: int = 1
    features: tuple[tuple[float, ...], ...] = ()
    """What distinguishes the options of this choice: shape (n_actions, F), in the same order for the whole game."""
    payoff_range: tuple[float, float] | None = None
    """Least and most that one decision usually pays, in the units of the game; None where the table tells."""


class Game(BaseModel, ABC, Generic[S]):
    """Rules of one game. States are immutable values; no method changes its arguments.

    Methods that draw use only the generator they are given, so the same generator gives the same game.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    info: ClassVar[GameInfo]
    State: ClassVar[type]
    """Frozen dataclass of JSON values."""

    @property
    def has_winner(self) -> bool:
        """Whether the higher score wins a match, so that players can be rated; in a dilemma it does not."""
        return False

    @abstractmethod
    def start(self, rng: np.random.Generator) -> S:
        """The state before the first decision."""

    @abstractmethod
    def legal_actions(self, state: S, seat: Seat) -> tuple[Action, ...]:
        """What this seat may choose now; `()` when there is nothing to do."""

    @abstractmethod
    def apply(self, state: S, actions: Mapping[Seat, Action], rng: np.random.Generator) -> S:
        """The state after these choices. Raises `IllegalAction`."""

    @abstractmethod
    def payoffs(self, state: S) -> tuple[float, ...]:
        """Payoff of the last step, one per seat; zeros before the first."""

    @abstractmethod
    def is_over(self, state: S) -> bool:
        """Whether no further decision will be taken."""

    @abstractmethod
    def view(self, state: S, seat: Seat) -> dict[str, JsonValue]:
        """What this seat may see. Nothing is shown unless it is put here."""

    @abstractmethod
    def situation(self, state: S, seat: Seat) -> Situation:
        """The coming decision as models see it."""
