"""What operators and probes ask: is the process up, do its neighbours answer, and how does it do."""

from __future__ import annotations

import asyncio
import os
import secrets
from typing import Annotated, Literal

import asyncpg
from fastapi import APIRouter, Header, Request, Response, status
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from pydantic import BaseModel
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hagame.core.database import Pool, direct
from hagame.core.tasks.broker import UNREACHABLE, Broker
from hagame.errors import Unauthenticated, Unavailable

PATIENCE_S = 2.0

router = APIRouter(tags=["operations"])

Answer = Literal["ok", "away", "not configured"]


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """What each neighbour answered."""

    status: Literal["ok", "degraded", "unavailable"]
    database: Answer
    cache: Answer
    broker: Answer


@router.get("/health/live")
async def live() -> Live:
    """The process is up."""
    return Live()


@router.get("/health/ready", responses={503: {"model": Ready}})
async def ready(request: Request, response: Response) -> Ready:
    """Whether the neighbours answer. 503 without the database; without cache or broker play goes on, degraded."""
    state = request.app.state
    asked = (_database(state.pool), _cache(state.redis), _broker(state.broker))
    database, cache, broker = await asyncio.gather(*asked)
    found: Literal["ok", "degraded", "unavailable"] = "degraded" if "away" in {cache, broker} else "ok"
    if database != "ok":
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        found = "unavailable"
    return Ready(status=found, database=database, cache=cache, broker=broker)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request, authorization: Annotated[str, Header(include_in_schema=False)] = "") -> Response:
    """Prometheus text; asks for a bearer token when one is set."""
    token = request.app.state.settings.metrics_token
    if token is not None and not secrets.compare_digest(authorization, f"Bearer {token.get_secret_value()}"):
        raise Unauthenticated("The metrics ask for a bearer token.")
    await request.app.state.task_metrics.refresh()
    return Response(generate_latest(_registry()), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library is untyped here
    return registry


async def _database(pool: Pool) -> Answer:
    try:
        async with asyncio.timeout(PATIENCE_S), direct(pool) as connection:
            await connection.fetchval("SELECT 1")
    except (Unavailable, TimeoutError, asyncpg.PostgresError):
        return "away"
    return "ok"


async def _cache(redis: Redis | None) -> Answer:
    if redis is None:
        return "not configured"
    try:
        async with asyncio.timeout(PATIENCE_S):
            await redis.ping()
    except (RedisError, OSError, TimeoutError):
        return "away"
    return "ok"


async def _broker(broker: Broker | None) -> Answer:
    if broker is None:
        return "not configured"
    try:
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.to_thread(broker.ping)
    except UNREACHABLE:
        return "away"
    return "ok"
