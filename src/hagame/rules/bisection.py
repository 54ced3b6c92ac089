"""Certainty equivalents by bisection: after each choice the sure amount halves what the gamble may be worth.

Abdellaoui, Bleichrodt & L'Haridon (2008). A tractable method to measure utility and loss aversion under prospect
theory. J. Risk and Uncertainty 36, 245-266. Whoever knows the rule and is paid for a choice can steer what is asked
later; so those choices are best left hypothetical, and gambles take turns, which hides the chain.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from hagame.rules.gambles import Gamble, Item

Interval = tuple[float, float]
"""Between which sure amounts a gamble lies."""


def gambles_of(items: Sequence[Item]) -> tuple[Gamble, ...]:
    """The first option of each item, each gamble once."""
    return tuple(dict.fromkeys(item[0] for item in items))


def is_sure(gamble: Gamble) -> bool:
    """Whether one amount is certain."""
    return len([p for _, p in gamble if p > 0]) == 1


def widest(gamble: Gamble) -> Interval:
    """From the worst to the best outcome: whoever prefers more to less values it so."""
    amounts = [float(amount) for amount, p in gamble if p > 0]
    return min(amounts), max(amounts)


def sure_amount(interval: Interval) -> float:
    """What is offered for sure next: the middle."""
    return (interval[0] + interval[1]) / 2


def narrowed(interval: Interval, *, took_gamble: bool) -> Interval:
    """The half that is left: who takes the gamble values it more than the sure amount, who does not values it less."""
    middle = sure_amount(interval)
    return (middle, interval[1]) if took_gamble else (interval[0], middle)


def told(gamble: Gamble, interval: Interval) -> dict[str, JsonValue]:
    """A gamble with its mean and the interval that holds its certainty equivalent."""
    mean = float(sum(amount * p for amount, p in gamble))
    return {"gamble": [list(o) for o in gamble], "mean": mean, "low": interval[0], "high": interval[1]}
