"""What both clients share: who they are, and the flow of one call with all that may happen to it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from hagame_sdk.errors import NotHagame, Problem, RateLimited, Unauthenticated, Unreachable, problem
from hagame_sdk.flow import JSON, Alone, Call, Flow, Pages, Read, Send, Sleep, Store
from hagame_sdk.retry import Patience, Retry, retry_after

USER_AGENT = f"hagame-sdk/{version('hagame-sdk')}"
UNAUTHENTICATED = 401
LOG_IN = "Log in first: client.login(username, password), or client.guest()."
LOG_IN_AGAIN = "The session has ended: log in again."


@dataclass(frozen=True, slots=True)
class Tokens:
    """A session. The access token is sent with each call; the refresh token brings the next pair, once."""

    access_token: str
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return "Tokens(...)"


@dataclass
class Core:
    """One person at one server. `http` builds requests; sending them is the driver's part."""

    http: httpx2.Client | httpx2.AsyncClient
    url: str
    retry: Retry
    timeout_s: float
    tokens: Tokens | None = None
    on_tokens: Callable[[Tokens | None], None] | None = None
    clock: Callable[[], float] = time.monotonic
    rng: random.Random = random.Random()  # noqa: RUF009, S311 - to spread retries, which is no secret

    def set_tokens(self, tokens: Tokens | None) -> None:
        """Go on as this session, and tell who keeps it."""
        self.tokens = tokens
        if self.on_tokens is not None:
            self.on_tokens(tokens)

    def json(self, call: Call) -> Flow[Any]:
        """The decoded body of the answer; None where it has none. Raises what `errors` lists."""
        response = yield from self.exchange(call)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise self._not_hagame(response) from error

    def exchange(self, call: Call, *, stream: bool = False) -> Flow[httpx2.Response]:
        """A successful response, after retries and a renewed session where they help."""
        key = uuid4().hex if call.keyed else None
        patience = self._patience(call)
        renewed = False
        while True:
            used = self.tokens
            response = yield from self._answer(call, key, patience, stream)
            if response.status_code != UNAUTHENTICATED or renewed or not self._renewable(call, used):
                break
            renewed = True
            yield from self.renewed(used)
            if self.tokens is None:
                break
        if not response.is_success:
            raise self._problem(call, response)
        return response

    def file(self, call: Call, path: Path) -> Flow[Path]:
        """The body of the answer as a file; begun again when it breaks off."""
        patience = self._patience(call)
        while True:
            response = yield from self.exchange(call, stream=True)
            try:
                yield Store(response, path)
            except httpx2.TransportError as error:
                pause = patience.after_break(error)
                if pause is None:
                    raise self.unreachable(call, error, patience.failures) from error
            else:
                return path
            yield Sleep(pause)

    def pages(self, pages: Pages[Any], cursor: Any) -> Flow[dict[str, Any]]:
        """The page that begins behind `cursor`; the first one for None."""
        query = pages.call.query if cursor is None else {**pages.call.query, "cursor": cursor}
        page: dict[str, Any] = yield from self.json(replace(pages.call, query=query))
        return page

    def _patience(self, call: Call) -> Patience:
        policy = replace(self.retry, budget_s=max(self.retry.budget_s, call.timeout_s or 0.0))
        return Patience(policy, call.repeatable or call.keyed, self.clock, self.rng)

    def _answer(self, call: Call, key: str | None, patience: Patience, stream: bool) -> Flow[httpx2.Response]:
        """The answer that stands, with its body read unless it is a success and `stream`."""
        for attempt in count(1):
            try:
                response: httpx2.Response = yield Send(self._request(call, key, patience), stream)
                if stream and not response.is_success:
                    yield Read(response)
            except httpx2.TransportError as error:
                pause = patience.after_break(error)
                if pause is None:
                    raise self.unreachable(call, error, attempt) from error
            else:
                pause = None if response.is_success else patience.after_answer(response)
                if pause is None:
                    return response
            yield Sleep(pause)
        raise AssertionError

    def _request(self, call: Call, key: str | None, patience: Patience) -> httpx2.Request:
        headers = {"Accept": call.accept, "User-Agent": USER_AGENT, **call.headers}
        if key is not None:
            headers["Idempotency-Key"] = key
        if call.signed and self.tokens is not None:
            headers["Authorization"] = f"Bearer {self.tokens.access_token}"
        return self.http.build_request(
            call.method,
            self.url + call.path,
            params=_written(call.query),
            headers=headers,
            json=call.body,
            content=call.content,
            timeout=max(0.001, min(call.timeout_s or self.timeout_s, patience.left_s)),
        )

    def _renewable(self, call: Call, used: Tokens | None) -> bool:
        return call.signed and used is not None and (used is not self.tokens or used.refresh_token is not None)

    def renewed(self, used: Tokens | None) -> Flow[None]:
        """Go on with the next pair of tokens in place of those that were used, asked for once by all who need it."""
        yield Alone(self._renew(used))

    def _renew(self, used: Tokens | None) -> Flow[None]:
        """The next pair of tokens, unless somebody else has it already: a refresh token is good once."""
        if self.tokens is not used or used is None:
            return
        call = Call("POST", "/auth/refresh", body={"refresh_token": used.refresh_token}, signed=False, keyed=True)
        try:
            told = yield from self.json(call)
        except Unauthenticated:
            # What was refused in the first place tells the caller.
            self.set_tokens(None)
        else:
            self.set_tokens(Tokens(told["access_token"], told["refresh_token"]))

    def unreachable(self, call: Call, error: httpx2.TransportError, attempts: int) -> Unreachable:
        """The error for a call that nobody answered."""
        if isinstance(error, httpx2.TimeoutException):
            why = f"did not answer in time ({type(error).__name__})"
        else:
            why = f"does not answer ({str(error) or type(error).__name__})"
        tried = "" if attempts == 1 else f" after {attempts} attempts"
        advice = "Is the server running there? `hagame up` starts one." if _refused(error) else ""
        return Unreachable(f"{call}: {self.url} {why}{tried}. {advice}".rstrip())

    def _problem(self, call: Call, response: httpx2.Response) -> Problem | NotHagame:
        try:
            told = response.json()
        except ValueError:
            told = None
        if not isinstance(told, dict) or "type" not in told:
            return self._not_hagame(response)
        error = problem(response.status_code, told, call=str(call), hint=self._hint(call, response))
        if isinstance(error, RateLimited):
            error.retry_after = retry_after(response)
        return error

    def _hint(self, call: Call, response: httpx2.Response) -> str:
        if response.status_code != UNAUTHENTICATED or not call.signed:
            return ""
        return LOG_IN if "Authorization" not in response.request.headers else LOG_IN_AGAIN

    def _not_hagame(self, response: httpx2.Response) -> NotHagame:
        kind = response.headers.get("Content-Type", "no type").partition(";")[0]
        request = response.request
        return NotHagame(
            f"{request.method} {request.url} was answered with status {response.status_code} and {kind}, "
            f"where HAGAME answers with {JSON}. Is this the address of its API?"
        )


def _refused(error: httpx2.TransportError) -> bool:
    return isinstance(error, httpx2.ConnectError)


def _written(query: Any) -> dict[str, Any]:
    """Times as RFC 3339; what is None is left out."""
    pairs = ((name, value) for name, value in query.items() if value is not None)
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in pairs}
