"""The prediction engine with a population prior of its own instead of the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.model import Arrays, Decision, Learnt, Person
from hagame.mind.predict import Belief, CountMixture
from hagame.mind.predict.contexts import Layout, layout_of
from hagame.mind.predict.fitting import SKIP, fit, pool_inputs
from hagame.mind.predict.population import by_group
from hagame.rules.game import Situation


class PooledCounts(CountMixture):
    """`count-mixture`; a training fits how far each kind of evidence is trusted, among the people of its data."""

    trainable: ClassVar[bool] = True

    def start(self, situation: Situation) -> Belief:
        """Empty counts, and the weights of the trained population or the shipped ones."""
        return self._trained(super().start(situation))

    def load(self, data: bytes, situation: Situation) -> Belief:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        return self._trained(super().load(data, situation))

    def summarise(self, person: Person, situation: Situation) -> Arrays:
        """What the experts said before each decision, `inputs` (T, n, K), and the `action` taken (T,).

        Experts start anew in each match; its first decisions, with nothing to go by yet, are left out.
        """
        found = pool_inputs(person.matches, situation)
        n, size = len(situation.actions), 2 * len(layout_of(situation).contexts) + 1
        inputs = [rows[SKIP:] for rows in found if len(rows) > SKIP]
        actions = [d.action for match in person.matches for d in match[SKIP:]]
        return {
            "inputs": np.concatenate([np.empty((0, n, size), dtype=np.float32), *inputs]),
            "action": np.array(actions, dtype=np.int16),
        }

    def learn(self, summaries: Sequence[Arrays], situation: Situation, rng: np.random.Generator) -> Arrays:  # noqa: ARG002
        """A pair of weights per context, named by its key, and that of the Bayesian mixture."""
        kept = [summary for summary in summaries if len(summary["action"])]
        if not kept:
            raise InvalidInput(f"Nobody has more than {SKIP} decisions in one match.", field="/data")
        # `fit` leaves the first decisions of everybody out, as was done here already.
        skipped = tuple([Decision(0, 0, 0.0, 0.0)] * SKIP)
        people = [(*skipped, *(Decision(a, 0, 0.0, 0.0) for a in s["action"].tolist())) for s in kept]
        inputs = [np.concatenate([s["inputs"][:1].repeat(SKIP, axis=0), s["inputs"]]) for s in kept]
        return {key: np.array(pair) for key, pair in fit(people, inputs, situation).items()}

    def _trained(self, belief: Belief) -> Belief:
        return belief if self._learnt is None else replace(belief, prior=_prior(self._learnt, belief.layout))


@lru_cache(maxsize=256)
def _prior(learnt: Learnt, layout: Layout) -> NDArray[np.float64]:
    return by_group({key: pair.tolist() for key, pair in learnt.arrays.items()}, layout)
