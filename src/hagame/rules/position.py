"""A place in a two-player game that can be thought ahead from: what search needs, and nothing of matches or seats."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from typing import Self


class Position(ABC):
    """An immutable place in a zero-sum game of perfect information.

    Player 0 is whoever moved first in the game. Moves are indices into the actions of the game. Values are for player
    0, between -1 (lost) and 1 (won).
    """

    __slots__ = ()

    @property
    @abstractmethod
    def player(self) -> int:
        """Who is to move, 0 or 1."""

    @abstractmethod
    def moves(self) -> Sequence[int]:
        """What may be played, in rising order; none when it is over."""

    @abstractmethod
    def play(self, move: int) -> Self:
        """The place after this move, which must be one of `moves`."""

    @abstractmethod
    def outcome(self) -> float | None:
        """What the game ended with for player 0; None while it goes on."""

    @abstractmethod
    def key(self) -> Hashable:
        """Equal for places from which the game goes on alike, move by move."""

    def __eq__(self, other: object) -> bool:
        """Whether the game goes on alike from both."""
        return type(self) is type(other) and isinstance(other, Position) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def promising(self) -> Sequence[int]:
        """The same as `moves`, those first that are likely to be good."""
        return self.moves()

    def estimate(self) -> float:
        """A guess of the outcome for player 0, strictly between -1 and 1; 0 where the game knows none."""
        return 0.0


class Encoded(Position):
    """A position that can be told in whole numbers, for states that are stored."""

    __slots__ = ()

    @abstractmethod
    def encode(self) -> tuple[int, ...]:
        """The numbers from which its game makes this position again."""
