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

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Attribution, Contribution
from hagame.mind.predict.contexts import Context, Layout
from hagame.mind.predict.counts import LONG
from hagame.mind.predict.words import statement
from hagame.rules.game import Situation

if TYPE_CHECKING:
    from hagame.mind.predict.mixture import Belief, Evidence

REST = "rest"
_LOOKS_AT = {"own": "own", "shift": "own", "opponent": "opponent", "drift": "opponent", "outcome": "outcome"}


def explain(belief: Belief, evidence: Evidence, situation: Situation, top: int) -> Attribution:
    """The `top` parts of widest log-odds in words and the sum of all others as one, widest first."""
    legal = list(situation.legal)
    by_context = contributions(belief, evidence, situation.legal)
    keys, members, starts = _parts(belief.layout)
    parts = np.add.reduceat(by_context[members], starts, axis=0)
    spread = np.ptp(parts[:, legal], axis=1)
    order = np.argsort(-spread, kind="stable").tolist()
    told = [
        (float(spread[p]), _part(belief, evidence, situation, keys[p], _of(members, starts, p), by_context, parts[p]))
        for p in order[:top]
    ]
    if order[top:]:
        rest = parts[order[top:]].sum(0)
        text = f"Everything else: {len(order) - top} weaker kinds of evidence together."
        part = Contribution(REST, text, tuple(rest.tolist()), float(belief.seen), 0.0)
        told.append((float(np.ptp(rest[legal])), part))
    told.sort(key=lambda pair: -pair[0])
    return Attribution(baseline=(0.0,) * len(situation.actions), parts=tuple(part for _, part in told))


def contributions(belief: Belief, evidence: Evidence, legal: tuple[int, ...]) -> NDArray[np.float64]:
    """Log-odds of each context, both memories together, shape (E, n); they sum to the logits of the prediction."""
    weights = belief.gains @ belief.prior
    parts = weights[:-1, None] * evidence.inputs[:-1]
    if weights[-1]:
        parts += weights[-1] * _mixture_parts(belief, evidence, legal)
    contexts = len(parts) // 2
    return (parts[:contexts] + parts[contexts:]) * evidence.scale


def _mixture_parts(belief: Belief, evidence: Evidence, legal: tuple[int, ...]) -> NDArray[np.float64]:
    """Integrated gradients of the centred log of the Bayesian mixture, shape (2E, n)."""
    keep = list(legal)
    shares = belief.shares.astype(np.float64)
    excess = np.zeros_like(evidence.experts[:-1])
    excess[:, keep] = (shares / shares.sum())[:, None] * (len(keep) * evidence.experts[:-1, keep] - 1)
    total = excess.sum(0)
    # log(1 + d) / d is 1 to first order; below 1e-9 its next term is lost in rounding anyway
    safe = np.where(np.abs(total) < 1e-9, 1.0, total)
    shared = excess * np.where(np.abs(total) < 1e-9, 1.0, np.log1p(total) / safe)
    shared[:, keep] -= shared[:, keep].mean(1, keepdims=True)
    return shared


def part_of(context: Context) -> str:
    """Which part a context belongs to, e.g. `taken/own+opponent`: what is counted, and after what."""
    looks = {_LOOKS_AT[feature[:-1]] for feature in context.features}
    return f"{context.symbol}/{'+'.join(sorted(looks, reverse=True)) or 'always'}"


@lru_cache(maxsize=256)
def _parts(layout: Layout) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Keys of the parts, contexts sorted by part, and where each part starts."""
    of = [part_of(context) for context in layout.contexts]
    keys = sorted(set(of))
    numbers = np.array([keys.index(key) for key in of])
    members = np.argsort(numbers, kind="stable")
    return keys, members, np.searchsorted(numbers[members], np.arange(len(keys)))


def _of(members: NDArray[np.int64], starts: NDArray[np.int64], part: int) -> NDArray[np.int64]:
    return members[starts[part] : starts[part + 1] if part + 1 < len(starts) else None]


def _part(
    belief: Belief,
    evidence: Evidence,
    situation: Situation,
    key: str,
    members: NDArray[np.int64],
    by_context: NDArray[np.float64],
    log_odds: NDArray[np.float64],
) -> Contribution:
    """One part in words: the action it favours, and the context among `members` that speaks most for it."""
    values = log_odds.tolist()
    action = max(situation.legal, key=values.__getitem__)
    e = int(members[by_context[members, action].argmax()])
    found = evidence.cases[LONG, e].tolist()
    seen, taken = sum(found), found[action]
    context = belief.layout.contexts[e]
    text = statement(belief.layout, context, situation, belief.own, belief.opponent, action, seen=seen, taken=taken)
    return Contribution(key, text, tuple(values), seen, taken)
