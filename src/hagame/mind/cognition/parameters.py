"""Named parameters of a cognitive model: bounds, scale, prior and meaning.

Estimation happens on an unbounded scale, where the prior is normal: between two bounds
z = logit((x - low) / (high - low)), z = log(x - low) above one, z = x without any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FURTHEST = 30.0
"""|z| is held below this, where exp and logit still have all their digits."""


HELD_WITHIN = 10.0
"""Prior standard deviations from the prior mean within which a parameter without a bound can be held."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `mean` and `sd` are those of the normal prior of z; `meaning` is for the person it is about.

    `says_not` says what a high or low value does not mean. `open`: the bounds themselves are impossible, e.g. because
    something is divided by the parameter.
    """

    name: str
    title: str
    meaning: str
    low: float = -inf
    high: float = inf
    mean: float = 0.0
    sd: float = 1.0
    unit: str = ""
    source: str = ""
    says_not: str = ""
    open: bool = False

    @property
    def scale(self) -> Literal["identity", "log", "logit"]:
        """How z follows from x."""
        if isfinite(self.high):
            return "logit"
        return "log" if isfinite(self.low) else "identity"

    def natural(self, z: float) -> float:
        """The parameter at z."""
        z = min(max(z, -FURTHEST), FURTHEST)
        if self.scale == "logit":
            return self.low + (self.high - self.low) / (1.0 + exp(-z))
        return self.low + exp(z) if self.scale == "log" else z

    def free(self, x: float) -> float:
        """The z of a value. Raises `ValueError` where it is not inside the bounds."""
        if not self.low < x < self.high:
            raise ValueError(f"{self.name} must lie between {self.low:g} and {self.high:g}, not {x:g}")
        if self.scale == "logit":
            return log((x - self.low) / (self.high - x))
        return log(x - self.low) if self.scale == "log" else x

    def held_at(self, x: float) -> float:
        """The value, where the parameter can be held at it: within its bounds, or `HELD_WITHIN` of its prior.

        Raises `ValueError` that says what would be right.
        """
        low = self.low if isfinite(self.low) else self.natural(self.mean - HELD_WITHIN * self.sd)
        high = self.high if isfinite(self.high) else self.natural(self.mean + HELD_WITHIN * self.sd)
        if not (low < x < high or (x in {low, high} and not self.open)):
            between = f"above {low:g} and below {high:g}" if self.open else f"from {low:g} to {high:g}"
            raise ValueError(f"{self.name} must be a number {between}, not {x:g}")
        return x

    def like(self, other: Parameter) -> bool:
        """Whether both are of one kind, so that one can stand for the other."""
        return (self.low, self.high, self.unit) == (other.low, other.high, other.unit)

    def slope(self, z: float) -> float:
        """dx/dz at z: what turns a standard error of z into one of x (delta method)."""
        if self.scale == "logit":
            x = self.natural(z)
            return (x - self.low) * (self.high - x) / (self.high - self.low)
        return exp(min(max(z, -FURTHEST), FURTHEST)) if self.scale == "log" else 1.0


def natural(parameters: Sequence[Parameter], z: Floats) -> Floats:
    """Values of all parameters; z and result have shape (..., P)."""
    z = np.clip(z, -FURTHEST, FURTHEST)
    found = np.empty(z.shape)
    for i, each in enumerate(parameters):
        if each.scale == "logit":
            found[..., i] = each.low + (each.high - each.low) / (1.0 + np.exp(-z[..., i]))
        else:
            found[..., i] = each.low + np.exp(z[..., i]) if each.scale == "log" else z[..., i]
    return found


def free(parameters: Sequence[Parameter], x: Sequence[float]) -> Floats:
    """The z of values, shape (P,). Raises `ValueError` where one is not inside its bounds."""
    return np.array([each.free(float(value)) for each, value in zip(parameters, x, strict=True)])


def prior_of(parameters: Sequence[Parameter]) -> tuple[Floats, Floats]:
    """Means and standard deviations of the prior of z, shape (P,) each."""
    return np.array([each.mean for each in parameters]), np.array([each.sd for each in parameters])


def share(name: str, title: str, meaning: str, **more: object) -> Parameter:
    """A parameter between 0 and 1, about evenly distributed before anything is seen."""
    return Parameter(name, title, meaning, 0.0, 1.0, **({"mean": 0.0, "sd": 1.5} | more))  # type: ignore[arg-type]


def positive(name: str, title: str, meaning: str, *, middle: float, sd: float = 0.8, **more: object) -> Parameter:
    """A parameter above 0 with the prior median `middle`; `sd` is that of its logarithm."""
    return Parameter(name, title, meaning, 0.0, mean=log(middle), sd=sd, **more)  # type: ignore[arg-type]
