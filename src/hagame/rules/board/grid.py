"""Squares and lines of a rectangular board, as bit masks.

Square s = row * width + column is bit s of a mask; rows are counted from the top. A set of stones is a mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

Mask = int
"""A set of squares: bit s is square s."""

DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
AROUND = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right)


@dataclass(frozen=True, slots=True)
class Line:
    """`length` neighbouring squares in one direction; `step` is the distance in squares of two neighbours on it."""

    mask: Mask
    step: int


@dataclass(frozen=True)
class Grid:
    """A board of `height` rows of `width` squares on which `length` in a row win. With `gravity` stones fall down."""

    width: int
    height: int
    length: int
    gravity: bool = False

    @property
    def squares(self) -> int:
        """How many squares there are."""
        return self.width * self.height

    @cached_property
    def full(self) -> Mask:
        """All squares."""
        return (1 << self.squares) - 1

    @cached_property
    def columns(self) -> tuple[Mask, ...]:
        """The squares of each column."""
        first = sum(1 << row * self.width for row in range(self.height))
        return tuple(first << column for column in range(self.width))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line that wins."""
        return tuple(
            line for row in range(self.height) for column in range(self.width) for line in self._from(row, column)
        )

    @cached_property
    def lines_through(self) -> tuple[tuple[Line, ...], ...]:
        """The lines through each square."""
        return tuple(tuple(line for line in self.lines if line.mask >> square & 1) for square in range(self.squares))

    @cached_property
    def neighbours(self) -> tuple[Mask, ...]:
        """The up to eight squares around each square."""
        return tuple(
            sum(1 << s for s in (self.square(*divmod(square, self.width), *step) for step in AROUND) if s is not None)
            for square in range(self.squares)
        )

    @cached_property
    def centrality(self) -> tuple[float, ...]:
        """Minus the distance of each square from the middle of the board, in squares."""
        middle_row, middle_column = (self.height - 1) / 2, (self.width - 1) / 2
        places = (divmod(square, self.width) for square in range(self.squares))
        return tuple(-float(((row - middle_row) ** 2 + (column - middle_column) ** 2) ** 0.5) for row, column in places)

    @cached_property
    def central_first(self) -> tuple[int, ...]:
        """Moves, the most central ones first: columns when stones fall, else squares."""
        row = self.centrality[: self.width] if self.gravity else self.centrality
        return tuple(sorted(range(len(row)), key=lambda move: -row[move]))

    def square(self, row: int, column: int, down: int = 0, right: int = 0) -> int | None:
        """The square so far down and right of another one; None beyond the edge."""
        row, column = row + down, column + right
        return row * self.width + column if 0 <= row < self.height and 0 <= column < self.width else None

    def landing(self, column: int, occupied: Mask) -> int:
        """Where a stone dropped into this column comes to lie; the column must not be full."""
        height = (occupied & self.columns[column]).bit_count()
        return (self.height - 1 - height) * self.width + column

    def _from(self, row: int, column: int) -> list[Line]:
        found = []
        for down, right in DIRECTIONS:
            squares = [self.square(row, column, i * down, i * right) for i in range(self.length)]
            inside = [square for square in squares if square is not None]
            if len(inside) == self.length:
                found.append(Line(sum(1 << square for square in inside), down * self.width + right))
        return found


@lru_cache(maxsize=256)
def grid(width: int, height: int, length: int, *, gravity: bool = False) -> Grid:
    """The one grid of this shape; its lines are found once."""
    return Grid(width, height, length, gravity)
