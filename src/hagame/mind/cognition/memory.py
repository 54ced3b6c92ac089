"""What is kept of a cloud of points between two decisions: log-weights and states as bytes, little-endian singles."""

from __future__ import annotations

import numpy as np

from hagame.errors import CorruptState
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import Floats


def log_weights(family: Family, data: bytes, count: int) -> Floats:
    """Of each of `count` points, (N,); all alike when nothing is kept yet. Raises `CorruptState`."""
    if not data:
        return np.zeros(count)
    if len(data) != 4 * count:
        raise CorruptState(f"{family.key}: log-weights of {count} points have {4 * count} bytes, not {len(data)}")
    return np.frombuffer(data, "<f4").astype(np.float64)


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
