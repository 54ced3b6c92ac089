"""What became of one attempt, and what several of them took together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hagame.llm.catalogue import Target
from hagame.llm.prices import FREE
from hagame.llm.schemas import Usage


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row of the log."""

    target: Target
    outcome: str
    status: int | None
    usage: Usage
    estimated: bool
    cost_usd: Decimal | None
    first_token_ms: float | None
    total_ms: float


def total_usage(made: Sequence[Attempt]) -> Usage:
    """Tokens of all attempts."""
    return Usage(
        input_tokens=sum(attempt.usage.input_tokens for attempt in made),
        output_tokens=sum(attempt.usage.output_tokens for attempt in made),
        cached_tokens=sum(attempt.usage.cached_tokens for attempt in made),
    )


def total_cost(made: Sequence[Attempt]) -> Decimal | None:
    """Dollars of all attempts, or None when the price of one is not known."""
    costs = [attempt.cost_usd for attempt in made]
    known = [amount for amount in costs if amount is not None]
    return sum(known, FREE) if len(known) == len(costs) else None
