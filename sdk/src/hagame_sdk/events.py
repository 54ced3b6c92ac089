"""Server-sent events from bytes, as the HTML standard has them (section 9.2.6)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import httpx2

from hagame_sdk.core import Core
from hagame_sdk.errors import problem
from hagame_sdk.flow import Call, Stream

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """One event with its decoded data."""

    name: str
    data: Any
    id: str


class Parser:
    """Takes bytes in any pieces, gives events. Comments, which keep the line open, say nothing."""

    def __init__(self) -> None:
        self._rest = b""
        self._fields: dict[str, list[str]] = {}

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that are complete with this piece. Lines end with LF or CRLF, as those of HAGAME do."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            text = line.removesuffix(b"\r").decode()
            if text:
                name, _, value = text.partition(":")
                self._fields.setdefault(name, []).append(value.removeprefix(" "))
            else:
                yield from self._event()

    def _event(self) -> Iterator[Event]:
        fields, self._fields = self._fields, {}
        if "data" in fields:
            data = json.loads("\n".join(fields["data"]))
            yield Event(fields.get("event", ["message"])[-1], data, fields.get("id", [""])[-1])


class Following(Generic[T]):
    """One stream as it is followed: its items, how far it is, and when to ask again."""

    def __init__(self, core: Core, stream: Stream[T]) -> None:
        self._core = core
        self._stream = stream
        self._parser = Parser()
        self._last_id = ""
        self._fruitless = 0
        self.over = False

    def opening(self) -> Call:
        """The call that begins the stream or takes it up again."""
        self._parser = Parser()
        if not self._last_id:
            return self._stream.call
        return replace(self._stream.call, headers={**self._stream.call.headers, "Last-Event-ID": self._last_id})

    def feed(self, piece: bytes) -> Iterator[T]:
        """The items of the next bytes. Raises `Problem` for an event `error`."""
        for event in self._parser.feed(piece):
            self._fruitless = 0
            self._last_id = event.id or self._last_id
            if event.name == "error":
                raise problem(event.data.get("status", 500), event.data, call=str(self._stream.call))
            self.over = self.over or event.name in self._stream.ends
            if (item := self._stream.read(event.name, event.data)) is not None:
                yield item
            if self.over:
                return

    def pause(self, error: httpx2.TransportError | None) -> float:
        """Seconds to wait before it is taken up again. Raises `Unreachable` when it cannot be, or was in vain."""
        self._fruitless += 1
        policy = self._core.retry
        if not self._stream.resumable or self._fruitless > policy.attempts:
            broken = error or httpx2.RemoteProtocolError("the stream broke off")
            raise self._core.unreachable(self._stream.call, broken, self._fruitless) from error
        most = min(policy.cap_s, policy.base_s * 2.0**self._fruitless)
        rng: random.Random = self._core.rng
        return rng.uniform(0.0, most)
