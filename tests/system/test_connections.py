"""Callers that send slowly or nothing at all, beside people who play."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from fastapi import FastAPI
from tests.figures import Figure
from tests.serving import served

from hagame.cli import connections
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

SLOW = 200
HALVES = {
    "nothing": b"",
    "half a header": b"POST /auth/guest HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "half a body": b"POST /auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
}


@pytest.mark.parametrize("sent", HALVES)
async def test_who_never_sends_a_whole_request_is_hung_up_on_and_holds_nobody_up(
    app: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch, figure: Figure, sent: str
) -> None:
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT_S", 1.0)
    async with served(app, settings) as port:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(SLOW)]
        for _, writer in slow:
            writer.write(HALVES[sent])
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            answers = [await client.post("/auth/guest") for _ in range(20)]
        assert {answer.status_code for answer in answers} == {201}
        ended = 0
        async with asyncio.timeout(30):
            for reader, writer in slow:
                ended += await _ended(reader)
                writer.transport.abort()
    figure(f"of {SLOW} connections with {sent}, left open", SLOW - ended)
    assert ended == SLOW


async def _ended(reader: asyncio.StreamReader) -> bool:
    try:
        while await reader.read(65536):
            pass
    except ConnectionError:
        return True
    return True


async def test_a_slow_but_steady_caller_is_answered(app: FastAPI, settings: Settings) -> None:
    async with served(app, settings) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for byte in b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n":
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert b"200 OK" in await reader.read()
        writer.close()
