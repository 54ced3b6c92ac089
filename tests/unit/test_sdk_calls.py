"""The client's patience, its one session for many, and its words when something is wrong; no server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagame_sdk import (
    AsyncClient,
    Client,
    HagameError,
    InvalidInput,
    Match,
    NotHagame,
    Problem,
    RateLimited,
    Retry,
    ServerFault,
    TaskFailed,
    Tokens,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from hagame_sdk.events import Parser

Answer = httpx2.Response | Exception
ME = {"id": "1", "username": "ada", "email": None, "role": "player", "is_guest": True}


def client_of(answer: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> tuple[Client, list[float]]:
    waited: list[float] = []
    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = Client("http://test", http=http, sleep=waited.append, **options)
    client.driver.core.clock = lambda: sum(waited)
    client.driver.core.rng = random.Random(1)
    return client, waited


def in_turn(*answers: Answer, **options: Any) -> tuple[Client, list[float], list[httpx2.Request]]:
    coming = iter(answers)
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        given = next(coming)
        if isinstance(given, Exception):
            raise given
        return given

    client, waited = client_of(answer, **options)
    return client, waited, seen


def problem(status: int, **more: Any) -> httpx2.Response:
    headers = more.pop("headers", {})
    told = {"type": "urn:hagame:problem:x", "title": "T", "status": status, "detail": "It is so.", "request_id": "r"}
    return httpx2.Response(status, json=told | more, headers=headers)


def test_it_waits_as_long_as_the_server_asks_and_a_little_by_chance() -> None:
    busy = problem(429, headers={"Retry-After": "7"})
    client, waited, _ = in_turn(busy, busy, busy, busy, busy, busy, httpx2.Response(200, json=ME))
    assert client.me() == ME
    assert len(waited) == 6
    assert all(7 <= pause <= 7 + 8 for pause in waited)


def test_it_is_not_patient_for_ever_and_says_how_long_it_was_asked_to_wait() -> None:
    client, waited = client_of(lambda _: problem(429, headers={"Retry-After": "25"}))
    with pytest.raises(RateLimited) as refused:
        client.me()
    assert refused.value.retry_after == 25
    assert sum(waited) < Retry().budget_s


@given(st.integers(1, 8), st.floats(0.01, 2), st.floats(0.1, 20), st.integers(0, 2**32))
def test_pauses_are_drawn_from_zero_to_a_doubling_limit(attempts: int, base: float, cap: float, seed: int) -> None:
    client, waited = client_of(lambda _: problem(503), retry=Retry(attempts, 1e9, base, cap))
    client.driver.core.rng = random.Random(seed)
    with pytest.raises(Unavailable):
        client.me()
    assert len(waited) == attempts - 1
    assert all(0 <= pause <= min(cap, base * 2**n) for n, pause in enumerate(waited))


@pytest.mark.parametrize("lost", [httpx2.ReadError("gone"), problem(503), problem(502), problem(504)])
def test_what_may_be_done_twice_is_sent_again(lost: Answer) -> None:
    client, _, seen = in_turn(lost, httpx2.Response(200, json={"turn": 1}))
    assert client.ai.predict(definition="x", history=[]) == {"turn": 1}
    assert len(seen) == 2


@pytest.mark.parametrize("lost", [httpx2.ReadError("gone"), problem(503)])
def test_what_may_not_is_sent_once(lost: Answer) -> None:
    client, waited, seen = in_turn(lost)
    with pytest.raises((Unreachable, Unavailable)):
        client.games.define(key="x", title="X", engine="matrix", parameters={})
    assert (len(seen), waited) == (1, [])


def test_what_never_reached_the_server_is_sent_again_whatever_it_is() -> None:
    client, _, seen = in_turn(httpx2.ConnectError("away"), problem(429), httpx2.Response(200, json={}))
    client.games.define(key="x", title="X", engine="matrix", parameters={})
    assert len(seen) == 3


def test_a_call_with_a_key_keeps_it_through_all_attempts() -> None:
    client, _, seen = in_turn(
        httpx2.ReadError("gone"), problem(503), *[httpx2.Response(202, json={"task_id": "t"})] * 2
    )
    client.ai_models.train("m", data={"source": "log"})
    client.ai_models.train("m", data={"source": "log"})
    first, second, third, fourth = (request.headers["Idempotency-Key"] for request in seen)
    assert first == second == third != fourth


def test_a_match_may_be_asked_for_again_under_the_key_of_its_call() -> None:
    client, _, seen = in_turn(httpx2.ReadError("gone"), httpx2.Response(201, json={"next": None}))
    client.games.begin("x")
    first, second = (request.headers["Idempotency-Key"] for request in seen)
    assert first == second


def test_a_server_that_is_not_there_is_named_with_what_to_do() -> None:
    client, _ = client_of(lambda _: (_ for _ in ()).throw(httpx2.ConnectError("refused")))
    words = r"GET /auth/me: http://test does not answer \(refused\) after 5 attempts\. .* `hagame up` starts one\."
    with pytest.raises(Unreachable, match=words):
        client.me()


@pytest.mark.parametrize("url", ["localhost:8000", "127.0.0.1", "ftp://x", "http://"])
def test_a_wrong_address_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"url: .* one looks like http://127\.0\.0\.1:8000"):
        Client(url)


@pytest.mark.parametrize("status", [200, 404, 500])
def test_another_kind_of_server_is_told_as_such(status: int) -> None:
    client, _ = client_of(lambda _: httpx2.Response(status, html="<html>"))
    with pytest.raises(NotHagame, match=f"http://test/auth/me was answered with status {status} and text/html"):
        client.me()


def test_every_fault_of_the_input_is_told() -> None:
    faults = [{"pointer": "/a", "detail": "too small"}, {"pointer": "/b", "detail": "missing"}]
    client, _, _ = in_turn(problem(422, errors=faults, current=3))
    with pytest.raises(InvalidInput, match=r"It is so\. /a: too small; /b: missing") as refused:
        client.games.begin("x")
    assert refused.value.extra == {"current": 3}
    assert refused.value.errors == faults


def test_a_fault_of_the_server_names_its_request() -> None:
    client, waited, _ = in_turn(problem(500))
    with pytest.raises(ServerFault, match="as request r"):
        client.me()
    assert waited == []


@pytest.mark.parametrize("kind", [Problem, Unreachable, NotHagame, TaskFailed])
def test_one_error_holds_them_all(kind: type[Exception]) -> None:
    assert issubclass(kind, HagameError)


def test_a_task_that_failed_says_why() -> None:
    task = {"id": "t", "kind": "train", "state": "failed", "problem": {"detail": "Too few people."}}
    client, waited, _ = in_turn(httpx2.Response(200, json=task | {"state": "running"}), httpx2.Response(200, json=task))
    with pytest.raises(TaskFailed, match=r"Task t \(train\) is failed\. Too few people\."):
        client.tasks.wait("t")
    assert len(waited) == 1


def test_waiting_for_a_task_has_an_end() -> None:
    client, _ = client_of(lambda _: httpx2.Response(200, json={"id": "t", "kind": "train", "state": "running"}))
    with pytest.raises(TimeoutError, match="still running after 20 s"):
        client.tasks.wait("t", timeout_s=20)


def sessions(request: httpx2.Request) -> httpx2.Response:
    """A server whose only good access token is `new`, and whose refresh token is good once."""
    if request.url.path == "/auth/refresh":
        return httpx2.Response(200, json={"access_token": "new", "refresh_token": "second"})
    good = request.headers["Authorization"] == "Bearer new"
    return httpx2.Response(200, json=ME) if good else problem(401)


@pytest.mark.anyio
async def test_many_calls_at_once_renew_a_session_once() -> None:
    refreshed: list[bytes] = []

    async def answer(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        if request.url.path == "/auth/refresh":
            refreshed.append(request.content)
        return sessions(request)

    kept: list[Tokens | None] = []
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        client = AsyncClient("http://test", tokens=Tokens("old", "first"), on_tokens=kept.append, http=http)
        assert await asyncio.gather(*[client.me() for _ in range(20)]) == [ME] * 20
    assert len(refreshed) == 1
    assert kept == [Tokens("new", "second")]


def test_a_session_without_a_refresh_token_ends() -> None:
    client, _, seen = in_turn(problem(401), tokens=Tokens("old"))
    with pytest.raises(Unauthenticated, match="log in again"):
        client.me()
    assert len(seen) == 1


def test_tokens_are_not_shown() -> None:
    assert "secret" not in repr(Tokens("secret", "secret"))


EVENTS = (
    'id: 1\nevent: turn\ndata: {"turn": 1}\n\n: still here\n\ndata: "\u2028ä"\r\n\r\nid: 2\nevent: end\ndata: {}\n\n'
)


@given(st.lists(st.integers(0, len(EVENTS.encode())), max_size=9).map(sorted))
def test_events_come_out_the_same_however_the_bytes_come_in(cuts: list[int]) -> None:
    raw = EVENTS.encode()
    parser = Parser()
    events = []
    for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        events += parser.feed(raw[start:end])
    assert [(e.name, e.data, e.id) for e in events] == [
        ("turn", {"turn": 1}, "1"),
        ("message", "\u2028ä", ""),
        ("end", {}, "2"),
    ]


def broken(*pieces: bytes) -> httpx2.Response:
    def body() -> Iterator[bytes]:
        yield from pieces
        raise httpx2.ReadError("gone")

    return httpx2.Response(200, content=body())


def turn(number: int) -> bytes:
    return f'id: {number}\nevent: turn\ndata: {{"turn": {number}}}\n\n'.encode()


def begun() -> Any:
    return httpx2.Response(201, json={"id": "m", "status": "active", "turn": 1, "next": None})


def test_a_stream_goes_on_where_it_broke_off() -> None:
    end = b"event: end\ndata: {}\n\n"
    client, waited, seen = in_turn(
        begun(), broken(turn(1), turn(2)), httpx2.ConnectError("away"), httpx2.Response(200, content=turn(3) + end)
    )
    match = client.games.begin("x")
    assert [move["turn"] for move in match.follow()] == [1, 2, 3]
    assert [request.headers.get("Last-Event-ID") for request in seen[1:]] == [None, "2", "2"]
    assert len(waited) == 2


def test_a_stream_that_never_says_anything_is_given_up() -> None:
    client, waited, _ = in_turn(begun(), *[broken() for _ in range(9)], retry=Retry(attempts=3))
    with pytest.raises(Unreachable):
        list(client.games.begin("x").follow())
    assert len(waited) == 3


def test_a_file_that_breaks_off_is_fetched_again_and_never_half_there(tmp_path: Path) -> None:
    client, _, _ = in_turn(begun(), broken(b"hal"), httpx2.Response(200, content=b"whole"))
    match = client.games.begin("x")
    assert match.download(tmp_path / "log.csv", "csv").read_bytes() == b"whole"
    client, _, _ = in_turn(*[broken(b"hal") for _ in range(9)], retry=Retry(attempts=3))
    with pytest.raises(Unreachable, match="after 3 attempts"):
        Match(client.driver, match.state).download(tmp_path / "log.csv", "csv")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("log.csv", b"whole")]


@pytest.mark.parametrize(
    ("name", "format_", "asked"),
    [
        ("log.csv", None, "text/csv"),
        ("LOG.CSV", None, "text/csv"),
        ("log.parquet", None, "application/vnd.apache.parquet"),
        ("log", None, "application/vnd.apache.parquet"),
        ("log.csv", "parquet", "application/vnd.apache.parquet"),
        ("log", "csv", "text/csv"),
    ],
)
def test_the_name_of_a_file_says_how_decisions_are_written(
    tmp_path: Path, name: str, format_: Literal["csv", "parquet"] | None, asked: str
) -> None:
    client, _, seen = in_turn(begun(), httpx2.Response(200, content=b"whole"))
    client.games.begin("x").download(tmp_path / name, format_)
    assert seen[-1].headers["Accept"] == asked


@pytest.mark.parametrize(("name", "path"), [("told.html", "/reports/1/html"), ("told", "/reports/1/pdf")])
def test_the_name_of_a_file_says_how_a_report_is_written(tmp_path: Path, name: str, path: str) -> None:
    client, _, seen = in_turn(httpx2.Response(200, content=b"whole"))
    client.reports.download("1", tmp_path / name)
    assert seen[-1].url.path == path


def test_a_language_model_is_not_asked_twice_when_its_answer_breaks_off() -> None:
    client, _, seen = in_turn(broken(b'event: delta\ndata: {"text": "Hel"}\n\n'))
    pieces = client.llm.stream(messages=[])
    assert next(pieces) == "Hel"
    with pytest.raises(Unreachable):
        next(pieces)
    assert len(seen) == 1


def test_an_error_within_a_stream_is_raised() -> None:
    told = b'event: error\ndata: {"type": "about:blank", "status": 503, "detail": "No model answers."}\n\n'
    client, _, _ = in_turn(httpx2.Response(200, content=told))
    with pytest.raises(Unavailable, match="No model answers"):
        list(client.llm.stream(messages=[]))
