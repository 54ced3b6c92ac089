"""The prediction engine: count experts of every context, mixed in the log domain, learning the person online.

logit(a) = sum_e w_e x_e(a), where x_e is the centred log-probability of expert e and one more expert is the fixed-share
Bayesian mixture of all others (Herbster & Warmuth 1998). The weights start from a population prior where there is one,
else from the Bayesian mixture alone, and follow the gradient of the log-loss after every move (logistic mixing,
Mattern 2012).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Attribution, Decision, Model, ModelInfo, Probabilities
from hagame.mind.predict import codec, population
from hagame.mind.predict.contexts import WINDOW, Layout, features, layout_of
from hagame.mind.predict.counts import SHORT_ONE, Long, Short, smoothed, visit
from hagame.mind.predict.explain import explain
from hagame.rules.game import Situation

SHARE = 0.05
"""Share of the Bayesian weights that is dealt out anew after each move."""
STEP = 0.01
"""Step of the weights along the gradient of the log-loss."""
STRENGTH = (1.0, 1.0)
"""Cases that a context's back-off is worth, for the long and the short memory."""
LEAST = 1e-4
"""Least probability of a legal action, up to the restriction to log-linear form."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the experts say before a choice; E contexts, each with a long and a short memory."""

    rows: NDArray[np.int64]
    anchors: NDArray[np.int64]
    """(E,): the action that relative codes count from."""
    counts: NDArray[np.float64]
    """(2, E, n): cases per memory, context and action."""
    experts: NDArray[np.float64]
    """(2E, n): probabilities over the legal actions, 0 elsewhere."""
    inputs: NDArray[np.float64]
    """(2E + 1, n): log-probabilities centred over the legal actions, 0 elsewhere; the last is the Bayesian mixture."""
    logits: NDArray[np.float64]
    """(n,)"""
    scale: float
    """At most 1: shrinks all logits so that no legal action falls below `LEAST`."""
    probabilities: Probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """What is known of one person in one game. A value: nothing in it is ever changed in place."""

    layout: Layout
    own: tuple[int, ...]
    """Last `WINDOW` own actions, newest first; those before the first round are 0."""
    opponent: tuple[int, ...]
    filled: int
    """How many rounds of the window are real."""
    seen: int
    """Choices learnt from, over all matches."""
    long: Long
    short: Short
    weights: NDArray[np.float32]
    """(2E + 1,): of the inputs in the pool."""
    shares: NDArray[np.float32]
    """(2E,): posterior of the Bayesian mixture."""
    memo: list[tuple[tuple[int, ...], Evidence]] = field(default_factory=list, repr=False)
    """The evidence once gathered: predict, explain and update of one turn share it."""


class CountMixture(Model[Belief]):
    """Mixture of forgetting count experts. Any two-player game of finitely many actions."""

    info: ClassVar[ModelInfo] = ModelInfo(
        key="count-mixture",
        version="1",
        title="Mixture of counted habits",
        sources=(
            "Herbster & Warmuth (1998) Machine Learning 32:151 (fixed share)",
            "Krichevsky & Trofimov (1981) IEEE Trans. Inf. Theory 27:199 (smoothing)",
            "MacKay & Peto (1995) Natural Language Engineering 1:289 (back-off)",
            "Mattern (2012) Data Compression Conference (logistic mixing)",
        ),
    )

    def start(self, situation: Situation) -> Belief:
        """The belief about a person of whom nothing has been seen: the population's weights, empty counts."""
        layout = layout_of(situation)
        n, experts = layout.n_actions, 2 * len(layout.contexts)
        none = (0,) * WINDOW
        return Belief(
            layout=layout,
            own=none,
            opponent=none,
            filled=0,
            seen=0,
            long=np.zeros((layout.rows, n), dtype=np.uint8),
            short=np.zeros((layout.rows, n), dtype=np.uint16),
            weights=population.weights(situation.family, layout),
            shares=np.full(experts, 1 / experts, dtype=np.float32),
        )

    def carry_over(self, belief: Belief) -> Belief:
        """What was learnt stays; the last rounds, which belong to another match, go."""
        none = (0,) * WINDOW
        return Belief(
            belief.layout,
            none,
            none,
            0,
            belief.seen,
            belief.long,
            belief.short,
            belief.weights,
            belief.shares,
        )

    def predict(self, belief: Belief, situation: Situation) -> Probabilities:
        """Distribution over the person's actions: about `LEAST` or more if legal, exactly 0 if not."""
        return gather(belief, situation.legal).probabilities.copy()

    def update(self, belief: Belief, situation: Situation, decision: Decision) -> Belief:
        """The belief after one more choice; a new value."""
        layout, evidence = belief.layout, gather(belief, situation.legal)
        action, opponent = decision.action, decision.opponent_action
        symbols = np.where(layout.is_reply, layout.best_replies[opponent], action)
        long, short = visit(belief.long, belief.short, evidence.rows, layout.shifts[evidence.anchors, symbols])
        likelihood = evidence.experts[:, action]
        shares = belief.shares * likelihood
        shares = shares * ((1 - SHARE) / shares.sum()) + SHARE / len(shares)
        gradient = evidence.inputs[:, action] - evidence.inputs @ evidence.probabilities
        return Belief(
            layout=layout,
            own=(action, *belief.own[:-1]),
            opponent=(opponent, *belief.opponent[:-1]),
            filled=min(belief.filled + 1, WINDOW),
            seen=belief.seen + 1,
            long=long,
            short=short,
            weights=(belief.weights + STEP * gradient).astype(np.float32),
            shares=shares.astype(np.float32),
        )

    def explain(self, belief: Belief, situation: Situation, top: int = 5) -> Attribution:
        """Where the prediction comes from, exactly: the `top` parts in words and the rest as one."""
        return explain(belief, gather(belief, situation.legal), situation, top)

    def dump(self, belief: Belief) -> bytes:
        """At most 32 KiB; rows never visited take no room."""
        return codec.dump(
            codec.Record(
                belief.own,
                belief.opponent,
                belief.filled,
                belief.seen,
                belief.long,
                belief.short,
                belief.weights,
                belief.shares,
            ),
            belief.layout,
        )

    def load(self, data: bytes, situation: Situation) -> Belief:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        layout = layout_of(situation)
        r = codec.load(data, layout)
        return Belief(layout, r.own, r.opponent, r.filled, r.seen, r.long, r.short, r.weights, r.shares)


