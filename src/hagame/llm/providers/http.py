"""What providers over HTTP share: a client that follows nobody, reads no more than it should, and tells what failed."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isnan
from typing import Any

import httpx2
from anyio import to_thread
from pydantic import Field, PrivateAttr, SecretStr, field_validator

from hagame.llm.provider import Failure, Provider, ProviderFailed

CONNECT_TIMEOUT_S = 10.0
MAX_RESPONSE_BYTES = 4 * 1024 * 1024
MAX_RETRY_AFTER_S = 3600.0


class TooMuch(httpx2.TransportError):
    """An answer had more bytes than are read."""


class HttpProvider(Provider):
    """One API at one address. The SDK is loaded and the client made at the first call, off the event loop."""

    api_key: SecretStr | None = None
    base_url: str | None = Field(None, description="of the API; empty: the provider's own")
    proxy: str | None = Field(None, description="address of an HTTP proxy")
    prices_of: str | None = Field(None, description="whose prices hold at another address than the provider's own")

    _made: Any = PrivateAttr(None)
    _http: httpx2.AsyncClient | None = PrivateAttr(None)
    _making: asyncio.Lock = PrivateAttr(default_factory=asyncio.Lock)

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @property
    def price_list(self) -> str | None:
        """Whose prices hold: those of the kind, unless the address is another."""
        at_home = self.base_url in {None, self.info.own_url}
        return self.prices_of or (self.info.prices_of if at_home else None)

    @abstractmethod
    def _make(self, http: httpx2.AsyncClient) -> Any:
        """The SDK's client, with its own retries switched off."""

    async def ready(self) -> None:
        """Load the SDK, which takes a second or two, and make its client."""
        if self._made is not None:
            return
        async with self._making:
            if self._made is None:
                self._http = make_http(self.proxy)
                self._made = await to_thread.run_sync(self._make, self._http)

    async def _sdk(self) -> Any:
        await self.ready()
        return self._made

    async def aclose(self) -> None:
        """Close connections."""
        if self._http is not None:
            await self._http.aclose()


def make_http(proxy: str | None) -> httpx2.AsyncClient:
    """A client without redirects, which could carry a key elsewhere, and with bounded answers.

    How long an attempt may take is the gateway's business, so only connecting has a time of its own.
    """
    return httpx2.AsyncClient(
        transport=_Bounded(httpx2.AsyncHTTPTransport(proxy=proxy, limits=httpx2.Limits(max_connections=None))),
        timeout=httpx2.Timeout(None, connect=CONNECT_TIMEOUT_S),
        follow_redirects=False,
    )


@contextmanager
def failures() -> Iterator[None]:
    """Whatever the HTTP client raises becomes a `ProviderFailed` that holds nothing of what was sent or received."""
    try:
        yield
    except httpx2.TimeoutException:
        raise ProviderFailed("timeout") from None
    except httpx2.HTTPError as error:
        raise ProviderFailed("too_large" if _is_too_much(error) else "connection") from None
    except (ValueError, TypeError, AttributeError, LookupError):
        # What is no JSON, or JSON of another shape than the SDK expects.
        raise ProviderFailed("garbage") from None


def of_status(status: int, headers: Mapping[str, str], now: datetime | None = None) -> ProviderFailed:
    """What a provider means by an HTTP status that is no success."""
    return ProviderFailed(_kind(status), status=status, retry_after_s=retry_after_s(headers, now or datetime.now(UTC)))


def of_cause(error: BaseException) -> ProviderFailed:
    """What is behind an SDK's word for "no connection"."""
    return ProviderFailed("too_large" if _is_too_much(error) else "connection")


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds or a date (RFC 9110, 10.2.3), or None. Nobody is believed who asks for more than an hour."""
    text = headers.get("retry-after", "").strip()
    try:
        wait_s = float(text)
    except ValueError:
        try:
            wait_s = (parsedate_to_datetime(text) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return None if isnan(wait_s) else min(max(0.0, wait_s), MAX_RETRY_AFTER_S)


def _kind(status: int) -> Failure:
    if status == 429:
        return "rate_limited"
    if status in {401, 402, 403}:
        return "unauthorised"
    if status == 408 or status >= 500:
        return "server_error"
    return "refused"


def _is_too_much(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, TooMuch):
            return True
        error = error.__cause__ or error.__context__
    return False


class _Bounded(httpx2.AsyncBaseTransport):
    """Asks for answers as they are, and stops reading when they are too large: a small one may unpack to a huge one."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        stream = response.stream
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.DecodingError("packed, although it was asked not to be", request=request)
        if isinstance(stream, httpx2.AsyncByteStream):
            response.stream = _BoundedStream(stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_RESPONSE_BYTES
        async for part in self._inner:
            left -= len(part)
            if left < 0:
                raise TooMuch("more than is read")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()
