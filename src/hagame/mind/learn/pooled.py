"""The prediction engine with a population prior of its own instead of the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.model import Arrays, Learnt, Person
from hagame.mind.predict import CountMixture
from hagame.mind.predict.contexts import Layout, layout_of
from hagame.mind.predict.fitting import Observed, fit_population
from hagame.mind.predict.population import Population, packed, unpacked
from hagame.mind.predict.streams import Said, Stream, replayed, stream_of
from hagame.rules.game import Situation

_OF_STREAM = ("fresh", "stage", "legal", "action", "answer", "payoff", "foregone", "columns", "target")


class PooledCounts(CountMixture):
    """`count-mixture`; a training learns from the people of its data what the shipped populations teach otherwise."""

    trainable: ClassVar[bool] = True

    def population(self, situation: Situation, layout: Layout) -> Population:
        """The trained population, or the shipped one."""
        if self._learnt is None:
            return super().population(situation, layout)
        return _population(self._learnt, layout)

    def summarise(self, person: Person, situation: Situation) -> Arrays:
        """The person's decisions as arrays, and what the experts said before each: `inputs` and `cues`."""
        stream = stream_of(person, situation)
        said = replayed(stream)
        return {
            "inputs": said.inputs,
            "cues": said.cues,
            **{name: np.asarray(getattr(stream, name)) for name in _OF_STREAM},
        }

    def learn(self, summaries: Sequence[Arrays], situation: Situation, rng: np.random.Generator) -> Arrays:
        """A population as arrays: weights of inputs, how people differ, and trees."""
        layout = layout_of(situation)
        people = []
        for summary in summaries:
            stream = Stream(layout=layout, **{name: summary[name] for name in _OF_STREAM})
            people.append(Observed(stream, Said(summary["inputs"], summary["cues"]), np.ones(len(stream))))
        if not any(len(person.stream) for person in people):
            raise InvalidInput("Nobody has a decision to learn from.", field="/data")
        return packed(fit_population(people, seed=int(rng.integers(2**31))))


@lru_cache(maxsize=256)
def _population(learnt: Learnt, layout: Layout) -> Population:
    return unpacked(learnt.arrays, layout)
