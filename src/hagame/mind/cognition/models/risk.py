"""Choices between gambles: expected utility, cumulative prospect theory, loss aversion."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.cognition.choosing import log_softmax, nothing
from hagame.mind.cognition.family import Column, Columns, Family, Live, Variant, indices, lists, same_length
from hagame.mind.cognition.parameters import positive
from hagame.mind.cognition.rows import LEGAL, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import Task
from hagame.mind.predict.compiled import compiled
from hagame.rules.game import Situation

OUTCOMES = 3
"""Outcomes per option: amounts in ascending order, then their probabilities; unused ones have probability 0."""


@compiled
def weighted(p: float, gamma: float) -> float:
    """w(p) = p^g / (p^g + (1 - p)^g)^(1/g); Tversky & Kahneman (1992), equation 6."""
    if p <= 0.0:
        return 0.0
    if p >= 1.0:
        return 1.0
    a, b = p**gamma, (1.0 - p) ** gamma
    return float(a / (a + b) ** (1.0 / gamma))


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """softmax(mu V); V sums pi v over outcomes, gains weighed from the best down, losses from the worst up.

    theta: curvature, loss aversion, gamma of gains, gamma of losses, inverse temperature.
    """
    n = out.shape[0]
    k = (row.shape[0] - LEGAL - n) // (2 * n)
    for a in range(n):
        amounts, chances = LEGAL + n + 2 * k * a, LEGAL + n + 2 * k * a + k
        value, before = 0.0, 0.0
        for i in range(k - 1, -1, -1):
            if row[amounts + i] >= 0 and row[chances + i] > 0:
                up_to = before + row[chances + i]
                pi = weighted(up_to, theta[2]) - weighted(before, theta[2])
                value += pi * row[amounts + i] ** theta[0]
                before = up_to
        before = 0.0
        for i in range(k):
            if row[amounts + i] < 0 and row[chances + i] > 0:
                up_to = before + row[chances + i]
                pi = weighted(up_to, theta[3]) - weighted(before, theta[3])
                value -= pi * theta[1] * (-row[amounts + i]) ** theta[0]
                before = up_to
        out[a] = theta[4] * value
    log_softmax(row, out)


def option(amounts: Floats, chances: Floats) -> Floats:
    """Covariates of one option. Raises `InvalidInput`."""
    if len(amounts) != len(chances) or len(amounts) > OUTCOMES or abs(chances.sum() - 1) > 1e-6:
        right = f"up to {OUTCOMES} amounts, and as many probabilities that sum to 1"
        raise InvalidInput(f"amounts: each option needs {right}.", field="/amounts")
    order = np.argsort(amounts, kind="stable")
    found = np.zeros(2 * OUTCOMES)
    found[: len(amounts)] = amounts[order]
    found[OUTCOMES : OUTCOMES + len(amounts)] = chances[order]
    return found


def read(columns: Columns) -> Trials:
    """Two options per trial, a and b: amounts and probabilities of each; `action` 0 for a."""
    same_length(columns, ("action", "amounts_a", "amounts_b"))
    parts = [
        np.array([option(*pair) for pair in zip(lists(columns, f"amounts_{x}"), _chances(columns, x), strict=True)])
        for x in "ab"
    ]
    return trials_of(2, indices(columns, "action", 2), covariates=np.hstack(parts))


def _chances(columns: Columns, which: str) -> list[Floats]:
    name = f"probabilities_{which}"
    if name in columns:
        return lists(columns, name)
    return [np.full(len(each), 1.0 / len(each)) for each in lists(columns, f"amounts_{which}")]


def task(rng: np.random.Generator, count: int) -> Task:
    """Two-outcome gambles over gains, over losses and over both against sure amounts near their value."""
    rows = []
    for t in range(count):
        best, worst, p = rng.uniform(2, 20), rng.uniform(2, 20), rng.uniform(0.05, 0.95)
        low, high = ((0.0, best), (-worst, 0.0), (-worst, best))[t % 3]
        sure = (1 - p) * low + p * high + rng.normal(0, 0.25 * (high - low))
        gamble = option(np.array([low, high]), np.array([1 - p, p]))
        rows.append(np.concatenate([gamble, option(np.array([np.clip(sure, low, high)]), np.ones(1))]))
    return Task(2, count, np.array(rows))


def mixed(rng: np.random.Generator, count: int) -> Task:
    """Even gambles over a gain and a loss, or over a gain, against a sure amount."""
    rows = []
    for t in range(count):
        gain = rng.uniform(2, 20)
        low, sure = (-rng.uniform(0.25, 1.2) * gain, 0.0) if t % 4 else (0.0, rng.uniform(0.25, 0.6) * gain)
        even = option(np.array([low, gain]), np.array([0.5, 0.5]))
        rows.append(np.concatenate([even, option(np.array([sure]), np.ones(1))]))
    return Task(2, count, np.array(rows))


def suits(situation: Situation) -> bool:
    """Choices between told gambles."""
    return situation.family == "risky-choice" and len(situation.actions) == 2


def row(situation: Situation) -> Floats | None:
    """Options of one or two outcomes, told by mean, deviation, worst and best; amounts scaled to at most 20."""
    low, high = situation.payoff_range or (0.0, 0.0)
    amounts = [abs(x) for features in situation.features for x in features[2:4]]
    unit = 20.0 / (max(abs(low), abs(high)) or max(amounts) or 1.0)
    parts = [_told(features, unit) for features in situation.features]
    return None if any(part is None for part in parts) else np.concatenate([part for part in parts if part is not None])


def _told(features: tuple[float, ...], unit: float) -> Floats | None:
    mean, deviation, worst, best, _ = features
    if best - worst < 1e-9:
        return option(np.array([best * unit]), np.ones(1))
    p = (mean - worst) / (best - worst)
    if abs(deviation - (best - worst) * sqrt(max(p * (1 - p), 0.0))) > 1e-6 * max(1.0, abs(best - worst)):
        return None
    return option(np.array([worst, best]) * unit, np.array([1 - p, p]))


COLUMNS = (
    Column("action", "0 for option a, 1 for option b"),
    Column("amounts_a", f"outcomes of option a, up to {OUTCOMES}; best between about -20 and 20", listed=True),
    Column("probabilities_a", "their probabilities; even unless given", listed=True, optional=True),
    Column("amounts_b", "outcomes of option b", listed=True),
    Column("probabilities_b", "their probabilities; even unless given", listed=True, optional=True),
)
TVERSKY = "Tversky & Kahneman (1992). Advances in prospect theory. J. Risk and Uncertainty 5, 297-323."
SOKOL = "Sokol-Hessner et al. (2009). Thinking like a trader. PNAS 106, 5035-5040."

PROSPECT = Family(
    key="prospect-theory",
    version="1",
    title="Cumulative prospect theory",
    summary="Amounts are felt on a curve, losses more than gains, and chances are bent.",
    parameters=(
        positive(
            "risk_attitude",
            "Feeling for amounts",
            "How much a doubled amount feels like: 1 twice as much; below 1 you shun risk over gains.",
            middle=0.8,
            sd=0.4,
            source=TVERSKY,
            says_not="Not courage: it is about small amounts in this game.",
        ),
        positive(
            "loss_aversion",
            "Weight of losses",
            "How much more a loss counts than an equal gain; 1 is equal.",
            middle=1.5,
            sd=0.5,
            source=TVERSKY,
            says_not="Not anxiety; losses of game money are not losses of your own.",
        ),
        positive(
            "weighting_gain",
            "Bending of chances, gains",
            "1 takes chances as they are; below 1 small ones count for more and large ones for less.",
            middle=0.75,
            sd=0.35,
            open=True,
            source=TVERSKY,
            says_not="Not ignorance of arithmetic.",
        ),
        positive(
            "weighting_loss",
            "Bending of chances, losses",
            "The same where outcomes are losses.",
            middle=0.75,
            sd=0.35,
            open=True,
            source=TVERSKY,
            says_not="Not ignorance of arithmetic.",
        ),
        positive(
            "choice_sensitivity",
            "Choosing the better one",
            "How strictly you choose what feels better.",
            middle=0.8,
            sd=1.0,
            unit="1 / felt amount",
            source="Luce (1959). Individual Choice Behavior. Wiley.",
            says_not="Not skill; it depends on the unit of amounts.",
        ),
    ),
    columns=COLUMNS,
    sources=(TVERSKY,),
    begin=nothing,
    score=score,
    learn=nothing,
    memory=lambda n: 0,  # noqa: ARG005
    read=read,
    task=task,
    own_state=False,
    live=Live(suits, row, ("risk_attitude", "loss_aversion", "weighting_gain", "choice_sensitivity")),
    fewest=60,
    session=300,
    variants=(
        Variant(
            "one-weighting",
            "Cumulative prospect theory, one bending of chances",
            {"weighting_loss": "weighting_gain"},
            "Each weighting is known from some of the choices only; both together are known from all.",
        ),
    ),
)
LOSS_AVERSION = Family(
    key="loss-aversion",
    version="1",
    title="Loss aversion",
    summary="Prospect theory with chances as they are.",
    parameters=PROSPECT.parameters,
    columns=COLUMNS,
    sources=(SOKOL, TVERSKY),
    begin=nothing,
    score=score,
    learn=nothing,
    memory=lambda n: 0,  # noqa: ARG005
    read=read,
    task=mixed,
    own_state=False,
    fixed={"weighting_gain": 1.0, "weighting_loss": 1.0},
    reading=Live(suits, row),
    fewest=40,
    session=150,
)
EXPECTED_UTILITY = replace(
    PROSPECT.fixing("expected-utility", "Expected utility", loss_aversion=1.0, weighting_gain=1.0, weighting_loss=1.0),
    session=150,
)
