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


OF_SHARES = Prior(a=1.0, b=0.02, mean=0.5, weight=0.5)
"""Of a quantity between 0 and 1: a half, give or take a fifth, as good as half a decision."""

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
        "cooperation_known",
        "Cooperation after news",
        "How often you cooperate in a dilemma when you know what the other has done.",
        "share of decisions in dilemmas",
        "rate",
        "Shafir & Tversky (1992). Thinking through uncertainty. Cognitive Psychology 24(4), 449-474.",
    ),
    TraitInfo(
        "cooperation_unknown",
        "Cooperation without news",
        "How often you cooperate in a dilemma when you do not know what the other does.",
        "share of decisions in dilemmas",
        "rate",
        "Shafir & Tversky (1992). Thinking through uncertainty. Cognitive Psychology 24(4), 449-474.",
    ),
    TraitInfo(
        "offer_share",
        "Offers",
        "Which share of a pie you offer to somebody who may refuse.",
        "share of the pie",
        "mean",
        "Güth, Schmittberger & Schwarze (1982). An experimental analysis of ultimatum bargaining. J. Economic Behavior "
        "and Organization 3(4), 367-388.",
        OF_SHARES,
    ),
    TraitInfo(
        "low_refused",
        "Refusing low offers",
        "How often you would rather have nothing than take less than a third.",
        "share of low offers",
        "rate",
        "Güth, Schmittberger & Schwarze (1982). An experimental analysis of ultimatum bargaining. J. Economic Behavior "
        "and Organization 3(4), 367-388.",
    ),
    TraitInfo(
        "giving_share",
        "Giving",
        "Which share you give to somebody who has no say.",
        "share of the pie",
        "mean",
        "Forsythe, Horowitz, Savin & Sefton (1994). Fairness in simple bargaining experiments. Games and Economic "
        "Behavior 6(3), 347-369.",
        OF_SHARES,
    ),
    TraitInfo(
        "trust_share",
        "Trust",
        "Which share of your own you hand to somebody who may keep it.",
        "share of the endowment",
        "mean",
        "Berg, Dickhaut & McCabe (1995). Trust, reciprocity, and social history. Games and Economic Behavior 10(1), "
        "122-142.",
        OF_SHARES,
    ),
    TraitInfo(
        "return_share",
        "Trustworthiness",
        "Which share of what you were trusted with you give back.",
        "share of what arrived",
        "mean",
        "Berg, Dickhaut & McCabe (1995). Trust, reciprocity, and social history. Games and Economic Behavior 10(1), "
        "122-142.",
        OF_SHARES,
    ),
    TraitInfo(
        "contribution_share",
        "Contributing",
        "Which share of your own you give to what all profit from.",
        "share of the endowment",
        "mean",
        "Isaac & Walker (1988). Group size effects in public goods provision. Quarterly J. Economics 103(1), 179-199.",
        OF_SHARES,
    ),
    TraitInfo(
        "reasoning_steps",
        "Steps of reasoning",
        "How many steps you think ahead of others: 0 is to guess blindly, 1 to answer those who do, and so on.",
        "steps",
        "mean",
        "Nagel (1995). Unraveling in guessing games. American Economic Review 85(5), 1313-1326.",
        Prior(a=1.0, b=0.5, mean=1.5, weight=0.5),
    ),
    TraitInfo(
        "estimation_error",
        "Error of estimates",
        "How far your estimates are from the truth, as a share of the scale.",
        "share of the scale",
        "mean",
        "Galton (1907). Vox populi. Nature 75, 450-451.",
        Prior(a=1.0, b=0.02, mean=0.25, weight=0.5),
    ),
    TraitInfo(
        "advice_weight",
        "Weight of advice",
        "How far you go from your own estimate towards that of others: 0 is to stay, 1 is to take theirs.",
        "share of the distance",
        "mean",
        "Yaniv (2004). Receiving other people's advice: influence and benefit. Organizational Behavior and Human "
        "Decision Processes 93(1), 1-13.",
        OF_SHARES,
    ),
    TraitInfo(
        "acquiescence",
        "Saying yes",
        "How often you say yes, whatever the question.",
        "share of answers",
        "rate",
        "Couch & Keniston (1960). Yeasayers and naysayers: agreeing response set as a personality variable. J. Abnormal"
        " and Social Psychology 60(2), 151-174.",
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
    from scipy.special import betaincinv  # type: ignore[import-untyped]  # slow to import

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
    from scipy.special import stdtrit  # slow to import

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
