"""Play over one WebSocket: moves go in, the answers of POST .../moves come out, with turns that are made elsewhere.

The first message proves who plays, and may be sent again to renew the token; nothing of a match is said before. Moves
are taken one after the other. A refusal that ends the connection is told as a problem first, and closes it with 4000
plus its status.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from contextlib import suppress
from time import perf_counter, time
from typing import NoReturn, TypeVar
from uuid import UUID

import msgspec
import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from hagame.core import problems, tracing
from hagame.core.bodies import read_json
from hagame.core.events import ended, patiently
from hagame.core.security import Claims, claims_of, current_user
from hagame.errors import Forbidden, HagameError, InvalidInput, NotFound, Unauthenticated
from hagame.games import instances, moves, stream
from hagame.games.schemas_socket import AuthMessage, MoveMessage
from hagame.games.sockets import CLOSED, MESSAGES, is_welcome

AUTH_WITHIN_S = 10.0
LOOK_EVERY_S = 15.0
"""How long a socket rests without news: thousands that are idle shall cost the database little."""
LOOK_AT_CLOCK_S = 30.0
"""How often the end of a token is looked for: clocks are set, and then the time to wait is another."""
MAX_MESSAGE_BYTES = 8 * 1024

NORMAL, UNSUPPORTED, TOO_BIG, FAULT, RESTART = 1000, 1003, 1009, 1011, 1012
"""Close codes (RFC 6455, 7.4.1, and its registry); ours begin at `OWN_CODES`."""
OWN_CODES = 4000
KINDS = ("auth", "move")

T = TypeVar("T", bound=BaseModel)
_encode = msgspec.json.Encoder().encode
log = structlog.get_logger()
router = APIRouter(prefix="/games")


@router.websocket("/instances/{instance_id}/ws")
async def play(websocket: WebSocket, instance_id: str) -> None:
    """Play a match of yours over one connection."""
    state = websocket.app.state
    if not is_welcome(websocket.headers, state.settings.cors_origins):
        refusal = Forbidden("Pages of this origin may not connect; HAGAME_CORS_ORIGINS lists those that may.")
        answer = await problems.answer_to(websocket, refusal)
        log.warning("socket.refused", reason="origin")
        await websocket.send_denial_response(answer)
        return
    await websocket.accept()
    began = perf_counter()
    table = _Table(websocket, instance_id)
    code, reason = await table.serve()
    with suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code, reason)
    CLOSED.labels(str(code) if code in _TOLD else "other").inc()
    lasted_ms = round((perf_counter() - began) * 1000, 3)
    log.info("socket.closed", **table.who, code=code, moves=table.moves, duration_ms=lasted_ms)


class _Over(Exception):
    """The connection has come to its end."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Table:
    """One connection at one match."""

    def __init__(self, websocket: WebSocket, instance_id: str) -> None:
        self.moves = 0
        self.who: dict[str, str] = {}
        self._socket = websocket
        self._state = websocket.app.state
        self._asked_for = instance_id
        self._token = ""
        self._claims: Claims
        self._id: UUID
        self._told = 0
        """The last turn that was told over this connection."""
        # Held while a message is answered or turns are told.
        self._busy = asyncio.Lock()

    async def serve(self) -> tuple[int, str]:
        """Serve until the end; the code and reason to close with."""
        try:
            await self._open()
        except _Over as over:
            return over.code, over.reason
        except WebSocketDisconnect as gone:
            return gone.code, "The server ends; connect again." if gone.code == RESTART else ""
        except Exception as error:  # noqa: BLE001 - each becomes a problem, and a fault of ours is logged there
            return await self._refuse(error)

    async def _open(self) -> NoReturn:
        message = await self._first()
        self._token, self._claims = message.token, await claims_of(self._socket, message.token)
        async with self._state.sockets.one_more(self._claims.user_id):
            async with self._state.sessions() as session:
                user = await current_user(self._claims, session)
                match = await instances.get_instance(session, user.id, _uuid(self._asked_for))
            self._id = match.id
            self._told = match.turn - 1 if message.after is None else message.after
            self.who = {"user_id": str(user.id), "instance_id": str(match.id)}
            log.info("socket.opened", **self.who)
            MESSAGES.labels("auth", "200").inc()
            await self._send("ready", match=match.model_dump_json().encode())
            await self._until_one_ends()

    async def _first(self) -> AuthMessage:
        try:
            async with asyncio.timeout(AUTH_WITHIN_S):
                text = await self._receive()
        except TimeoutError as error:
            detail = f'Send {{"type": "auth", "token": ...}} within {AUTH_WITHIN_S:.0f} s.'
            raise Unauthenticated(detail) from error
        return _read(AuthMessage, read_json(text.encode()))

    async def _until_one_ends(self) -> NoReturn:
        jobs = (self._listen(), self._tell(), self._watch_the_clock(), self._watch_the_session())
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            # What is under way is answered first.
            async with self._busy:
                await _first_of(tasks, done)
        finally:
            await ended(tasks)
        raise AssertionError

    async def _listen(self) -> NoReturn:
        while True:
            text = await self._receive()
            async with self._busy:
                await self._handle(text)

    async def _handle(self, text: str) -> None:
        kind, key = "unknown", None
        try:
            message = read_json(text.encode())
            if isinstance(message, dict):
                kind, key = str(message.get("type")), message.get("key")
            await self._answer(kind, message)
            status = 200
        except (WebSocketDisconnect, Unauthenticated):
            raise
        except Exception as error:  # noqa: BLE001 - answered as HTTP would
            status = await self._tell_problem(error, key)
        MESSAGES.labels(kind if kind in KINDS else "unknown", str(status)).inc()

    async def _answer(self, kind: str, message: object) -> None:
        if kind not in KINDS:
            raise InvalidInput("type: must be move or auth.", field="/type")
        if kind == "auth":
            await self._renew(_read(AuthMessage, message))
        else:
            await self._move(_read(MoveMessage, message))

    async def _move(self, message: MoveMessage) -> None:
        # With each move, so that a key that was revoked or is used too often counts for no more here than in HTTP.
        self._claims = await claims_of(self._socket, self._token)
        state = self._state
        request = moves.Request(self._claims, self._id, message, message.key)
        with tracing.span("socket.move", "server"):
            tracing.name_in_log()
            answer = await state.moves.make(request)
        state.events.publish(self._id)
        self.moves += 1
        await self._tell_before(message.turn)
        await self._send("answer", key=_encode(message.key), answer=answer)
        self._told = max(self._told, message.turn)

    async def _renew(self, message: AuthMessage) -> None:
        claims = await claims_of(self._socket, message.token)
        if claims.user_id != self._claims.user_id:
            raise Unauthenticated("This token is of somebody else.")
        self._token, self._claims = message.token, claims
        await self._send("renewed")

    async def _tell(self) -> NoReturn:
        """Turns that were made elsewhere, and the end."""
        with self._state.events.listening(self._id) as news:
            while True:
                news.clear()
                async with self._state.sockets.looking:
                    found = await stream.look(self._state.sessions, self._id, self._told)
                async with self._busy:
                    await self._pass_on(found)
                    if found.status is None:
                        raise NotFound(f"There is no match {self._id} of yours any more.")
                    if found.over:
                        await self._send("end", status=_encode(found.status))
                        raise _Over(NORMAL, f"The match is {found.status}.")
                if not found.turns:
                    await patiently(news, LOOK_EVERY_S)

    async def _tell_before(self, turn: int) -> None:
        """The turns before this one that were not told, a batch at a time."""
        told = -1
        while told < self._told < turn - 1:
            told = self._told
            await self._pass_on(await stream.look(self._state.sessions, self._id, told), before=turn)

    async def _pass_on(self, found: stream.Look, before: int = sys.maxsize) -> None:
        """Those turns that were not told meanwhile."""
        for turn, answer in found.turns:
            if self._told < turn < before:
                await self._send("turn", turn=_encode(turn), answer=_encode(answer))
                self._told = turn

    async def _watch_the_session(self) -> NoReturn:
        with self._state.standing.watched(lambda: self._claims) as over:
            await over.wait()
        raise Unauthenticated("This session has ended; log in again.")

    async def _watch_the_clock(self) -> NoReturn:
        while True:
            await asyncio.sleep(min(max(self._claims.expires_at - time(), 0.0), LOOK_AT_CLOCK_S))
            if self._claims.expires_at <= time():
                # An access token is refused now; a key is looked up again.
                self._claims = await claims_of(self._socket, self._token)

    async def _receive(self) -> str:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        text: str | None = message.get("text")
        if text is None:
            raise _Over(UNSUPPORTED, "Send text, not binary.")
        if len(text) > MAX_MESSAGE_BYTES:
            raise _Over(TOO_BIG, f"A message may have at most {MAX_MESSAGE_BYTES} bytes.")
        return text

    async def _send(self, kind: str, **parts: bytes) -> None:
        """A message; its parts are JSON already."""
        fields = b"".join(b',"%s":%s' % (name.encode(), part) for name, part in parts.items())
        await self._socket.send_text((b'{"type":"%s"%s}' % (kind.encode(), fields)).decode())

    async def _tell_problem(self, error: Exception, key: object = None) -> int:
        """Tell what HTTP would answer; its status."""
        problem = await problems.answer_to(self._socket, error)
        told = key if isinstance(key, str) else None
        await self._send("problem", key=_encode(told), problem=bytes(problem.body))
        return problem.status_code

    async def _refuse(self, error: Exception) -> tuple[int, str]:
        """Tell a problem that ends the connection; the code and reason to close with."""
        reason = error.title if isinstance(error, HagameError) else ""
        try:
            status = await self._tell_problem(error)
        except (WebSocketDisconnect, RuntimeError):
            return FAULT, ""
        return (FAULT, "") if status == 500 else (OWN_CODES + status, reason)


_TOLD = {NORMAL, 1001, UNSUPPORTED, 1005, 1006, TOO_BIG, FAULT, RESTART}
_TOLD |= {OWN_CODES + status for status in (401, 403, 404, 422, 429, 503)}
"""Close codes with a metric of their own: a client may send any, and each costs memory."""


async def _first_of(tasks: Iterable[asyncio.Task[NoReturn]], done: set[asyncio.Task[NoReturn]]) -> None:
    """Raise what the first of `tasks` that is done has raised."""
    for task in tasks:
        if task in done:
            await task


def _read(kind: type[T], message: object) -> T:
    try:
        return kind.model_validate(message)
    except ValidationError as error:
        # Told as the fault of a body.
        raise RequestValidationError([e | {"loc": ("body", *e["loc"])} for e in error.errors()]) from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such match of yours.") from error
