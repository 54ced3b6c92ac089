"""No text that anybody sends makes the server call an address: not this machine, not the network's own, none at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.everyone import World, call, operations
from tests.figures import Figure

from hagame.settings import Settings

pytestmark = pytest.mark.anyio

METADATA = "http://169.254.169.254/latest/meta-data/"


@pytest.fixture
async def listener() -> AsyncIterator[tuple[str, list[str]]]:
    """The address of a server on this machine that nobody should call, and who called it."""
    called: list[str] = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.append(str(writer.get_extra_info("peername")))
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {METADATA}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", called


async def test_addresses_in_bodies_are_never_called(
    client: AsyncClient,
    app: FastAPI,
    settings: Settings,
    sessions: async_sessionmaker[AsyncSession],
    listener: tuple[str, list[str]],
    figure: Figure,
) -> None:
    address, called = listener
    world = World(client, settings, sessions)
    sent = 0
    for operation in operations(app.openapi()):
        if not operation.takes_json:
            continue
        people = await world.people(operation)
        things = await world.things(operation, people["owner"])
        for url in (address, METADATA, "file:///etc/passwd"):
            for body in bodies(operation.example(), url):
                answer = await call(client, operation, things, people["owner"], json.dumps(body).encode())
                # The guard of the tests would make a call elsewhere a fault.
                assert answer.status_code < 500 or answer.status_code == 503, f"{operation.label} {body}"
                sent += 1
    figure("bodies with an address in one of their fields", sent)
    figure("calls that they made the server do", len(called))
    assert called == []


def bodies(example: Any, url: str) -> list[Any]:
    """The example with the address in place of each text in turn, and in fields that it has not."""
    if not isinstance(example, dict):
        return [url]
    texts = [name for name, value in example.items() if isinstance(value, str)]
    swapped = [example | {name: url} for name in texts]
    return [*swapped, example | {"base_url": url}, example | {"url": url, "webhook": url}]


async def test_no_body_has_a_field_for_an_address(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    words = ("url", "uri", "host", "endpoint", "webhook", "callback", "proxy", "redirect")
    asked = {name: schema for name, schema in schemas.items() if name.endswith("In") or name.startswith("Body_")}
    found = [
        f"{name}.{field}"
        for name, schema in asked.items()
        for field, told in schema.get("properties", {}).items()
        if any(word in field.lower() for word in words) or told.get("format") in {"uri", "url"}
    ]
    assert found == []
