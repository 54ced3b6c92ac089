"""Choices between gambles as the literature asked them, by name. A gamble is a list of (amount, probability)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Gamble = tuple[tuple[float, float], ...]
Item = tuple[Gamble, ...]


@dataclass(frozen=True, slots=True)
class GamblePreset:
    """Items in their usual order, one gamble per action each."""

    actions: tuple[str, ...]
    items: tuple[Item, ...]
    source: str


def _sure(amount: float) -> Gamble:
    return ((amount, 1.0),)


def _chance(amount: float, probability: float, otherwise: float = 0.0) -> Gamble:
    return ((amount, probability), (otherwise, round(1.0 - probability, 6)))


_HOLT_LAURY: tuple[Item, ...] = (
    *((_chance(2.0, n / 10, 1.6), _chance(3.85, n / 10, 0.1)) for n in range(1, 10)),
    (_sure(2.0), _sure(3.85)),
)
_PROBLEMS: tuple[Item, ...] = (
    (((2500, 0.33), (2400, 0.66), (0, 0.01)), _sure(2400)),
    (_chance(2500, 0.33), _chance(2400, 0.34)),
    (_chance(4000, 0.8), _sure(3000)),
    (_chance(4000, 0.2), _chance(3000, 0.25)),
    (_chance(6000, 0.45), _chance(3000, 0.9)),
    (_chance(6000, 0.001), _chance(3000, 0.002)),
    (_chance(-4000, 0.8), _sure(-3000)),
    (_chance(-4000, 0.2), _chance(-3000, 0.25)),
    (_chance(-3000, 0.9), _chance(-6000, 0.45)),
    (_chance(-3000, 0.002), _chance(-6000, 0.001)),
    (_chance(6000, 0.25), ((4000, 0.25), (2000, 0.25), (0, 0.5))),
    (_chance(-6000, 0.25), ((-4000, 0.25), (-2000, 0.25), (0, 0.5))),
    (_chance(5000, 0.001), _sure(5)),
    (_chance(-5000, 0.001), _sure(-5)),
)
_EQUIVALENTS = tuple(
    (_chance(100, p), _sure(amount)) for p in (0.05, 0.25, 0.5, 0.75, 0.95) for amount in (10, 25, 40, 50, 60, 75, 90)
)

GAMBLES: Mapping[str, GamblePreset] = MappingProxyType(
    {
        "holt-laury": GamblePreset(
            ("safe", "risky"),
            _HOLT_LAURY,
            "Holt & Laury (2002). Risk aversion and incentive effects. American Economic Review 92(5), 1644-1655 "
            "(low payoffs, dollars).",
        ),
        "kahneman-tversky": GamblePreset(
            ("a", "b"),
            _PROBLEMS,
            "Kahneman & Tversky (1979). Prospect theory: an analysis of decision under risk. Econometrica 47(2), "
            "263-291 (problems 1-4, 7, 8, 3'-4', 7'-8', 13, 13', 14, 14').",
        ),
        "loss-aversion": GamblePreset(
            ("accept", "reject"),
            tuple((_chance(6, 0.5, -loss), _sure(0)) for loss in range(2, 8)),
            "Gächter, Johnson & Herrmann (2022). Individual-level loss aversion in riskless and risky choices. Theory "
            "and Decision 92, 599-624 (win 6 or lose 2 to 7 euros).",
        ),
        "certainty-equivalents": GamblePreset(
            ("gamble", "sure"),
            _EQUIVALENTS,
            "Tversky & Kahneman (1992). Advances in prospect theory. J. Risk and Uncertainty 5, 297-323 (the prospects "
            "of 100 or nothing; the sure amounts are spaced evenly here).",
        ),
    }
)
