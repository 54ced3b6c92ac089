"""The two clients: one person at one server."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Generic, Self

import httpx2

from hagame_sdk.ai_models import AiModels
from hagame_sdk.core import Core, Tokens
from hagame_sdk.crowd import Ai, Collective
from hagame_sdk.drivers import Blocking, Waiting
from hagame_sdk.games import Games
from hagame_sdk.llm import Llm, Prompts
from hagame_sdk.people import People, Sessions
from hagame_sdk.resource import D
from hagame_sdk.retry import Retry
from hagame_sdk.work import Health, Reports, Statistics, Tasks

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT_S = 30.0
RETRY = Retry()

OnTokens = Callable[[Tokens | None], None]


class _Rooms(Sessions[D], Generic[D]):
    """What a client offers, by subject."""

    def __init__(self, driver: D) -> None:
        super().__init__(driver)
        self.games: Games[D] = Games(driver)
        self.people: People[D] = People(driver)
        self.ai: Ai[D] = Ai(driver)
        self.ai_models: AiModels[D] = AiModels(driver)
        self.collective: Collective[D] = Collective(driver)
        self.llm: Llm[D] = Llm(driver)
        self.prompts: Prompts[D] = Prompts(driver)
        self.tasks: Tasks[D] = Tasks(driver)
        self.reports: Reports[D] = Reports(driver)
        self.statistics: Statistics[D] = Statistics(driver)
        self.health: Health[D] = Health(driver)

    @property
    def tokens(self) -> Tokens | None:
        """The session as it is now, to go on with it later: `Client(url, tokens=...)`."""
        return self.driver.core.tokens

    @property
    def url(self) -> str:
        """The server."""
        return self.driver.core.url


class Client(_Rooms[Blocking]):
    """A client that waits for each answer. Threads may share it. Use it in a `with`, or `close` it.

    `url` is the server's; without one that of `HAGAME_URL`, or port 8000 of this machine. `tokens` goes on with an
    earlier session, and `on_tokens` is told whenever the session changes, to keep it. `http` is for proxies,
    certificates and the like, and stays open; `sleep` is for tests.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        tokens: Tokens | None = None,
        on_tokens: OnTokens | None = None,
        retry: Retry = RETRY,
        timeout_s: float = TIMEOUT_S,
        http: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._lent = http is not None
        self._http = http or httpx2.Client()
        core = Core(self._http, _address(url), retry, timeout_s, tokens, on_tokens)
        super().__init__(Blocking(core, self._http, sleep))

    def another(self, tokens: Tokens | None = None, on_tokens: OnTokens | None = None) -> Client:
        """A client for somebody else at the same server, over the same connections, which `close` leaves open."""
        core, sleep = self.driver.core, self.driver.sleep
        return Client(self.url, tokens=tokens, on_tokens=on_tokens, retry=core.retry, http=self._http, sleep=sleep)

    def close(self) -> None:
        """Close the connections that this client has opened."""
        if not self._lent:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(_Rooms[Waiting]):
    """The same with asyncio: calls are awaited, lists and streams are for `async for`. Tasks may share it."""

    def __init__(
        self,
        url: str | None = None,
        *,
        tokens: Tokens | None = None,
        on_tokens: OnTokens | None = None,
        retry: Retry = RETRY,
        timeout_s: float = TIMEOUT_S,
        http: httpx2.AsyncClient | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._lent = http is not None
        self._http = http or httpx2.AsyncClient()
        core = Core(self._http, _address(url), retry, timeout_s, tokens, on_tokens)
        super().__init__(Waiting(core, self._http, sleep))

    def another(self, tokens: Tokens | None = None, on_tokens: OnTokens | None = None) -> AsyncClient:
        """A client for somebody else at the same server, over the same connections, which `aclose` leaves open."""
        core, sleep = self.driver.core, self.driver.sleep
        return AsyncClient(self.url, tokens=tokens, on_tokens=on_tokens, retry=core.retry, http=self._http, sleep=sleep)

    async def aclose(self) -> None:
        """Close the connections that this client has opened."""
        if not self._lent:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _address(url: str | None) -> str:
    """The base of all addresses. Raises `ValueError` that says what would be right."""
    address = url or os.environ.get("HAGAME_URL") or DEFAULT_URL
    try:
        parsed = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise ValueError(f"url: {address!r} is no address ({error}); one looks like {DEFAULT_URL}.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError(f"url: {address!r} must begin with http:// or https://; one looks like {DEFAULT_URL}.")
    return address.rstrip("/")
