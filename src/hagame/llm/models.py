"""What can be asked, what it costs, and what one may still spend today."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from hagame.llm.budget import Standing
from hagame.llm.catalogue import Target
from hagame.llm.gateway import Gateway
from hagame.llm.prices import cost, limits
from hagame.llm.schemas import Caller, Dollars, Usage

MILLION = 1_000_000


class ModelOut(BaseModel):
    """One model of one provider."""

    name: str = Field(examples=["openai/gpt-5.4-mini"])
    provider: str
    kind: str = Field(description="Kind of provider")
    model: str
    offline: bool = Field(description="True for the built-in templates: no language model is asked")
    input_usd_per_million: Dollars | None = Field(description="Of tokens read; null when the price is not known")
    output_usd_per_million: Dollars | None
    context_tokens: int | None = Field(description="The longest question with its answer, where known")
    circuit: str = Field(description="closed: it is asked; open: it failed too often and is left alone for a while")


class AliasOut(BaseModel):
    """A name for models; the first is asked, the others stand in for it."""

    name: str
    models: list[str]


class AmountOut(BaseModel):
    """Tokens and US dollars."""

    tokens: int
    usd: Dollars


class BudgetOut(BaseModel):
    """Your day (UTC)."""

    limit: AmountOut
    used: AmountOut
    left: AmountOut
    resets_at: datetime


class ModelsOut(BaseModel):
    """Everything that can be asked, and your budget."""

    offline: bool = Field(description="True when the alias `default` asks no language model, but the templates")
    models: list[ModelOut]
    aliases: list[AliasOut]
    max_output_tokens: int
    budget: BudgetOut


async def list_models(gateway: Gateway, caller: Caller) -> ModelsOut:
    """What `caller` can ask."""
    states = gateway.circuit_states()
    aliases = gateway.catalogue.aliases
    return ModelsOut(
        offline=all(target.provider.info.offline for target in gateway.catalogue.find(None)),
        models=[_model(target, states[target.name]) for target in gateway.catalogue.targets],
        aliases=[AliasOut(name=name, models=[t.name for t in targets]) for name, targets in aliases.items()],
        max_output_tokens=gateway.max_output_tokens,
        budget=_budget(await gateway.budget.standing(caller)),
    )


def _model(target: Target, circuit: str) -> ModelOut:
    info = target.provider.info
    return ModelOut(
        name=target.name,
        provider=target.provider_name,
        kind=info.key,
        model=target.model,
        offline=info.offline,
        input_usd_per_million=cost(target, Usage(input_tokens=MILLION, output_tokens=0)),
        output_usd_per_million=cost(target, Usage(input_tokens=0, output_tokens=MILLION)),
        context_tokens=limits(target.provider.price_list, target.model).context_tokens,
        circuit=circuit,
    )


def _budget(today: Standing) -> BudgetOut:
    amounts = {
        name: AmountOut(tokens=amount.tokens, usd=amount.usd)
        for name, amount in (("limit", today.limit), ("used", today.used), ("left", today.left))
    }
    return BudgetOut(**amounts, resets_at=today.resets_at)
