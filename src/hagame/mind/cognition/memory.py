"""What is kept of a cloud of points between two decisions, and decisions that wait: bytes, little-endian singles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hagame.errors import CorruptState
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import Floats
from hagame.mind.cognition.rows import ACTION, LEGAL


def log_weights(family: Family, data: bytes, count: int) -> Floats:
    """Of each of `count` points, (N,); all alike when nothing is kept yet. Raises `CorruptState`."""
    if not data:
        return np.zeros(count)
    if len(data) != 4 * count:
        raise CorruptState(f"{family.key}: log-weights of {count} points have {4 * count} bytes, not {len(data)}")
    found = np.frombuffer(data, "<f4").astype(np.float64)
    if not np.isfinite(found).all():
        raise CorruptState(f"{family.key}: log-weights of points must be finite numbers")
    return found


def states(family: Family, data: bytes, count: int, n: int) -> Floats:
    """States of the model at n actions: (N, S), or (1, S) where parameters do not show in them.

    Nothing kept yet is the state before a match. Raises `CorruptState`.
    """
    shape = (count if family.own_state else 1, max(family.memory(n), 1))
    if not data:
        return np.zeros(shape)
    if len(data) != 4 * shape[0] * shape[1]:
        raise CorruptState(f"{family.key}: states {shape} have {4 * shape[0] * shape[1]} bytes, not {len(data)}")
    return np.frombuffer(data, "<f4").astype(np.float64).reshape(shape)


def waiting(data: Sequence[bytes], n: int) -> Floats:
    """Rows (T, LEGAL + n + covariates) of decisions that wait, in a game of n actions.

    What nobody can have done there is left out: compiled code would read and write beyond its arrays.
    """
    width = len(data[-1]) if data else 0
    if width % 4 or width < 4 * (LEGAL + n):
        return np.zeros((0, LEGAL + n))
    whole = b"".join(each for each in data if len(each) == width)
    rows = np.frombuffer(whole, "<f4").astype(np.float64).reshape(-1, width // 4)
    rows = rows[np.isfinite(rows).all(axis=1) & np.isin(rows[:, ACTION], np.arange(n))]
    return rows[rows[np.arange(len(rows)), LEGAL + rows[:, ACTION].astype(np.int64)] > 0]
