"""What a call costs in US dollars: exact decimals, from the settings or from a catalogue that is shipped along."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from genai_prices import Usage as Counted
from genai_prices import calc_price
from genai_prices.data_snapshot import get_snapshot

from hagame.llm.catalogue import Target
from hagame.llm.schemas import Usage

MILLION = Decimal(1_000_000)
FREE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the catalogue knows of a model; None where it does not know."""

    context_tokens: int | None


def cost(target: Target, usage: Usage) -> Decimal | None:
    """The price of `usage`, or None when nobody knows the model's."""
    if target.provider.info.offline:
        return FREE
    own = target.provider.prices.get(target.model)
    if own is not None:
        return (own.input * usage.input_tokens + own.output * usage.output_tokens) / MILLION
    counted = Counted(
        input_tokens=usage.input_tokens,
        # A provider that counts wrongly shall cost no more than it says to have read.
        cache_read_tokens=min(usage.cached_tokens, usage.input_tokens),
        output_tokens=usage.output_tokens,
    )
    if target.provider.price_list is None:
        return None
    try:
        found = calc_price(counted, model_ref=target.model, provider_id=target.provider.price_list)
    except LookupError:
        return None
    return found.total_price


@lru_cache(maxsize=1024)
def limits(prices_of: str | None, model: str) -> Limits:
    """What is known of a model."""
    for provider in get_snapshot().providers:
        if provider.id == prices_of:
            found = provider.find_model(model)
            return Limits(found.context_window if found is not None else None)
    return Limits(None)
