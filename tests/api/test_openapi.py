"""The OpenAPI document is true and helpful, and nothing that fits it, or does not, breaks the server."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import hypothesis
import pytest
import schemathesis
from httpx2 import AsyncClient
from hypothesis import HealthCheck, Phase, given
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import APIOperation, Case, CheckContext, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from sqlalchemy import make_url
from tests.figures import Figure

from hagame.settings import Settings

STREAMS = {"GET /games/instances/{instance_id}/events", "GET /tasks/{task_id}/events"}
PATIENCE_S = 60
AWAY = 503, b"No language model is connected"
"""What is no fault: here nobody is connected who could answer."""


def no_fault_of_ours(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """No answer of 500 and more, but that no language model is connected."""
    return None if is_away(response) else not_a_server_error(ctx, response, case)


def is_away(response: Response) -> bool:
    status, words = AWAY
    return response.status_code == status and words in response.content


CHECKS = [no_fault_of_ours, status_code_conformance, response_schema_conformance]
PROMISED = {
    ("/", "get"),
    ("/auth/register", "post"),
    ("/auth/login", "post"),
    ("/auth/me", "get"),
    ("/users/me/profile", "get"),
    ("/users/me/profile", "put"),
    ("/users/me/cognitive-profile", "get"),
    ("/users/me/cognitive-profile", "put"),
    ("/games/definitions", "get"),
    ("/games/definitions", "post"),
    ("/games/definitions/{game_def_id}", "get"),
    ("/games/instances", "post"),
    ("/games/instances/{instance_id}", "get"),
    ("/games/my-instances", "get"),
    ("/ai-models/", "get"),
    ("/ai-models/", "post"),
    ("/ai-models/{model_id}", "get"),
    ("/llm/call", "post"),
    ("/llm/logs", "get"),
}


@pytest.fixture
async def document(client: AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await client.get("/openapi.json")).json()
    return document


@pytest.mark.anyio
async def test_what_was_promised_by_name_is_there(document: dict[str, Any]) -> None:
    there = {(path, method) for path, item in document["paths"].items() for method in item}
    assert there >= PROMISED


@pytest.mark.anyio
async def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation.get("description"), f"{method} {path} has no description"


@pytest.mark.anyio
async def test_no_two_shapes_share_a_name(document: dict[str, Any]) -> None:
    # Else the framework writes out where each is defined, and clients would be made with such names.
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


@pytest.mark.anyio
async def test_every_request_body_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = content["schema"]
                named = schemas.get(schema.get("$ref", "").rsplit("/", 1)[-1], schema)
                whole = {"example", "examples"} & (content.keys() | named.keys())
                needed = [named["properties"][name] for name in named.get("required", ())]
                parts = all("examples" in part for part in needed)
                assert whole or parts, f"{method} {path} shows no example"


@pytest.mark.anyio
async def test_every_link_leads_to_a_call_that_takes_it(document: dict[str, Any]) -> None:
    found = 0
    for item in document["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                for name, link in answer.get("links", {}).items():
                    method, path = name.split(" ")
                    assert link["operationRef"] == f"#/paths/{path.replace('/', '~1')}/{method.lower()}"
                    declared = {p["name"] for p in document["paths"][path][method.lower()]["parameters"]}
                    assert set(link["parameters"]) <= declared
                    found += 1
    assert found > 10


def somebody(url: str, settings: Settings, role: str) -> dict[str, str]:
    """Headers of a new person with this role."""
    guest = httpx2.post(f"{url}/auth/guest").json()

    async def promote() -> None:
        database = make_url(settings.database_url or "").set(drivername="postgresql")
        connection = await asyncpg.connect(database.render_as_string(hide_password=False))
        await connection.execute("UPDATE users SET role = $1 WHERE id = $2", role, UUID(guest["user"]["id"]))
        await connection.close()

    asyncio.run(promote())
    return {"Authorization": f"Bearer {guest['access_token']}"}


def test_nothing_breaks_the_server(live_url: str, settings: Settings) -> None:
    schema = schemathesis.openapi.from_url(f"{live_url}/openapi.json")
    schema.config.generation.update(modes=list(GenerationMode))
    checked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.label in STREAMS:
            continue
        # Some operations end the session or the person, so each one has a person of its own.
        check_as(somebody(live_url, settings, "admin"), operation)
        checked += 1
    assert checked >= len(PROMISED)


def check_as(headers: dict[str, str], operation: APIOperation) -> None:
    """Calls of this operation, fitting and not, in the name of this person."""

    @hypothesis.settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Case) -> None:
        case.validate_response(case.call(headers=headers, timeout=PATIENCE_S), checks=CHECKS)

    check()


SCENARIOS, STEPS = 40, 12


def test_no_way_from_call_to_call_breaks_the_server(live_url: str, settings: Settings, figure: Figure) -> None:
    """What one call answers is given to the next ones, by the links of the document and those that can be inferred."""
    schema = schemathesis.openapi.from_url(f"{live_url}/openapi.json").exclude(path_regex="/events$")
    seen: Counter[int] = Counter()
    followed: set[str] = set()
    failures: list[str] = []

    class Scenario(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        def setup(self) -> None:
            self.headers = somebody(live_url, settings, "researcher")

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the name of the library
            return {"headers": self.headers, "timeout": PATIENCE_S}

        def validate_response(self, response: Response, case: Case, **_: Any) -> None:
            seen[0 if is_away(response) else response.status_code] += 1
            if case.operation.path.count("{") and response.status_code < 300:
                followed.add(case.operation.label)
            try:
                case.validate_response(response, checks=CHECKS)
            except BaseException as failure:
                failures.append(str(failure))
                raise

    scenarios = hypothesis.settings(
        max_examples=SCENARIOS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    # Ids and times are others in each scenario, so what can be followed may be; the scenarios end there.
    with suppress(FlakyStrategyDefinition):
        Scenario.run(settings=scenarios)
    assert failures == []
    figure("calls in scenarios", sum(seen.values()))
    figure("of them answered with 5xx", sum(n for status, n in seen.items() if status >= 500))
    figure("calls on things that were made before, which succeeded", len(followed))
    assert sum(seen.values()) > SCENARIOS
    assert followed
