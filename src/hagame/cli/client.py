"""How commands call a server: through `hagame_sdk`, a wheel of its own, with its errors told as ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import httpx2

from hagame.errors import (
    Conflict,
    CorruptState,
    Forbidden,
    Gone,
    HagameError,
    InvalidInput,
    NotFound,
    SetupFailed,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

try:
    import hagame_sdk
    from hagame_sdk import AsyncClient, Retry, Tokens
except ImportError as error:
    raise SetupFailed(
        "This command calls a server, and the client for that is not installed.",
        remedy="Install hagame-sdk: pip install ./sdk, from a checkout.",
    ) from error

__all__ = ["AsyncClient", "connected", "told_as_ours"]

RETRY = Retry(attempts=4, budget_s=600.0)
"""A server that is asked too often by many people at once is waited for."""

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


@asynccontextmanager
async def connected(url: str, token: str | None = None, *, connections: int = 8) -> AsyncIterator[AsyncClient]:
    """A client of this server for as long as the block lasts. What it raises is raised as errors of `hagame.errors`."""
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx2.AsyncClient(limits=limits) as http:
        with told_as_ours():
            yield AsyncClient(url, tokens=None if token is None else Tokens(token), retry=RETRY, http=http)


@contextmanager
def told_as_ours() -> Iterator[None]:
    """Turn errors of the client into those that commands tell."""
    try:
        yield
    except hagame_sdk.Problem as error:
        raise ERRORS.get(error.status, HagameError)(str(error)) from error
    except hagame_sdk.SealBroken as error:
        raise CorruptState(str(error)) from error
    except (hagame_sdk.Unreachable, hagame_sdk.NotHagame) as error:
        raise Unavailable(str(error)) from error
    except hagame_sdk.HagameError as error:
        raise HagameError(str(error)) from error
