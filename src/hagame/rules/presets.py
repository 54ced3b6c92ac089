"""Textbook games in normal form, as `Matrix` offers them by name.

`payoffs[i][j]` is what the person gets for own action i against the AI's action j, `opponent_payoffs[i][j]` what the
AI gets then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Payoffs = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """One textbook game. `source` says where its payoffs are from."""

    title: str
    actions: tuple[str, ...]
    opponent_actions: tuple[str, ...]
    payoffs: Payoffs
    opponent_payoffs: Payoffs
    source: str


def _symmetric(title: str, actions: tuple[str, ...], payoffs: Payoffs, source: str) -> Preset:
    return Preset(title, actions, actions, payoffs, tuple(zip(*payoffs, strict=True)), source)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "rock-paper-scissors": _symmetric(
            "Rock-paper-scissors",
            ("rock", "paper", "scissors"),
            ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0)),
            "Osborne & Rubinstein (1994). A Course in Game Theory. MIT Press.",
        ),
        "matching-pennies": Preset(
            "Matching pennies",
            ("heads", "tails"),
            ("heads", "tails"),
            ((1.0, -1.0), (-1.0, 1.0)),
            ((-1.0, 1.0), (1.0, -1.0)),
            "Osborne (2004). An Introduction to Game Theory. Oxford University Press, section 2.4.",
        ),
        "prisoners-dilemma": _symmetric(
            "Prisoner's dilemma",
            ("cooperate", "defect"),
            ((3.0, 0.0), (5.0, 1.0)),
            "Axelrod (1984). The Evolution of Cooperation. Basic Books (T = 5, R = 3, P = 1, S = 0).",
        ),
        "stag-hunt": _symmetric(
            "Stag hunt",
            ("stag", "hare"),
            ((2.0, 0.0), (1.0, 1.0)),
            "Osborne (2004). An Introduction to Game Theory. Oxford University Press, section 2.5.",
        ),
        "chicken": _symmetric(
            "Chicken",
            ("swerve", "straight"),
            ((0.0, -1.0), (1.0, -10.0)),
            "Rapoport & Chammah (1966). The game of chicken. American Behavioral Scientist 10(3), 10-28 "
            "(T > R > S > P; the numbers are the usual ones: honour 1, shame -1, crash -10).",
        ),
        "battle-of-the-sexes": Preset(
            "Battle of the sexes",
            ("ballet", "boxing"),
            ("ballet", "boxing"),
            ((2.0, 0.0), (0.0, 1.0)),
            ((1.0, 0.0), (0.0, 2.0)),
            "Luce & Raiffa (1957). Games and Decisions. Wiley, section 5.3 (coordination 2 and 1, otherwise 0).",
        ),
    }
)
