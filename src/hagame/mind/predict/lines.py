"""What a move on a board where lines win looks like: columns for each square, from the lines that run through it.

After the features of van Opheusden et al. (2023) Nature 618:1000, counted for the move instead of the position.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COLUMNS = (
    *("wins", "makes-three", "makes-two", "opens"),
    *("blocks-win", "blocks-three", "blocks-two"),
    *("connects-three", "connects-two", "disturbs-three", "disturbs-two"),
    *("own-neighbours", "other-neighbours", "centre", "row-centre", "from-own-last", "from-other-last"),
    *("fork", "blocks-fork", "leaves-win", "stones", "can-win", "must-block"),
)
FAR = 6.0
"""Distance that stands for no last move."""


@cache
def lines(rows: int, columns: int, length: int) -> NDArray[np.int64]:
    """All lines of the board, shape (L, length): numbers of squares, row by row."""
    found = []
    for r in range(rows):
        for c in range(columns):
            for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
                last_r, last_c = r + dr * (length - 1), c + dc * (length - 1)
                if last_r < rows and 0 <= last_c < columns:
                    found.append([(r + dr * k) * columns + c + dc * k for k in range(length)])
    return np.array(found, dtype=np.int64)


def line_columns(
    own: NDArray[np.bool_], other: NDArray[np.bool_], last: tuple[int, int], shape: tuple[int, int, int]
) -> Floats:
    """Columns of each square, shape (squares, H); zeros where a stone lies.

    `own` and `other` (squares,) say where stones lie, `last` is the last own and the other's last square (-1: none),
    and
    `shape` holds rows, columns and the length of a line that wins.
    """
    rows, columns, length = shape
    all_lines = lines(rows, columns, length)
    squares = rows * columns
    free = ~(own | other)
    mine, theirs = own[all_lines].sum(axis=1), other[all_lines].sum(axis=1)
    counts = np.zeros((squares, 11))
    for line, m, t in zip(all_lines, mine.tolist(), theirs.tolist(), strict=True):
        if m and t:
            continue
        stones = own if m else other
        for at, square in enumerate(line.tolist()):
            if free[square]:
                beside = any(stones[line[k]] for k in (at - 1, at + 1) if 0 <= k < length)
                _tell(counts[square], m, t, length, beside=beside)
    can_win, must_block = float((counts[:, 0] > 0).any()), float((counts[:, 4] > 0).any())
    r, c = np.divmod(np.arange(squares), columns)
    near = np.maximum(np.abs(r[:, None] - r), np.abs(c[:, None] - c)) == 1
    threats = counts[:, 4].sum()
    found = np.column_stack(
        (
            counts,
            near @ own,
            near @ other,
            -np.abs(c - (columns - 1) / 2),
            -np.abs(r - (rows - 1) / 2),
            *(-_distance(r, c, square) for square in last),
            counts[:, 1] >= 2,
            counts[:, 5] >= 2,
            -(threats - counts[:, 4]),
            np.full(squares, own.sum() + other.sum()),
            np.full(squares, can_win),
            np.full(squares, must_block),
        )
    )
    found[~free] = 0
    return found


def _tell(row: Floats, mine: int, theirs: int, length: int, *, beside: bool) -> None:
    """Adds one line through an empty square to its counts, in place."""
    if theirs == 0:
        missing = length - 1 - mine
        row[min(missing, 3)] += 1
        if beside and missing in (1, 2):
            row[6 + missing] += 1
    else:
        missing = length - 1 - theirs
        if missing <= 2:
            row[4 + missing] += 1
        if beside and missing in (1, 2):
            row[8 + missing] += 1


def _distance(r: NDArray[np.int64], c: NDArray[np.int64], square: int) -> Floats:
    if square < 0:
        return np.full(len(r), FAR)
    columns = int(c.max()) + 1
    return np.maximum(np.abs(r - square // columns), np.abs(c - square % columns)).astype(np.float64)
