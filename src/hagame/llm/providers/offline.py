"""Without any language model: templates and schemas answer, always the same to the same question.

A prompt may bring an answer of its own for this case (`offline_answer`). Else a question that asks for JSON gets the
plainest value that its schema allows, and any other gets a sentence which says that no model was asked.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import ClassVar

from hagame.llm.example import plainest
from hagame.llm.provider import Answer, Ask, Provider, ProviderInfo
from hagame.llm.schemas import Usage

QUOTED = 80
NOBODY = "No language model is connected to this server, so nobody has read this"


class Offline(Provider):
    """Deterministic and free."""

    info: ClassVar[ProviderInfo] = ProviderInfo(key="offline", title="Built-in templates", offline=True)

    models: tuple[str, ...] = ("template",)

    async def generate(self, ask: Ask) -> Answer:
        """The answer of the prompt's author, the plainest JSON, or a sentence."""
        return Answer(_text(ask), "stop", Usage(input_tokens=0, output_tokens=0))

    async def stream(self, ask: Ask) -> AsyncIterator[str | Answer]:
        """Word by word."""
        answer = await self.generate(ask)
        for word in answer.text.splitlines(keepends=True):
            yield word
        yield answer


def _text(ask: Ask) -> str:
    if ask.offline_answer is not None:
        return ask.offline_answer
    if ask.schema is not None:
        return json.dumps(plainest(ask.schema), ensure_ascii=False)
    question = next((m.text for m in reversed(ask.messages) if m.role == "user"), "")
    short = " ".join(question.split())
    shown = short if len(short) <= QUOTED else f"{short[: QUOTED - 1]}…"
    return f"{NOBODY}: “{shown}”" if shown else f"{NOBODY}."
