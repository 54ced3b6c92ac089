"""Finding the top of a log-posterior, and its shape there: Newton steps, many points at a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hagame.mind.cognition.parameters import Floats

Surface = Callable[[Floats], Floats]
"""Values at points (N, d), shape (N,)."""

STEP = 1e-3
"""Of finite differences, on the unbounded scale."""
MOST_STEPS = 60
GOOD_ENOUGH = 1e-7


@dataclass(frozen=True, slots=True)
class Top:
    """A maximum: place (d,), value, negative Hessian (d, d), and whether the climb ended there by itself."""

    z: Floats
    value: float
    curvature: Floats
    converged: bool


def shape_at(surface: Surface, z: Floats) -> tuple[float, Floats, Floats]:
    """Value, gradient (d,) and Hessian (d, d) by central differences."""
    d = len(z)
    pairs = [(i, j) for i in range(d) for j in range(i)]
    eye = np.eye(d) * STEP
    mixed = [sign * (eye[i] + turn * eye[j]) for i, j in pairs for turn in (1, -1) for sign in (1, -1)]
    values = surface(z + np.vstack([np.zeros((1, d)), eye, -eye, *([np.array(mixed)] if mixed else [])]))
    middle, up, down = values[0], values[1 : d + 1], values[d + 1 : 2 * d + 1]
    hessian = np.diag((up + down - 2 * middle) / STEP**2)
    for k, (i, j) in enumerate(pairs):
        same, other = values[2 * d + 1 + 4 * k :][:2].sum(), values[2 * d + 1 + 4 * k :][2:4].sum()
        hessian[i, j] = hessian[j, i] = (same - other) / (4 * STEP**2)
    return float(middle), (up - down) / (2 * STEP), hessian


def climb(surface: Surface, z: Floats, most: int = MOST_STEPS) -> Top:
    """Newton steps, damped until the surface is concave and the step goes up; eight lengths are tried at a call."""
    lengths = 0.4 ** np.arange(8)
    value, gradient, hessian = shape_at(surface, z)
    converged = False
    for _ in range(most):
        direction = _uphill(gradient, hessian)
        tried = surface(z + lengths[:, np.newaxis] * direction)
        best = int(np.argmax(tried))
        gain = float(tried[best]) - value
        if not gain > GOOD_ENOUGH:
            converged = float(np.abs(gradient).max()) < 0.05 or float(gradient @ direction) < 1e-3
            break
        z = z + lengths[best] * direction
        value, gradient, hessian = shape_at(surface, z)
    return Top(z, value, -hessian, converged)


def _uphill(gradient: Floats, hessian: Floats) -> Floats:
    values, vectors = np.linalg.eigh(-hessian)
    values = np.maximum(np.abs(values), 1e-3)
    direction: Floats = vectors @ ((vectors.T @ gradient) / values)
    longest = np.abs(direction).max()
    return direction if longest <= 3.0 else direction * (3.0 / longest)


def spread_of(curvature: Floats, prior_sd: Floats) -> Floats:
    """Covariance (d, d) of a Laplace approximation.

    Where the surface is not curved downwards in every direction, one flatter than the prior counts as if nothing had
    been learnt of it.
    """
    scaled = curvature * np.outer(prior_sd, prior_sd)
    values, vectors = np.linalg.eigh((scaled + scaled.T) / 2)
    covariance: Floats = (vectors / np.maximum(values, 1.0 if values.min() <= 1e-2 else 1e-2)) @ vectors.T
    return covariance * np.outer(prior_sd, prior_sd)
