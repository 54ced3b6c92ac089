"""Bytes of a belief: a versioned header, the pool's numbers, a bitmap of visited rows, and those rows' counts.

All numbers are little-endian. 8 bits per count, 32 bits per gain, precision and share: exactly what is computed with.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import CorruptState
from hagame.mind.predict.contexts import WINDOW, Layout
from hagame.mind.predict.counts import LONG, Counts

MAGIC = b"HCM1"
_HEADER = struct.Struct(f"<4sBBHHHIB{2 * WINDOW}B")
"""Magic, own and opponent's actions, contexts, rows, visited rows, choices seen, rounds in the window, the window."""


@dataclass(frozen=True, slots=True)
class Record:
    """The stored fields of a belief; `window` is own then opponent's actions, newest first."""

    window: tuple[int, ...]
    filled: int
    seen: int
    counts: Counts
    gains: NDArray[np.float32]
    precision: NDArray[np.float32]
    shares: NDArray[np.float32]


def dump(record: Record, layout: Layout) -> bytes:
    """All that `load` needs beside the layout."""
    visited = record.counts[:, LONG].any(axis=1)
    header = _HEADER.pack(
        MAGIC,
        layout.n_actions,
        layout.n_opponent,
        len(layout.contexts),
        layout.rows,
        int(np.count_nonzero(visited)),
        record.seen,
        record.filled,
        *record.window,
    )
    pool = np.concatenate((record.gains, record.precision.ravel(), record.shares)).astype("<f4", copy=False)
    return b"".join((header, pool.tobytes(), np.packbits(visited).tobytes(), record.counts[visited].tobytes()))


def load(data: bytes, layout: Layout, groups: int) -> Record:
    """The record that `dump` wrote for this layout. Raises `CorruptState` for any other bytes."""
    if len(data) < _HEADER.size:
        raise CorruptState("a prediction belief is shorter than its header")
    magic, n, m, contexts, rows, visited, seen, filled, *window = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise CorruptState(f"a prediction belief must begin with {MAGIC!r}, not {magic!r}")
    if (n, m, contexts, rows) != (layout.n_actions, layout.n_opponent, len(layout.contexts), layout.rows):
        raise CorruptState(f"a prediction belief is of another game: {n} by {m} actions, {contexts} contexts")
    if filled > WINDOW or max(window[:WINDOW]) >= n or max(window[WINDOW:]) >= m:
        raise CorruptState("a prediction belief remembers rounds that cannot have been played")
    numbers = groups + groups**2 + 2 * contexts
    bitmap = (rows + 7) // 8
    if len(data) != _HEADER.size + 4 * numbers + bitmap + 2 * n * visited:
        raise CorruptState("a prediction belief has the wrong length")
    gains, precision, shares = _pool(np.frombuffer(data, "<f4", numbers, _HEADER.size), groups)
    at = _HEADER.size + 4 * numbers
    chosen = np.unpackbits(np.frombuffer(data, np.uint8, bitmap, at), count=rows).view(np.bool_)
    if np.count_nonzero(chosen) != visited:
        raise CorruptState("a prediction belief names other rows than it holds")
    counts = np.zeros((rows, 2, n), dtype=np.uint8)
    counts[chosen] = np.frombuffer(data, np.uint8, 2 * visited * n, at + bitmap).reshape(visited, 2, n)
    return Record(tuple(window), filled, seen, counts, gains, precision, shares)


def _pool(
    numbers: NDArray[np.float32], groups: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    gains, precision = numbers[:groups], numbers[groups : groups + groups**2].reshape(groups, groups)
    shares = numbers[groups + groups**2 :]
    if not (np.isfinite(numbers).all() and shares.min() > 0 and (precision.diagonal() > 0).all()):
        raise CorruptState("a prediction belief holds impossible weights")
    return gains, precision, shares
