"""Calls over time: how many, how fast, at which cost, how often from the cache and how often in vain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import LlmCall, User
from hagame.errors import InvalidInput
from hagame.llm.logs import visible
from hagame.llm.schemas import Dollars

USUAL = timedelta(days=7)
LONGEST = {"hour": timedelta(days=31), "day": timedelta(days=366)}


class StatsQuery(BaseModel):
    """Which calls, and how they are put together. Without times: the last seven days."""

    bucket: Literal["hour", "day"] = Query("day")
    since: AwareDatetime | None = Query(None)
    until: AwareDatetime | None = Query(None)
    user_id: UUID | None = Query(None, description="Of whom; for administrators")


StatsAsked = Annotated[StatsQuery, Query()]


class Numbers(BaseModel):
    """Of some calls."""

    calls: int
    errors: int = Field(description="Calls that ended without an answer")
    cache_hits: int = Field(description="Answered from the cache, or with an equal call that ran")
    input_tokens: int
    output_tokens: int
    cost_usd: Dollars
    p50_ms: float | None = Field(description="Half of the calls took no longer")
    p95_ms: float | None


class InTime(Numbers):
    """Of the calls that began in one hour or day (UTC)."""

    start: datetime


class OfModel(Numbers):
    """Of the calls that one model answered; without a model those that none did."""

    provider: str | None
    model: str | None


class StatsOut(BaseModel):
    """All calls that you may see. Hours and days without calls are left out."""

    since: datetime
    until: datetime
    bucket: Literal["hour", "day"]
    total: Numbers
    series: list[InTime]
    by_model: list[OfModel]


async def stats(session: AsyncSession, user: User, asked: StatsQuery) -> StatsOut:
    """Numbers of one's own calls; for administrators of everybody's. Raises `InvalidInput`, `NotFound`."""
    until = asked.until or datetime.now(UTC)
    since = asked.since or until - USUAL
    if not since < until <= since + LONGEST[asked.bucket]:
        most = LONGEST[asked.bucket].days
        raise InvalidInput(f"since must lie before until, and by at most {most} days.", field="query/since")
    start = func.date_trunc(asked.bucket, LlmCall.created_at, "UTC")

    async def numbers(*by: SQLColumnExpression[Any]) -> list[dict[str, Any]]:
        query = visible(_numbers(*by), user, asked.user_id)
        within = query.where(LlmCall.created_at >= since, LlmCall.created_at < until)
        return [dict(row) for row in (await session.execute(within.group_by(*by).order_by(*by))).mappings()]

    return StatsOut(
        since=since,
        until=until,
        bucket=asked.bucket,
        total=Numbers.model_validate((await numbers())[0]),
        series=[InTime.model_validate(row) for row in await numbers(start.label("start"))],
        by_model=[OfModel.model_validate(row) for row in await numbers(LlmCall.provider, LlmCall.model)],
    )


def _numbers(*by: SQLColumnExpression[Any]) -> Select[Any]:
    def times(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    def percentile(share: float) -> ColumnElement[float]:
        return func.percentile_cont(share).within_group(LlmCall.total_ms)

    return select(
        *by,
        func.count().label("calls"),
        times(LlmCall.outcome != "ok").label("errors"),
        times(LlmCall.cache.in_(("hit", "joined"))).label("cache_hits"),
        func.coalesce(func.sum(LlmCall.input_tokens), 0).label("input_tokens"),
        func.coalesce(func.sum(LlmCall.output_tokens), 0).label("output_tokens"),
        func.coalesce(func.sum(LlmCall.cost_usd), 0).label("cost_usd"),
        percentile(0.5).label("p50_ms"),
        percentile(0.95).label("p95_ms"),
    ).select_from(LlmCall)
