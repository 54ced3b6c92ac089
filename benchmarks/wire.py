"""A client that costs little, so that on two cores the server is measured and not its load."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec


class Wire:
    """One HTTP/1.1 keep-alive connection for JSON. Only for benchmarks: it knows Content-Length and nothing else."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.token = ""

    @classmethod
    async def open(cls, port: int) -> Wire:
        """Connect to this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, body: dict[str, Any]) -> bytes:
        """The body of a 2xx answer. Raises `RuntimeError` with the answer otherwise."""
        content = msgspec.json.encode(body)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        proof = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        self._writer.write(f"{head}{proof}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        lower = answer.lower()
        start = lower.index(b"content-length:") + 15
        length = int(lower[start : lower.index(b"\r\n", start)])
        received = await self._reader.readexactly(length)
        if not answer.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{path}: {answer.splitlines()[0].decode()} {received.decode()}")
        return received

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        await self._writer.wait_closed()
