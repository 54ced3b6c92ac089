"""Readers of one-shot games: single choices of people, and published tables of how often each action was chosen."""

from __future__ import annotations

import numpy as np

from hagame.cli.datasets.manifest import Entry
from hagame.cli.datasets.moves import action_names, by_person, cells_of, coded, needed, split_of
from hagame.cli.datasets.records import MAIN, Recorded
from hagame.cli.datasets.tables import Table
from hagame.errors import InvalidInput
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.strategy import COLUMNS, PRECISIONS, SUSTAINED, hierarchies, strategic
from hagame.mind.predict.streams import Stream
from hagame.rules.game import Situation

WIDTH = 5
"""One-shot games of a family share one shape: smaller ones leave the last actions illegal."""
WIDE = len(COLUMNS) + SUSTAINED + len(PRECISIONS)
Payoffs = tuple[tuple[float, ...], ...]


def _situation(names: tuple[str, ...], family: str) -> Situation:
    return Situation(names, (), tuple(range(len(names))), (), (), family)


def one_shot(table: Table, entry: Entry) -> list[Recorded]:
    """One choice in each of many games, without learning what came of it."""
    column = needed(table, entry, "action")
    names = action_names(table, entry, column)
    n = len(names)
    action = coded(table, column, names, entry.missing)
    own, other = cells_of(table, entry.payoffs), cells_of(table, entry.opponent_payoffs)
    if own is None or other is None:
        raise InvalidInput(f"{table.name}: its entry must tell payoffs and opponent_payoffs.", field="/payoffs")
    padded = (*names, *(f"-{k}" for k in range(WIDTH - n)))
    layout = layout_of(_situation(padded, entry.family))
    split = split_of(table, entry)
    people = []
    for person, rows in by_person(table, entry, action >= 0):
        t = len(rows)
        columns = np.zeros((t, WIDTH, WIDE))
        for i, row in enumerate(rows):
            columns[i, :n] = _told(_table(own[row].tolist()), _table(other[row].tolist()))
        stream = _stream(layout_size=WIDTH, legal=n, rows=t, columns=columns, layout=layout, action=action[rows])
        people.append(Recorded(person, stream, {MAIN: np.ones(t, dtype=np.bool_)}, split[rows], np.ones(t)))
    return people


def _told(own: Payoffs, other: Payoffs) -> np.ndarray:
    """Columns of a game that is played once: nothing is sustained by repetition."""
    table = strategic(own, other)
    return np.concatenate((table, np.zeros((len(table), SUSTAINED)), hierarchies(own, other)), axis=1)


def _table(rows: list[list[float]]) -> Payoffs:
    return tuple(tuple(row) for row in rows)


def _stream(
    *, layout_size: int, legal: int, rows: int, columns: np.ndarray, layout: object, action: np.ndarray
) -> Stream:
    lawful = np.zeros((rows, layout_size), dtype=np.bool_)
    lawful[:, :legal] = True
    return Stream(
        layout=layout,  # type: ignore[arg-type]
        fresh=np.zeros(rows, dtype=np.bool_),
        stage=np.zeros(rows, dtype=np.int64),
        legal=lawful,
        action=action,
        answer=np.full(rows, -1, dtype=np.int64),
        payoff=np.zeros(rows),
        foregone=np.full((rows, layout_size), np.nan),
        columns=columns,
        target=np.eye(layout_size, dtype=np.float32)[action.clip(0)],
    )


def frequencies(table: Table, entry: Entry) -> list[Recorded]:
    """How often each action was chosen by each role of published games; roles without all counts are skipped."""
    matrices = [table.text(needed(table, entry, f"{side}_payoffs")) for side in ("row", "column")]
    chosen = [table.text(needed(table, entry, f"{side}_choices")) for side in ("row", "column")]
    split = split_of(table, entry)
    layout = layout_of(_situation(tuple(f"a{k}" for k in range(WIDTH)), entry.family))
    found = []
    for i in range(table.rows):
        own = _matrix(table, i, matrices[0][i])
        other = _matrix(table, i, matrices[1][i]) if matrices[1][i] else own.T
        for side, (mine, theirs) in enumerate(((own, other), (other.T, own.T))):
            shares, weight = _shares(chosen[side][i])
            if len(shares) != len(mine) or len(mine) > WIDTH:
                continue
            n = len(mine)
            columns = np.zeros((1, WIDTH, WIDE))
            columns[0, :n] = _told(_table(mine.tolist()), _table(theirs.tolist()))
            stream = _stream(layout_size=WIDTH, legal=n, rows=1, columns=columns, layout=layout, action=np.array([-1]))
            stream.target[0] = 0
            stream.target[0, :n] = shares
            name = f"{i + 1}{'ab'[side]}"
            found.append(
                Recorded(name, stream, {MAIN: np.ones(1, dtype=np.bool_)}, split[i : i + 1], np.array([weight]))
            )
    return found


def _matrix(table: Table, row: int, written: str) -> np.ndarray:
    try:
        return np.array([[float(cell) for cell in line.split()] for line in written.split(";")])
    except ValueError:
        problem = f"{written!r} is no matrix; rows are parted by ';' and cells by blanks"
        raise InvalidInput(f"{table.name}, row {row + 2}: {problem}.") from None


def _shares(written: str) -> tuple[np.ndarray, float]:
    """Shares of the actions and how many people chose (50 where only shares are told); empty where nothing is."""
    cells = [[float(cell) for cell in part.split()] for part in written.split(";") if part.split()]
    if not cells:
        return np.zeros(0), 0.0
    counts = np.array([cell[0] for cell in cells])
    people = cells[0][1] if len(cells[0]) > 1 else 50.0
    total = counts.sum()
    return (counts / total, float(people)) if total > 0 else (np.zeros(0), 0.0)
