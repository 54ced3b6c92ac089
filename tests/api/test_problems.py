"""Whatever goes wrong is answered as a problem (RFC 9457) that tells no secret."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
import structlog
from fastapi import APIRouter, FastAPI, Response
from fastapi.routing import APIRoute
from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import LogCapture

from hagame import errors
from hagame.core import problems
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session, make_engine, make_sessions
from hagame.core.schemas import Strict
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

SECRET = "hunter2-hunter2-hunter2"


class Body(Strict):
    count: int
    secret: SecretStr
    note: str = ""


router = APIRouter(route_class=JsonRoute)


@router.post("/body")
async def take(body: Body) -> dict[str, int]:
    return {"count": body.count}


@router.get("/raise/{name}")
async def fail(name: str) -> None:
    raise FAULTS[name]


@router.get("/sql")
async def query(session: Session, statement: str, value: str = "") -> None:
    await session.execute(text(statement), {"value": value} if ":value" in statement else {})


@router.get("/stream")
async def query_parameters(limit: int, to: UUID) -> None: ...


FAULTS: dict[str, Exception] = {
    "conflict": errors.Conflict("Turn 3 is open.", current={"turn": 3, "at": datetime(2026, 1, 1, tzinfo=UTC)}),
    "forged": errors.Conflict("No.", status=200, type="urn:other", request_id="x"),
    "limited": errors.RateLimited("Too often.", retry_after=7),
    "away": errors.Unavailable("The database does not answer."),
    "socket": ConnectionRefusedError(SECRET),
    "timeout": TimeoutError(SECRET),
    "bug": ZeroDivisionError(SECRET),
    "corrupt": errors.CorruptState(SECRET),
    "illegal": errors.IllegalAction("lizard", ["rock", "paper"]),
}


@asynccontextmanager
async def caller(settings: Settings, **state: Any) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(router)
    app.state.settings = settings
    for name, value in state.items():
        setattr(app.state, name, value)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        yield client


@contextmanager
def told(module: ModuleType) -> Iterator[list[dict[str, Any]]]:
    """What this module logs meanwhile."""
    capture = LogCapture()
    logger = structlog.wrap_logger(None, processors=[capture], wrapper_class=structlog.stdlib.BoundLogger)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "log", logger)
        yield capture.entries


def check(answer: Any, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:hagame:problem:{slug}"
    assert problem["status"] == status
    assert problem["title"]
    assert set(problem) >= {"detail", "request_id", "errors"}
    assert SECRET not in answer.text
    return problem


@pytest.mark.parametrize(
    ("name", "status", "slug"),
    [
        ("conflict", 409, "conflict"),
        ("forged", 409, "conflict"),
        ("limited", 429, "rate-limited"),
        ("away", 503, "unavailable"),
        ("socket", 503, "unavailable"),
        ("timeout", 503, "unavailable"),
        ("bug", 500, "error"),
        ("corrupt", 500, "error"),
        ("illegal", 422, "illegal-action"),
    ],
)
async def test_each_error_has_its_status_and_type(settings: Settings, name: str, status: int, slug: str) -> None:
    async with caller(settings) as client:
        problem = check(await client.get(f"/raise/{name}"), status, slug)
    assert problem["request_id"] is None


async def test_a_problem_carries_what_helps(settings: Settings) -> None:
    async with caller(settings) as client:
        conflict = (await client.get("/raise/conflict")).json()
        assert conflict["current"] == {"turn": 3, "at": "2026-01-01T00:00:00+00:00"}
        illegal = (await client.get("/raise/illegal")).json()
        assert illegal["legal_actions"] == ["rock", "paper"]
        assert [e["pointer"] for e in illegal["errors"]] == ["/action"]
        assert (await client.get("/raise/limited")).headers["retry-after"] == "7"
        assert int((await client.get("/raise/away")).headers["retry-after"]) >= 1


async def test_a_fault_of_ours_is_logged_whole_and_answered_without_a_word_of_it(settings: Settings) -> None:
    async with caller(settings) as client:
        with told(problems) as events:
            problem = check(await client.get("/raise/bug"), 500, "error")
    assert problem["detail"] == "The fault is ours, and it is logged."
    assert [(e["event"], e["log_level"], e["error"]) for e in events] == [
        ("request.failed", "error", "ZeroDivisionError")
    ]
    assert isinstance(events[0]["exc_info"], ZeroDivisionError)


async def test_what_the_framework_refuses_is_a_problem_too(settings: Settings) -> None:
    async with caller(settings) as client:
        check(await client.get("/nowhere"), 404, "not-found")
        wrong = await client.delete("/body")
        check(wrong, 405, "method-not-allowed")
        assert wrong.headers["allow"] == "POST"


async def test_a_wrong_method_is_told_all_right_ones(client: AsyncClient) -> None:
    answer = await client.delete("/users/me/profile")
    check(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, PUT"


@pytest.mark.parametrize(
    ("content", "pointers"),
    [
        (b'{"count": "1", "secret": "%s"}', ["/count"]),
        (b'{"count": true, "secret": "%s"}', ["/count"]),
        (b'{"count": 1.5, "secret": "%s"}', ["/count"]),
        (b'{"secret": "%s"}', ["/count"]),
        (b'{"count": 1, "secret": ["%s"]}', ["/secret"]),
        (b'{"count": "%s", "secret": {"%s": 1}, "more": "%s"}', ["/count", "/secret", "/more"]),
        (b'{"count": 1, "secret": "%s", "note": "a\\u0000b"}', ["/note"]),
        (b'{"count": 1, "secret": "%s\\ud800"}', ["/secret"]),
        (b'["%s"]', [""]),
        (b'"%s"', [""]),
        (b"null", [""]),
        (b"", [""]),
        (b'{"count": 1, "secret": "%s"', []),
        (b'{"count": NaN, "secret": "%s"}', []),
        (b'{"count": 1e999, "secret": "%s"}', []),
        (b'{"count": -Infinity, "secret": "%s"}', []),
        (b'{"count": ' + b"9" * 5000 + b', "secret": "%s"}', []),
        (b'{"count": 1, "count": 2, "secret": "%s"}', []),
        (b"[" * 10_000 + b"]" * 10_000, []),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, []),
        (b"\xff\x00\xfe", []),
    ],
)
async def test_a_bad_body_is_refused_by_pointer_and_never_echoed(
    settings: Settings, content: bytes, pointers: list[str]
) -> None:
    async with caller(settings) as client:
        sent = content.replace(b"%s", SECRET.encode())
        answer = await client.post("/body", content=sent, headers={"content-type": "application/json"})
    problem = check(answer, 422, "invalid-input")
    assert [e["pointer"] for e in problem["errors"]] == pointers


async def test_a_bad_parameter_is_named_with_its_place(settings: Settings) -> None:
    async with caller(settings) as client:
        problem = check(await client.get(f"/stream?limit={SECRET}&to=7"), 422, "invalid-input")
    assert [e["pointer"] for e in problem["errors"]] == ["/query/limit", "/query/to"]


async def test_a_database_that_cannot_be_reached_is_503(settings: Settings) -> None:
    gone = settings.model_copy(update={"database_url": "postgresql+asyncpg://hagame@127.0.0.1:1/hagame"})
    engine = make_engine(gone)
    async with caller(settings, sessions=make_sessions(engine)) as client:
        answer = await client.get("/sql?statement=SELECT 1")
    await engine.dispose()
    check(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_database_that_is_too_slow_or_too_busy_is_503(settings: Settings) -> None:
    engine = create_async_engine(
        settings.database_url or "",
        pool_size=1,
        max_overflow=0,
        pool_timeout=0.05,
        connect_args={"server_settings": {"statement_timeout": "50"}},
    )
    async with caller(settings, sessions=make_sessions(engine)) as client:
        check(await client.get("/sql?statement=SELECT pg_sleep(5)"), 503, "unavailable")
        async with engine.connect():
            check(await client.get("/sql?statement=SELECT 1"), 503, "unavailable")
        assert (await client.get("/sql?statement=SELECT 1")).status_code == 200
    await engine.dispose()


async def test_a_connection_that_the_server_closes_is_503_and_the_next_call_works(settings: Settings) -> None:
    engine = make_engine(settings)
    async with caller(settings, sessions=make_sessions(engine)) as client:
        end = "SELECT pg_terminate_backend(pg_backend_pid())"
        check(await client.get("/sql", params={"statement": end}), 503, "unavailable")
        assert (await client.get("/sql?statement=SELECT 1")).status_code == 200
    await engine.dispose()


async def test_nul_that_reaches_the_database_is_the_callers_fault(settings: Settings) -> None:
    engine = make_engine(settings)
    async with caller(settings, sessions=make_sessions(engine)) as client:
        params = {"statement": "SELECT CAST(:value AS text)", "value": "a\x00b"}
        check(await client.get("/sql", params=params), 422, "invalid-input")
    await engine.dispose()


async def test_the_log_of_a_failed_statement_holds_no_values(settings: Settings) -> None:
    engine = make_engine(settings)
    async with caller(settings, sessions=make_sessions(engine)) as client:
        params = {"statement": "SELECT CAST(:value AS text), nothing", "value": SECRET}
        with told(problems) as events:
            check(await client.get("/sql", params=params), 500, "error")
    await engine.dispose()
    assert SECRET not in str(events[0]["exc_info"])


async def test_an_answer_that_has_begun_is_not_answered_twice() -> None:
    async def broken(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    sent = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    with pytest.raises(ZeroDivisionError):
        await problems._Faults(broken)({"type": "http"}, None, send)
    assert sent == ["http.response.start"]


def test_middleware_can_send_a_problem_of_its_own() -> None:
    answer = problems.problem_response(errors.TooLarge("At most 9 bytes."), "r-1")
    assert isinstance(answer, Response)
    assert answer.status_code == 413
    assert b'"request_id":"r-1"' in answer.body


async def test_a_problem_names_the_request_that_the_log_names(client: AsyncClient) -> None:
    mine = secrets.token_hex(8)
    answer = await client.get("/auth/me", headers={"X-Request-ID": mine})
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == mine


async def test_a_body_beyond_a_mebibyte_is_too_large(client: AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    big = b'{"username": "' + b"x" * 1024 * 1024 + b'"}'
    check(await client.post("/auth/register", content=big, headers=headers), 413, "too-large")

    async def in_parts() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 65536):
            yield big[start : start + 65536]

    check(await client.post("/auth/register", content=in_parts(), headers=headers), 413, "too-large")


HOSTILE = (
    b"x" * (1024 * 1024 + 1),
    b"[" * 10_000 + b"]" * 10_000,
    b'{"a":' * 10_000 + b"0" + b"}" * 10_000,
    b'{"turn": ' + b"9" * 5000 + b"}",
    b'{"turn": 1e999}',
    b'{"turn": NaN}',
    b'{"turn": 1, "turn": 2}',
    b'{"username": "a\\u0000b"}',
    b'{"username": "a\\ud800b"}',
    b'{"username": "\xff"}',
    b'{"role": "admin", "user_id": "0", "status": "finished", "score": 9, "is_active": true}',
    b"[]",
    b'"text"',
    b"\x00",
)


async def test_no_hostile_body_is_a_fault_of_ours_on_any_route(client: AsyncClient) -> None:
    token = (await client.post("/auth/guest")).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "content-type": "application/json"}
    paths = (await client.get("/openapi.json")).json()["paths"]
    calls = [(method, path) for path, methods in paths.items() for method in methods if method in {"post", "put"}]
    assert len(calls) > 10
    for method, path in calls:
        target = re.sub(r"{\w+}", "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f", path)
        for body in HOSTILE:
            answer = await client.request(method, target, content=body, headers=headers)
            refused = answer.status_code in {401, 403, 404, 413, 422}
            assert refused, f"{method} {path} {body[:40]!r}: {answer.text}"
            assert answer.headers["content-type"] == "application/problem+json"


def routes_of(routes: Iterable[Any]) -> Iterable[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        yield from routes_of(getattr(getattr(route, "original_router", route), "routes", ()))


def test_every_route_that_takes_a_body_reads_it_strictly(app: FastAPI) -> None:
    taking = [route for route in routes_of(app.routes) if route.body_field is not None]
    assert len(taking) > 8
    assert [route.path for route in taking if not isinstance(route, JsonRoute)] == []


async def test_the_document_declares_problems_and_examples(client: AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert "Problem" in document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            told = {s: list(r.get("content", {})) for s, r in operation["responses"].items() if s[0] in "45d"}
            assert set(map(tuple, told.values())) == {("application/problem+json",)} or path == "/health/ready", path
    login = document["paths"]["/auth/login"]["post"]["requestBody"]["content"]
    assert set(login) == {"application/json", "application/x-www-form-urlencoded"}
    assert all("example" in way for way in login.values())
    flows = document["components"]["securitySchemes"]["access-token"]["flows"]
    assert flows["password"]["tokenUrl"] == "/auth/login"
