"""What made-up people face: rows before a choice, and what the choice brings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hagame.mind.cognition.rows import ACTION, FIRST, FRESH, NEXT, OTHER, PAYOFF, STAGE, Floats, row_of


class Task:
    """`count` rows over `n` actions, with the same covariates in each; nothing is paid."""

    def __init__(self, n: int, count: int, covariates: Floats | None = None, match: int = 0) -> None:
        self.n, self.count, self._match = n, count, match
        self._covariates = covariates

    def __iter__(self) -> Iterator[Floats]:
        for t in range(self.count):
            row = row_of(self.n, self.covariates(t))
            row[FRESH] = FIRST if t == 0 else NEXT if self._match and t % self._match == 0 else 0.0
            yield row

    def covariates(self, t: int) -> Floats | None:
        """Those of row t."""
        return self._covariates if self._covariates is None or self._covariates.ndim == 1 else self._covariates[t]

    def answer(self, row: Floats, action: int, rng: np.random.Generator) -> None:  # noqa: ARG002
        """Write into the row what was chosen and what it brought."""
        row[ACTION] = action


class Rows(Task):
    """The rows of a table (T, C), as they are; nothing is paid."""

    def __init__(self, rows: Floats, n: int) -> None:
        super().__init__(n, len(rows))
        self._rows = rows

    def __iter__(self) -> Iterator[Floats]:
        for row in self._rows:
            yield row.copy()


class Arms(Task):
    """Arms that pay 1 or 0 by `chances` (n,), which drift by normal steps of `drift`, held between .1 and .9."""

    def __init__(self, chances: Floats, count: int, drift: float = 0.0, loss: float = 0.0) -> None:
        super().__init__(len(chances), count)
        self._chances, self._drift, self._loss = chances.copy(), drift, loss

    def answer(self, row: Floats, action: int, rng: np.random.Generator) -> None:
        """A reward, or `loss`; then the chances drift."""
        super().answer(row, action, rng)
        row[PAYOFF] = 1.0 if rng.random() < self._chances[action] else self._loss
        if self._drift:
            self._chances = np.clip(self._chances + rng.normal(0, self._drift, self.n), 0.1, 0.9)


class NoisyArms(Task):
    """Blocks of `block` pulls at arms with normal rewards; means are drawn anew with the variance that rows tell."""

    def __init__(self, n: int, count: int, block: int, prior: Floats, noise: Floats) -> None:
        super().__init__(n, count, np.concatenate([prior, noise]), block)
        self._prior, self._noise, self._means = prior, noise, np.zeros(n)

    def answer(self, row: Floats, action: int, rng: np.random.Generator) -> None:
        """A reward around the arm's mean."""
        super().answer(row, action, rng)
        if row[FRESH] > 0:
            self._means = rng.normal(0, np.sqrt(self._prior))
        row[PAYOFF] = rng.normal(self._means[action], np.sqrt(self._noise[action]))


class TwoStepTask(Task):
    """Rows of first and second choices in turn (Daw et al. 2011); `covariates` is the chance of a common transition.

    Rewards are 0 or 1; their chances drift by normal steps of `drift` between 0 and 1, faster and wider than in the
    original, so that planning shows (Kool, Cushman & Gershman 2016).
    """

    def __init__(self, count: int, rng: np.random.Generator, common: float = 0.7, drift: float = 0.2) -> None:
        super().__init__(2, count, np.array([common]))
        self._common, self._drift, self._chances, self._state = common, drift, rng.uniform(0, 1, (2, 2)), 0

    def __iter__(self) -> Iterator[Floats]:
        for t, row in enumerate(super().__iter__()):
            row[STAGE] = 0 if t % 2 == 0 else 1 + self._state
            yield row

    def answer(self, row: Floats, action: int, rng: np.random.Generator) -> None:
        """A state, or a reward."""
        super().answer(row, action, rng)
        if row[STAGE] == 0:
            self._state = action if rng.random() < self._common else 1 - action
            return
        row[PAYOFF] = float(rng.random() < self._chances[self._state, action])
        moved = np.abs(self._chances + rng.normal(0, self._drift, (2, 2)))
        self._chances = np.clip(np.where(moved > 1, 2 - moved, moved), 0, 1)


class Cards(Task):
    """Decks of the Iowa gambling task, shuffled by tens: net payoffs in hundreds."""

    _GAIN = (1.0, 1.0, 0.5, 0.5)
    _LOSSES = ((1.5, 2.0, 2.5, 3.0, 3.5), (12.5,), (0.25, 0.75, 0.5, 0.5, 0.5), (2.5,))

    def __init__(self, count: int) -> None:
        super().__init__(4, count)
        self._decks: list[list[float]] = [[] for _ in range(4)]

    def answer(self, row: Floats, action: int, rng: np.random.Generator) -> None:
        """The next card."""
        super().answer(row, action, rng)
        if not self._decks[action]:
            losses = np.zeros(10)
            losses[: len(self._LOSSES[action])] = self._LOSSES[action]
            self._decks[action] = rng.permutation(losses).tolist()
        row[PAYOFF] = self._GAIN[action] - self._decks[action].pop()


class Against(Task):
    """A table of own payoffs (n, m) against somebody who repeats, copies and draws.

    `begins` (T,) tells in which rounds a new match begins, where they are not all `match` rounds long.
    """

    def __init__(self, own: Floats, count: int, match: int = 0, begins: NDArray[np.bool_] | None = None) -> None:
        super().__init__(own.shape[0], count, own.ravel(), match)
        self._own, self._met, self._seen = own, 0, 0
        self._begins = np.zeros(count, dtype=np.bool_) if begins is None else begins

    def __iter__(self) -> Iterator[Floats]:
        for t, row in enumerate(super().__iter__()):
            if t and self._begins[t]:
                row[FRESH] = NEXT
            yield row

    def answer(self, row: Floats, action: int, rng: np.random.Generator) -> None:
        """The other's move: repeated, copied from the person's last one, or drawn."""
        super().answer(row, action, rng)
        m, lot = self._own.shape[1], rng.random()
        met = self._met if lot < 0.35 else min(self._seen, m - 1) if lot < 0.6 else int(rng.integers(m))
        self._met, self._seen = met, action
        row[OTHER], row[PAYOFF] = met, self._own[action, met]
