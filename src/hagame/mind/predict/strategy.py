"""What a table of payoffs says for and against each of one's actions, before anybody has moved.

The columns are the answers of simple theories: payoff against somebody who picks blindly (level 1), who answers that
(level 2) and so on (Stahl & Wilson 1995; Camerer, Ho & Chong 2004), quantal response (McKelvey & Palfrey 1995), how
likely a quantal cognitive hierarchy is to choose it (Wright & Leyton-Brown 2017), the worst and the best case, regret,
and what the choice does for both.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Payoffs = tuple[tuple[float, ...], ...]

SHARPNESS = 6.0
"""Inverse temperature of others in the theories, where payoffs span 1."""
RESPONSES = 16
"""Steps of damped quantal response."""
PRECISIONS = (3.0, 8.0, 20.0)
"""Inverse temperatures of the three quantal hierarchies, where payoffs span 1."""
STEPS_OF_THINKING, DEEPEST = 1.5, 6
"""Mean of the Poisson distribution of steps of thinking (Camerer, Ho & Chong 2004), and the most steps."""
CELLS = 8
THEORIES = (
    "level1",
    "level2",
    "level3",
    "quantal",
    "hierarchy",
    "worst",
    "best",
    "regret",
    "theirs",
    "together",
    "together-best",
    "fairness",
    "dominance",
    "stable",
)
COLUMNS = (
    *THEORIES,
    *(f"{name}-in-units" for name in ("level1", "level2", "worst", "together")),
    "stakes",
    "sameness",
    *(f"cell{k}" for k in range(CELLS)),
)
"""Names of the columns; cells are own and other's payoffs of this and the other action where both have two."""


@lru_cache(maxsize=4096)
def strategic(payoffs: Payoffs, opponent_payoffs: Payoffs) -> Floats:
    """Columns for each own action, shape (n, H).

    `payoffs[i][j]` and `opponent_payoffs[i][j]` are for own action i against j, both of shape (n, m).
    """
    own, other = np.array(payoffs, dtype=np.float64), np.array(opponent_payoffs, dtype=np.float64)
    both = np.concatenate((own.ravel(), other.ravel()))
    span = float(np.ptp(both)) or 1.0
    u, v = (own - both.min()) / span, (other - both.min()) / span
    theories = np.column_stack(_theories(u, v))
    n = len(own)
    raw = [theories[:, THEORIES.index(name)] * span for name in ("level1", "level2", "worst", "together")]
    same = float(np.corrcoef(u.ravel(), v.ravel())[0, 1]) if np.ptp(u) > 0 and np.ptp(v) > 0 else 0.0
    scalars = [np.full(n, np.log(span)), np.full(n, same)]
    return np.column_stack((theories, *raw, *scalars, _cells(u, v)))


def hierarchies(payoffs: Payoffs, opponent_payoffs: Payoffs) -> Floats:
    """How likely quantal cognitive hierarchies are to choose each action, in logs, shape (n, len(PRECISIONS)).

    For games played once: in repeated ones what others did says more than how deeply they may have thought.
    """
    own, other = np.array(payoffs, dtype=np.float64), np.array(opponent_payoffs, dtype=np.float64)
    both = np.concatenate((own.ravel(), other.ravel()))
    span = float(np.ptp(both)) or 1.0
    return np.column_stack([np.log(_quantal_hierarchy(own / span, other / span, p) + 1e-4) for p in PRECISIONS])


SUSTAINED = 2
"""Columns of `sustained`."""


def sustained(payoffs: Payoffs, opponent_payoffs: Payoffs, continuation: float) -> Floats:
    """What repetition adds to the action that is best for both, shape (n, 2); zeros elsewhere and outside dilemmas.

    How far the chance of another round is above what cooperation needs to be an equilibrium at all, and to be the less
    risky one (Blonski, Ockenfels & Spagnolo 2011), in a symmetric two by two game.
    """
    own, other = np.array(payoffs, dtype=np.float64), np.array(opponent_payoffs, dtype=np.float64)
    found = np.zeros((len(own), SUSTAINED))
    if own.shape != (2, 2) or not np.allclose(own, other.T):
        return found
    best = int(np.argmax(np.diagonal(own + other)))
    reward, punishment = own[best, best], own[1 - best, 1 - best]
    sucker, temptation = own[best, 1 - best], own[1 - best, best]
    if temptation > reward > punishment > sucker:
        found[best, 0] = continuation - (temptation - reward) / (temptation - punishment)
        found[best, 1] = continuation - (temptation + punishment - reward - sucker) / (temptation - sucker)
    return found


def _theories(u: Floats, v: Floats) -> list[Floats]:
    """Columns (n,) in the order of `THEORIES`; payoffs span 1."""
    n, m = u.shape
    level1 = u.mean(axis=1)
    their1 = v.mean(axis=0)
    q1 = _soft(their1)
    level2, their2 = u @ q1, _soft(level1) @ v
    q2 = _soft(their2)
    p, q = np.full(n, 1 / n), np.full(m, 1 / m)
    for _ in range(RESPONSES):
        p, q = 0.5 * p + 0.5 * _soft(u @ q), 0.5 * q + 0.5 * _soft(p @ v)
    mixed = 0.35 / m + 0.4 * q1 + 0.25 * q2
    mutual = ((u == u.max(axis=0)) & (v == v.max(axis=1)[:, None])).astype(np.float64)
    return [
        level1,
        level2,
        u @ q2,
        u @ q,
        u @ mixed,
        u.min(axis=1),
        u.max(axis=1),
        -(u.max(axis=0) - u).max(axis=1),
        v.mean(axis=1),
        (u + v).mean(axis=1),
        (u + v).max(axis=1),
        -np.abs(u - v).mean(axis=1),
        _dominance(u),
        (mutual * (u + v)).max(axis=1),
    ]


def _quantal_hierarchy(u: Floats, v: Floats, precision: float) -> Floats:
    """Probability of each own action (n,) where people think a Poisson number of steps and answer all below them."""
    mine, theirs = [np.full(len(u), 1 / len(u))], [np.full(u.shape[1], 1 / u.shape[1])]
    share = np.array([exp(-STEPS_OF_THINKING) * STEPS_OF_THINKING**k / factorial(k) for k in range(DEEPEST + 1)])
    for k in range(1, DEEPEST + 1):
        below = share[:k] / share[:k].sum()
        others, own = below @ np.array(theirs), below @ np.array(mine)
        mine.append(_soft(u @ others, precision))
        theirs.append(_soft(own @ v, precision))
    chosen: Floats = share @ np.array(mine) / share.sum()
    return chosen


def _soft(values: Floats, precision: float = SHARPNESS) -> Floats:
    grown = np.exp(precision * (values - values.max()))
    soft: Floats = grown / grown.sum()
    return soft


def _dominance(u: Floats) -> Floats:
    """How many others each action beats in every case, less how many beat it."""
    better = (u[:, None, :] > u[None, :, :]).all(axis=2)
    count: Floats = (better.sum(axis=1) - better.sum(axis=0)).astype(np.float64)
    return count


def _cells(u: Floats, v: Floats) -> Floats:
    """Both payoffs of this and the other action, the answer the other side likes better first; zeros unless 2 by 2."""
    if u.shape != (2, 2):
        return np.zeros((len(u), CELLS))
    order = np.argsort(-v.mean(axis=0), kind="stable")
    u, v = u[:, order], v[:, order]
    return np.array([[*u[a], *u[1 - a], *v[a], *v[1 - a]] for a in range(2)])
