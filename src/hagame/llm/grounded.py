"""Text from facts: a language model words them, and its text stands only if it keeps to them.

The facts are sentences that the engine computed. The model answers in paragraphs, each naming the facts it rests on; a
paragraph with a number that none of these has, and with it the whole text, is thrown away, and the engine's own words
stand. So do they when no answer comes. Either way it is said whose words they are, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import structlog
from pydantic import BaseModel, Field, JsonValue

from hagame.errors import HagameError
from hagame.llm.gateway import Gateway
from hagame.llm.schemas import Call, Caller, Completion, PromptRef, PromptUsed
from hagame.mind.feedback import Fact, Paragraph, ungrounded

Author = Literal["engine", "language-model", "template"]
"""`template`: the prompt's own words for the time without a language model."""

MAX_PARAGRAPHS = 6
MAX_TEXT = 900

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Written:
    """A text, whose it is, and by which call. `fallback` says why the engine's words stand, if they do."""

    author: Author
    paragraphs: tuple[Paragraph, ...]
    model: str | None = None
    prompt: PromptUsed | None = None
    call_id: UUID | None = None
    fallback: str | None = None

    def to_json(self, facts: Sequence[Fact]) -> dict[str, JsonValue]:
        """The text with the facts it was written from, as `WordsOut` takes it; without the call."""
        return {
            "author": self.author,
            "paragraphs": [{"text": p.text, "facts": list(p.cites)} for p in self.paragraphs],
            "facts": [{"key": f.key, "sentence": f.sentence, "values": dict(f.values)} for f in facts],
            "model": self.model,
            "prompt": None if self.prompt is None else self.prompt.model_dump(),
            "fallback": self.fallback,
        }


class FactOut(BaseModel):
    """One sentence that the engine computed."""

    key: str = Field(examples=["predictability"])
    sentence: str
    values: dict[str, float] = Field(description="The numbers of the sentence, unrounded")


class ParagraphOut(BaseModel):
    """A piece of a text, and the keys of the facts that it rests on."""

    text: str
    facts: list[str]


class WordsOut(BaseModel):
    """A text written from facts alone: every number in it stands in a fact that is cited with it."""

    author: Author = Field(
        description="template: no language model is connected; engine: its text did not come or did not hold"
    )
    paragraphs: list[ParagraphOut]
    facts: list[FactOut]
    model: str | None
    prompt: PromptUsed | None
    fallback: str | None = Field(description="Why the engine's own words stand")


async def write(gateway: Gateway, caller: Caller, prompt: str, facts: Sequence[Fact]) -> Written:
    """The facts, one or more, in the words of a language model; or as they are, whatever goes wrong with it."""
    told = {fact.key: fact.sentence for fact in facts}
    call = Call(
        prompt=PromptRef(name=prompt, variables={"facts": [{"key": key, "sentence": s} for key, s in told.items()]}),
        response_schema=answer_schema(list(told)),
    )
    try:
        completion = await gateway.complete(caller, call)
    except HagameError as error:
        log.warning("llm.no_words", prompt=prompt, user_id=str(caller.user_id), reason=error.slug)
        return _own(told, f"No language model could answer: {error.title.lower()}.")
    paragraphs = _read(completion.output)
    faults = ungrounded(paragraphs, told)
    if faults:
        log.warning(
            "llm.ungrounded", prompt=prompt, user_id=str(caller.user_id), call_id=str(completion.id), n=len(faults)
        )
        return _own(told, f"What the language model wrote did not keep to the facts: {faults[0]}.", completion)
    author: Author = "template" if completion.offline else "language-model"
    return Written(author, paragraphs, _model(completion), completion.prompt, completion.id)


def answer_schema(keys: Sequence[str]) -> dict[str, JsonValue]:
    """JSON Schema of an answer that cites no other facts than these."""
    text: dict[str, JsonValue] = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
    cites: dict[str, JsonValue] = {"type": "array", "items": {"type": "string", "enum": list(keys)}}
    return _object(
        paragraphs={
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_PARAGRAPHS,
            "items": _object(text=text, facts=cites),
        }
    )


def _object(**properties: JsonValue) -> dict[str, JsonValue]:
    names: list[JsonValue] = list(properties)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def _read(output: Any) -> tuple[Paragraph, ...]:
    """The gateway has held the answer against the schema."""
    return tuple(Paragraph(item["text"], tuple(item["facts"])) for item in output["paragraphs"])


def _own(told: Mapping[str, str], why: str, completion: Completion | None = None) -> Written:
    paragraphs = tuple(Paragraph(sentence, (key,)) for key, sentence in told.items())
    if completion is None:
        return Written("engine", paragraphs, fallback=why)
    return Written("engine", paragraphs, _model(completion), completion.prompt, completion.id, why)


def _model(completion: Completion) -> str:
    return f"{completion.provider}/{completion.model}"
