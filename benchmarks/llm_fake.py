"""A server that speaks as language models do, over OpenAI's and Gemini's wire formats, and misbehaves on demand.

    python -m benchmarks.llm_fake --port 9000 --delay 0.02

Tests and the benchmark of the gateway use it. It answers with what it was asked, or with `text`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

Manner = Literal[
    "ok",
    "status",
    "hang",
    "stall",
    "cut",
    "unfinished",
    "error_in_stream",
    "garbage",
    "strange",
    "huge",
    "drip",
    "packed",
]
HUGE_CHUNK = b" " * 65536
DRIP_S = 0.02
INPUT_TOKENS, OUTPUT_TOKENS, CACHED_TOKENS = 11, 7, 3


@dataclass(frozen=True)
class Behaviour:
    """How one request is answered."""

    manner: Manner = "ok"
    text: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    pieces: int = 3


@dataclass(frozen=True)
class Seen:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float
    """On the loop's clock, in seconds."""

    @property
    def model(self) -> str:
        """Which model was asked for."""
        return self.body.get("model") or self.path.rsplit("/", 1)[-1].partition(":")[0]

    @property
    def streams(self) -> bool:
        """Whether pieces were asked for."""
        return bool(self.body.get("stream")) or ":streamGenerateContent" in self.path

    @property
    def gemini(self) -> bool:
        """Which of the two formats it is in."""
        return "GenerateContent" in self.path or "generateContent" in self.path

    @property
    def question(self) -> str:
        """The last text that was said."""
        if self.gemini:
            return str(self.body["contents"][-1]["parts"][0].get("text", ""))
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else str(content[0].get("text", ""))


class FakeModels:
    """The server. `expect` says how the next requests are answered; afterwards all are answered well."""

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.seen: list[Seen] = []
        self.running = 0
        self.most_running = 0
        self.left_early = 0
        self.always: Behaviour = Behaviour()
        self._next: deque[Behaviour] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def expect(self, *behaviours: Behaviour | Manner) -> None:
        """How the next requests are answered, one after the other."""
        self._next.extend(b if isinstance(b, Behaviour) else Behaviour(b) for b in behaviours)

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[str]:
        """Listens on this machine; gives the address."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        try:
            yield f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        finally:
            self._server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._connection(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._serve(reader, writer):
                    pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        seen = await _read(reader)
        self.seen.append(seen)
        behaviour = self._next.popleft() if self._next else self.always
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.delay_s)
            return await self._answer(behaviour, seen, reader, writer)
        except ConnectionError:
            self.left_early += 1
            raise
        finally:
            self.running -= 1

    async def _answer(
        self, how: Behaviour, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if how.manner == "hang":
            await reader.read()
            self.left_early += 1
            return False
        if how.manner in {"huge", "drip"}:
            await _endless(writer, how.manner)
        if how.manner == "ok" or (how.manner in {"cut", "unfinished", "error_in_stream", "stall"} and seen.streams):
            if seen.streams:
                return await _stream(reader, writer, how, seen)
            await _send(writer, 200, how.headers, json.dumps(whole(seen, _text(how, seen))).encode())
            return True
        if how.manner == "cut":
            writer.write(_head(200, {"Content-Length": "1000"}) + b'{"id": "cu')
            await writer.drain()
            return False
        await _send(writer, how.status, dict(how.headers) | _extra(how), _odd(how))
        return True


def whole(seen: Seen, text: str) -> dict[str, Any]:
    """A whole answer in the format of the question."""
    return _gemini(text, "STOP") if seen.gemini else _openai(seen.model, text)


def _openai(model: str, text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": _openai_usage(),
    }


def _openai_usage() -> dict[str, Any]:
    return {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
    }


def _gemini(text: str, reason: str | None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    if reason is not None:
        candidate["finishReason"] = reason
    usage = {
        "promptTokenCount": INPUT_TOKENS,
        "candidatesTokenCount": OUTPUT_TOKENS - 2,
        "thoughtsTokenCount": 2,
        "cachedContentTokenCount": CACHED_TOKENS,
        "totalTokenCount": INPUT_TOKENS + OUTPUT_TOKENS,
    }
    return {"candidates": [candidate], "usageMetadata": usage}


def _chunk(delta: dict[str, Any] | None, reason: str | None = None) -> dict[str, Any]:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": reason}]
    usage = _openai_usage() if delta is None else None
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": choices,
        "usage": usage,
    }


def _events(seen: Seen, pieces: list[str]) -> Iterable[str]:
    if seen.gemini:
        for number, piece in enumerate(pieces, 1):
            yield json.dumps(_gemini(piece, "STOP" if number == len(pieces) else None))
        return
    for piece in pieces:
        yield json.dumps(_chunk({"content": piece}))
    yield json.dumps(_chunk({}, "stop"))
    yield json.dumps(_chunk(None))
    yield "[DONE]"


async def _stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, how: Behaviour, seen: Seen) -> bool:
    text = _text(how, seen)
    size = max(1, -(-len(text) // how.pieces))
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    writer.write(_head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}))
    for number, data in enumerate(_events(seen, pieces)):
        if how.manner != "ok" and number == 1:
            break
        await _chunked(writer, f"data: {data}\r\n\r\n".encode() if seen.gemini else f"data: {data}\n\n".encode())
    if how.manner == "error_in_stream":
        await _chunked(writer, b'data: {"error": {"code": 500, "message": "lost", "status": "INTERNAL"}}\n\n')
    if how.manner == "stall":
        await reader.read()
        return False
    if how.manner == "cut":
        return False
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _chunked(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


async def _endless(writer: asyncio.StreamWriter, manner: str) -> None:
    writer.write(_head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}))
    while True:
        await _chunked(writer, HUGE_CHUNK if manner == "huge" else b" ")
        if manner == "drip":
            await asyncio.sleep(DRIP_S)


def _text(how: Behaviour, seen: Seen) -> str:
    return how.text if how.text is not None else f"You said: {seen.question}"


def _extra(how: Behaviour) -> dict[str, str]:
    return {"Content-Encoding": "gzip"} if how.manner == "packed" else {}


def _odd(how: Behaviour) -> bytes:
    if how.manner == "garbage":
        return b'{"choices": [{'
    if how.manner == "strange":
        return b'{"choices": 3, "candidates": "none"}'
    return json.dumps(how.body or {"error": {"message": "no", "code": how.status, "status": "NO"}}).encode()


async def _send(writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str], body: bytes) -> None:
    told = {"Content-Type": "application/json", "Content-Length": str(len(body))} | dict(headers)
    writer.write(_head(status, told) + body)
    await writer.drain()


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Answer", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()


async def _read(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(first.split(" ")[1], headers, json.loads(body or b"{}"), asyncio.get_running_loop().time())


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    given = parser.parse_args()
    async with FakeModels(given.delay).listening(given.port) as address:
        print(address, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_main())
