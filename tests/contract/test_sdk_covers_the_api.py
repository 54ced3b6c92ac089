"""The client offers what the API does: each operation has a method, each shape a type, and keys go where they count."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from hagame.app import create_app
from hagame.settings import Settings
from hagame_sdk import Client, HagameError, Match, Tokens
from hagame_sdk.drivers import Blocking
from hagame_sdk.resource import Resource, operation, pages, stream

ROOT = Path(__file__).parents[2]
LEFT_OUT = {
    ("GET", "/"): "for browsers and probes",
    ("GET", "/metrics"): "for Prometheus",
    ("GET", "/health/live"): "for probes",
    ("POST", "/auth/refresh"): "the client renews its session by itself",
    ("GET", "/auth/oidc"): "for the page",
    ("POST", "/auth/oidc/begin"): "a browser goes to the provider",
    ("POST", "/auth/oidc/finish"): "and comes back",
}
Operation = tuple[str, str]


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    document: dict[str, Any] = create_app(Settings()).openapi()
    return document


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[httpx2.Request]:
    """What every method sends when it is called with some arguments."""
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(418, json={"type": "about:blank"})

    file = tmp_path_factory.mktemp("sdk") / "file"
    file.write_bytes(b"")
    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = Client("http://test", http=http)
    for method in methods(client):
        client.driver.core.set_tokens(Tokens("access", "refresh"))
        with suppress(HagameError):
            list(method(**arguments(method, file)))
    with suppress(HagameError):
        client.reports.download("ID", file, "html")
    return seen


def methods(client: Client) -> Iterator[Callable[..., Any]]:
    state: Any = {"id": "ID", "status": "active", "next": {"turn": 1, "commitment": "", "legal_actions": []}}
    match: Resource[Blocking] = Match(client.driver, state)
    rooms = [client, match, *(room for room in vars(client).values() if isinstance(room, Resource))]
    for room in rooms:
        for name in dir(type(room)):
            if isinstance(inspect.getattr_static(type(room), name), operation | pages | stream):
                yield getattr(room, name)


def arguments(method: Callable[..., Any], file: Path) -> dict[str, Any]:
    wanted = inspect.signature(method).parameters.values()
    needed = [p for p in wanted if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    return {p.name: file if p.name in {"file", "to"} else 1 if p.annotation == "int" else "ID" for p in needed}


def test_every_operation_has_a_method(api: dict[str, Any], calls: list[httpx2.Request]) -> None:
    sent = {(request.method, request.url.path) for request in calls}
    missing = [
        (method.upper(), path)
        for path, item in api["paths"].items()
        for method in item
        if not any(m == method.upper() and re.fullmatch(pattern(path), p) for m, p in sent)
    ]
    assert set(missing) == set(LEFT_OUT)


def test_no_method_calls_what_is_not_there(api: dict[str, Any], calls: list[httpx2.Request]) -> None:
    for request in calls:
        operations = [item for path, item in api["paths"].items() if re.fullmatch(pattern(path), request.url.path)]
        assert any(request.method.lower() in item for item in operations), f"{request.method} {request.url.path}"


def test_keys_are_sent_where_the_server_minds_them_and_nowhere_else(
    api: dict[str, Any], calls: list[httpx2.Request]
) -> None:
    minded = {
        (method.upper(), path)
        for path, item in api["paths"].items()
        for method, told in item.items()
        if any(parameter["name"].lower() == "idempotency-key" for parameter in told.get("parameters", ()))
    }
    sent = {
        (request.method, path)
        for request in calls
        for path in api["paths"]
        if "Idempotency-Key" in request.headers and re.fullmatch(pattern(path), request.url.path)
    }
    assert sent == minded - set(LEFT_OUT)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_types", ROOT / "tools" / "api_types.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def test_the_types_of_the_client_are_those_of_the_api(api: dict[str, Any], tool: ModuleType) -> None:
    assert tool.python_types(api) == tool.PYTHON.read_text(), "run `make api`"


def test_the_types_of_the_page_are_those_of_the_api(api: dict[str, Any], tool: ModuleType) -> None:
    if not tool.GENERATOR.exists():
        pytest.skip("the packages of the page are not installed: make web")
    assert tool.page_types(api) == tool.PAGE.read_text(), "run `make api`"


def test_the_german_of_the_page_is_that_of_the_engine(tool: ModuleType) -> None:
    assert tool.german() == tool.GERMAN.read_text(), "run `make api`"


def test_the_client_imports_nothing_of_the_server() -> None:
    code = "import sys, hagame_sdk; print([name for name in sys.modules if name.partition('.')[0] == 'hagame'])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def pattern(path: str) -> str:
    return re.sub(r"{\w+}", "[^/]+", path)
