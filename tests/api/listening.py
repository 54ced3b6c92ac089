"""Events of a stream of the API, as tests hear them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from httpx2 import AsyncClient
from tests.conftest import Headers


async def heard(port: int, path: str, who: Headers) -> AsyncIterator[tuple[str, Any]]:
    """Each event with its data, as it comes. Over a socket: without one the answer comes when the stream has ended."""
    name = ""
    async with (
        AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
        client.stream("GET", path, headers=who) as stream,
    ):
        assert stream.status_code == 200
        async for line in stream.aiter_lines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            if line.startswith("data:"):
                yield name, json.loads(line.removeprefix("data:"))
