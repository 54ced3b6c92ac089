"""Why the engine predicts what it predicts: an exact decomposition of its logits, told in words.

The pool is linear in the inputs, so expert e contributes w_e x_e. The Bayesian mixture is one of the inputs:
log(n p) = log(1 + sum_e d_e) with d_e = share_e (n p_e - 1), and expert e's part of it is d_e log(1 + d) / d, its
integrated gradient from the uniform distribution (Sundararajan, Taly & Yan 2017), so all parts still add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Attribution, Contribution
from hagame.mind.predict.words import statement
from hagame.rules.game import Situation

if TYPE_CHECKING:
    from hagame.mind.predict.mixture import Belief, Evidence

REST = "rest"


def explain(belief: Belief, evidence: Evidence, situation: Situation, top: int) -> Attribution:
    """The `top` contexts of widest log-odds in words and the sum of all others as one part."""
    parts = contributions(belief, evidence, situation.legal)
    spread = np.ptp(parts[:, list(situation.legal)], axis=1)
    order = np.argsort(-spread, kind="stable")
    named = [_part(belief, evidence, situation, int(e), parts[e]) for e in order[:top]]
    rest = parts[order[top:]].sum(0)
    if len(order) > top:
        text = f"Everything else: {len(order) - top} weaker habits together."
        named.append(Contribution(REST, text, tuple(rest.tolist()), float(belief.seen), 0.0))
        named.sort(key=lambda part: -_spread(part, situation.legal))
    return Attribution(baseline=(0.0,) * len(situation.actions), parts=tuple(named))


def contributions(belief: Belief, evidence: Evidence, legal: tuple[int, ...]) -> NDArray[np.float64]:
    """Log-odds of each context, both memories together, shape (E, n); they sum to `evidence.logits`."""
    weights = belief.weights.astype(np.float64)
    parts = weights[:-1, None] * evidence.inputs[:-1]
    if weights[-1]:
        parts += weights[-1] * _mixture_parts(belief, evidence, legal)
    contexts = len(parts) // 2
    return (parts[:contexts] + parts[contexts:]) * evidence.scale


def _mixture_parts(belief: Belief, evidence: Evidence, legal: tuple[int, ...]) -> NDArray[np.float64]:
    """Integrated gradients of the centred log of the Bayesian mixture, shape (2E, n)."""
    keep = list(legal)
    excess = belief.shares.astype(np.float64)[:, None] * (len(keep) * evidence.experts[:, keep] - 1)
    total = excess.sum(0)
    small = np.abs(total) < 1e-12
    slope = np.where(small, 1.0, np.log1p(total) / np.where(small, 1.0, total))
    shared = excess * slope
    parts = np.zeros_like(evidence.experts)
    parts[:, keep] = shared - shared.mean(1, keepdims=True)
    return parts


def _part(
    belief: Belief, evidence: Evidence, situation: Situation, e: int, log_odds: NDArray[np.float64]
) -> Contribution:
    """One context in words; it names the action most often counted, among ties the one it speaks for."""
    context, counts = belief.layout.contexts[e], evidence.counts[0, e]
    action = int(np.lexsort((log_odds, evidence.counts[1, e], counts))[-1])
    seen, taken = float(counts.sum()), float(counts[action])
    text = statement(belief.layout, context, situation, belief.own, belief.opponent, action, seen=seen, taken=taken)
    return Contribution(context.key, text, tuple(log_odds.tolist()), seen, taken)


def _spread(part: Contribution, legal: tuple[int, ...]) -> float:
    values = [part.log_odds[a] for a in legal]
    return max(values) - min(values)
