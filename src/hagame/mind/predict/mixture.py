"""The prediction engine: forgetting count experts of every context, mixed in the log domain, following the person.

Everything the engine knows of a person is a `Belief`, a value of a few kilobytes whose size and cost do not grow with
the number of choices. `contexts` numbers what may precede a choice, `counts` counts it, `pool` mixes it, `population`
says where the mix starts, `explain` takes it apart again, and `codec` writes it down.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from hagame.mind.model import Attribution, Decision, Model, ModelInfo, Probabilities
from hagame.mind.predict import codec, pool, population
from hagame.mind.predict.belief import Belief, Evidence
from hagame.mind.predict.contexts import NO_ROUNDS, WINDOW, features, layout_of
from hagame.mind.predict.counts import cases, empty, smoothed, visit
from hagame.mind.predict.explain import explain
from hagame.rules.game import Situation


class CountMixture(Model[Belief]):
    """Mixture of counted habits, for any two-player game of finitely many actions."""

    info: ClassVar[ModelInfo] = ModelInfo(
        key="count-mixture",
        version="1",
        title="Mixture of counted habits",
        sources=(
            "MacKay & Peto (1995) Natural Language Engineering 1:289 (back-off)",
            "Herbster & Warmuth (1998) Machine Learning 32:151 (fixed share)",
            "Mattern (2012) Data Compression Conference (mixing in the log domain)",
            "Fahrmeir (1992) JASA 87:501 (Kalman filter for multinomial logits)",
        ),
    )

    def start(self, situation: Situation) -> Belief:
        """The belief about a person of whom nothing has been seen: the population's weights, empty counts."""
        layout = layout_of(situation)
        experts, groups = 2 * len(layout.contexts), population.GROUPS
        return Belief(
            layout=layout,
            prior=population.prior(situation.family, layout),
            own=NO_ROUNDS,
            opponent=NO_ROUNDS,
            filled=0,
            seen=0,
            counts=empty(layout),
            gains=np.ones(groups, dtype=np.float32),
            precision=(np.eye(groups) / pool.GAIN_SD**2).astype(np.float32),
            shares=np.full(experts, 1 / experts, dtype=np.float32),
        )

    def carry_over(self, belief: Belief) -> Belief:
        """What was learnt stays; the last rounds, which belong to another match, go."""
        return replace(belief, own=NO_ROUNDS, opponent=NO_ROUNDS, filled=0)

    def predict(self, belief: Belief, situation: Situation) -> Probabilities:
        """Distribution over the person's actions: at least 1e-4 where legal, exactly 0 where not."""
        return gather(belief, situation.legal).probabilities.copy()

    def update(self, belief: Belief, situation: Situation, decision: Decision) -> Belief:
        """The belief after one more choice; a new value."""
        layout, evidence = belief.layout, gather(belief, situation.legal)
        action, opponent = decision.action, max(decision.opponent_action, 0)
        anchors = (0, belief.own[0], belief.opponent[0])
        codes = [(a - r) % layout.n_actions for a in (action, layout.best_replies[opponent]) for r in anchors]
        symbols = np.array(codes).take(layout.coded)
        gains, precision = pool.next_gains(
            belief.gains, belief.precision, evidence.grouped, evidence.probabilities, action
        )
        return Belief(
            layout=layout,
            prior=belief.prior,
            own=(action, *belief.own[:-1]),
            opponent=(opponent, *belief.opponent[:-1]),
            filled=min(belief.filled + 1, WINDOW),
            seen=belief.seen + 1,
            counts=visit(belief.counts, evidence.rows, symbols),
            gains=gains,
            precision=precision,
            shares=pool.next_shares(belief.shares, evidence.experts[:-1, action]),
        )

    def explain(self, belief: Belief, situation: Situation, top: int = 4) -> Attribution:
        """Where the prediction comes from, exactly: the `top` parts in words and the others as one."""
        return explain(belief, gather(belief, situation.legal), situation, top)

    def dump(self, belief: Belief) -> bytes:
        """At most 32 KiB; rows never visited take one bit."""
        return codec.dump(
            codec.Record(
                (*belief.own, *belief.opponent),
                belief.filled,
                belief.seen,
                belief.counts,
                belief.gains,
                belief.precision,
                belief.shares,
            ),
            belief.layout,
        )

    def load(self, data: bytes, situation: Situation) -> Belief:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        layout = layout_of(situation)
        record = codec.load(data, layout, population.GROUPS)
        return Belief(
            layout=layout,
            prior=population.prior(situation.family, layout),
            own=record.window[:WINDOW],
            opponent=record.window[WINDOW:],
            filled=record.filled,
            seen=record.seen,
            counts=record.counts,
            gains=record.gains,
            precision=record.precision,
            shares=record.shares,
        )


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
    n = layout.n_actions
    rows = layout.base + layout.radix @ features(layout, belief.own, belief.opponent)
    if belief.filled < WINDOW:
        rows[layout.depth > belief.filled] = 0
    cells = layout.cells.take(np.array((0, belief.own[0], belief.opponent[0])).take(layout.anchor), axis=0)
    found = cases(belief.counts, rows, cells)
    experts = np.empty((2 * len(rows) + 1, n))
    experts[:-1] = smoothed(layout, found).reshape(-1, n)
    if len(legal) < n:
        experts[:-1] *= [action in legal for action in range(n)]
        experts[:-1] /= experts[:-1].sum(1, keepdims=True)
    shares = belief.shares.astype(np.float64)
    np.matmul(shares / shares.sum(), experts[:-1], out=experts[-1])
    inputs = pool.centred_logs(experts, legal)
    grouped = belief.prior @ inputs
    probabilities, scale = pool.predicted(belief.gains @ grouped, legal)
    return Evidence(rows, found, experts, inputs, grouped, scale, probabilities)
