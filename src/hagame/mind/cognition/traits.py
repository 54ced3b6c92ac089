"""Traits: what the evidence says of a person, each as a posterior with its interval.

All posteriors are conjugate and exact, so they cost the same after ten decisions as after a million. They take the
observations of a trait as exchangeable; where a person changes, the mean is that of the whole record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, sqrt
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np

from hagame.mind.cognition.evidence import Evidence, Sums

Kind = Literal["rate", "mean", "geometric-mean"]
"""`rate`: of yes among yes and no, Beta posterior. `mean`: of a quantity, Student-t posterior. `geometric-mean`: the
mean of a logarithm, told on the original scale."""

QUANTILES = np.array([[0.025], [0.975]])
"""Of a 95 % interval; shape (2, 1), to stand against one column per trait."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before any evidence.

    A `rate` has Beta(a, b). A mean has the normal-inverse-gamma prior with location `mean`, which weighs as much as
    `weight` decisions, and shape `a` and scale `b` of the variance (Gelman et al. 2013, Bayesian Data Analysis, 3.3).
    """

    a: float = 1.0
    b: float = 1.0
    mean: float = 0.0
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class TraitInfo:
    """Facts of a trait. `meaning` is for the person it is about."""

    key: str
    title: str
    meaning: str
    unit: str
    kind: Kind
    source: str
    prior: Prior = Prior()


class Trait(NamedTuple):
    """The posterior of one trait: mean, standard deviation and the 2.5 % and 97.5 % quantiles, in `unit`.

    It rests on `n` decisions. Of a `geometric-mean`, `mean` is that of the logarithm taken back to the original scale,
    and `sd` follows from it by the delta method. A named tuple, because each move makes several.
    """

    mean: float
    sd: float
    low: float
    high: float
    n: int
    unit: str
    meaning: str
    kind: Kind


_ALL = (
    TraitInfo(
        "predictability_bits",
        "Predictability",
        "How much the AI knows about your next move before you make it: 0 is no better than guessing.",
        "bits per decision",
        "mean",
        "Good (1952). Rational decisions. J. Royal Statistical Society B 14(1), 107-114.",
        Prior(a=1.0, b=0.5, mean=0.0, weight=1.0),
    ),
    TraitInfo(
        "win_stay",
        "Staying after wins",
        "How often you repeat a move that has just paid well.",
        "share of wins",
        "rate",
        "Nowak & Sigmund (1993). A strategy of win-stay, lose-shift. Nature 364, 56-58.",
    ),
    TraitInfo(
        "lose_shift",
        "Switching after losses",
        "How often you change your move when it has just paid badly.",
        "share of losses",
        "rate",
        "Nowak & Sigmund (1993). A strategy of win-stay, lose-shift. Nature 364, 56-58.",
    ),
    TraitInfo(
        "tie_stay",
        "Staying after ties",
        "How often you repeat a move that has just paid neither well nor badly.",
        "share of ties",
        "rate",
        "Wang, Xu & Zhou (2014). Social cycling and conditional responses in the rock-paper-scissors game. "
        "Scientific Reports 4, 5830.",
    ),
    TraitInfo(
        "repetition",
        "Repetition",
        "How often you repeat your last move, whatever it brought.",
        "share of decisions",
        "rate",
        "Lau & Glimcher (2005). Dynamic response-by-response models of matching behavior in rhesus monkeys. "
        "J. Experimental Analysis of Behavior 84(3), 555-579.",
    ),
    TraitInfo(
        "best_response",
        "Answering the last move",
        "How often your move is the best answer to what your opponent played in the round before.",
        "share of decisions",
        "rate",
        "Camerer & Ho (1999). Experience-weighted attraction learning in normal form games. Econometrica 67(4), "
        "827-874 (Cournot dynamics).",
    ),
    TraitInfo(
        "cooperation",
        "Cooperation",
        "How often you cooperate where defecting would pay you more.",
        "share of decisions in dilemmas",
        "rate",
        "Rapoport & Chammah (1965). Prisoner's Dilemma. University of Michigan Press.",
    ),
    TraitInfo(
        "reciprocity",
        "Reciprocity",
        "How often you do in a dilemma what your opponent did to you in the round before.",
        "share of decisions in dilemmas",
        "rate",
        "Axelrod (1984). The Evolution of Cooperation. Basic Books.",
    ),
    TraitInfo(
        "response_time",
        "Time to decide",
        "How long you take for a typical decision, between a tenth of a second and a minute.",
        "seconds",
        "geometric-mean",
        "Luce (1986). Response Times. Oxford University Press.",
        Prior(a=1.0, b=0.5, mean=0.0, weight=0.1),
    ),
)

TRAITS: Mapping[str, TraitInfo] = MappingProxyType({info.key: info for info in _ALL})
"""All traits by key, in the order in which they are shown."""


def traits(evidence: Evidence) -> dict[str, Trait]:
    """The posterior of each trait of which there is evidence. Unknown keys are left out."""
    rates: list[tuple[TraitInfo, Sums]] = []
    means: list[tuple[TraitInfo, Sums]] = []
    for key, sums in evidence.items():
        info = TRAITS.get(key)
        if info is not None:
            (rates if info.kind == "rate" else means).append((info, sums))
    found = (_rates(rates) if rates else {}) | (_means(means) if means else {})
    return {key: found[key] for key in TRAITS if key in found}


def _rates(group: list[tuple[TraitInfo, Sums]]) -> dict[str, Trait]:
    """Beta posteriors; all quantiles by one call."""
    from scipy.special import betaincinv  # type: ignore[import-untyped]  # noqa: PLC0415  # slow to import

    yes = [info.prior.a + sums[1] for info, sums in group]
    no = [info.prior.b + sums[0] - sums[1] for info, sums in group]
    low, high = betaincinv(yes, no, QUANTILES).tolist()
    found = {}
    for (info, sums), a, b, left, right in zip(group, yes, no, low, high, strict=True):
        mean = a / (a + b)
        sd = sqrt(mean * (1.0 - mean) / (a + b + 1.0))
        found[info.key] = Trait(mean, sd, left, right, int(sums[0]), info.unit, info.meaning, info.kind)
    return found


def _means(group: list[tuple[TraitInfo, Sums]]) -> dict[str, Trait]:
    """Student-t posteriors of normal observations with unknown mean and variance."""
    from scipy.special import stdtrit  # noqa: PLC0415  # slow to import

    found = {}
    for info, sums in group:
        freedom = 2.0 * info.prior.a + sums[0]
        mean, scale = _student(info.prior, sums)
        reach = scale * float(stdtrit(freedom, QUANTILES[1, 0]))
        sd = scale * sqrt(freedom / (freedom - 2.0))
        low, high = mean - reach, mean + reach
        if info.kind == "geometric-mean":
            mean, low, high = exp(mean), exp(low), exp(high)
            sd *= mean
        found[info.key] = Trait(mean, sd, low, high, int(sums[0]), info.unit, info.meaning, info.kind)
    return found


def _student(prior: Prior, sums: Sums) -> tuple[float, float]:
    """Location and scale of the posterior t distribution of the mean (Gelman et al. 2013, eq. 3.8 and 3.9)."""
    n, total, squares = sums
    weight = prior.weight + n
    mean = (prior.weight * prior.mean + total) / weight
    shape = prior.a + n / 2.0
    spread = squares + prior.weight * prior.mean**2 - weight * mean**2
    rate = prior.b + max(spread, 0.0) / 2.0
    return mean, sqrt(rate / (shape * weight))
