"""How well sealed predictions of recorded people did, beside simple rivals, with intervals over people. Pure.

All intervals are 95 % percentile intervals of a bootstrap that draws whole people (Efron & Tibshirani 1993, chapter
13): decisions of one person are not independent of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.predict import BASELINES
from hagame.mind.predict.scores import briers, calibration_gaps, hits, log_losses

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RESAMPLES = 2000
LEVEL = (2.5, 97.5)
"""Percentiles of the interval."""
SIDES = ("ai", "recorded_opponent")


@dataclass(frozen=True, slots=True)
class Played:
    """One person's n decisions among k actions.

    `rounds` (n,) are the person's rounds in the file, from 1. `actions` and `opponent_actions` (n,) are indices,
    `predictions` (n, k) were fixed before each decision. `ai` and `recorded_opponent` (n,) are 1 where that side got
    more than the person, 0 where as much, -1 where less. `rivals` holds predictions (n, k) by name.
    """

    rounds: Integers
    actions: Integers
    opponent_actions: Integers
    predictions: Floats
    ai: Integers
    recorded_opponent: Integers
    rivals: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its interval, which is None for a single person: one cannot tell how people differ."""

    value: float
    interval: tuple[float, float] | None


def rivals(actions: Integers, opponent_actions: Integers, n_actions: int) -> dict[str, Floats]:
    """What each baseline predicted before each decision of one person, shape (n, n_actions); it learns online."""
    found = {}
    for name, make in BASELINES.items():
        rival = make(n_actions)
        rows = np.empty((len(actions), n_actions))
        for i, (own, opponent) in enumerate(zip(actions.tolist(), opponent_actions.tolist(), strict=True)):
            rows[i] = rival.predict()
            rival.update(own, opponent)
        found[name] = rows
    return found


def figures(people: Sequence[Played], skip: int, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Figure]:
    """Everything that is reported, over decisions in rounds after `skip`; the same `seed` gives the same intervals.

    Keys: `scored` (decisions, no interval), `log_loss` (nats), `accuracy`, `brier`, `ece`; for each side of `SIDES`
    `<side>.win`, `.tie`, `.loss`, `.net` (wins less losses, per round) and `.beaten` (share of people against whom it
    won more rounds than it lost); for each rival `baselines.<name>.log_loss`, `.accuracy`, `.brier` and `.gain` (its
    log-loss less that of the predictions, nats). Raises `InvalidInput` when no decision is left.
    """
    check_skip(max(int(person.rounds.max()) for person in people), skip)
    kept = [_after(person, skip) for person in people if (person.rounds > skip).any()]
    weights = _resampled(len(kept), resamples if len(kept) > 1 else 0, seed)
    n = np.array([len(person.actions) for person in kept], dtype=np.float64)
    found = {"scored": Figure(float(n.sum()), None)}
    for name, totals in _totals(kept).items():
        found[name] = _figure(weights @ totals / (weights @ n))
    found["ece"] = _figure(_calibration_error(kept, weights, n))
    for side in SIDES:
        beaten = np.array([float(getattr(person, side).sum() > 0) for person in kept])
        found[f"{side}.beaten"] = _figure(weights @ beaten / weights.sum(axis=1))
    return found


def check_skip(last_round: int, skip: int) -> None:
    """Raises `InvalidInput` when no decision is left to score."""
    if last_round <= skip:
        raise InvalidInput(f"Nobody has a decision after round {skip}; choose a smaller --skip.", field="/skip")


def _after(person: Played, skip: int) -> Played:
    kept = person.rounds > skip
    return Played(
        person.rounds[kept],
        person.actions[kept],
        person.opponent_actions[kept],
        person.predictions[kept],
        person.ai[kept],
        person.recorded_opponent[kept],
        {name: rows[kept] for name, rows in person.rivals.items()},
    )


def _resampled(people: int, resamples: int, seed: int) -> Floats:
    """How often each person is drawn, shape (1 + resamples, people); the first row is the sample itself."""
    drawn = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), size=resamples)
    return np.vstack([np.ones(people), drawn])


def _totals(people: Sequence[Played]) -> dict[str, Floats]:
    """Sums over each person's decisions, by figure, shape (people,)."""
    rows = [_person_totals(person) for person in people]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _person_totals(person: Played) -> dict[str, float]:
    totals = _forecast_totals("", person.predictions, person.actions)
    for side in SIDES:
        result: Integers = getattr(person, side)
        totals |= {f"{side}.{name}": (result == sign).sum() for name, sign in (("win", 1), ("tie", 0), ("loss", -1))}
        totals[f"{side}.net"] = result.sum()
    for name, rows in person.rivals.items():
        rival = f"baselines.{name}."
        totals |= _forecast_totals(rival, rows, person.actions)
        totals[f"{rival}gain"] = totals[f"{rival}log_loss"] - totals["log_loss"]
    return totals


def _forecast_totals(prefix: str, predictions: Floats, actions: Integers) -> dict[str, float]:
    return {
        f"{prefix}log_loss": float(log_losses(predictions, actions).sum()),
        f"{prefix}accuracy": float(hits(predictions, actions).sum()),
        f"{prefix}brier": float(briers(predictions, actions).sum()),
    }


def _calibration_error(people: Sequence[Played], weights: Floats, n: Floats) -> Floats:
    """Expected calibration error of the most probable action (Guo et al. 2017), shape (1 + resamples,)."""
    gaps = np.array([calibration_gaps(person.predictions, person.actions) for person in people])
    error: Floats = np.abs(weights @ gaps).sum(axis=1) / (weights @ n)
    return error


def _figure(estimates: Floats) -> Figure:
    """From the estimate of the sample and those of its resamples."""
    if len(estimates) == 1:
        return Figure(float(estimates[0]), None)
    low, high = np.percentile(estimates[1:], LEVEL).tolist()
    return Figure(float(estimates[0]), (low, high))
