"""Bytes of a belief: a versioned header, the weights, a bitmap of visited rows, and those rows' counts."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import CorruptState
from hagame.mind.predict.contexts import WINDOW, Layout
from hagame.mind.predict.counts import Long, Short

MAGIC = b"HCM1"
_HEADER = struct.Struct(f"<4sBBHHHIB{2 * WINDOW}B")
"""Magic, n, m, contexts, rows, visited rows, choices seen, window filled, both windows."""


@dataclass(frozen=True, slots=True)
class Record:
    """The stored fields of a belief."""

    own: tuple[int, ...]
    opponent: tuple[int, ...]
    filled: int
    seen: int
    long: Long
    short: Short
    weights: NDArray[np.float32]
    shares: NDArray[np.float32]


def dump(record: Record, layout: Layout) -> bytes:
    """All that `load` needs beside the layout."""
    visited = record.long.any(axis=1)
    header = _HEADER.pack(
        MAGIC,
        layout.n_actions,
        layout.n_opponent,
        len(layout.contexts),
        layout.rows,
        int(np.count_nonzero(visited)),
        record.seen,
        record.filled,
        *record.own,
        *record.opponent,
    )
    return b"".join(
        (
            header,
            record.weights.tobytes(),
            record.shares.tobytes(),
            np.packbits(visited).tobytes(),
            record.long[visited].tobytes(),
            record.short[visited].tobytes(),
        )
    )


def load(data: bytes, layout: Layout) -> Record:
    """The record that `dump` wrote for this layout. Raises `CorruptState` for any other bytes."""
    if len(data) < _HEADER.size:
        raise CorruptState("a prediction belief is shorter than its header")
    magic, n, m, contexts, rows, visited, seen, filled, *windows = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise CorruptState(f"a prediction belief must begin with {MAGIC!r}, not {magic!r}")
    if (n, m, contexts, rows) != (layout.n_actions, layout.n_opponent, len(layout.contexts), layout.rows):
        raise CorruptState(f"a prediction belief is of a game of {n} by {m} actions and {rows} rows, not of this one")
    own, opponent = tuple(windows[:WINDOW]), tuple(windows[WINDOW:])
    if max(own) >= n or max(opponent) >= m or filled > WINDOW:
        raise CorruptState("a prediction belief remembers rounds that cannot have been played")
    weights, shares, long, short = _arrays(data, layout, visited)
    return Record(own, opponent, filled, seen, long, short, weights, shares)


def _arrays(data: bytes, layout: Layout, visited: int) -> tuple[NDArray[np.float32], NDArray[np.float32], Long, Short]:
    n, rows, experts = layout.n_actions, layout.rows, 2 * len(layout.contexts)
    bitmap = (rows + 7) // 8
    if len(data) != _HEADER.size + 4 * (2 * experts + 1) + bitmap + 3 * n * visited:
        raise CorruptState("a prediction belief has the wrong length")
    at = _HEADER.size
    weights = np.frombuffer(data, np.float32, experts + 1, at)
    at += weights.nbytes
    shares = np.frombuffer(data, np.float32, experts, at)
    at += shares.nbytes
    chosen = np.unpackbits(np.frombuffer(data, np.uint8, bitmap, at), count=rows).view(np.bool_)
    at += bitmap
    if np.count_nonzero(chosen) != visited:
        raise CorruptState("a prediction belief names other rows than it holds")
    if not (np.isfinite(weights).all() and (shares > 0).all()):
        raise CorruptState("a prediction belief holds impossible weights")
    long = np.zeros((rows, n), dtype=np.uint8)
    short = np.zeros((rows, n), dtype=np.uint16)
    long[chosen] = np.frombuffer(data, np.uint8, visited * n, at).reshape(visited, n)
    short[chosen] = np.frombuffer(data, np.uint16, visited * n, at + visited * n).reshape(visited, n)
    return weights, shares, long, short
