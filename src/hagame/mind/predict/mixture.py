"""The prediction engine: experts of every kind, mixed in the log domain, following the person.

Everything the engine knows of a person is a `Belief`, a value of a few kilobytes whose size and cost do not grow with
the number of choices. `contexts` numbers what may precede a choice, `kernels` counts it and learns from payoffs, `pool`
mixes it, `trees` add what other people did, `population` says where the mix starts, `explain` takes it apart again, and
`codec` writes it down.
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from hagame.mind.model import Attribution, Decision, Model, ModelInfo, Probabilities
from hagame.mind.predict import codec
from hagame.mind.predict.belief import Belief
from hagame.mind.predict.contexts import Layout, layout_of
from hagame.mind.predict.counting import Plan, plan_of
from hagame.mind.predict.engine import Thought, absorb, legal_of, think
from hagame.mind.predict.explain import explain
from hagame.mind.predict.kernels import next_match
from hagame.mind.predict.population import Population, columns_of, population_for
from hagame.mind.predict.state import copied, new
from hagame.mind.predict.streams import foregone
from hagame.rules.game import Situation


class CountMixture(Model[Belief]):
    """Mixture of habits, learning and other people's patterns, for any game with finitely many actions."""

    info: ClassVar[ModelInfo] = ModelInfo(
        key="count-mixture",
        version="2",
        title="Mixture of habits and learning",
        sources=(
            "MacKay & Peto (1995) Natural Language Engineering 1:289 (back-off)",
            "Rescorla & Wagner (1972) in Classical Conditioning II (learning from payoffs)",
            "Herbster & Warmuth (1998) Machine Learning 32:151 (fixed share)",
            "Mattern (2012) Data Compression Conference (mixing in the log domain)",
            "Fahrmeir (1992) JASA 87:501 (Kalman filter for multinomial logits)",
            "Chen & Guestrin (2016) KDD (boosted trees)",
        ),
    )

    def start(self, situation: Situation) -> Belief:
        """The belief about a person of whom nothing has been seen: the population's weights, empty counts."""
        layout = layout_of(situation)
        population = self.population(situation, layout)
        return Belief(layout, _plan(layout), population, new(layout, population.pool.precision))

    def population(self, situation: Situation, layout: Layout) -> Population:
        """What other people teach of this game."""
        return population_for(situation, layout)

    def carry_over(self, belief: Belief) -> Belief:
        """What was learnt stays; the last rounds and what options were worth, which belong to another match, go."""
        state = copied(belief.state)
        next_match(state)
        return Belief(belief.layout, belief.plan, belief.population, state)

    def predict(self, belief: Belief, situation: Situation) -> Probabilities:
        """Distribution over the person's actions: at least 1e-4 where legal, exactly 0 where not."""
        return gather(belief, situation).probabilities.copy()

    def update(self, belief: Belief, situation: Situation, decision: Decision) -> Belief:
        """The belief after one more choice; a new value."""
        thought, state = gather(belief, situation), copied(belief.state)
        absorb(
            belief.plan,
            state,
            belief.population.pool,
            situation.stage,
            decision.action,
            decision.opponent_action,
            decision.payoff,
            foregone(situation, decision),
            thought,
        )
        return Belief(belief.layout, belief.plan, belief.population, state)

    def explain(self, belief: Belief, situation: Situation, top: int = 4) -> Attribution:
        """Where the prediction comes from, exactly: the `top` parts in words and the others as one."""
        return explain(belief, gather(belief, situation), situation, top)

    def dump(self, belief: Belief) -> bytes:
        """At most 32 KiB; rows never visited take one bit."""
        return codec.dump(belief.state, belief.layout)

    def load(self, data: bytes, situation: Situation) -> Belief:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        layout = layout_of(situation)
        population = self.population(situation, layout)
        return Belief(layout, _plan(layout), population, codec.load(data, layout, population.pool.precision))


def gather(belief: Belief, situation: Situation) -> Thought:
    """What is thought before a choice in this situation, computed once per belief."""
    for known, thought in belief.memo:
        if known is situation or known == situation:
            return thought
    thought = think(
        belief.plan,
        belief.state,
        belief.population.pool,
        belief.population.forest,
        situation.stage,
        legal_of(situation.legal, len(situation.actions)),
        columns_of(situation, belief.population),
    )
    belief.memo.append((situation, thought))
    return thought


@lru_cache(maxsize=256)
def _plan(layout: Layout) -> Plan:
    return plan_of(layout)
