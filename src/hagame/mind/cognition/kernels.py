"""Compiled: one loop for every family, over a person's rows and over a cloud of parameter points at once.

A family is three functions (theta, state, row, out) that return nothing: `begin` sets the state before the first row of
a match, `score` writes the log-probability of each action into `out`, and `learn` changes the state by what the row
says. They come in as first-class functions of one type, so this file is compiled once, whatever families there are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numba import float64, int64, types
from numpy.typing import NDArray

from hagame.mind.cognition.rows import ACTION, FRESH
from hagame.mind.predict.compiled import compiled_as

Floats = NDArray[np.float64]
Step = Callable[[Floats, Floats, Floats, Floats], None]

_V, _M = types.Array(float64, 1, "C"), types.Array(float64, 2, "C")
_N = types.Array(int64, 1, "C")
_SIGNATURE = types.void(_V, _V, _V, _V)
_STEP = types.FunctionType(_SIGNATURE)

LEAST = -700.0
"""Logarithms of probabilities are held above this, where exp is not yet 0."""


@compiled_as(float64(float64))
def bounded(log_probability: float) -> float:
    """At least `LEAST`; so little also where a model comes to no number, as where powers of amounts are infinite."""
    # In this order: what is no number is not greater than LEAST.
    return max(LEAST, log_probability)


@lru_cache(maxsize=256)
def step(function: Step) -> Step:
    """A function of a family as machine code, kept on disk."""
    fast: Step = compiled_as(_SIGNATURE)(function)
    return fast


@compiled_as(_V(_STEP, _STEP, _STEP, _M, _M, _V, int64, int64), beside_others=True)
def likelihoods(
    begin: Step, score: Step, learn: Step, thetas: Floats, rows: Floats, weights: Floats, size: int, n: int
) -> Floats:
    """Log-likelihood of all rows at each point: thetas (N, P), rows (T, C), weights (T,) of the rows; result (N,)."""
    found = np.zeros(thetas.shape[0])
    state, out = np.zeros(size), np.zeros(n)
    for i in range(thetas.shape[0]):
        theta = thetas[i]
        for t in range(rows.shape[0]):
            row = rows[t]
            if row[FRESH] > 0:
                begin(theta, state, row, out)
            if weights[t] > 0:
                score(theta, state, row, out)
                found[i] += weights[t] * bounded(out[int(row[ACTION])])
            learn(theta, state, row, out)
    return found


@compiled_as(_M(_STEP, _STEP, _STEP, types.Array(float64, 3, "C"), _M, _N, int64, int64), beside_others=True)
def people_likelihoods(
    begin: Step, score: Step, learn: Step, thetas: Floats, rows: Floats, ends: NDArray[np.int64], size: int, n: int
) -> Floats:
    """Log-likelihood of each person at points of their own: thetas (I, N, P), all rows, where each ends; (I, N)."""
    found = np.zeros((thetas.shape[0], thetas.shape[1]))
    state, out = np.zeros(size), np.zeros(n)
    first = 0
    for i in range(thetas.shape[0]):
        for k in range(thetas.shape[1]):
            theta = thetas[i, k]
            for t in range(first, ends[i]):
                row = rows[t]
                if row[FRESH] > 0:
                    begin(theta, state, row, out)
                score(theta, state, row, out)
                found[i, k] += bounded(out[int(row[ACTION])])
                learn(theta, state, row, out)
        first = ends[i]
    return found


@compiled_as(_M(_STEP, _STEP, _STEP, _V, _M, int64, int64), beside_others=True)
def predictions(begin: Step, score: Step, learn: Step, theta: Floats, rows: Floats, size: int, n: int) -> Floats:
    """Log-probabilities of all actions before each row, shape (T, n); those of an illegal one are at most LEAST."""
    found = np.zeros((rows.shape[0], n))
    state, out = np.zeros(size), np.zeros(n)
    for t in range(rows.shape[0]):
        if rows[t, FRESH] > 0:
            begin(theta, state, rows[t], out)
        score(theta, state, rows[t], out)
        for a in range(n):
            found[t, a] = bounded(out[a])
        learn(theta, state, rows[t], out)
    return found


@compiled_as(_M(_STEP, _STEP, _M, _M, _V, int64))
def predict_cloud(begin: Step, score: Step, thetas: Floats, states: Floats, row: Floats, n: int) -> Floats:
    """Log-probabilities at each point before this row, shape (N, n).

    States have shape (N, S), or (1, S) where parameters do not show in them; they are only begun, where a match begins.
    """
    found = np.zeros((thetas.shape[0], n))
    for i in range(thetas.shape[0]):
        state = states[min(i, states.shape[0] - 1)]
        if row[FRESH] > 0 and i < states.shape[0]:
            begin(thetas[i], state, row, found[i])
        score(thetas[i], state, row, found[i])
        for a in range(n):
            found[i, a] = bounded(found[i, a])
    return found


@compiled_as(types.void(_STEP, _STEP, _STEP, _M, _M, _V, _M, int64))
def update_cloud(
    begin: Step, score: Step, learn: Step, thetas: Floats, states: Floats, logs: Floats, rows: Floats, n: int
) -> None:
    """Bayes' rule at each point: adds to logs (N,) what rows (T, C) say, and moves states on. In place."""
    out = np.zeros(n)
    shared = states.shape[0] == 1
    for i in range(thetas.shape[0]):
        state = states[0].copy() if shared else states[i]
        for t in range(rows.shape[0]):
            row = rows[t]
            if row[FRESH] > 0:
                begin(thetas[i], state, row, out)
            score(thetas[i], state, row, out)
            logs[i] += bounded(out[int(row[ACTION])])
            learn(thetas[i], state, row, out)
        if shared and i == thetas.shape[0] - 1:
            states[0] = state
