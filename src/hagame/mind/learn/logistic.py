"""Multinomial logit over the last rounds and over what this person did so far, fitted on many people.

logit(a) = intercept(a) + sum over features of W[feature, a] + sum over tables of v[table] log p_table(a).
A *feature* is one move of one of the last rounds, or both moves of the very last; W is the population's and the same
for everybody. A *table* counts what this person did after the same past, with Laplace's +1, so v says how far people's
own habits deserve trust. (McFadden 1974: a conditional logit with features of the chooser and of the choice.)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any, ClassVar

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

TABLES: tuple[Lags, ...] = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 2))
TOLD = 5
"""Parts of an explanation in words; the others are one."""
STEPS = 500

Floats = NDArray[np.float64]


class Logistic(Model[Past]):
    """A logit over `lags` rounds of moves and six tables of own habits."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[ModelInfo] = ModelInfo(
        key="logistic",
        version="1",
        title="Multinomial logit over rounds and habits",
        parameters={
            "lags": "rounds whose moves are features, 1 to 5",
            "ridge": "penalty on the squared weights, per decision",
        },
        sources=(
            "McFadden (1974) Conditional logit analysis of qualitative choice behavior. Frontiers in Econometrics",
            "Liu & Nocedal (1989) Mathematical Programming 45:503 (L-BFGS, by which it is fitted)",
        ),
    )
    trainable: ClassVar[bool] = True

    lags: int = Field(3, ge=1, le=5, description="Rounds whose moves are features")
    ridge: float = Field(1e-4, gt=0, le=10, description="Penalty on the squared weights, per decision")

    def start(self, situation: Situation) -> Past:
        """Nothing counted yet."""
        return past.nothing(self._grid(situation))

    def carry_over(self, belief: Past) -> Past:
        """What was counted stays; the last rounds go."""
        return past.next_match(belief)

    def predict(self, belief: Past, situation: Situation) -> Probabilities:
        """Softmax of the sum of all parts."""
        baseline, parts = self._parts(belief, situation)
        return softmax(np.sum([baseline, *parts], axis=0).tolist(), situation.legal)

    def update(self, belief: Past, situation: Situation, decision: Decision) -> Past:  # noqa: ARG002
        """One more case in a row of each table."""
        return past.after(belief, decision)

    def explain(self, belief: Past, situation: Situation) -> Attribution:
        """The intercept (baseline), and each feature's and each table's exact part."""
        baseline, parts = self._parts(belief, situation)
        active = features(self.lags, belief)
        told = [
            _feature_part(self.lags, belief, situation, slot, odds)
            for slot, odds in zip(active, parts, strict=False)
            if slot >= 0
        ]
        tables = zip(belief.grid.lags, belief.rows, parts[len(active) :], strict=True)
        told += [_table_part(belief, situation, lags, row, odds) for lags, row, odds in tables if row >= 0]
        return attribution(baseline.tolist(), told, TOLD)

    def dump(self, belief: Past) -> bytes:
        """The last rounds and the tables."""
        return past.dump(belief)

    def load(self, data: bytes, situation: Situation) -> Past:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        return past.load(data, self._grid(situation))

    def summarise(self, person: Person, situation: Situation) -> Arrays:
        """Before each decision: `active` features (T, A), tables' `logs` (T, K, n); and the `action` taken (T,)."""
        grid, legal = self._grid(situation), situation.legal
        belief = past.nothing(grid)
        active, logs, actions = [], [], []
        for match in person.matches:
            belief = past.next_match(belief)
            for decision in match:
                active.append(features(self.lags, belief))
                logs.append(_table_logs(belief, legal))
                actions.append(decision.action)
                belief = past.after(belief, decision)
        n, a, k = len(actions), 2 * self.lags + 1, len(grid.lags)
        return {
            "active": np.array(active, dtype=np.int16).reshape(n, a),
            "logs": np.array(logs, dtype=np.float32).reshape(n, k, grid.n),
            "action": np.array(actions, dtype=np.int16),
        }

    def learn(self, summaries: Sequence[Arrays], situation: Situation, rng: np.random.Generator) -> Arrays:  # noqa: ARG002
        """`intercept` (n,), `features` (F, n) and `tables` (K,) that minimise mean log-loss + ridge |w|^2."""
        active, logs, action = (np.concatenate([s[name] for s in summaries]) for name in ("active", "logs", "action"))
        if not len(action):
            raise InvalidInput("Nobody has taken a decision.", field="/data")
        grid, keep = self._grid(situation), list(situation.legal)
        position = {a: i for i, a in enumerate(keep)}
        chosen = np.array([position[a] for a in action.tolist()])
        fitted = _fit(active, logs[:, :, keep].astype(np.float64), chosen, feature_count(self.lags, grid), self.ridge)
        whole = np.zeros((len(fitted[0]), grid.n))
        whole[:, keep] = fitted[0]
        return {"intercept": whole[-1], "features": whole[:-1], "tables": fitted[1]}

    def _grid(self, situation: Situation) -> Grid:
        grid = past.grid_of(situation, TABLES)
        return grid if grid.window >= self.lags else Grid(grid.n, grid.m, grid.lags, grid.bases, grid.rows, self.lags)

    def _parts(self, belief: Past, situation: Situation) -> tuple[Floats, list[Floats]]:
        """Centred log-odds: intercept, then one row per feature and per table (zeros where it is silent)."""
        grid, legal = self._grid(situation), situation.legal
        logs = _table_logs(belief, legal)
        size = feature_count(self.lags, grid)
        silent = np.zeros(grid.n)
        if self.weights is None:
            return silent, [silent] * (2 * self.lags + 1) + [row / len(logs) for row in logs]
        intercept, weights, trust = (self.weights[name] for name in ("intercept", "features", "tables"))
        if weights.shape != (size, grid.n) or trust.shape != (len(logs),):
            raise CorruptState(f"the weights are for another game: shape {weights.shape}")
        by_feature = [
            np.array(centred(weights[slot].tolist(), legal)) if slot >= 0 else silent
            for slot in features(self.lags, belief)
        ]
        return np.array(centred(intercept.tolist(), legal)), by_feature + list(trust[:, None] * logs)


