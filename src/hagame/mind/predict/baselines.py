"""Simple rivals that the engine is reported beside; each learns online from the same person's past alone.

All counts have Laplace's +1. Contexts that reach behind the first round are counted like any other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from hagame.mind.model import Probabilities

Key = tuple[int, ...]
NONE = -1
"""Stands for a move before the first round."""


class Baseline(ABC):
    """A rival: predict, then see what was chosen."""

    def __init__(self, n_actions: int) -> None:
        """For a person with `n_actions` actions, all of them legal."""
        self.n_actions = n_actions

    @abstractmethod
    def predict(self) -> Probabilities:
        """Distribution over the person's actions, shape (n_actions,)."""

    @abstractmethod
    def update(self, own: int, opponent: int) -> None:
        """Learn one round: the person's action and the opponent's."""


class Uniform(Baseline):
    """Every action is as likely as any other."""

    def predict(self) -> Probabilities:
        """1 / n each."""
        return np.full(self.n_actions, 1 / self.n_actions)

    def update(self, own: int, opponent: int) -> None:
        """Nothing to learn."""


class Counts(Baseline):
    """Counts of the next move after the last `own_lags` own and `opponent_lags` opponent's moves."""

    def __init__(self, n_actions: int, own_lags: int = 0, opponent_lags: int = 0) -> None:
        """Order-k Markov has own_lags = k; no lags at all is the marginal."""
        super().__init__(n_actions)
        self._own: Key = (NONE,) * own_lags
        self._opponent: Key = (NONE,) * opponent_lags
        self._counts: dict[tuple[Key, Key], Probabilities] = {}

    def predict(self) -> Probabilities:
        """(count + 1) / (total + n) in the present context."""
        counts = self._row()
        smoothed: Probabilities = counts / counts.sum()
        return smoothed

    def update(self, own: int, opponent: int) -> None:
        """Count the move and step on."""
        self._row()[own] += 1
        self._own = (own, *self._own)[: len(self._own)]
        self._opponent = (opponent, *self._opponent)[: len(self._opponent)]

    def _row(self) -> Probabilities:
        return self._counts.setdefault((self._own, self._opponent), np.ones(self.n_actions))


class Hedge(Baseline):
    """Bayesian mixture of seven count models whose weights forget (Raftery, Karny & Ettler 2010)."""

    FORGETTING = 0.98

    def __init__(self, n_actions: int) -> None:
        """Uniform, marginal, Markov of orders 1 to 3, joint of orders 1 and 2, weighted alike."""
        super().__init__(n_actions)
        lags = ((0, 0), (1, 0), (2, 0), (3, 0), (1, 1), (2, 2))
        self._models: list[Baseline] = [Uniform(n_actions), *(Counts(n_actions, a, b) for a, b in lags)]
        self._log_weights = np.zeros(len(self._models))

    def predict(self) -> Probabilities:
        """Mixture by posterior weight."""
        weights = np.exp(self._log_weights - self._log_weights.max())
        mixed: Probabilities = weights @ np.array([model.predict() for model in self._models]) / weights.sum()
        return mixed

    def update(self, own: int, opponent: int) -> None:
        """Weigh the models by what they said of this move, then let each learn."""
        said = np.log([model.predict()[own] for model in self._models])
        self._log_weights = self.FORGETTING * self._log_weights + said
        for model in self._models:
            model.update(own, opponent)


BASELINES: dict[str, Callable[[int], Baseline]] = {
    "uniform": Uniform,
    "marginal": Counts,
    "markov1": lambda n_actions: Counts(n_actions, own_lags=1),
    "hedge": Hedge,
}
"""Name -> a fresh rival for a number of actions, weakest first."""
