"""Models of question order: projections of one state, and their classical rivals with as many parameters.

Two projectors of rank k in 2k dimensions split, by Jordan's lemma, into k planes that they leave alone. In plane j the
state has weight w_j and stands at angle a_j to the yes-line of A, which stands at angle d_j to the yes-line of B:

    p(AyBy) = sum_j w_j cos^2 a_j cos^2 d_j,    p(ByAy) = sum_j w_j cos^2(a_j - d_j) cos^2 d_j,   and so on.

So the general model is a sum over planes: 2 parameters in 2 dimensions, 5 in 4, which is as many as six free shares
leave once the QQ equality is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hagame.mind.quantum.fits import Fit, Parameters, better, made, maximum_likelihood
from hagame.mind.quantum.order import OrderTable

QUARTER = np.pi / 2
STARTS = 100
_SAME = np.array([1.0, 0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True)
class OrderFits:
    """Five models on the same answers. `anchoring` has as many parameters as `quantum_4d`; none beats `saturated`."""

    quantum_2d: Fit
    quantum_4d: Fit
    no_order: Fit
    anchoring: Fit
    saturated: Fit

    @property
    def all(self) -> tuple[Fit, ...]:
        """As they stand above."""
        return self.quantum_2d, self.quantum_4d, self.no_order, self.anchoring, self.saturated

    @property
    def verdict(self) -> str:
        """Quantum against its equal, then the best of all, by BIC."""
        best = min(self.all, key=lambda fit: fit.bic)
        return f"{better((self.quantum_4d, self.anchoring))} Of all models {best.model} has the lowest BIC."


def fit_order_models(table: OrderTable) -> OrderFits:
    """Quantum in 2 and 4 dimensions beside classical rivals: no order effect, anchoring, and the saturated model."""
    counts = table.counts
    return OrderFits(
        quantum_2d=_quantum(1, counts),
        quantum_4d=_quantum(2, counts),
        no_order=_no_order(table),
        anchoring=_anchoring(counts),
        saturated=_saturated(table),
    )


def projected(weights: Parameters, state: Parameters, between: Parameters) -> NDArray[np.float64]:
    """Probabilities (8,) of `OrderTable.counts` for planes (k,) of these weights and angles in radians."""
    yes_a, yes_b, same = np.cos(state) ** 2, np.cos(state - between) ** 2, np.cos(between) ** 2
    ab = [yes_a * same, yes_a * (1 - same), (1 - yes_a) * (1 - same), (1 - yes_a) * same]
    ba = [yes_b * same, (1 - yes_b) * (1 - same), yes_b * (1 - same), (1 - yes_b) * same]
    found: NDArray[np.float64] = np.array([*ab, *ba]) @ weights
    return found


def _quantum(planes: int, counts: NDArray[np.float64]) -> Fit:
    """Weights of all planes but the last are given as shares of what is left (stick breaking)."""
    free = planes - 1
    names = [
        *(f"weight_{j + 1}" for j in range(free)),
        *(f"state_angle_{j + 1}" for j in range(planes)),
        *(f"question_angle_{j + 1}" for j in range(planes)),
    ]
    bounds = [(0.0, 1.0)] * free + [(0.0, 2 * QUARTER)] * planes + [(0.0, QUARTER)] * planes

    def predict(parameters: Parameters) -> NDArray[np.float64]:
        sticks, angles = parameters[:free], parameters[free:]
        weights = np.append(sticks, 1.0) * np.append(1.0, np.cumprod(1 - sticks))
        return projected(weights, angles[:planes], angles[planes:])

    rng = np.random.default_rng(planes)
    starts = [[float(rng.uniform(low, high)) for low, high in bounds] for _ in range(STARTS)]
    return maximum_likelihood(f"quantum in {2 * planes} dimensions", names, predict, counts, starts, bounds)


def _no_order(table: OrderTable) -> Fit:
    """One joint distribution of both answers, whatever the order: classical probability in its plainest form."""
    both = np.array(table.ab, dtype=np.float64) + np.array(table.ba, dtype=np.float64)
    joint = both / both.sum()
    parameters = dict(zip(("p_yes_yes", "p_yes_no", "p_no_yes"), (float(p) for p in joint[:3]), strict=True))
    return made("no order effect", parameters, np.tile(joint, 2), table.counts)


def _anchoring(counts: NDArray[np.float64]) -> Fit:
    """One joint distribution, and a second answer that is drawn towards the first, or away from it where negative.

    With probability |s| the second answer is the first one again (s > 0) or its opposite (s < 0): assimilation and
    contrast (Schwarz & Bless 1992), one strength per order.
    """
    names = ("p_yes_a", "p_yes_b_if_yes_a", "p_yes_b_if_no_a", "pull_on_b", "pull_on_a")
    rng = np.random.default_rng(5)
    fits = []
    # The likelihood has an edge where a pull changes its sign, so each pair of signs is climbed by itself.
    for signs in product(((-1.0, 0.0), (0.0, 1.0)), repeat=2):
        bounds = [(0.0, 1.0)] * 3 + list(signs)
        starts = [[float(rng.uniform(low, high)) for low, high in bounds] for _ in range(STARTS)]
        fits.append(maximum_likelihood("anchoring", names, _anchored, counts, starts, bounds))
    return max(fits, key=lambda fit: fit.log_likelihood)


def _anchored(parameters: Parameters) -> NDArray[np.float64]:
    yes, given_yes, given_no, pull_b, pull_a = parameters
    joint = np.array([yes * given_yes, yes * (1 - given_yes), (1 - yes) * given_no, (1 - yes) * (1 - given_no)])
    a = np.array([joint[0] + joint[1], joint[2] + joint[3]])
    b = np.array([joint[0] + joint[2], joint[1] + joint[3]])
    return np.concatenate([_pulled(joint, a[[0, 0, 1, 1]], pull_b), _pulled(joint, b[[0, 1, 0, 1]], pull_a)])


def _pulled(joint: NDArray[np.float64], first: NDArray[np.float64], pull: float) -> NDArray[np.float64]:
    """`first` (4,): probability of the first answer of each cell."""
    copied = first * (_SAME if pull > 0 else 1 - _SAME)
    pulled: NDArray[np.float64] = (1 - abs(pull)) * joint + abs(pull) * copied
    return pulled


def _saturated(table: OrderTable) -> Fit:
    """Both orders free: what no model can beat in likelihood."""
    ab, ba = table.shares
    shares = np.concatenate([ab, ba])
    names = [f"{order}_{cell}" for order in ("ab", "ba") for cell in ("yes_yes", "yes_no", "no_yes")]
    parameters = dict(zip(names, (float(p) for p in np.concatenate([ab[:3], ba[:3]])), strict=True))
    return made("the saturated model", parameters, shares, table.counts)
