"""A WebSocket at a match, as tests use it."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

from tests.api.playing import Headers
from websockets.asyncio.client import ClientConnection, connect

Json = dict[str, Any]
PATIENCE_S = 40


class Table:
    """A socket at a match, which speaks JSON."""

    def __init__(self, port: int, instance: str, query: str = "", **options: Any) -> None:
        self._connect = connect(f"ws://127.0.0.1:{port}/games/instances/{instance}/ws{query}", proxy=None, **options)
        self.socket: ClientConnection

    async def __aenter__(self) -> Self:
        self.socket = await self._connect.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._connect.__aexit__(*error)

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> Json:
        async with asyncio.timeout(PATIENCE_S):
            heard: Json = json.loads(await self.socket.recv())
        return heard

    async def sit(self, who: Headers, **more: Any) -> Json:
        await self.say(type="auth", token=who["Authorization"].removeprefix("Bearer "), **more)
        return await self.hear()

    async def move(self, turn: int, action: str = "rock", **more: Any) -> Json:
        await self.say(type="move", turn=turn, action=action, **more)
        return await self.hear()

    async def end(self) -> int:
        """The code that the server closes with."""
        async with asyncio.timeout(PATIENCE_S):
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code
