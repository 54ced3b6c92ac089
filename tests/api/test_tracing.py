"""Traces, received by a collector of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import structlog
from httpx2 import AsyncClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pytest_httpserver import HTTPServer
from tests.system.processes import HAGAME, process

from hagame.core import tracing
from hagame.core.telemetry import Telemetry
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]
Person = Callable[[], Awaitable[dict[str, str]]]
CALLER = "4bf92f3577b34da6a3ce929d0e0e4736"
SECRET = "sealed-in-my-pocket-7"


def spans_of(collector: HTTPServer) -> list[Any]:
    found = []
    for request, _ in collector.log:
        for resource in ExportTraceServiceRequest.FromString(request.data).resource_spans:
            found += [span for scope in resource.scope_spans for span in scope.spans]
    return found


def asked_for(collector: HTTPServer) -> list[Any]:
    """Those of the caller's trace."""
    return [span for span in spans_of(collector) if span.trace_id.hex() == CALLER]


async def test_a_move_is_one_trace_of_the_caller_and_tells_nothing_that_was_written(
    client_with: ClientWith, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v1/traces").respond_with_data(b"")
    async with client_with(otlp_endpoint=httpserver.url_for("")) as client:
        token = (await client.post("/auth/guest")).json()["access_token"]
        who = {"Authorization": f"Bearer {token}"}
        body = {"definition": "rock-paper-scissors"}
        instance = (await client.post("/games/instances", json=body, headers=who)).json()
        url = f"/games/instances/{instance['id']}/moves"
        traced = who | {"traceparent": f"00-{CALLER}-00f067aa0ba902b7-01"}
        assert (await client.post(url, json={"turn": 1, "action": "rock"}, headers=traced)).is_success
        assert (await client.post(url, json={"turn": 2, "action": SECRET}, headers=traced)).status_code == 422
        login = {"username": "nobody@example.org", "password": SECRET}
        assert (await client.post("/auth/login", data=login)).status_code == 401
    spans = spans_of(httpserver)
    mine = [span for span in spans if span.trace_id.hex() == CALLER]
    assert {"move.load", "move.think", "move.store"} <= {span.name for span in mine}
    servers = [span for span in mine if span.name == "POST /games/instances/{instance_id}/moves"]
    told = [attribute for span in servers for attribute in span.attributes]
    assert sorted(each.value.int_value for each in told if each.key == "http.response.status_code") == [200, 422]
    assert any(span.name == "db.query" for span in spans)
    sent = "".join(str(span) for span in spans)
    assert SECRET not in sent
    assert token not in sent
    assert not any(span.events for span in spans)


async def test_the_log_names_the_trace(settings: Settings, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/traces").respond_with_data(b"")
    named = []

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        named.append(structlog.contextvars.get_contextvars()["trace_id"])

    end = tracing.configure(settings.model_copy(update={"otlp_endpoint": httpserver.url_for("")}), "test")
    headers = [(b"traceparent", f"00-{CALLER}-00f067aa0ba902b7-01".encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    await Telemetry(app)(scope, None, None)  # type: ignore[arg-type]
    end()
    assert named == [CALLER]


async def test_without_an_endpoint_nothing_is_traced(settings: Settings) -> None:
    tracing.configure(settings, "test")()
    assert not tracing.is_on()
    with tracing.span("nothing") as span:
        assert span is None
    assert tracing.trace_id() is None


async def test_a_task_is_done_in_the_trace_of_who_asked_for_it(
    client_with: ClientWith, settings: Settings, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/v1/traces").respond_with_data(b"")
    endpoint = httpserver.url_for("")
    # A queue of its own: other tests leave tasks for nobody.
    prefix = f"{settings.queue_prefix}traced."
    env = {
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "HAGAME_QUEUE_PREFIX": prefix,
        "HAGAME_OTLP_ENDPOINT": endpoint,
    }
    with process([*HAGAME, "worker", "--concurrency", "1"], tmp_path / "worker.log", **env):
        async with client_with(otlp_endpoint=endpoint, queue_prefix=prefix) as client:
            token = (await client.post("/auth/guest")).json()["access_token"]
            who = {"Authorization": f"Bearer {token}", "traceparent": f"00-{CALLER}-00f067aa0ba902b7-01"}
            task = (await client.post("/reports", json={"span": "week"}, headers=who)).json()
            address = f"/tasks/{task['id']}"
            async with asyncio.timeout(90):
                # It fails, for there is nothing to report; that is a run as well.
                while (await client.get(address, headers=who)).json()["finished_at"] is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        async with asyncio.timeout(90):
            # This worker may also do what other tests have left in the database.
            while not (runs := [span for span in asked_for(httpserver) if span.name.startswith("task ")]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    mine = {span.span_id: span for span in asked_for(httpserver)}
    (run,) = runs
    assert mine[run.parent_span_id].name == "POST /reports"
    assert token not in str(run)
