"""Order-k Markov: what this person did after the same last rounds, starting from what people do.

Each person's choices after one past are a draw from a Dirichlet distribution around what the population does there
(empirical Bayes). So a prediction is (cases + s q) / (all cases + s): q is the population's share of each action after
this past, and s how many cases of one's own the population is worth, the larger the more alike people are.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from hagame.errors import CorruptState, InvalidInput
from hagame.mind.learn import past
from hagame.mind.learn.logits import attribution, centred, softmax
from hagame.mind.learn.past import Grid, Lags, Past
from hagame.mind.learn.words import after, cases
from hagame.mind.model import (
    Arrays,
    Attribution,
    Contribution,
    Decision,
    Model,
    ModelInfo,
    Person,
    Probabilities,
)
from hagame.rules.game import Situation

STRENGTHS: NDArray[np.float64] = np.geomspace(0.5, 500.0, 61)
"""Candidates for s, twelve percent apart."""


class Markov(Model[Past]):
    """Counts of the next move after the last `order` rounds, shrunk to the population's."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[ModelInfo] = ModelInfo(
        key="markov",
        version="1",
        title="Order-k Markov with a population prior",
        parameters={
            "order": "rounds looked back at, 0 to 4",
            "looks_at": "whose moves: own, or both sides'",
        },
        sources=(
            "Anderson & Goodman (1957) Annals of Mathematical Statistics 28:89 (Markov chains from counts)",
            "Minka (2000) Estimating a Dirichlet distribution. Technical report, MIT (its marginal likelihood)",
        ),
    )
    trainable: ClassVar[bool] = True

    order: int = Field(2, ge=0, le=4, description="Rounds looked back at")
    looks_at: Literal["own", "both"] = Field("both", description="Whose moves are looked at")

    def start(self, situation: Situation) -> Past:
        """Nothing counted yet."""
        return past.nothing(self._grid(situation))

    def carry_over(self, belief: Past) -> Past:
        """What was counted stays; the last rounds go."""
        return past.next_match(belief)

    def predict(self, belief: Past, situation: Situation) -> Probabilities:
        """Shares of the row of the longest past there is."""
        population, own = self._logs(belief, situation)
        return softmax([a + b for a, b in zip(population, own, strict=True)], situation.legal)

    def update(self, belief: Past, situation: Situation, decision: Decision) -> Past:  # noqa: ARG002
        """One more case in a row of each order."""
        return past.after(belief, decision)

    def explain(self, belief: Past, situation: Situation) -> Attribution:
        """What people do here (baseline), and what this person's own cases add to it."""
        population, own = self._logs(belief, situation)
        level, row = _level(belief)
        action = max(situation.legal, key=own.__getitem__)
        counted = belief.counts[row].tolist()
        text = f"{after(situation, belief, belief.grid.lags[level])}{cases(situation, action, counted)}"
        part = Contribution("own cases", text, tuple(own), float(sum(counted)), float(counted[action]))
        return attribution(population, [part], top=1)

    def dump(self, belief: Past) -> bytes:
        """The last rounds and the counts."""
        return past.dump(belief)

    def load(self, data: bytes, situation: Situation) -> Past:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        return past.load(data, self._grid(situation))

    def summarise(self, person: Person, situation: Situation) -> Arrays:
        """`counts` (rows, n): all cases of this person, in each order."""
        grid = self._grid(situation)
        belief = past.nothing(grid)
        for match in person.matches:
            belief = past.next_match(belief)
            for decision in match:
                belief = past.after(belief, decision)
        return {"counts": belief.counts}

    def learn(self, summaries: Sequence[Arrays], situation: Situation, rng: np.random.Generator) -> Arrays:  # noqa: ARG002
        """`share` (rows, n) and `strength` (orders,), each order's s being that of the highest marginal likelihood."""
        grid = self._grid(situation)
        counts = np.array([summary["counts"] for summary in summaries], dtype=np.float64)
        if not counts.sum():
            raise InvalidInput("Nobody has taken a decision.", field="/data")
        share = counts.sum(axis=0) + 1.0
        share /= share.sum(axis=1, keepdims=True)
        ends = (*grid.bases[1:], grid.rows)
        strengths = [_strength(counts[:, a:b], share[a:b]) for a, b in zip(grid.bases, ends, strict=True)]
        return {"share": share, "strength": np.array(strengths)}

    def _grid(self, situation: Situation) -> Grid:
        both = self.looks_at == "both" and len(situation.opponent_actions) > 1
        lags: tuple[Lags, ...] = tuple((k, k if both else 0) for k in range(self.order + 1))
        return past.grid_of(situation, lags)

    def _logs(self, belief: Past, situation: Situation) -> tuple[list[float], list[float]]:
        """Centred log of the population's shares, and what the person's own cases add to it."""
        level, row = _level(belief)
        prior = self._prior(belief, level, row)
        counted = belief.counts[row].tolist()
        population = centred([log(p) for p in prior], situation.legal)
        person = centred([log(p + c) for p, c in zip(prior, counted, strict=True)], situation.legal)
        return population, [b - a for a, b in zip(population, person, strict=True)]

    def _prior(self, belief: Past, level: int, row: int) -> list[float]:
        """Cases that the population is worth, one number per action."""
        rows, n = belief.counts.shape
        if self.weights is None:
            return [1.0] * n
        share, strength = self.weights["share"], self.weights["strength"]
        if share.shape != (rows, n):
            raise CorruptState(f"the weights are for another game: shape {share.shape}")
        prior: list[float] = (share[row] * strength[level]).tolist()
        return prior


def _level(belief: Past) -> tuple[int, int]:
    """The longest past that is there: which table, and which row of it."""
    rows = belief.rows
    level = max(level for level, row in enumerate(rows) if row >= 0)
    return level, rows[level]


def _strength(counts: NDArray[np.float64], share: NDArray[np.float64]) -> float:
    """The s of `STRENGTHS` under which these people (P, rows, n) are likeliest; Minka (2000), equation 53."""
    from scipy.special import gammaln  # type: ignore[import-untyped]  # slow to import

    likelihood = []
    for s in STRENGTHS:
        alpha = s * share
        cells = (gammaln(counts + alpha) - gammaln(alpha)).sum()
        likelihood.append(cells - (gammaln(counts.sum(axis=2) + s) - gammaln(s)).sum())
    return float(STRENGTHS[int(np.argmax(likelihood))])
