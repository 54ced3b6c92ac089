"""What the tests of the gateway share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from benchmarks.llm_fake import FakeModels

from hagame.core.tables import LlmCall
from hagame.llm import Call, Caller, Gateway

OPENAI_KEY = "key-of-openai-5f0e"
GEMINI_KEY = "key-of-gemini-91ab"
PRICE = {"input": "1", "output": "2"}


@dataclass
class Fakes:
    """Two servers of different companies."""

    openai: FakeModels
    gemini: FakeModels
    providers: dict[str, Any]


GatewayWith = Callable[..., AbstractAsyncContextManager[Gateway]]
Someone = Callable[..., Awaitable[Caller]]
Logged = Callable[[Caller], Awaitable[list[LlmCall]]]


def question(text: str = "hello", **others: Any) -> Call:
    """A call of one message that nobody has made before, unless it is given the same text."""
    return Call.model_validate({"messages": [{"role": "user", "content": text}], **others})


async def until(condition: Callable[[], object]) -> None:
    """Return when it holds; whoever waits in vain fails."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - of servers and tasks that know no events
            await asyncio.sleep(0.01)
