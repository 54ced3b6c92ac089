"""The OpenAPI document is true and helpful, and nothing that fits it, or does not, breaks the server."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
import schemathesis
from httpx2 import AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

STREAMS = {"GET /games/instances/{instance_id}/events", "GET /tasks/{task_id}/events"}
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


def test_nothing_breaks_the_server(live_url: str) -> None:
    schema = schemathesis.openapi.from_url(f"{live_url}/openapi.json")
    schema.config.generation.update(modes=list(GenerationMode))
    checked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.label in STREAMS:
            continue
        # Some operations end the session or the person, so each one has a person of its own.
        headers = {"Authorization": f"Bearer {httpx2.post(f'{live_url}/auth/guest').json()['access_token']}"}
        check_as(headers, operation)
        checked += 1
    assert checked >= len(PROMISED)


def check_as(headers: dict[str, str], operation: APIOperation) -> None:
    """Calls of this operation, fitting and not, in the name of this person."""

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Case) -> None:
        checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
        case.validate_response(case.call(headers=headers), checks=checks)

    check()
