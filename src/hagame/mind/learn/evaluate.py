"""How well a trained model predicts people it was not trained on, beside simple rivals. Map and reduce, like training.

Prequential: each decision is predicted before it is seen, by a model that has seen this person's earlier ones alone.
Rivals are those of `mind/predict/baselines.py` and the same model untrained. Intervals are 95 % percentile intervals of
a bootstrap that draws whole people (Efron & Tibshirani 1993, chapter 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from hagame.mind.model import Model, Person
from hagame.mind.predict import BASELINES
from hagame.mind.predict.scores import BINS, briers, calibration_gaps, hits, log_losses
from hagame.rules.game import Situation

RIVALS = ("uniform", "marginal", "markov1")
UNTRAINED = "untrained"
RESAMPLES = 1000
LEVEL = (2.5, 97.5)

Floats = NDArray[np.float64]


class Estimate(BaseModel):
    """A figure with its 95 % interval over people, which is null where there is one person."""

    value: float
    low: float | None
    high: float | None


class Scores(BaseModel):
    """Of one forecaster: log-loss in nats, accuracy, multi-class Brier score, expected calibration error."""

    log_loss: Estimate
    accuracy: Estimate
    brier: Estimate
    ece: Estimate


class Metrics(BaseModel):
    """On people held out. `gain` is by how many nats per decision each rival's log-loss is higher."""

    people: int
    decisions: int
    scores: Scores
    rivals: dict[str, Scores]
    gain: dict[str, Estimate]


Totals = dict[str, Floats]
"""Per forecaster: decisions, log-losses, hits, Brier scores, and `BINS` calibration gaps, all summed; (4 + BINS,)."""


def totals(model: Model[Any], person: Person, situation: Situation) -> Totals:
    """One person's sums for the model (`""`), its rivals, and itself untrained where it was trained."""
    actions = np.array([d.action for match in person.matches for d in match], dtype=np.int64)
    forecasts = {"": predictions(model, person, situation)}
    forecasts |= {name: _rival(name, person, situation) for name in RIVALS}
    if model.weights is not None:
        untrained = type(model).model_validate(model.model_dump())
        forecasts[UNTRAINED] = predictions(untrained, person, situation)
    return {name: _sums(rows, actions) for name, rows in forecasts.items()}


def predictions(model: Model[Any], person: Person, situation: Situation) -> Floats:
    """What the model said before each decision, shape (decisions, n)."""
    belief, rows = model.start(situation), []
    for match in person.steps(situation):
        belief = model.carry_over(belief)
        for posed, decision in match:
            rows.append(model.predict(belief, posed))
            belief = model.update(belief, posed, decision)
    return np.array(rows).reshape(-1, len(situation.actions))


def metrics(people: Sequence[Totals], seed: int = 0) -> Metrics:
    """The figures from the sums of all people, in their order. At least one must have taken a decision."""
    names = list(people[0])
    sums = {name: np.array([person[name] for person in people]) for name in names}
    drawn = np.random.default_rng(seed).multinomial(
        len(people), np.full(len(people), 1 / len(people)), size=RESAMPLES if len(people) > 1 else 0
    )
    weights = np.vstack([np.ones(len(people)), drawn])
    n = weights @ sums[""][:, 0]
    kept = n > 0
    weighted = {name: (weights @ table)[kept] / n[kept, None] for name, table in sums.items()}
    return Metrics(
        people=len(people),
        decisions=int(sums[""][:, 0].sum()),
        scores=_scores(weighted[""]),
        rivals={name: _scores(weighted[name]) for name in names if name},
        gain={name: _estimate(weighted[name][:, 1] - weighted[""][:, 1]) for name in names if name},
    )


def _rival(name: str, person: Person, situation: Situation) -> Floats:
    n = len(situation.actions)
    rival, rows = BASELINES[name](n), []
    for match in person.steps(situation):
        for posed, decision in match:
            rows.append(rival.predict() * np.isin(np.arange(n), posed.legal))
            rival.update(decision.action, decision.opponent_action)
    found = np.array(rows).reshape(-1, n)
    scaled: Floats = found / found.sum(axis=1, keepdims=True)
    return scaled


def _sums(rows: Floats, actions: NDArray[np.int64]) -> Floats:
    if not len(actions):
        return np.zeros(4 + BINS)
    scores = (log_losses(rows, actions).sum(), hits(rows, actions).sum(), briers(rows, actions).sum())
    return np.concatenate(([len(actions), *scores], calibration_gaps(rows, actions)))


def _scores(rows: Floats) -> Scores:
    """From means per decision, shape (1 + resamples, 4 + BINS); the first row is the sample itself."""
    return Scores(
        log_loss=_estimate(rows[:, 1]),
        accuracy=_estimate(rows[:, 2]),
        brier=_estimate(rows[:, 3]),
        ece=_estimate(np.abs(rows[:, 4:]).sum(axis=1)),
    )


def _estimate(values: Floats) -> Estimate:
    if len(values) == 1:
        return Estimate(value=round(float(values[0]), 6), low=None, high=None)
    low, high = np.percentile(values[1:], LEVEL).tolist()
    return Estimate(value=round(float(values[0]), 6), low=round(low, 6), high=round(high, 6))
