"""A thin client of the HTTP API: asks again when told to wait, and raises problems as errors of `hagame.errors`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
import msgspec

from hagame.errors import (
    Conflict,
    Forbidden,
    Gone,
    HagameError,
    InvalidInput,
    NotFound,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

TIMEOUT_S = 30.0
PATIENCE_S = 600.0
"""How long one request waits in all when the server asks it to come back later."""
ATTEMPTS = 4
"""Of one request when the connection breaks or the server is busy; being told to wait (429) does not count."""
TOO_MANY, BUSY = 429, 503

ERRORS: Mapping[int, type[HagameError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    413: TooLarge,
    422: InvalidInput,
    503: Unavailable,
}


class Side(msgspec.Struct):
    """What one side did in a round and got for it."""

    action: str
    payoff: float


class Opened(msgspec.Struct):
    """An opened seal: `sha256` is that of the bytes of `nonce` (hex) and of `payload`."""

    sha256: str
    nonce: str
    payload: str


class View(msgspec.Struct):
    """The open round of a repeated normal-form game. `payoffs[i][j]` as in `hagame.rules.game.Situation`."""

    rounds: int | None
    actions: list[str]
    opponent_actions: list[str]
    payoffs: list[list[float]]
    opponent_payoffs: list[list[float]]


class Next(msgspec.Struct):
    """The open turn with the seal on the AI's move."""

    turn: int
    commitment: str
    view: View


class Instance(msgspec.Struct):
    """A match that has begun."""

    id: str
    predictor: str
    predictor_version: str
    next: Next | None


class Move(msgspec.Struct):
    """The answer to a move, as far as it is needed here."""

    turn: int
    opponent: Side
    ai: Side | None
    prediction: dict[str, float]
    surprise_bits: float
    commitment: Opened
    next: Next | None


class Client:
    """One server. Use it as an async context manager; `token` is sent with each request that names no other."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        connections: int = 8,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._sleep = sleep
        self._http = httpx2.AsyncClient(
            base_url=self.url,
            timeout=TIMEOUT_S,
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str, kind: type[T], **query: str | int) -> T:
        """The answer to GET as a `kind`. Raises what the problem says."""
        return self._decoded(await self.send("GET", path, params=query), kind)

    async def post(
        self, path: str, body: Mapping[str, Any], kind: type[T], *, token: str | None = None, key: str | None = None
    ) -> T:
        """The answer to POST as a `kind`; `key` makes a request that may be sent again safely."""
        headers = {"Content-Type": "application/json"} | ({} if key is None else {"Idempotency-Key": key})
        content = msgspec.json.encode(body)
        return self._decoded(await self.send("POST", path, token=token, headers=headers, content=content), kind)

    async def send(self, method: str, path: str, *, token: str | None = None, **parts: Any) -> httpx2.Response:
        """One request, sent again when the server asks to wait or does not answer. Raises what the problem says."""
        request = self._http.build_request(method, path, **parts)
        if (bearer := token or self.token) is not None:
            request.headers["Authorization"] = f"Bearer {bearer}"
        failures, waited = 0, 0.0
        while True:
            try:
                response = await self._http.send(request)
            except httpx2.TransportError as error:
                failures += 1
                if failures == ATTEMPTS:
                    raise self._no_answer(error) from error
                pause = 2.0**failures / 8
            else:
                if response.is_success:
                    return response
                failures += response.status_code == BUSY
                if response.status_code not in {TOO_MANY, BUSY} or failures == ATTEMPTS or waited > PATIENCE_S:
                    raise problem(response)
                pause = retry_after(response)
            waited += pause
            await self._sleep(pause)

    async def stream(self, path: str, accept: str) -> AsyncGenerator[bytes, None]:
        """The body of the answer to GET in pieces, as the media type `accept`. Raises what the problem says."""
        headers = {"Accept": accept} | ({} if self.token is None else {"Authorization": f"Bearer {self.token}"})
        try:
            async with self._http.stream("GET", path, headers=headers) as response:
                if not response.is_success:
                    await response.aread()
                    raise problem(response)
                async for piece in response.aiter_bytes():
                    yield piece
        except httpx2.TransportError as error:
            raise self._no_answer(error) from error

    def _no_answer(self, error: httpx2.TransportError) -> Unavailable:
        why = str(error) or type(error).__name__
        return Unavailable(f"No answer from {self.url}: {why}. Is the server running there?")

    def _decoded(self, response: httpx2.Response, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(response.content, type=kind)
        except msgspec.MsgspecError as error:
            detail = f"{response.request.url} gave an answer that is not one of HAGAME: {error}."
            raise Unavailable(detail) from error


def retry_after(response: httpx2.Response) -> int:
    """Seconds to wait before asking again, at least 1; 1 when the server does not say."""
    written = response.headers.get("Retry-After", "")
    return max(int(written), 1) if written.isdigit() else 1


def problem(response: httpx2.Response) -> HagameError:
    """The error that a problem document (RFC 9457) stands for; for other bodies, one that names the status."""
    request = f"{response.request.method} {response.request.url}"
    try:
        told = msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    detail = str(told.get("detail") or f"status {response.status_code}")
    return ERRORS.get(response.status_code, HagameError)(f"{request}: {detail}")
