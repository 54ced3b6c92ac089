"""Sessions over HTTP, as their owners begin and renew them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
import structlog
from httpx2 import AsyncClient, Response
from structlog.testing import LogCapture

Headers = dict[str, str]
Json = dict[str, Any]
PASSWORD = "four quiet otters swim"


@contextmanager
def told(module: ModuleType) -> Iterator[list[dict[str, Any]]]:
    """What this module logs meanwhile."""
    capture = LogCapture()
    logger = structlog.wrap_logger(None, processors=[capture], wrapper_class=structlog.stdlib.BoundLogger)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "log", logger)
        yield capture.entries


def bearer(tokens: Json) -> Headers:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def new_player(client: AsyncClient) -> Json:
    name = f"Bob-{secrets.token_hex(6)}"
    body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
    answer = await client.post("/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def log_in(client: AsyncClient, name: str, password: str = PASSWORD) -> Response:
    return await client.post("/auth/login", json={"username": name, "password": password})


async def new_session(client: AsyncClient, user: Json | None = None) -> Json:
    user = user or await new_player(client)
    answer = await log_in(client, user["username"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refresh(client: AsyncClient, tokens: Json, key: str | None = None) -> Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]}, headers=headers)


async def status_of_me(client: AsyncClient, tokens: Json) -> int:
    return (await client.get("/auth/me", headers=bearer(tokens))).status_code
