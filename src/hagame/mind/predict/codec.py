"""Bytes of a belief: a versioned header, numbers, a bitmap of visited rows, and those rows' counts.

All numbers are little-endian. 8 bits per count, 32 per other number: exactly what is computed with.
"""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hagame.errors import CorruptState
from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.contexts import Layout
from hagame.mind.predict.state import ANSWER, FILLED, MATCHES, OUTCOME, OWN, PENDING, State, new

MAGIC = b"HCM2"
_HEADER = struct.Struct("<4sHHBBHHHH")
"""Magic, own actions, answers, stages, parts of the pool, contexts, slopes, rows, visited rows."""
_FLOATS = ("shares", "values", "reach", "recent", "pace", "slopes")


def dump(state: State, layout: Layout) -> bytes:
    """All that `load` needs beside layout and population."""
    visited, counts, precision = _condensed(state.counts, state.precision)
    header = _HEADER.pack(
        MAGIC,
        layout.n_actions,
        layout.n_answers,
        layout.stages,
        len(state.slopes),
        len(layout.contexts),
        state.slopes.shape[1],
        len(visited),
        len(counts),
    )
    return b"".join(
        (
            header,
            state.marks.astype("<i4").tobytes(),
            state.window.astype(np.uint8).tobytes(),
            *(getattr(state, name).astype("<f4", copy=False).tobytes() for name in _FLOATS),
            precision.astype("<f4", copy=False).tobytes(),
            np.packbits(visited).tobytes(),
            counts.tobytes(),
        )
    )


@compiled
def _condensed(
    counts: NDArray[np.uint8], precision: NDArray[np.float32]
) -> tuple[NDArray[np.bool_], NDArray[np.uint8], NDArray[np.float32]]:
    """Which rows of counts were visited, these, and the upper triangles of the precision (P, Q, Q), row by row."""
    visited = np.zeros(len(counts), dtype=np.bool_)
    for row in range(len(counts)):
        visited[row] = counts[row].any()
    parts, size = precision.shape[:2]
    upper, at = np.empty(parts * size * (size + 1) // 2, dtype=np.float32), 0
    for part in range(parts):
        for i in range(size):
            for j in range(i, size):
                upper[at] = precision[part, i, j]
                at += 1
    return visited, counts[visited], upper


def load(data: bytes, layout: Layout, precision: NDArray[np.float32]) -> State:
    """The state that `dump` wrote for this layout and a population of this `precision` (P, Q, Q).

    Raises `CorruptState` for any other bytes.
    """
    if len(data) < _HEADER.size:
        raise CorruptState("a prediction belief is shorter than its header")
    magic, n, m, stages, parts, contexts, slopes, rows, visited = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise CorruptState(f"a prediction belief must begin with {MAGIC!r}, not {magic!r}")
    state = new(layout, precision)
    expected = (layout.n_actions, layout.n_answers, layout.stages, *precision.shape[:1], len(layout.contexts))
    if (n, m, stages, parts, contexts) != expected or (slopes, rows) != (precision.shape[1], len(state.counts)):
        raise CorruptState(f"a prediction belief is of another game: {n} by {m} actions, {contexts} contexts")
    reader = _Reader(data, _HEADER.size)
    state.marks[:] = reader.take("<i4", state.marks.size)
    state.window[:] = reader.take("u1", state.window.size).reshape(state.window.shape)
    for name in _FLOATS:
        array = getattr(state, name)
        array[:] = reader.take("<f4", array.size).reshape(array.shape)
    upper = _triangle(state.slopes.shape[1])
    packed = reader.take("<f4", parts * len(upper[0])).reshape(parts, -1)
    state.precision[:, upper[0], upper[1]] = packed
    state.precision[:, upper[1], upper[0]] = packed
    chosen = np.unpackbits(reader.take("u1", (rows + 7) // 8).view(np.uint8), count=rows).view(np.bool_)
    if np.count_nonzero(chosen) != visited:
        raise CorruptState("a prediction belief names other rows than it holds")
    state.counts[chosen] = reader.take("u1", visited * 2 * n).reshape(visited, 2, n)
    if reader.at != len(data):
        raise CorruptState("a prediction belief has the wrong length")
    _check(state, layout)
    return state


@lru_cache
def _triangle(size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where a symmetric matrix is stored: to find these places takes as long as to write them."""
    return np.triu_indices(size)


class _Reader:
    """Takes arrays off bytes, one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def take(self, kind: str, count: int) -> NDArray[np.generic]:
        if self.at + np.dtype(kind).itemsize * count > len(self.data):
            raise CorruptState("a prediction belief has the wrong length")
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found


def _check(state: State, layout: Layout) -> None:
    """Raises `CorruptState` when the numbers cannot have come from play."""
    n, m, window, marks = layout.n_actions, max(layout.n_answers, 1), state.window, state.marks
    played = (
        window[:, OWN].max() < n
        and window[:, ANSWER].max() < m
        and window[:, OUTCOME].max() <= 2
        and marks[FILLED:].min() >= 0
        and marks[FILLED:].max() <= window.shape[2]
        and -1 <= marks[PENDING] < n
        and marks[MATCHES:].min() >= 0
    )
    if not played:
        raise CorruptState("a prediction belief remembers rounds that cannot have been played")
    numbers = np.concatenate([getattr(state, name).ravel() for name in (*_FLOATS, "precision")])
    diagonal = np.diagonal(state.precision, axis1=1, axis2=2)
    if not (np.isfinite(numbers).all() and state.shares.min() > 0 and (diagonal > 0).all()):
        raise CorruptState("a prediction belief holds impossible weights")
