"""What one person did before: the last rounds, and counts of what followed what. Bounded, whatever the length.

A *table* is named by how many of the last own and of the last opponent's moves it looks at; each of its *rows* counts
the actions taken after one such past.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hagame.errors import CorruptState
from hagame.mind.model import Decision
from hagame.rules.game import Situation

Lags = tuple[int, int]
"""Own and opponent's moves looked back at."""
Counts = NDArray[np.uint16]
"""Shape (rows, n)."""

ROW_BUDGET = 24_000
"""Bytes of all counts together; tables that no longer fit are left out, so a belief stays below 32 KiB."""
FULL = 65_535
MAGIC = b"HPA1"
_HEADER = struct.Struct("<4sBBHBB")
"""Magic, own and opponent's actions, rows, rounds remembered at most, rounds remembered now."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The tables of one game. n own and m opponent's actions (1 where nobody answers), `lags` per table."""

    n: int
    m: int
    lags: tuple[Lags, ...]
    bases: tuple[int, ...]
    """First row of each table."""
    rows: int
    window: int
    """Rounds that must be remembered."""

    def rows_after(self, own: tuple[int, ...], opponent: tuple[int, ...]) -> tuple[int, ...]:
        """The row of each table after these moves (newest first); -1 where it looks behind the first round."""
        found = []
        for (a, b), base in zip(self.lags, self.bases, strict=True):
            if max(a, b) > len(own):
                found.append(-1)
                continue
            code = 0
            for move in own[:a]:
                code = code * self.n + move
            for move in opponent[:b]:
                code = code * self.m + move
            found.append(base + code)
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What is remembered of one person. A value: nothing in it is ever changed in place."""

    grid: Grid
    own: tuple[int, ...]
    """At most `Grid.window` own moves, newest first."""
    opponent: tuple[int, ...]
    counts: Counts

    @property
    def rows(self) -> tuple[int, ...]:
        """The row of each table that belongs to the last rounds; -1 where it looks behind the first one."""
        return self.grid.rows_after(self.own, self.opponent)


def grid_of(situation: Situation, lags: tuple[Lags, ...]) -> Grid:
    """Those of the tables that fit in `ROW_BUDGET`, in this order."""
    return _grid(len(situation.actions), max(len(situation.opponent_actions), 1), lags)


@lru_cache(maxsize=256)
def _grid(n: int, m: int, lags: tuple[Lags, ...]) -> Grid:
    kept, bases, rows = [], [], 0
    for own, opponent in lags:
        size = n**own * m**opponent
        if (rows + size) * n * 2 <= ROW_BUDGET:
            kept.append((own, opponent))
            bases.append(rows)
            rows += size
    window = max((max(pair) for pair in kept), default=0)
    return Grid(n, m, tuple(kept), tuple(bases), rows, window)


def nothing(grid: Grid) -> Past:
    """Of somebody who has not chosen yet."""
    return Past(grid, (), (), np.zeros((grid.rows, grid.n), dtype=np.uint16))


def next_match(past: Past) -> Past:
    """The counts stay; the last rounds, which belong to another match, go."""
    return replace(past, own=(), opponent=())


def after(past: Past, decision: Decision) -> Past:
    """The past with one more choice, counted in one row of each table; a full row is halved first."""
    grid, counts = past.grid, past.counts.copy()
    for row in [row for row in past.rows if row >= 0]:
        if counts[row, decision.action] == FULL:
            counts[row] >>= 1
        counts[row, decision.action] += 1
    own = (decision.action, *past.own)[: grid.window]
    return Past(grid, own, (max(decision.opponent_action, 0), *past.opponent)[: grid.window], counts)


def dump(past: Past) -> bytes:
    """All that `load` needs beside the grid."""
    grid = past.grid
    header = _HEADER.pack(MAGIC, grid.n, grid.m, grid.rows, grid.window, len(past.own))
    return header + bytes((*past.own, *past.opponent)) + past.counts.astype("<u2").tobytes()


def load(data: bytes, grid: Grid) -> Past:
    """The past that `dump` wrote for this grid. Raises `CorruptState` for any other bytes."""
    if len(data) < _HEADER.size:
        raise CorruptState("a belief is shorter than its header")
    magic, n, m, rows, window, filled = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise CorruptState(f"a belief must begin with {MAGIC!r}, not {magic!r}")
    at = _HEADER.size + 2 * filled
    if (n, m, rows, window) != (grid.n, grid.m, grid.rows, grid.window) or len(data) != at + 2 * rows * n:
        raise CorruptState(f"a belief is of another game or model: {n} by {m} actions, {rows} rows")
    moves = tuple(data[_HEADER.size : at])
    own, opponent = moves[:filled], moves[filled:]
    if filled > window or any(move >= n for move in own) or any(move >= m for move in opponent):
        raise CorruptState("a belief remembers rounds that cannot have been played")
    counts = np.frombuffer(data, "<u2", rows * n, at).reshape(rows, n).astype(np.uint16)
    return Past(grid, own, opponent, counts)
