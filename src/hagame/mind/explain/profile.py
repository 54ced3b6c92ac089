"""What makes a person predictable: the bits that the AI knew about each choice, shared out among kinds of evidence.

With log-odds z_k of evidence k, the prediction is p = softmax(sum_k z_k), and what it knew of the choice c is
log2 p(c) - log2(1/n). Evidence k's part of that is the integral of its gradient along the straight way from no evidence
to all of it (integrated gradients, Sundararajan, Taly & Yan 2017): int_0^1 z_k(c) - sum_a p_s(a) z_k(a) ds with
p_s = softmax(s sum_k z_k). The parts sum to the whole, decision by decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from hagame.mind.language import Message, message

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
"""Gauss-Legendre on -1..1; enough for 1e-5 bits where logits are below 15."""
WIDTH = 1.96
"""Standard errors on each side of a 95 % interval."""
_SINGLE = ("own", "opponent", "outcome", "always")
_NAMED = ("values", "tendencies", "options", "people", "rest")


@dataclass(frozen=True, slots=True)
class Told:
    """One decision: log-odds (nats) of each legal action by key of evidence, and what was chosen."""

    parts: Mapping[str, Mapping[str, float]]
    action: str


@dataclass(frozen=True, slots=True)
class Share:
    """Mean bits per decision that one kind of evidence told, with its 95 % interval; below 0 it misled."""

    kind: str
    bits: float
    low: float
    high: float
    said: Message


def kind_of(key: str) -> str:
    """Which kind a part of an explanation belongs to."""
    symbol, _, looks = key.partition("/")
    if symbol == "reply":
        return "reply"
    if symbol == "taken":
        return looks if looks in _SINGLE else "mixed"
    return key if key in _NAMED else "other"


def profile(decisions: Sequence[Told]) -> list[Share]:
    """The shares of all kinds that were there, largest first. They sum to the mean bits known per decision."""
    rows = [bits_by_kind(told) for told in decisions]
    kinds = sorted({kind for row in rows for kind in row})
    found = [_share(kind, np.array([row.get(kind, 0.0) for row in rows])) for kind in kinds]
    return sorted(found, key=lambda share: -share.bits)


def bits_by_kind(told: Told) -> dict[str, float]:
    """The parts of log2 p(c) + log2 n, by kind of evidence."""
    actions = sorted({a for odds in told.parts.values() for a in odds})
    z = np.array([[odds.get(a, 0.0) for a in actions] for odds in told.parts.values()])
    found: dict[str, float] = {}
    if len(actions) < 2 or told.action not in actions:
        return found
    for key, bits in zip(told.parts, _integrated(z, actions.index(told.action)), strict=True):
        kind = kind_of(key)
        found[kind] = found.get(kind, 0.0) + float(bits)
    return found


def _integrated(z: NDArray[np.float64], chosen: int) -> NDArray[np.float64]:
    """(E,): bits of each of E parts with log-odds z (E, n)."""
    steps = (NODES + 1) / 2
    logits = steps[:, None] * z.sum(axis=0)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    mean = (WEIGHTS / 2) @ (p / p.sum(axis=1, keepdims=True))
    found: NDArray[np.float64] = (z[:, chosen] - z @ mean) / log(2)
    return found


def _share(kind: str, bits: NDArray[np.float64]) -> Share:
    mean = float(bits.mean())
    half = WIDTH * float(bits.std(ddof=1)) / sqrt(len(bits)) if len(bits) > 1 else 0.0
    return Share(kind, mean, mean - half, mean + half, message(f"profile.{kind}"))
