"""What tests of play share: beginning a match, moving, and reading its log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from httpx2 import AsyncClient, Response

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


async def begin(client: AsyncClient, who: Headers, **body: Any) -> dict[str, Any]:
    answer = await client.post("/games/instances", json={"definition": "rock-paper-scissors", **body}, headers=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def move(
    client: AsyncClient,
    who: Headers,
    instance: str,
    turn: int,
    action: str = "rock",
    key: str | None = None,
    **more: Any,
) -> Response:
    headers = who if key is None else who | {"Idempotency-Key": key}
    body = {"turn": turn, "action": action, **more}
    return await client.post(f"/games/instances/{instance}/moves", json=body, headers=headers)


async def logged(client: AsyncClient, who: Headers, instance: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/games/instances/{instance}/decisions", headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]
