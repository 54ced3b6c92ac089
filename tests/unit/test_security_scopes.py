"""What keys of programs reach, over the whole of the API."""

from __future__ import annotations

import pytest

from hagame.app import create_app
from hagame.core.scopes import SCOPES, scope_of
from hagame.settings import Settings


def reached() -> dict[str, str | None]:
    """The scope of every call that asks who comes."""
    document = create_app(Settings()).openapi()
    return {
        f"{method.upper()} {path}": scope_of(method.upper(), path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if operation.get("security")
    }


def test_no_key_reaches_the_account_or_administration() -> None:
    found = reached()
    closed = {call for call in found if call.split()[1].startswith(("/auth", "/users", "/admin"))}
    assert {call for call in closed if found[call] is not None} == {"GET /auth/me"}
    assert {call for call, scope in found.items() if scope is None} == closed - {"GET /auth/me"}


def test_each_scope_reaches_something_of_its_own() -> None:
    assert {scope for scope in reached().values() if scope in SCOPES} == set(SCOPES)


@pytest.mark.parametrize(
    ("call", "scope"),
    [
        ("POST /games/instances/{instance_id}/moves", "play"),
        ("GET /games/instances/{instance_id}/decisions", "read:logs"),
        ("POST /games/definitions", "research"),
        ("GET /games/definitions", "play"),
        ("POST /llm/call", "llm"),
        ("GET /llm/logs", "read:logs"),
        ("POST /llm/logs/{call_id}/outcomes", "read:logs"),
        ("POST /ai/predict", "research"),
        ("POST /gamesome", None),
    ],
)
def test_a_call_belongs_to_its_scope(call: str, scope: str | None) -> None:
    method, _, route = call.partition(" ")
    assert scope_of(method, route) == scope
