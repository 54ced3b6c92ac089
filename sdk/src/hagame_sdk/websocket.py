"""Play over one WebSocket instead of a request for each move, with asyncio; needs `hagame-sdk[websocket]`.

What the server says is told in `docs/reference/websocket.md`. A connection that breaks is opened again, and the move
that was under way is sent again under its idempotency key; so no turn is made twice, and none is missed.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import isawaitable
from typing import Any
from uuid import uuid4

import httpx2

from hagame_sdk import seal
from hagame_sdk.core import Core
from hagame_sdk.drivers import Waiting
from hagame_sdk.errors import HagameError, NotHagame, problem
from hagame_sdk.flow import Call
from hagame_sdk.matches import Match, written
from hagame_sdk.types import Move, Next

try:
    from websockets.asyncio.client import ClientConnection, connect
    from websockets.exceptions import InvalidStatus, WebSocketException
except ImportError as error:
    raise ImportError("Playing over a WebSocket needs websockets: pip install 'hagame-sdk[websocket]'") from error

Action = str | float | None
Choose = Callable[[Next], Action | Awaitable[Action]]

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
UNAUTHENTICATED = 401


async def play_over_socket(match: Match[Waiting], choose: Choose) -> AsyncIterator[Move]:
    """Play to the end of the match: `choose` is asked for each open turn, and each turn comes with its answer.

    Every seal is checked, and `match` follows. Turns that are made elsewhere come, too; one that is made elsewhere
    while `choose` thinks raises `Conflict`. Raises what `Match.play` does, and `Unreachable`.
    """
    seat = _Seat(match)
    try:
        while not seat.over:
            if (shown := seat.open_turn) is not None:
                chosen = choose(shown)
                seat.decide(shown, await chosen if isawaitable(chosen) else chosen)
            move = await seat.hear()
            if move is not None:
                yield move
    finally:
        await seat.leave()


class _Seat:
    """One person at one match, on one connection after the other."""

    def __init__(self, match: Match[Waiting]) -> None:
        self.over = False
        self._match = match
        self._core: Core = match.driver.core
        self._call = Call("GET", f"/games/instances/{match.id}/ws")
        self._told = match.state["turn"] - 1
        self._connection: ClientConnection | None = None
        self._decided: dict[str, Any] | None = None
        """The move that is not answered yet."""
        self._failures = 0
        self._renewed = False

    @property
    def open_turn(self) -> Next | None:
        """The turn that a choice is needed for, if one is."""
        shown = self._match.next
        waiting = self._connection is not None and self._decided is None
        return shown if waiting and shown is not None and shown["turn"] == self._told + 1 else None

    def decide(self, shown: Next, action: Action) -> None:
        """What is sent next."""
        chosen = action if action is None else written(action)
        self._decided = {"type": "move", "key": uuid4().hex, "turn": shown["turn"], "action": chosen, "sent": False}

    async def hear(self) -> Move | None:
        """The next turn, or None when something else was heard. Connects where that is needed."""
        try:
            return self._take(await self._exchange())
        except InvalidStatus as refused:
            await self._come_again(refused, refused.response.status_code < 500)
        except (WebSocketException, OSError, TimeoutError) as broken:
            await self._come_again(broken)
        except HagameError as told:
            if getattr(told, "status", 0) != UNAUTHENTICATED or self._renewed or not self._can_renew:
                raise
            self._renewed = True
            await self.leave()
            await self._match.driver.run(self._core.renewed(self._core.tokens))
        return None

    async def leave(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    @property
    def _can_renew(self) -> bool:
        return self._core.tokens is not None and self._core.tokens.refresh_token is not None

    async def _exchange(self) -> dict[str, Any]:
        """Send what is to be sent; the next message."""
        if self._connection is None:
            return await self._sit()
        if self._decided is not None and not self._decided["sent"]:
            told = {name: value for name, value in self._decided.items() if name != "sent"}
            await self._connection.send(json.dumps(told))
            self._decided["sent"] = True
        return self._read(await self._connection.recv())

    async def _sit(self) -> dict[str, Any]:
        address = f"ws{self._core.url.removeprefix('http')}{self._call.path}"
        connection = await connect(address, max_size=MAX_MESSAGE_BYTES, open_timeout=self._core.timeout_s)
        self._connection = connection
        if self._decided is not None:
            self._decided["sent"] = False
        token = "" if self._core.tokens is None else self._core.tokens.access_token
        await connection.send(json.dumps({"type": "auth", "token": token or "none", "after": self._told}))
        return self._read(await connection.recv())

    def _read(self, text: str | bytes) -> dict[str, Any]:
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict) or "type" not in message:
            raise NotHagame(f"{self._core.url}{self._call.path} says what HAGAME does not say.")
        return message

    def _take(self, message: dict[str, Any]) -> Move | None:
        self._failures = 0
        kind = message["type"]
        if kind == "problem":
            told = message["problem"]
            raise problem(told.get("status", 500), told, call=str(self._call))
        self._renewed = False
        if kind == "ready" and message["match"]["turn"] == self._told + 1:
            self._match.restore(message["match"])
        if kind == "end":
            self.over = True
            self._match.state = self._match.state | {"status": message["status"], "next": None}
        if kind == "answer":
            self._decided = None
        return self._turn(message["answer"]) if kind in {"answer", "turn"} else None

    def _turn(self, move: Move) -> Move | None:
        if move["turn"] <= self._told:
            return None
        for commitment in self._match.commitments(move):
            seal.check(commitment, move)
        self._match.take(move)
        self._told = move["turn"]
        return move

    async def _come_again(self, error: Exception, for_good: bool = False) -> None:
        """Wait before the next connection. Raises `Unreachable` when there have been enough, or none would help."""
        await self.leave()
        self._failures += 1
        policy = self._core.retry
        if for_good or self._failures > policy.attempts:
            why = httpx2.ConnectError(f"{type(error).__name__}: {error}")
            raise self._core.unreachable(self._call, why, self._failures) from error
        most = min(policy.cap_s, policy.base_s * 2.0**self._failures)
        await self._match.driver.sleep(self._core.rng.uniform(0.0, most))
