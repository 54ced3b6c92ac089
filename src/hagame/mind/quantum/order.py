"""Does the order of two questions matter, and as quantum probability says it may? Tests without free parameters.

Two groups answer the same two yes/no questions, one A then B, the other B then A. If both answers are projections of
one state, then whatever the order effect the QQ equality holds (Wang & Busemeyer 2013, Topics in Cognitive Science
5:689; Wang, Solloway, Shiffrin & Busemeyer 2014, PNAS 111:9431):

    q = [p(AyBn) + p(AnBy)] - [p(ByAn) + p(BnAy)] = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput

CELLS = ("yes_yes", "yes_no", "no_yes", "no_no")
"""Answers to A and to B, in this order whichever question came first."""


@dataclass(frozen=True, slots=True)
class OrderTable:
    """Numbers of people per pair of answers, in the order of `CELLS`, for each order of asking.

    Raises `InvalidInput` unless both hold four counts of at least 0 and at least one person.
    """

    ab: tuple[float, float, float, float]
    ba: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        for name, counts in (("ab", self.ab), ("ba", self.ba)):
            if len(counts) != len(CELLS) or min(counts) < 0 or sum(counts) <= 0:
                raise InvalidInput(f"{name} must hold four counts of at least 0 that sum to more.", field=f"/{name}")

    @property
    def counts(self) -> NDArray[np.float64]:
        """Shape (8,): both orders, A first."""
        return np.array([*self.ab, *self.ba], dtype=np.float64)

    @property
    def shares(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Both as shares of (4,) that sum to 1."""
        ab, ba = np.array(self.ab, dtype=np.float64), np.array(self.ba, dtype=np.float64)
        return ab / ab.sum(), ba / ba.sum()


@dataclass(frozen=True, slots=True)
class QQTest:
    """The QQ equality tested: `q` is 0 if it holds; `z` is standard normal then, `p_value` two-sided.

    `order_effect_p_value` is of the likelihood-ratio test that order makes no difference at all (3 degrees of freedom).
    """

    q: float
    z: float
    p_value: float
    order_effect_g2: float
    order_effect_p_value: float


def qq_test(table: OrderTable) -> QQTest:
    """Test the QQ equality: a difference of two shares of people who answer differently, with pooled variance."""
    from scipy.special import chdtrc, ndtr  # type: ignore[import-untyped]  # slow to import

    ab, ba = table.shares
    n_ab, n_ba = sum(table.ab), sum(table.ba)
    differ_ab, differ_ba = ab[1] + ab[2], ba[1] + ba[2]
    pooled = (n_ab * differ_ab + n_ba * differ_ba) / (n_ab + n_ba)
    error = sqrt(pooled * (1 - pooled) * (1 / n_ab + 1 / n_ba))
    q = float(differ_ab - differ_ba)
    z = q / error if error > 0 else 0.0
    g2 = _g_squared(table)
    return QQTest(q, z, float(2 * ndtr(-abs(z))), g2, float(chdtrc(3, g2)))


def order_effects(table: OrderTable) -> tuple[float, float]:
    """For A and for B: share of yes when the question came first, minus the share when it came second."""
    ab, ba = table.shares
    return float(ab[0] + ab[1] - ba[0] - ba[1]), float(ba[0] + ba[2] - ab[0] - ab[2])


def similarity_index(table: OrderTable) -> float:
    """Re <psi| P_A P_B |psi>, the similarity of both yes-projections of the state (Wang & Busemeyer 2013, eq. 7).

    The order effect on B is 2 (similarity - p(AyBy)), the one on A is 2 (similarity - p(ByAy)); the mean of the two
    estimates is returned, which are equal if and only if the QQ equality holds.
    """
    ab, ba = table.shares
    effect_a, effect_b = order_effects(table)
    return float((effect_b / 2 + ab[0] + effect_a / 2 + ba[0]) / 2)


def _g_squared(table: OrderTable) -> float:
    """G^2 of independence between order and answers."""
    counts = table.counts.reshape(2, 4)
    expected = counts.sum(1, keepdims=True) * counts.sum(0, keepdims=True) / counts.sum()
    seen = counts > 0
    return float(2 * (counts[seen] * np.log(counts[seen] / expected[seen])).sum())
