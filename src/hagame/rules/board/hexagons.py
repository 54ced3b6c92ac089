"""Places of Hex: stones on a rhombus of hexagons; each side tries to connect its own pair of opposite edges."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

from hagame.rules.board.grid import Mask
from hagame.rules.position import Encoded

SIX = ((-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0))
SOFTNESS = 2.0
"""The difference in stones needed at which an estimate is one half."""


@dataclass(frozen=True)
class Rhombus:
    """`size` rows of `size` hexagons, each row half a hexagon further right. Cell = row * size + column.

    Player 0 connects top and bottom, player 1 left and right.
    """

    size: int

    @property
    def cells(self) -> int:
        """How many there are."""
        return self.size * self.size

    @cached_property
    def full(self) -> Mask:
        """All cells."""
        return (1 << self.cells) - 1

    @cached_property
    def edges(self) -> tuple[tuple[Mask, Mask], tuple[Mask, Mask]]:
        """The two edges of each player."""
        top, left = (1 << self.size) - 1, sum(1 << row * self.size for row in range(self.size))
        return (top, top << self.size * (self.size - 1)), (left, left << self.size - 1)

    @cached_property
    def neighbours(self) -> tuple[Mask, ...]:
        """The up to six cells around each cell."""
        return tuple(self._around(*divmod(cell, self.size)) for cell in range(self.cells))

    @cached_property
    def centrality(self) -> tuple[float, ...]:
        """Minus the distance of each cell from the middle, in steps from cell to cell (exact for odd sizes)."""
        middle = (self.size - 1) / 2
        places = (divmod(cell, self.size) for cell in range(self.cells))
        return tuple(-_steps(row - middle, column - middle) for row, column in places)

    @cached_property
    def central_first(self) -> tuple[int, ...]:
        """Cells, the most central ones first."""
        return tuple(sorted(range(self.cells), key=lambda cell: -self.centrality[cell]))

    def spread(self, cells: Mask) -> Mask:
        """The cells next to any of these, in a few shifts of the whole set."""
        size, (left, right) = self.size, self.edges[1]
        leftward, rightward = (cells & ~left) >> 1, (cells & ~right) << 1
        up, down = cells >> size, cells << size
        return (leftward | rightward | up | down | rightward >> size | leftward << size) & self.full

    def _around(self, row: int, column: int) -> Mask:
        places = ((row + down, column + right) for down, right in SIX)
        return sum(1 << r * self.size + c for r, c in places if 0 <= r < self.size and 0 <= c < self.size)


@lru_cache(maxsize=32)
def rhombus(size: int) -> Rhombus:
    """The one board of this size."""
    return Rhombus(size)


class Hexagons(Encoded):
    """Stones of both players on a rhombus."""

    __slots__ = ("board", "stones", "won")

    def __init__(self, board: Rhombus, stones: tuple[Mask, Mask] = (0, 0)) -> None:
        self.board = board
        self.stones = stones
        self.won = self.connection(1 - self.player) != 0

    @property
    def player(self) -> int:
        """Players put stones in turn."""
        return (self.stones[0] | self.stones[1]).bit_count() & 1

    def moves(self) -> Sequence[int]:
        """Empty cells."""
        return self._empty(range(self.board.cells))

    def promising(self) -> Sequence[int]:
        """Empty cells, the most central ones first."""
        return self._empty(self.board.central_first)

    def play(self, move: int) -> Self:
        """One stone more."""
        first, second = self.stones
        stones = (first, second | 1 << move) if self.player else (first | 1 << move, second)
        return type(self)(self.board, stones)

    def outcome(self) -> float | None:
        """Won by whoever has connected both edges; a full board always has a winner (Nash; Gale 1979)."""
        if not self.won:
            return None
        return 1.0 if self.player else -1.0

    def key(self) -> Hashable:
        """The stones: they tell who is to move."""
        return self.stones

    def encode(self) -> tuple[int, ...]:
        """Stones of the first mover and of the second."""
        return self.stones

    def estimate(self) -> float:
        """Who needs fewer stones to connect; who is to move is half a stone ahead."""
        lead = self.needed(1) - self.needed(0) + (-0.5 if self.player else 0.5)
        return lead / (abs(lead) + SOFTNESS)

    def needed(self, player: int) -> int:
        """Least number of stones with which this player would connect if the other passed; cells when none would."""
        own, other = self.stones[player], self.stones[1 - player]
        start, goal = self.board.edges[player]
        free = self.board.full & ~other
        reached = self._flood(start & own, own)
        for count in range(self.board.cells):
            if reached & goal:
                return count
            further = reached | (start | self.board.spread(reached)) & free
            if further == reached:
                break
            reached = self._flood(further, own)
        return self.board.cells

    def connection(self, player: int) -> Mask:
        """The stones of this player that connect both edges, with all that touch them; none while none do."""
        own = self.stones[player]
        start, goal = self.board.edges[player]
        if own.bit_count() < self.board.size or not own & start or not own & goal:
            return 0
        reached = self._flood(start & own, own)
        return reached if reached & goal else 0

    def _flood(self, reached: Mask, own: Mask) -> Mask:
        """With all own stones that hang together with those reached."""
        while True:
            further = reached | self.board.spread(reached) & own
            if further == reached:
                return reached
            reached = further

    def _empty(self, cells: Sequence[int]) -> Sequence[int]:
        if self.won:
            return ()
        occupied = self.stones[0] | self.stones[1]
        return [cell for cell in cells if not occupied >> cell & 1]


def _steps(down: float, right: float) -> float:
    """Distance on hexagons in axial coordinates."""
    return (abs(down) + abs(right) + abs(down + right)) / 2
