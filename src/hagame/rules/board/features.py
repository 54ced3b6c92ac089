"""What distinguishes the moves of a board game in which lines win: features of a conditional logit.

The features are those of the heuristic of van Opheusden et al. (2023), who count two, three and four in a row on lines
that can still be completed, told apart for a single move: what it makes on the lines through its square, and what it
takes away from the other side. On the human games of that study a conditional logit on them reaches the log-loss that
`docs/science/boards.md` tells.
"""

from __future__ import annotations

from hagame.rules.board.grid import Grid, Line, Mask

FEATURES: tuple[str, ...] = (
    "centre",
    "own neighbours",
    "other neighbours",
    "opens a line",
    "makes two, touching",
    "makes two, apart",
    "makes three",
    "completes a line",
    "blocks one",
    "blocks two, touching",
    "blocks two, apart",
    "blocks all but one",
)
"""Names of the columns, in order. Counts are over lines through the square that hold no stone of the other colour."""

NOTHING: tuple[float, ...] = (0.0,) * len(FEATURES)

_OPENS, _TOUCHING, _APART, _THREE, _COMPLETES = 3, 4, 5, 6, 7
_BLOCKS_ONE, _BLOCKS_TOUCHING, _BLOCKS_APART, _BLOCKS_LAST = 8, 9, 10, 11


def move_features(grid: Grid, own: Mask, other: Mask) -> tuple[tuple[float, ...], ...]:
    """Features of every move of the side with the stones `own`; shape (moves, F), zeros where no move is possible.

    Moves are columns when stones fall, squares otherwise.
    """
    occupied = own | other
    if not grid.gravity:
        squares = range(grid.squares)
        return tuple([NOTHING if occupied >> s & 1 else square_features(grid, own, other, s) for s in squares])
    return tuple(
        [
            NOTHING if occupied >> column & 1 else square_features(grid, own, other, grid.landing(column, occupied))
            for column in range(grid.width)
        ]
    )


def square_features(grid: Grid, own: Mask, other: Mask, square: int) -> tuple[float, ...]:
    """Features of a stone of the side with the stones `own` on the empty `square`; shape (F,)."""
    found = [0.0] * len(FEATURES)
    around = grid.neighbours[square]
    found[0] = grid.centrality[square]
    found[1] = float((own & around).bit_count())
    found[2] = float((other & around).bit_count())
    for line in grid.lines_through[square]:
        mine, theirs = own & line.mask, other & line.mask
        if not theirs:
            found[_made(grid, line, mine | 1 << square)] += 1.0
        elif not mine:
            found[_blocked(grid, line, theirs)] += 1.0
    return tuple(found)


def _made(grid: Grid, line: Line, stones: Mask) -> int:
    """The feature of a line on which the move makes these stones."""
    count = stones.bit_count()
    if count == grid.length:
        return _COMPLETES
    if count == 1:
        return _OPENS
    if count == 2:
        return _TOUCHING if stones & stones >> line.step else _APART
    return _THREE


def _blocked(grid: Grid, line: Line, stones: Mask) -> int:
    """The feature of a line on which the move stops these stones of the other side."""
    count = stones.bit_count()
    if count == grid.length - 1:
        return _BLOCKS_LAST
    if count == 1:
        return _BLOCKS_ONE
    return _BLOCKS_TOUCHING if stones & stones >> line.step else _BLOCKS_APART
