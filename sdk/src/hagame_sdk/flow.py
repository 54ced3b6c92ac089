"""What is to be done, apart from how: calls as values, and flows of steps that a driver takes.

A flow is a generator. It yields steps, is sent what came of each, and returns its result; it neither waits nor opens
sockets. So every method is written once, and `hagame_sdk.drivers` takes its steps, blocking or not.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx2

T = TypeVar("T")

JSON = "application/json"
EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `repeatable`: done twice it is as if done once; `keyed`: it is, with an `Idempotency-Key`.

    `timeout_s` is for those that take longer than what the client waits for otherwise.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = JSON
    repeatable: bool = False
    keyed: bool = False
    signed: bool = True
    timeout_s: float | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Send:
    """Send it; comes to the response, whose body is read unless `stream`. Transport errors are thrown into the flow."""

    request: httpx2.Request
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Read:
    """Read the body of a streamed response."""

    response: httpx2.Response


@dataclass(frozen=True, slots=True)
class Store:
    """Write the body of a streamed response to a file, which appears whole or not at all."""

    response: httpx2.Response
    path: Path


@dataclass(frozen=True, slots=True)
class Alone:
    """Do this flow while no other flow of this client that asks for the same does."""

    flow: Flow[Any]


Step = Send | Sleep | Read | Store | Alone
Flow = Generator[Step, Any, T]


@dataclass(frozen=True, slots=True)
class Pages(Generic[T]):
    """A list with pages: `call` asks for the first one."""

    call: Call


@dataclass(frozen=True, slots=True)
class Stream(Generic[T]):
    """Server-sent events: what `read` makes of each, until one of those named in `ends` has come.

    `read` gives None for events that say nothing. `resumable`: after a break the call is made again, with the id of
    the last event.
    """

    call: Call
    read: Callable[[str, Any], T | None]
    ends: frozenset[str] = frozenset({"end"})
    resumable: bool = True


def given(**fields: Any) -> dict[str, Any]:
    """Those that are not None: an argument that was left out is not sent."""
    return {name: value for name, value in fields.items() if value is not None}
