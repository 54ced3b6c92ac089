"""Reader of moves on boards where lines win, positions written as bits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hagame.cli.datasets.manifest import Entry
from hagame.cli.datasets.moves import by_person, needed, split_of
from hagame.cli.datasets.records import MAIN, Recorded
from hagame.cli.datasets.tables import Table
from hagame.errors import InvalidInput
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.lines import COLUMNS, line_columns
from hagame.mind.predict.streams import Stream
from hagame.rules.game import Situation


def boards(table: Table, entry: Entry) -> list[Recorded]:
    """One decision per move; bit i of a position is square i, row by row. Every move is scored."""
    rows_, columns_, _ = entry.board
    squares = rows_ * columns_
    black, white = (_bits(table, needed(table, entry, f"{c}_pieces"), squares) for c in ("black", "white"))
    is_black = np.array([cell.lower().startswith("b") for cell in table.text(needed(table, entry, "colour"))])
    own, other = np.where(is_black[:, None], black, white), np.where(is_black[:, None], white, black)
    move = table.numbers(needed(table, entry, "action"))
    names = tuple(str(k) for k in range(squares))
    situation = Situation(names, (), tuple(range(squares)), (), (), entry.family, features=tuple((0.0,) for _ in names))
    layout, split = layout_of(situation), split_of(table, entry)
    found = []
    for person, rows in by_person(table, entry, ~np.isnan(move)):
        t = len(rows)
        chosen, free = move[rows].astype(np.int64), ~(own[rows] | other[rows])
        illegal = np.flatnonzero((chosen < 0) | (chosen >= squares) | ~free[np.arange(t), chosen.clip(0, squares - 1)])
        if len(illegal):
            row = int(rows[illegal[0]])
            raise InvalidInput(
                f"{table.name}, row {row + 2}: the move is to a square that is not free.", field="/action"
            )
        columns = np.zeros((t, squares, len(COLUMNS)))
        for i, row in enumerate(rows):
            last = _last_moves(own, other, rows, i, chosen)
            columns[i] = line_columns(own[row], other[row], last, entry.board)
        stream = Stream(
            layout=layout,
            fresh=own[rows].sum(axis=1) == 0,
            stage=np.zeros(t, dtype=np.int64),
            legal=free,
            action=chosen,
            answer=np.full(t, -1, dtype=np.int64),
            payoff=np.zeros(t),
            foregone=np.full((t, squares), np.nan),
            columns=columns,
            target=np.eye(squares, dtype=np.float32)[chosen],
        )
        scored = {MAIN: np.ones(t, dtype=np.bool_)}
        found.append(Recorded(person, stream, scored, split[rows], np.ones(t)))
    return found


def _bits(table: Table, column: str, squares: int) -> NDArray[np.bool_]:
    found = np.zeros((table.rows, squares), dtype=np.bool_)
    for i, cell in enumerate(table.text(column)):
        if not cell.isdigit():
            raise InvalidInput(
                f"{table.name}, row {i + 2}, column {column}: {cell!r} is no position.", field=f"/{column}"
            )
        position = int(cell)
        found[i] = [position >> k & 1 for k in range(squares)]
    return found


def _last_moves(
    own: NDArray[np.bool_], other: NDArray[np.bool_], rows: NDArray[np.int64], i: int, chosen: NDArray[np.int64]
) -> tuple[int, int]:
    """Squares of this person's and the other's last move, as this person's move before tells; -1: unknown."""
    row = rows[i]
    if i == 0 or not own[row].any():
        fresh = np.flatnonzero(other[row])
        return -1, int(fresh[0]) if len(fresh) == 1 else -1
    before = rows[i - 1]
    answered = np.flatnonzero(other[row] & ~other[before])
    is_same_game = bool(own[row, chosen[i - 1]]) and len(answered) == 1
    return (int(chosen[i - 1]), int(answered[0])) if is_same_game else (-1, -1)
