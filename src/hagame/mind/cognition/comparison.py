"""Which model explains people best: BIC, held-out log-loss, and random-effects Bayesian model selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.mind.cognition.estimate import Fit, fit, highest, posterior
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import Report
from hagame.mind.cognition.parameters import Floats, prior_of
from hagame.mind.cognition.rows import LEGAL, Trials

DRAWS = 100_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Expected frequency of each model in the population, and chances that it is the most frequent one.

    `exceedance` supposes that frequencies differ, `protected` does not; `omnibus_risk` is the probability that they are
    all equal (Rigoux et al. 2014).
    """

    frequencies: tuple[float, ...]
    exceedance: tuple[float, ...]
    protected: tuple[float, ...]
    omnibus_risk: float


def select(evidence: Floats, rng: np.random.Generator) -> Selection:
    """Random-effects selection from log evidences (people, models): Stephan et al. (2009), Rigoux et al. (2014)."""
    from scipy.special import digamma  # type: ignore[import-untyped]

    people, models = evidence.shape
    alpha0 = np.ones(models)
    alpha, given = alpha0 * (1 + people / models), np.full((people, models), 1 / models)
    for _ in range(1000):
        logs = evidence + digamma(alpha) - digamma(alpha.sum())
        given = np.exp(logs - logs.max(axis=1, keepdims=True))
        given /= given.sum(axis=1, keepdims=True)
        new = alpha0 + given.sum(axis=0)
        if np.abs(new - alpha).max() < 1e-6:
            break
        alpha = new
    drawn = rng.dirichlet(alpha, DRAWS)
    exceedance = np.bincount(drawn.argmax(axis=1), minlength=models) / DRAWS
    risk = _omnibus(evidence, given, alpha, alpha0)
    protected = exceedance * (1 - risk) + risk / models
    return Selection(tuple((alpha / alpha.sum()).tolist()), tuple(exceedance.tolist()), tuple(protected.tolist()), risk)


def _omnibus(evidence: Floats, given: Floats, alpha: Floats, alpha0: Floats) -> float:
    """Bayesian omnibus risk: 1 / (1 + exp(F1 - F0)); Rigoux et al. (2014), equations 7 and A.9."""
    from scipy.special import digamma, gammaln

    equal = evidence - np.log(evidence.shape[1])
    top = equal.max(axis=1, keepdims=True)
    f0 = float((top[:, 0] + np.log(np.exp(equal - top).sum(axis=1))).sum())
    expected = digamma(alpha) - digamma(alpha.sum())
    entropy = -float((given * np.log(np.maximum(given, 1e-300))).sum())
    prior = gammaln(alpha0.sum()) - gammaln(alpha0).sum() + ((alpha0 - 1) * expected).sum()
    dirichlet = gammaln(alpha).sum() - gammaln(alpha.sum()) - ((alpha - 1) * expected).sum()
    f1 = float((given * (evidence + expected)).sum() + prior + dirichlet) + entropy
    return float(1 / (1 + np.exp(np.clip(f1 - f0, -700, 700))))


def held_out(family: Family, trials: Trials, fitted_share: float = 0.5) -> float:
    """Mean log-loss (nats) of the later trials, predicted one step ahead by what was fitted to the earlier ones."""
    cut = max(int(len(trials) * fitted_share), 1)
    weights = np.zeros(len(trials))
    weights[:cut] = 1.0
    # The top of the posterior: its mean predicts worse where it is skewed.
    mean, sd = prior_of(family.free)
    z = highest(family, posterior(family, trials, mean, sd, weights)).z
    logs = family.predict(z, trials)[np.arange(len(trials)), trials.actions]
    late = (np.arange(len(trials)) >= cut) & told(trials)
    return float(-logs[late].mean()) if late.any() else float("nan")


def told(trials: Trials) -> NDArray[np.bool_]:
    """Which trials had a choice, shape (T,)."""
    found: NDArray[np.bool_] = trials.rows[:, LEGAL : LEGAL + trials.n].sum(axis=1) > 1
    return found


def rivals(trials: Trials, fitted_share: float = 0.5) -> dict[str, float]:
    """Mean log-loss of the later trials by an even draw, and by the person's earlier shares of each action."""
    legal = trials.rows[:, LEGAL : LEGAL + trials.n]
    cut = max(int(len(trials) * fitted_share), 1)
    late = (np.arange(len(trials)) >= cut) & told(trials)
    counts = np.bincount(trials.actions[:cut], minlength=trials.n) + 1.0
    weights = legal * counts
    marginal = weights[np.arange(len(trials)), trials.actions] / weights.sum(axis=1)
    if not late.any():
        return {"even draw": float("nan"), "own shares": float("nan")}
    return {
        "even draw": float(np.log(legal.sum(axis=1))[late].mean()),
        "own shares": float(-np.log(marginal[late]).mean()),
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """Models beside each other on the same people; tables are (people, models)."""

    models: tuple[str, ...]
    bic: Floats
    log_evidence: Floats
    held_out: Floats
    rivals: Mapping[str, Floats]
    selection: Selection
    fits: tuple[tuple[Fit, ...], ...]
    """By model, then person."""


def compare(
    families: Sequence[Family],
    people: Sequence[Sequence[Trials]],
    rng: np.random.Generator,
    report: Report = lambda _part: None,
) -> Compared:
    """Fit every model to every person; `people` holds one list per model, since models may read other columns."""
    told = [
        [_told(each, trials, report, (i + j / len(mine)) / len(families)) for j, trials in enumerate(mine, 1)]
        for i, (each, mine) in enumerate(zip(families, people, strict=True))
    ]
    fits = tuple(tuple(one for one, _ in row) for row in told)
    evidence = np.array([[one.log_evidence for one in row] for row in fits]).T
    outside = np.array([[later for _, later in row] for row in told]).T
    simple = [rivals(trials) for trials in people[0]]
    return Compared(
        tuple(each.key for each in families),
        np.array([[one.bic for one in row] for row in fits]).T,
        evidence,
        outside,
        {name: np.array([each[name] for each in simple]) for name in ("even draw", "own shares")},
        select(evidence, rng),
        fits,
    )


def _told(family: Family, trials: Trials, report: Report, done: float) -> tuple[Fit, float]:
    """A fit, and how well one to the earlier trials predicts the later ones."""
    found = fit(family, trials), held_out(family, trials)
    report(done)
    return found
