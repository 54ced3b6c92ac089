"""Places of games in which stones are put on a grid and a line of them wins."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Self

from hagame.rules.board.grid import Grid, Mask
from hagame.rules.position import Encoded

LINE_WORTH = (0, 1, 4, 16)
"""What an open line is worth in an estimate by its stones; more of them count as the last."""
SOFTNESS = 40.0
"""The difference in worth at which an estimate is one half."""


class Stones(Encoded):
    """Stones of both players on a grid, and where the last one was put (-1 before the first)."""

    __slots__ = ("grid", "last", "stones", "won")

    def __init__(self, grid: Grid, stones: tuple[Mask, Mask] = (0, 0), last: int = -1) -> None:
        self.grid = grid
        self.stones = stones
        self.last = last
        self.won = last >= 0 and self._has_line()

    @property
    def player(self) -> int:
        """Players put stones in turn."""
        return (self.stones[0] | self.stones[1]).bit_count() & 1

    def moves(self) -> Sequence[int]:
        """Columns that are not full when stones fall, else empty squares."""
        if self.won:
            return ()
        occupied = self.stones[0] | self.stones[1]
        many = self.grid.width if self.grid.gravity else self.grid.squares
        return [move for move in range(many) if not occupied >> move & 1]

    def promising(self) -> Sequence[int]:
        """Moves, the most central ones first."""
        if self.won:
            return ()
        occupied = self.stones[0] | self.stones[1]
        return [move for move in self.grid.central_first if not occupied >> move & 1]

    def play(self, move: int) -> Self:
        """One stone more."""
        first, second = self.stones
        square = self.grid.landing(move, first | second) if self.grid.gravity else move
        stones = (first, second | 1 << square) if self.player else (first | 1 << square, second)
        return type(self)(self.grid, stones, square)

    def outcome(self) -> float | None:
        """Won by whoever has a line; drawn when the board is full."""
        if self.won:
            return 1.0 if self.player else -1.0
        return 0.0 if self.stones[0] | self.stones[1] == self.grid.full else None

    def key(self) -> Hashable:
        """The stones: they tell who is to move."""
        return self.stones

    def encode(self) -> tuple[int, ...]:
        """Stones of the first mover, of the second, and the square of the last one."""
        return *self.stones, self.last

    def estimate(self) -> float:
        """Lines that can still be completed, the more stones the better."""
        first, second = self.stones
        worth = 0
        for line in self.grid.lines:
            mine, theirs = first & line.mask, second & line.mask
            if mine and not theirs:
                worth += LINE_WORTH[min(mine.bit_count(), 3)]
            elif theirs and not mine:
                worth -= LINE_WORTH[min(theirs.bit_count(), 3)]
        return worth / (abs(worth) + SOFTNESS)

    def line(self) -> Mask:
        """All squares of the lines that won; none while nobody has."""
        if not self.won:
            return 0
        of_last = self.stones[self.stones[1] >> self.last & 1]
        won = 0
        for line in self.grid.lines_through[self.last]:
            if of_last & line.mask == line.mask:
                won |= line.mask
        return won

    def _has_line(self) -> bool:
        of_last = self.stones[self.stones[1] >> self.last & 1]
        for line in self.grid.lines_through[self.last]:  # noqa: SIM110  # any() takes three times as long
            if of_last & line.mask == line.mask:
                return True
        return False
