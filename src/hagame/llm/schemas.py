"""What the gateway takes and gives, over HTTP and from the rooms above alike."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, PlainSerializer, model_validator

from hagame.core.schemas import Strict

MAX_TEXT = 200_000
MAX_MESSAGES = 200
MAX_PARTS = 16
MAX_OUTPUT_TOKENS = 32_768

ImageType = Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
AudioType = Literal["audio/wav", "audio/mpeg"]
CacheUse = Literal["miss", "hit", "joined", "bypass", "off"]
"""miss: asked and kept; hit: from the cache; joined: waited for an equal call; bypass: not looked at; off: no cache."""

Finish = Literal["stop", "length", "filtered"]


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


Dollars = Annotated[Decimal, PlainSerializer(_plain, return_type=str, when_used="json")]
"""An amount in USD; in JSON its digits, without an exponent."""


def _base64(value: str) -> str:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("must be base64") from error
    return value


Data = Annotated[str, AfterValidator(_base64), Field(min_length=4, description="Base64", examples=["iVBORw0KGgo="])]
PromptName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, examples=["match-feedback"])]
Label = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32, examples=["production"])]


class TextPart(Strict):
    """Text."""

    type: Literal["text"]
    text: str = Field(min_length=1, max_length=MAX_TEXT)


class ImagePart(Strict):
    """An image, sent along and never by address: the gateway fetches nothing."""

    type: Literal["image"]
    media_type: ImageType
    data: Data


class AudioPart(Strict):
    """A sound, sent along."""

    type: Literal["audio"]
    media_type: AudioType
    data: Data


Part = Annotated[TextPart | ImagePart | AudioPart, Field(discriminator="type")]


class Message(Strict):
    """One message: plain text, or parts."""

    role: Literal["system", "user", "assistant"]
    content: (
        Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
        | Annotated[list[Part], Field(min_length=1, max_length=MAX_PARTS)]
    )

    @property
    def parts(self) -> list[TextPart | ImagePart | AudioPart]:
        """The content as parts, whichever way it was given."""
        return [TextPart(type="text", text=self.content)] if isinstance(self.content, str) else self.content

    @property
    def text(self) -> str:
        """All text of the message."""
        return "\n".join(part.text for part in self.parts if isinstance(part, TextPart))


class PromptRef(Strict):
    """A stored prompt: by version, or by the label that points at one. Without either, the label `production`."""

    name: PromptName
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    label: Label | None = None
    variables: dict[str, JsonValue] = Field(default_factory=dict, description="As the version's JSON Schema asks")

    @model_validator(mode="after")
    def _one_way(self) -> PromptRef:
        if self.version is not None and self.label is not None:
            raise ValueError("give a version or a label, not both")
        return self


class Call(Strict):
    """One question to a language model: a stored prompt, or messages."""

    prompt: PromptRef | None = None
    messages: list[Message] | None = Field(None, min_length=1, max_length=MAX_MESSAGES)
    model: str | None = Field(
        None,
        max_length=128,
        description="`provider/model` or an alias, see /llm/models; else the prompt's own, or the alias `default`",
        examples=["default"],
    )
    response_schema: dict[str, JsonValue] | None = Field(
        None, description="JSON Schema (2020-12) of the answer; the answer is checked, and read into `output`"
    )
    temperature: float | None = Field(None, ge=0, le=2, allow_inf_nan=False)
    max_output_tokens: int | None = Field(None, ge=1, le=MAX_OUTPUT_TOKENS)
    cache: Literal["use", "bypass"] = "use"

    @model_validator(mode="after")
    def _one_question(self) -> Call:
        if (self.prompt is None) == (self.messages is None):
            raise ValueError("give either prompt or messages")
        return self


class CallIn(Call):
    """A call over HTTP."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"messages": [{"role": "user", "content": "Why is rock-paper-scissors hard to win?"}]},
                {
                    "messages": [{"role": "user", "content": "Rock, paper or scissors?"}],
                    "model": "default",
                    "response_schema": {
                        "type": "object",
                        "properties": {"move": {"enum": ["rock", "paper", "scissors"]}},
                        "required": ["move"],
                        "additionalProperties": False,
                    },
                },
            ]
        }
    )

    stream: bool = Field(False, description="Answer with server-sent events: `delta`, then `done` or `error`")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and for what: limits and logs go by it. What is `sealed` they may not see: no contents are kept."""

    user_id: UUID
    role: str
    purpose: str = "api"
    sealed: bool = False


class Usage(BaseModel):
    """Tokens as the provider counted them; `cached_tokens` are those of the input that it had read before."""

    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    cached_tokens: int = Field(0, ge=0)


class PromptUsed(BaseModel):
    """Which version of which prompt was asked."""

    name: str
    version: int
    label: str | None


class Completion(BaseModel):
    """The answer to a call. `output` is the checked JSON when a schema was given."""

    id: UUID = Field(description="Of the call in /llm/logs")
    text: str
    output: JsonValue = None
    finish: Finish
    provider: str
    model: str
    offline: bool = Field(description="True when no language model was asked, but the built-in templates")
    cache: CacheUse
    prompt: PromptUsed | None
    usage: Usage
    cost_usd: Dollars | None = Field(description="0 when it came from the cache; null when the price is not known")
    attempts: int
    first_token_ms: float | None = Field(description="Only of streams")
    total_ms: float