def feature_count(lags: int, grid: Grid) -> int:
    """How many features there are: each move of each lag, and each pair of the last moves."""
    return lags * (grid.n + grid.m) + grid.n * grid.m


def features(lags: int, belief: Past) -> tuple[int, ...]:
    """Active ones, shape (2 lags + 1,): own moves, opponent's, the last pair; -1 behind the first round."""
    n, m, filled = belief.grid.n, belief.grid.m, len(belief.own)
    own = [k * n + belief.own[k] if k < filled else -1 for k in range(lags)]
    other = [lags * n + k * m + belief.opponent[k] if k < filled else -1 for k in range(lags)]
    pair = lags * (n + m) + belief.own[0] * m + belief.opponent[0] if filled else -1
    return (*own, *other, pair)


def feature_words(lags: int, grid: Grid, situation: Situation, slot: int) -> tuple[str, str]:
    """Key and words of one feature, e.g. `own2` and `After you played rock two rounds ago`."""
    n, m = grid.n, grid.m
    names = situation.opponent_actions or ("nothing",)
    if slot < lags * n:
        return f"own{slot // n + 1}", f"After you played {situation.actions[slot % n]}{_ago(slot // n)}"
    if slot < lags * (n + m):
        lag, move = divmod(slot - lags * n, m)
        return f"opponent{lag + 1}", f"After the opponent played {names[move]}{_ago(lag)}"
    own, other = divmod(slot - lags * (n + m), m)
    return "pair1", f"After you played {situation.actions[own]} against {names[other]}"


def _ago(lag: int) -> str:
    return "" if lag == 0 else f" {lag + 1} rounds ago"


def _feature_part(lags: int, belief: Past, situation: Situation, slot: int, odds: Floats) -> Contribution:
    key, text = feature_words(lags, belief.grid, situation, slot)
    favoured = situation.actions[max(situation.legal, key=odds.tolist().__getitem__)]
    return Contribution(key, f"{text}, people lean to {favoured}.", tuple(odds.tolist()), 0.0, 0.0)


def _table_part(belief: Past, situation: Situation, lags: Lags, row: int, odds: Floats) -> Contribution:
    counted = belief.counts[row].tolist()
    action = max(situation.legal, key=odds.tolist().__getitem__)
    text = f"{after(situation, belief, lags)}{cases(situation, action, counted)}"
    key = f"habit/own{lags[0]}+opponent{lags[1]}"
    return Contribution(key, text, tuple(odds.tolist()), float(sum(counted)), float(counted[action]))


def _table_logs(belief: Past, legal: tuple[int, ...]) -> Floats:
    """Centred log((cases + 1) / (all + n)) of each table, shape (K, n); zeros where it is silent."""
    silent = [0.0] * belief.grid.n
    counts = belief.counts
    return np.array(
        [centred([log(c + 1) for c in counts[row].tolist()], legal) if row >= 0 else silent for row in belief.rows]
    )


def _fit(
    active: NDArray[np.int16], logs: Floats, chosen: NDArray[np.int64], size: int, ridge: float
) -> tuple[Floats, Floats]:
    """Weights (F + 1, n), the last row being the intercept, and trust (K,), by L-BFGS from zero and equal trust."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # slow to import

    x = _design(active, size)
    count, k, n = logs.shape
    taken = np.eye(n)[chosen]

    def loss(w: Floats) -> tuple[float, Floats]:
        weights, trust = w[: (size + 1) * n].reshape(size + 1, n), w[(size + 1) * n :]
        z = x @ weights + np.einsum("tkn,k->tn", logs, trust)
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        p /= total
        nats = float((np.log(total[:, 0]) - (z * taken).sum(axis=1)).mean() + ridge * (w @ w))
        miss = (p - taken) / count
        gradient = np.concatenate(((x.T @ miss).ravel(), np.einsum("tkn,tn->k", logs, miss)))
        return nats, gradient + 2 * ridge * w

    start = np.concatenate((np.zeros((size + 1) * n), np.full(k, 1 / k)))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 1e-12}).x
    return found[: (size + 1) * n].reshape(size + 1, n), found[(size + 1) * n :]


def _design(active: NDArray[np.int16], size: int) -> Any:
    """Sparse (T, F + 1): 1 where a feature is active, and in the last column."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # as above

    rows, slots = np.nonzero(active >= 0)
    count = len(active)
    columns = np.concatenate((active[rows, slots].astype(np.int64), np.full(count, size)))
    return csr_array((np.ones(len(columns)), (np.concatenate((rows, np.arange(count))), columns)), (count, size + 1))
