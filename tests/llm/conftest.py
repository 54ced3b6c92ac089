"""A fake server of both wire formats, gateways on it through the real SDKs, and people who call."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from benchmarks.llm_fake import FakeModels
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import selectinload
from tests.llm.helpers import GEMINI_KEY, OPENAI_KEY, PRICE, Fakes, GatewayWith, Logged, Someone

from hagame.core.tables import LlmCall, User
from hagame.llm import Caller, Gateway
from hagame.settings import Settings


@pytest.fixture
async def fakes() -> AsyncIterator[Fakes]:
    openai, gemini = FakeModels(), FakeModels()
    async with openai.listening() as one, gemini.listening() as other:
        providers = {
            "one": {
                "kind": "openai",
                "api_key": OPENAI_KEY,
                "base_url": f"{one}/v1",
                "models": ["fast", "slow"],
                "prices": {"fast": PRICE, "slow": PRICE},
            },
            "two": {
                "kind": "gemini",
                "api_key": GEMINI_KEY,
                "base_url": other,
                "models": ["flash"],
                "prices": {"flash": PRICE},
            },
        }
        yield Fakes(openai, gemini, providers)


@pytest.fixture
def changes(fakes: Fakes) -> dict[str, Any]:
    """Settings of a gateway that hurries: one model first, the other provider's as its fallback."""
    return {
        "llm_providers": SecretStr(json.dumps(fakes.providers)),
        "llm_aliases": {"default": ("one/fast", "two/flash")},
        "llm_backoff_s": 0.0,
        "llm_attempt_timeout_s": 5.0,
        "llm_timeout_s": 20.0,
    }


@pytest.fixture
def gateway_with(app: FastAPI, settings: Settings, changes: dict[str, Any]) -> GatewayWith:
    """`async with gateway_with(llm_tries=1) as gateway`."""

    @asynccontextmanager
    async def make(**others: Any) -> AsyncIterator[Gateway]:
        given = settings.model_copy(update=changes | others)
        gateway = Gateway(given, app.state.sessions, app.state.pool, app.state.redis)
        try:
            yield gateway
        finally:
            await gateway.aclose()

    return make


@pytest.fixture
async def gateway(gateway_with: GatewayWith) -> AsyncIterator[Gateway]:
    async with gateway_with() as gateway:
        yield gateway


@pytest.fixture
def someone(sessions: async_sessionmaker[AsyncSession]) -> Someone:
    """`await someone()`: a caller whom nobody has seen before."""

    async def make(role: str = "player") -> Caller:
        async with sessions.begin() as session:
            user = User(username=f"caller-{secrets.token_hex(6)}", is_guest=True, role=role)
            session.add(user)
        return Caller(user.id, user.role)

    return make


@pytest.fixture
async def caller(someone: Someone) -> Caller:
    return await someone()


@pytest.fixture
def logged(sessions: async_sessionmaker[AsyncSession]) -> Logged:
    """`await logged(caller)`: the caller's calls with their attempts, oldest first."""

    async def read(caller: Caller) -> list[LlmCall]:
        query = select(LlmCall).where(LlmCall.user_id == caller.user_id).order_by(LlmCall.id)
        async with sessions() as session:
            return list(await session.scalars(query.options(selectinload(LlmCall.attempts))))

    return read
