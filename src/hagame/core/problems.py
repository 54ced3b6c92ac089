"""Every error leaves as `application/problem+json` (RFC 9457); nothing of what was sent is echoed.

`type` is `urn:hagame:problem:<slug>` and never changes its meaning. A fault of ours says nothing of itself to the
outside; the log has it, under the same `request_id`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hagame.errors import (
    Conflict,
    Forbidden,
    Gone,
    HagameError,
    InvalidInput,
    NotFound,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:hagame:problem:"
RETRY_AFTER_S = 2
OUR_FAULT = "The fault is ours, and it is logged."

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_AWAY_STATES = ("08", "40", "53", "57", "58")
_UNSTORABLE_STATES = ("22021", "22P05")

_ERRORS = (
    InvalidInput,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    Gone,
    TooLarge,
    RateLimited,
    Unavailable,
)
_BY_STATUS: Mapping[int, type[HagameError]] = {error.status: error for error in _ERRORS}

log = structlog.get_logger()


class Fault(BaseModel):
    """One thing that is wrong with the input."""

    model_config = ConfigDict(extra="allow")

    pointer: str = Field(description="JSON pointer into the body, or the place and name of a parameter")
    detail: str


class Problem(BaseModel):
    """An error as RFC 9457 tells it. Some problems carry more: what is current, what would be legal."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:hagame:problem:invalid-input",
                    "title": "The input is not valid",
                    "status": 422,
                    "detail": "turn: Input should be a valid integer",
                    "request_id": "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f",
                    "errors": [{"pointer": "/turn", "detail": "Input should be a valid integer"}],
                }
            ]
        },
    )

    type: str = Field(description="Stable name of the kind of problem")
    title: str
    status: int
    detail: str
    request_id: str | None
    errors: list[Fault] = Field(default=[], description="Each fault of the input, with its place")


def install(app: FastAPI) -> None:
    """Make `app` answer every error as a problem, and describe that in its OpenAPI document."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(_Faults)
    _describe(app)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a router or route declares: `responses=responses(401, 409)`."""
    return {status: {"description": _title(status), "content": _content()} for status in statuses}


def problem_response(error: HagameError, request_id: str | None) -> JSONResponse:
    """The answer to `error`; an ASGI application itself, so that middleware may send it."""
    faults = []
    if isinstance(error, InvalidInput) and error.field:
        faults = [{"pointer": error.field, "detail": error.detail}]
    standard = {
        "type": TYPE_PREFIX + error.slug,
        "title": error.title,
        "status": error.status,
        "detail": error.detail if error.status != 500 else OUR_FAULT,
        "request_id": request_id,
        "errors": error.extra.get("errors", faults),
    }
    body = standard | {name: value for name, value in error.extra.items() if name not in standard}
    return JSONResponse(jsonable_encoder(body), error.status, _headers(error), media_type=MEDIA_TYPE)


async def answer_to(connection: HTTPConnection, error: Exception) -> JSONResponse:
    """What HTTP would answer to `error`, for wires that are not HTTP."""
    handler = next((_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS), _on_unknown)
    return await handler(connection, error)


