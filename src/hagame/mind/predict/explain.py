"""Why the engine predicts what it predicts: an exact decomposition of its logits, told in words.

The pool is linear in its inputs, so expert e contributes gain x weight x input. The Bayesian mixture is one of the
inputs: log(n p) = log(1 + d) with d = sum_e d_e, d_e = share_e (n p_e - 1), and expert e's part of it is
d_e log(1 + d) / d, its integrated gradient from the uniform distribution (Sundararajan, Taly & Yan 2017). So all parts
still add up.

Contexts that look at the same thing (own moves, say, one to three of them) back off to each other and are one part:
what one of them takes back from another is no news to people. A part cites the context that speaks most for the action
the part favours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Attribution, Contribution
from hagame.mind.predict.belief import Belief, Evidence
from hagame.mind.predict.contexts import Context, Layout
from hagame.mind.predict.counts import LONG
from hagame.mind.predict.pool import centring
from hagame.mind.predict.words import statement
from hagame.rules.game import Situation

REST = "rest"
"""Key of the part that sums what is not told."""
TINY = 1e-9
"""Below this, log(1 + d) / d is 1 as far as rounding goes."""
_LOOKS_AT = {"own": "own", "shift": "own", "opponent": "opponent", "drift": "opponent", "outcome": "outcome"}


def explain(belief: Belief, evidence: Evidence, situation: Situation, top: int) -> Attribution:
    """The `top` parts of widest log-odds in words and the sum of all others as one, widest first."""
    by_context = contributions(belief, evidence, situation.legal)
    groups = _groups(belief.layout)
    parts: list[list[float]] = (groups.membership @ by_context).tolist()
    order = sorted(range(len(parts)), key=[_spread(part) for part in parts].__getitem__, reverse=True)
    columns: list[list[float]] = by_context.T.tolist()
    told = [
        _part(belief, evidence, situation, parts[p], groups.keys[p], groups.members[p], columns) for p in order[:top]
    ]
    if order[top:]:
        rest = tuple(sum(parts[p][a] for p in order[top:]) for a in range(len(parts[0])))
        text = f"Everything else: {len(order) - top} weaker kinds of evidence together."
        told.append(Contribution(REST, text, rest, float(belief.seen), 0.0))
        told.sort(key=lambda part: -_spread(part.log_odds))
    return Attribution(baseline=(0.0,) * len(situation.actions), parts=tuple(told))


def contributions(belief: Belief, evidence: Evidence, legal: tuple[int, ...]) -> NDArray[np.float64]:
    """Log-odds of each context, both memories together, shape (E, n); they sum to the logits of the prediction."""
    n = evidence.inputs.shape[1]
    weights = (belief.gains @ belief.prior) * evidence.scale
    parts = weights[:-1, None] * evidence.inputs[:-1]
    parts += weights[-1] * _mixture_parts(belief, evidence, legal)
    together: NDArray[np.float64] = parts.reshape(-1, 2, n)[:, 0] + parts.reshape(-1, 2, n)[:, 1]
    return together


def _mixture_parts(belief: Belief, evidence: Evidence, legal: tuple[int, ...]) -> NDArray[np.float64]:
    """Integrated gradients of the centred log of the Bayesian mixture, shape (2E, n)."""
    n, size = evidence.experts.shape[1], len(legal)
    shares = belief.shares.astype(np.float64)
    shares *= size / shares.sum()
    excess = shares[:, None] * (evidence.experts[:-1] - 1 / size)
    total = [size * p - 1 for p in evidence.experts[-1].tolist()]
    slope = np.array([log1p(d) / d if abs(d) > TINY else 1.0 for d in (total[a] for a in legal)])[:, None]
    if size == n:
        parts: NDArray[np.float64] = excess @ (slope * centring(n))
        return parts
    keep = list(legal)
    parts = np.zeros_like(excess)
    parts[:, keep] = excess[:, keep] @ (slope * centring(size))
    return parts


@dataclass(frozen=True, slots=True)
class _Groups:
    """The parts of one layout: keys, numbers of their contexts, and both as a matrix (parts, E) of 0 and 1."""

    keys: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    membership: NDArray[np.float64]


@lru_cache(maxsize=256)
def _groups(layout: Layout) -> _Groups:
    of = [part_of(context) for context in layout.contexts]
    keys = tuple(sorted(set(of)))
    members = tuple(tuple(e for e, key in enumerate(of) if key == wanted) for wanted in keys)
    return _Groups(keys, members, np.array([[float(key == wanted) for key in of] for wanted in keys]))


def part_of(context: Context) -> str:
    """Which part a context belongs to, e.g. `taken/own+opponent`: what is counted, and after what."""
    looks = {_LOOKS_AT[feature[:-1]] for feature in context.features}
    return f"{context.symbol}/{'+'.join(sorted(looks, reverse=True)) or 'always'}"


def _part(
    belief: Belief,
    evidence: Evidence,
    situation: Situation,
    log_odds: list[float],
    key: str,
    members: tuple[int, ...],
    columns: list[list[float]],
) -> Contribution:
    """One part in words: the action it favours, and the context among `members` that speaks most for that.

    A context that has not come up yet speaks for the one it backs off to, so that one is cited.
    """
    layout = belief.layout
    action = max(situation.legal, key=log_odds.__getitem__)
    e = max(members, key=columns[action].__getitem__)
    found = evidence.cases[e, LONG].tolist()
    while not any(found) and layout.parents[e] >= 0:
        e = layout.parents[e]
        found = evidence.cases[e, LONG].tolist()
    taken, seen = int(found[action]), int(sum(found))
    last = belief.own[0], belief.opponent[0]
    text = statement(layout, situation, e, int(evidence.rows[e]), last, action, (taken, seen))
    return Contribution(key, text, tuple(log_odds), float(seen), float(taken))


def _spread(log_odds: Sequence[float]) -> float:
    """Widest difference over the legal actions; illegal ones have 0, which lies between as parts are centred."""
    return max(log_odds) - min(log_odds)
