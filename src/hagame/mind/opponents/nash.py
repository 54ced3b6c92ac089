"""Mixed Nash equilibria of a situation: which one is played when there are several, and at what cost.

Among equilibria the one with the highest sum of both payoffs is taken, and of those the one that gives most weight to
the seat's own first action, then to its second, and so on. Constant-sum games are solved as a linear program (von
Neumann 1928; all their equilibria pay the same), small games by enumerating supports (Porter, Nudelman & Shoham 2008),
both by Nashpy; larger ones as a mixed-integer program that maximises the sum of payoffs (Sandholm, Gilpin & Conitzer
2005), which degenerate games do not disturb.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from hagame.mind.opponents.mixing import Mixture
from hagame.rules.game import Situation

Table = NDArray[np.float64]
Profile = tuple[Table, Table]
"""Strategies of the seat and of the other, shapes (n_actions,) and (n_opponent_actions,)."""

MOST_SUPPORTS = 1000
"""Pairs of supports up to which they are enumerated (a 5 x 5 game); some 50 microseconds each."""
TOLERANCE = 1e-6
"""Largest gain from deviating, as a share of the wider range of payoffs, that still counts as none."""


@lru_cache(maxsize=1024)
def equilibrium(situation: Situation) -> Mixture:
    """The seat's own strategy, over all actions of the situation with 0 for illegal ones.

    The other side may choose any of its actions. Solved once per situation: the first call takes milliseconds.
    """
    rows = list(situation.legal)
    strategy = solve(np.array(situation.payoffs)[rows], np.array(situation.opponent_payoffs)[rows])[0].tolist()
    mixture = [0.0] * len(situation.actions)
    for row, p in zip(rows, strategy, strict=True):
        mixture[row] = p
    return tuple(mixture)


def solve(own: Table, other: Table) -> Profile:
    """One equilibrium of the game with these payoffs (own actions in rows), by the rule above.

    Raises `ArithmeticError` when none is found to `TOLERANCE`.
    """
    scale = max(float(np.ptp(own)), float(np.ptp(other))) or 1.0
    own, other = (own - own.min()) / scale, (other - other.min()) / scale
    for method in (_by_nashpy, _by_program):
        found = [_clean(profile) for profile in method(own, other)]
        proper = [profile for profile in found if regret(own, other, profile) <= TOLERANCE]
        if proper:
            return max(proper, key=lambda profile: _rank(own, other, profile))
    raise ArithmeticError(f"no equilibrium was found of the game with payoffs {own.tolist()}, {other.tolist()}")


def regret(own: Table, other: Table, profile: Profile) -> float:
    """The most that either side could gain by deviating alone, in units of its payoffs; 0 in an equilibrium."""
    x, y = profile
    gain, other_gain = (own @ y).max() - x @ own @ y, (x @ other).max() - x @ other @ y
    return float(max(gain, other_gain))


def _by_nashpy(own: Table, other: Table) -> Iterator[Profile]:
    """None of large games, and not all of degenerate ones, for it decides by rounding errors there."""
    import nashpy  # noqa: PLC0415  # a second of imports that only these games need

    rows, columns = own.shape
    total = own + other
    if np.ptp(total) <= 1e-12:
        yield nashpy.Game(own).linear_program()
    elif (2**rows - 1) * (2**columns - 1) <= MOST_SUPPORTS:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="\\s*An even number", category=RuntimeWarning)
            yield from nashpy.Game(own, other).support_enumeration(tol=1e-9)


def _by_program(own: Table, other: Table) -> Iterator[Profile]:
    """Maximise both values over equilibria: an action with any regret, marked by a 1, may have no weight.

    Variables: x, y, marks of x, marks of y, the two values. Payoffs within 0..1 bound every regret by 1. Marks are
    whole up to 1e-6 only, so the rest is solved again with the rounded ones.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]  # as above

    (m, n), size = own.shape, sum(own.shape)
    no_x, no_y = np.zeros((m, m)), np.zeros((n, n))
    weights, eye = np.block([[no_x, own], [other.T, no_y]]), np.eye(size)
    value = np.repeat(np.eye(2), [m, n], axis=0)
    sums = np.hstack([np.repeat(np.eye(2), [m, n], axis=1), np.zeros((2, size + 2))])
    regrets = np.hstack([-weights, np.zeros((size, size)), value])
    marked = np.hstack([-weights, -eye, value])
    unplayed = np.hstack([eye, eye, np.zeros((size, 2))])
    program = partial(
        milp,
        c=np.concatenate([np.zeros(2 * size), [-1.0, -1.0]]),
        constraints=[
            LinearConstraint(sums, 1, 1),
            LinearConstraint(regrets, 0, np.inf),
            LinearConstraint(marked, -np.inf, 0),
            LinearConstraint(unplayed, 0, 1),
        ],
    )
    rough = program(integrality=np.repeat([0, 1, 0], [size, size, 2]), bounds=Bounds(0, 1)).x
    if rough is not None:
        fixed, marks = np.repeat([False, True, False], [size, size, 2]), np.round(rough)
        exact = program(bounds=Bounds(np.where(fixed, marks, 0), np.where(fixed, marks, 1))).x
        yield from () if exact is None else ((exact[:m], exact[m:size]),)


def _clean(profile: Profile) -> Profile:
    """Without the dust of floating-point arithmetic: a third is a third."""
    x, y = (np.round(np.clip(side, 0.0, 1.0), 12) for side in profile)
    return x / x.sum(), y / y.sum()


def _rank(own: Table, other: Table, profile: Profile) -> tuple[float, ...]:
    x, y = profile
    return (round(float(x @ (own + other) @ y), 9), *np.round(x, 9).tolist(), *np.round(y, 9).tolist())
