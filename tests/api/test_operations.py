"""What operators ask: health, metrics, the root, request ids."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from httpx2 import AsyncClient
from pydantic import SecretStr

pytestmark = pytest.mark.anyio

ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]
Person = Callable[[], Awaitable[dict[str, str]]]


async def test_the_root_says_ok_to_programs_and_shows_the_page_to_browsers(client: AsyncClient) -> None:
    assert (await client.get("/")).json() == {"status": "ok"}
    page = await client.get("/", headers={"Accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "HAGAME" in page.text


async def test_a_server_with_its_neighbours_is_live_and_ready(client: AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "ok"}
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "database": "ok", "cache": "ok", "broker": "ok"})


async def test_without_the_cache_the_server_is_degraded_and_play_goes_on(client_with: ClientWith) -> None:
    async with client_with(redis_url="redis://127.0.0.1:1/0") as client:
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["status"], ready.json()["cache"]) == (200, "degraded", "away")
        token = (await client.post("/auth/guest")).json()["access_token"]
        who = {"Authorization": f"Bearer {token}"}
        body = {"definition": "rock-paper-scissors"}
        instance = (await client.post("/games/instances", json=body, headers=who)).json()
        url = f"/games/instances/{instance['id']}/moves"
        assert (await client.post(url, json={"turn": 1, "action": "rock"}, headers=who)).status_code == 200


async def test_metrics_count_moves_without_naming_anybody(client: AsyncClient, guest: Person) -> None:
    who = await guest()
    body = {"definition": "rock-paper-scissors", "opponent": "random"}
    instance = (await client.post("/games/instances", json=body, headers=who)).json()
    url = f"/games/instances/{instance['id']}/moves"
    await client.post(url, json={"turn": 1, "action": "rock"}, headers=who)
    text = (await client.get("/metrics")).text
    assert 'hagame_moves_total{game="rock-paper-scissors",opponent="random"}' in text
    assert 'route="/games/instances/{instance_id}/moves",status="200"' in text
    assert "hagame_move_seconds_bucket" in text
    assert instance["id"] not in text


async def test_metrics_can_ask_for_a_token(client_with: ClientWith) -> None:
    async with client_with(metrics_token=SecretStr("s3cret")) as client:
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/metrics", headers={"Authorization": "Bearer s3cret"})).status_code == 200


async def test_every_answer_carries_a_request_id(client: AsyncClient) -> None:
    given = await client.get("/health/live", headers={"X-Request-ID": "my-request-1"})
    assert given.headers["x-request-id"] == "my-request-1"
    bad = await client.get("/health/live", headers={"X-Request-ID": "a b\tc"})
    assert bad.headers["x-request-id"] != "a b\tc"
    problem = await client.get("/no/such/path", headers={"X-Request-ID": "my-request-2"})
    assert (problem.status_code, problem.json()["request_id"]) == (404, "my-request-2")


async def test_a_body_that_is_too_large_is_refused(client: AsyncClient) -> None:
    answer = await client.post("/auth/login", content=b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


PROMISED = {
    *("http_requests_total", "http_request_seconds", "http_in_flight"),
    *("http_request_bytes_total", "http_response_bytes_total"),
    *("moves_total", "move_seconds", "prediction_logloss", "prediction_hits_total"),
    *("player_score", "active_instances", "matches_total"),
    *("predictor_seconds", "fit_seconds", "fit_failures_total"),
    *("llm_calls_total", "llm_tokens_total", "llm_cost_usd_total", "llm_seconds", "llm_retries_total"),
    *("llm_circuit_state", "llm_budget_rejections_total"),
    *("tasks", "task_seconds", "task_queue_length", "task_oldest_age_seconds", "outbox_backlog"),
    *("database_connections_in_use", "database_wait_seconds", "database_statement_seconds"),
    *("logins_total", "limited_total"),
}
UUID_IN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-")


async def test_every_promised_metric_is_exported_and_no_label_is_an_id(client: AsyncClient, guest: Person) -> None:
    import hagame.worker  # noqa: F401 - its metrics too

    who = await guest()
    body = {"definition": "rock-paper-scissors"}
    instance = (await client.post("/games/instances", json=body, headers=who)).json()
    await client.post(f"/games/instances/{instance['id']}/moves", json={"turn": 1, "action": "rock"}, headers=who)
    text = (await client.get("/metrics")).text
    exported = set(re.findall(r"^# TYPE hagame_(\w+) ", text, re.MULTILINE))
    assert exported >= PROMISED
    assert UUID_IN.search(text) is None
    assert 'hagame_player_score_count{game="rock-paper-scissors"}' in text
    assert float(re.findall(r"^hagame_active_instances (\S+)$", text, re.MULTILINE)[0]) >= 1
    assert float(re.findall(r"^hagame_database_statement_seconds_count (\S+)$", text, re.MULTILINE)[0]) > 1