def gather(belief: Belief, legal: tuple[int, ...]) -> Evidence:
    """The evidence before a choice among `legal`, computed once per belief."""
    for known, evidence in belief.memo:
        if known == legal:
            return evidence
    evidence = _gather(belief, legal)
    belief.memo.append((legal, evidence))
    return evidence


def _gather(belief: Belief, legal: tuple[int, ...]) -> Evidence:
    layout = belief.layout
    n, contexts = layout.n_actions, len(layout.contexts)
    rows = layout.base + layout.radix @ features(layout, belief.own, belief.opponent)
    if belief.filled < WINDOW:
        rows[layout.depth > belief.filled] = 0
    anchors = np.array((0, belief.own[0], belief.opponent[0]))[layout.anchor]
    where = (rows * n)[:, None] + layout.shifts[anchors]
    counts = np.empty((2, contexts, n))
    counts[0] = belief.long.ravel()[where]
    np.multiply(belief.short.ravel()[where], 1 / SHORT_ONE, out=counts[1])
    experts = smoothed(layout, counts, _STRENGTHS).reshape(2 * contexts, n)
    if len(legal) < n:
        allowed = np.zeros(n)
        allowed[list(legal)] = 1
        experts = experts * allowed
        experts /= experts.sum(1, keepdims=True)
    return _pool(belief, rows, anchors, counts, experts, legal)


_STRENGTHS = np.array(STRENGTH).reshape(2, 1, 1)


def _pool(
    belief: Belief,
    rows: NDArray[np.int64],
    anchors: NDArray[np.int64],
    counts: NDArray[np.float64],
    experts: NDArray[np.float64],
    legal: tuple[int, ...],
) -> Evidence:
    """Mix the experts: centred logs, their Bayesian mixture as one more, weighted sum, softmax over `legal`."""
    n = experts.shape[1]
    inputs = np.empty((len(experts) + 1, n))
    inputs[:-1] = experts
    np.matmul(belief.shares.astype(np.float64), experts, out=inputs[-1])
    if len(legal) == n:
        np.log(inputs, out=inputs)
        inputs -= inputs.sum(1, keepdims=True) * (1 / n)
        logits = belief.weights.astype(np.float64) @ inputs
        logits, scale = _bounded(logits, n)
        exponentials = np.exp(logits - logits.max())
        return Evidence(rows, anchors, counts, experts, inputs, logits, scale, exponentials / exponentials.sum())
    keep = list(legal)
    logs = np.log(inputs[:, keep])
    inputs[:] = 0
    inputs[:, keep] = logs - logs.mean(1, keepdims=True)
    logits, scale = _bounded(belief.weights.astype(np.float64) @ inputs, len(legal))
    exponentials = np.zeros(n)
    exponentials[keep] = np.exp(logits[keep] - logits[keep].max())
    return Evidence(rows, anchors, counts, experts, inputs, logits, scale, exponentials / exponentials.sum())


def _bounded(logits: NDArray[np.float64], legal: int) -> tuple[NDArray[np.float64], float]:
    """Logits shrunk towards 0 so far that the least probable action keeps `LEAST` even beside all others at the top."""
    if legal == 1:
        return logits, 1.0
    spread, widest = float(np.ptp(logits)), -log(LEAST * (legal - 1) / (1 - LEAST))
    if spread <= widest:
        return logits, 1.0
    return logits * (widest / spread), widest / spread
