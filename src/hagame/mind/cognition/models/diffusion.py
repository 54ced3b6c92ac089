"""Response times: the drift-diffusion model of two choices, with s = 1."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.cognition.choosing import nothing
from hagame.mind.cognition.family import Column, Columns, Family, Live, indices, numbers, same_length
from hagame.mind.cognition.parameters import Parameter, positive, share
from hagame.mind.cognition.rows import ACTION, FIRST, FRESH, TIME, Floats, Trials, row_of, trials_of
from hagame.mind.predict.compiled import compiled
from hagame.rules.game import Situation

PRECISION = 1e-10
"""Error allowed in the scaled density."""
FLOOR = 1e-13
"""Least density, of times that the model calls impossible; keeps the surface smooth enough to climb."""
STEP_S = 0.0005
"""Of simulated walks."""


@compiled
def standard(u: float, w: float) -> float:
    """Density of first passage at the lower bound of a walk without drift between 0 and 1, started at w, at time u.

    Navarro & Fuss (2009): whichever series needs fewer terms, equations 10, 11 and 13.
    """
    small, large = 2.0, 1.0 / (np.pi * np.sqrt(u))
    if 2.0 * np.sqrt(2.0 * np.pi * u) * PRECISION < 1.0:
        small = max(2.0 + np.sqrt(-2.0 * u * np.log(2.0 * np.sqrt(2.0 * np.pi * u) * PRECISION)), np.sqrt(u) + 1.0)
    if np.pi * u * PRECISION < 1.0:
        large = max(np.sqrt(-2.0 * np.log(np.pi * u * PRECISION) / (np.pi**2 * u)), large)
    total = 0.0
    if small < large:
        terms = int(np.ceil(small))
        for k in range(-((terms - 1) // 2), (terms - 1) // 2 + (terms - 1) % 2 + 1):
            total += (w + 2.0 * k) * np.exp(-((w + 2.0 * k) ** 2) / (2.0 * u))
        return float(total / np.sqrt(2.0 * np.pi * u**3))
    for k in range(1, int(np.ceil(large)) + 1):
        total += k * np.exp(-(k**2) * np.pi**2 * u / 2.0) * np.sin(k * np.pi * w)
    return float(total * np.pi)


@compiled
def density(t: float, drift: float, bound: float, start: float) -> float:
    """Density of hitting the lower bound at decision time t (s); `start` is the share of the way up to `bound`."""
    if t <= 0.0:
        return 0.0
    scaled = np.exp(-drift * bound * start - drift**2 * t / 2.0) / bound**2
    return float(max(scaled * standard(t / bound**2, start), 0.0))


@compiled
def upper_chance(drift: float, bound: float, start: float) -> float:
    """Probability of ending at the upper bound."""
    if abs(drift) * bound < 1e-6:
        return start
    low, high = -2.0 * drift * bound * start, -2.0 * drift * bound
    if drift < 0:
        return float(np.exp(low - high) * (1.0 - np.exp(-low)) / (1.0 - np.exp(-high)))
    return float((1.0 - np.exp(low)) / (1.0 - np.exp(high)))


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Log-density of (response, time); where no time is known, the log-probability of the response.

    theta: drift v, boundary separation a, non-decision time t0, relative start z.
    """
    if row[TIME] <= 0.0:
        p = min(max(upper_chance(theta[0], theta[1], theta[3]), 1e-12), 1.0 - 1e-12)
        out[0], out[1] = np.log(1.0 - p), np.log(p)
        return
    t = row[TIME] - theta[2]
    out[0] = np.log(density(t, theta[0], theta[1], theta[3]) + FLOOR)
    out[1] = np.log(density(t, -theta[0], theta[1], 1.0 - theta[3]) + FLOOR)


@compiled
def walked(drift: float, bound: float, start: float, noise: Floats, step: float) -> float:
    """Time of a simulated walk, negative where it ends at the lower bound; 0 where the noise runs out."""
    x, wide = start * bound, np.sqrt(step)
    for i in range(noise.shape[0]):
        x += drift * step + wide * noise[i]
        if x <= 0.0:
            return float(-(i + 1) * step)
        if x >= bound:
            return float((i + 1) * step)
    return 0.0


class Walks:
    """`count` decisions without any feedback; times follow from simulated walks, not from the density."""

    n = 2

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[Floats]:
        for t in range(self.count):
            row = row_of(2)
            row[FRESH] = FIRST if t == 0 else 0.0
            yield row


