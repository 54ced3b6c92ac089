"""Fitting the population's weights: one penalised multinomial logit over all decisions of many people.

Every input is what an expert said of a person *before* the decision, having learnt from that person's past alone, so
the fit learns whom to trust and nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Decision
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.mixture import CountMixture, gather
from hagame.mind.predict.population import MIXTURE, Weights
from hagame.rules.game import Situation

RIDGE = 3e-3
"""Penalty on the squared weights, per decision; between 3e-4 and 1e-2 cross-validation does not care."""
SKIP = 3
"""First decisions of each person that are not fitted: there is nothing to go by yet."""
STEPS = 25
DIGITS = 4
"""Weights are rounded to so many digits, which costs nothing and hides the order of sums."""


def pool_inputs(people: Sequence[Sequence[Decision]], situation: Situation) -> list[NDArray[np.float32]]:
    """The pool's inputs before each decision of each person; one array (decisions, n, 2E + 1) per person."""
    model, inputs = CountMixture(), []
    for decisions in people:
        belief, found = model.start(situation), []
        for decision in decisions:
            found.append(gather(belief, situation.legal).inputs.T.astype(np.float32))
            belief = model.update(belief, situation, decision)
        inputs.append(np.array(found))
    return inputs


def fit(
    people: Sequence[Sequence[Decision]], inputs: Sequence[NDArray[np.float32]], situation: Situation
) -> dict[str, list[float]]:
    """Weights by context that minimise mean log-loss + `RIDGE` |w|^2, by Newton's method (the problem is convex).

    `inputs` are those of `pool_inputs` for the same people. Raises `ValueError` when nobody has a decision to fit.
    """
    x = np.concatenate([found[SKIP:] for found in inputs]).astype(np.float64)
    y = np.array([d.action for decisions in people for d in decisions[SKIP:]], dtype=np.int64)
    if not len(y):
        raise ValueError(f"nobody has more than {SKIP} decisions")
    w = np.zeros(x.shape[2], dtype=np.float64)
    for _ in range(STEPS):
        step = _newton_step(x, y, w)
        w -= step
        if np.abs(step).max() < 10.0 ** -(DIGITS + 2):
            break
    return _by_context(w, situation)


def by_key(weights: Weights) -> dict[str, list[float]]:
    """The same weights without the contexts that have none, in the order of their keys."""
    return {key: list(pair) for key, pair in sorted(weights.items()) if any(pair)}


def _newton_step(x: NDArray[np.float64], y: NDArray[np.int64], w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse Hessian times gradient of the penalised mean log-loss; x is (N, n, K), y is (N,)."""
    z = x @ w
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    expected = np.einsum("ink,in->ik", x, p)
    residual = p.copy()
    residual[np.arange(len(y)), y] -= 1
    gradient = np.einsum("ink,in->k", x, residual) / len(y) + 2 * RIDGE * w
    rooted = (x * np.sqrt(p)[:, :, None]).reshape(-1, len(w))
    curvature = (rooted.T @ rooted - expected.T @ expected) / len(y)
    step: NDArray[np.float64] = np.linalg.solve(curvature + 2 * RIDGE * np.eye(len(w)), gradient)
    return step


def _by_context(w: NDArray[np.float64], situation: Situation) -> dict[str, list[float]]:
    contexts = layout_of(situation).contexts
    weights = {
        context.key: [round(float(w[2 * e]), DIGITS), round(float(w[2 * e + 1]), DIGITS)]
        for e, context in enumerate(contexts)
    }
    return weights | {MIXTURE: [round(float(w[-1]), DIGITS)]}