class _Faults:
    """Answers what nobody expected. Innermost, since the framework's own way lies outside all other middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            answer = await _on_unknown(HTTPConnection(scope), error)
            await answer(scope, receive, send)


def _headers(error: HagameError) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, Unavailable):
        return {"Retry-After": str(RETRY_AFTER_S)}
    return {}


def _answer(connection: HTTPConnection, error: HagameError) -> JSONResponse:
    return problem_response(error, getattr(connection.state, "request_id", None))


async def _on_known(connection: HTTPConnection, error: Exception) -> JSONResponse:
    if isinstance(error, HagameError) and error.status < 500:
        return _answer(connection, error)
    if isinstance(error, Unavailable):
        log.warning("request.unavailable", error=type(error.__cause__ or error).__name__)
        return _answer(connection, error)
    return await _on_unknown(connection, error)


async def _on_unknown(connection: HTTPConnection, error: Exception) -> JSONResponse:
    log.error("request.failed", error=type(error).__name__, exc_info=error)
    return _answer(connection, HagameError(OUR_FAULT))


async def _on_away(connection: HTTPConnection, error: Exception) -> JSONResponse:
    log.warning("request.neighbour_away", error=type(error).__name__, exc_info=error)
    return _answer(connection, Unavailable("A service this needs does not answer; try again in a moment."))


async def _on_database(connection: HTTPConnection, error: Exception) -> JSONResponse:
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    if state in _UNSTORABLE_STATES:
        return _answer(connection, InvalidInput("Text must not hold NUL."))
    if isinstance(error, DBAPIError):
        # The log shall hold no values of rows.
        error.hide_parameters = True
    if getattr(error, "connection_invalidated", False) or state.startswith(_AWAY_STATES):
        return await _on_away(connection, error)
    return await _on_unknown(connection, error)


async def _on_http(connection: HTTPConnection, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    # What happens while a body is read, the framework wraps.
    if isinstance(error.__cause__, HagameError):
        return await _on_known(connection, error.__cause__)
    answer = _answer(connection, _of_status(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := _allowed(connection)):
        answer.headers["Allow"] = allowed
    return answer


def _allowed(connection: HTTPConnection) -> str:
    """All methods of a path (RFC 9110, 15.5.6); the framework tells those of its first route only."""
    paths = connection.app.openapi()["paths"]
    here = [path for path in paths if compile_path(path)[0].match(connection.scope["path"])]
    return ", ".join(sorted({method.upper() for path in here for method in paths[path]}))


def _of_status(status: int, detail: str) -> HagameError:
    known = _BY_STATUS.get(status)
    if known is not None and known is not RateLimited:
        return known(detail)
    error, phrase = HagameError(detail), HTTPStatus(status).phrase
    error.slug, error.title, error.status = phrase.lower().replace(" ", "-"), phrase, status
    return error


async def _on_invalid(connection: HTTPConnection, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    faults = [{"pointer": _pointer(e["loc"]), "detail": _said(str(e["msg"]))} for e in error.errors()]
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    detail = f"{first['pointer'].lstrip('/') or 'body'}: {first['detail']}{more}"
    return _answer(connection, InvalidInput(detail, errors=faults))


def _said(message: str) -> str:
    """The words of a check of ours alone, without what Pydantic puts before them."""
    return message.removeprefix("Value error, ")


_HANDLERS: Mapping[type[Exception], Callable[[HTTPConnection, Exception], Awaitable[JSONResponse]]] = {
    HagameError: _on_known,
    RequestValidationError: _on_invalid,
    HTTPException: _on_http,
    PoolTimeout: _on_away,
    RedisError: _on_away,
    OSError: _on_away,
    DBAPIError: _on_database,
    asyncpg.PostgresError: _on_database,
    asyncpg.InternalClientError: _on_away,
}


def _pointer(place: Sequence[str | int]) -> str:
    """`("body", "a", 0)` is `/a/0`; a parameter keeps where it stands: `("query", "limit")` is `/query/limit`."""
    parts = place[1:] if place and place[0] == "body" else place
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _title(status: int) -> str:
    return _BY_STATUS[status].title if status in _BY_STATUS else HTTPStatus(status).phrase


def _content() -> dict[str, Any]:
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _describe(app: FastAPI) -> None:
    """Add the shape of problems, and that any operation may answer with one."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(schema.pop("$defs"), Problem=schema)
            for operation in _operations(document):
                _declare_problems(operation["responses"])
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _declare_problems(declared: dict[str, Any]) -> None:
    # What the framework declares by itself is not what `_on_invalid` answers.
    if "HTTPValidationError" in str(declared.get("422")):
        declared["422"] = {"description": _title(422), "content": _content()}
    declared.setdefault("default", {"description": "Any problem", "content": _content()})


def _operations(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values() if "responses" in operation]