def suits(situation: Situation) -> bool:
    """Choices between two."""
    return len(situation.actions) == 2


class Diffusion(Family):
    """The family simulates by walking."""

    def act(self, theta: Floats, task: Walks, rng: np.random.Generator) -> Trials:
        """Responses and times of walks in steps of half a millisecond (Euler-Maruyama)."""
        rows = []
        drift, bound, rest, start = (float(x) for x in theta)
        # Discrete steps overshoot: bounds are drawn in by .5826 standard deviations of a step (Siegmund 1985).
        inset = 0.5826 * sqrt(STEP_S)
        narrow = bound - 2 * inset
        for row in task:
            time = 0.0
            while time == 0.0:
                time = walked(drift, narrow, (start * bound - inset) / narrow, rng.normal(size=20_000), STEP_S)
            row[ACTION], row[TIME] = float(time > 0), abs(time) + rest
            rows.append(row)
        return Trials(np.array(rows), 2)


def ez(correct: float, variance: float, mean: float) -> tuple[float, float, float]:
    """Drift, boundary and non-decision time from the share correct, and variance (s2) and mean (s) of correct times.

    Wagenmakers, van der Maas & Grasman (2007), equations 5, 7 and 9, with s = 1. Raises `ValueError` where the share is
    0, 1/2 or 1.
    """
    if correct in {0.0, 0.5, 1.0}:
        raise ValueError(f"the share correct must not be 0, 1/2 or 1: {correct}")
    odds = float(np.log(correct / (1.0 - correct)))
    x = odds * (odds * correct**2 - odds * correct + correct - 0.5) / variance
    drift = float(np.sign(correct - 0.5) * x**0.25)
    bound = odds / drift
    y = -drift * bound
    decision = bound / (2.0 * drift) * float((1.0 - np.exp(y)) / (1.0 + np.exp(y)))
    return drift, bound, mean - decision


def read(columns: Columns) -> Trials:
    """Trials of `action` and `time`."""
    same_length(columns, ("action", "time"))
    time = numbers(columns, "time")
    if len(time) and time.min() <= 0:
        raise InvalidInput("time: needs seconds above 0.", field="/time")
    return trials_of(2, indices(columns, "action", 2), time=time)


RATCLIFF = "Ratcliff (1978). A theory of memory retrieval. Psychological Review 85, 59-108."
NAVARRO = (
    "Navarro & Fuss (2009). Fast and accurate calculations for first-passage times. J. Mathematical Psychology 53, 222."
)
FAMILY = Diffusion(
    key="drift-diffusion",
    version="1",
    title="Drift-diffusion",
    summary="Evidence wanders until it reaches one of two bounds: which one is the choice, and when its time.",
    parameters=(
        Parameter(
            "drift",
            "Drift",
            "How fast evidence for response 1 gathers; below 0 it speaks for response 0.",
            sd=2.0,
            unit="1 / s",
            source=RATCLIFF,
            says_not="Not intelligence: easy tasks have a high drift for everybody.",
        ),
        positive(
            "boundary",
            "Caution",
            "How much evidence you wait for before you choose.",
            middle=1.7,
            sd=0.5,
            open=True,
            source=RATCLIFF,
            says_not="Not hesitation in life; instructions to be fast or right change it at once.",
        ),
        positive(
            "non_decision_time",
            "Time outside the decision",
            "How long it takes you to see and to press, whatever you decide.",
            middle=0.3,
            sd=0.7,
            unit="s",
            source=RATCLIFF,
            says_not="Not reaction speed alone: it holds the screen and the network, too.",
        ),
        share(
            "start",
            "Leaning",
            "Towards which response you lean before any evidence: 0.5 to neither.",
            sd=0.8,
            open=True,
            source=RATCLIFF,
            says_not="Not prejudice: it is about the two responses of this task.",
        ),
    ),
    columns=(
        Column("action", "1 for the response at the upper bound (often: correct), 0 for the other"),
        Column("time", "response time in seconds"),
    ),
    sources=(RATCLIFF, NAVARRO),
    begin=nothing,
    score=score,
    learn=nothing,
    memory=lambda n: 0,  # noqa: ARG005
    read=read,
    task=lambda rng, count: Walks(count),  # noqa: ARG005
    own_state=False,
    timed=True,
    reading=Live(suits, lambda situation: np.zeros(0)),  # noqa: ARG005
    fewest=40,
    session=200,
)
