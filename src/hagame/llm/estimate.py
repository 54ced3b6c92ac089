"""How many tokens a call can need at most, and about how many it used when the provider did not say.

No tokenizer: each provider has its own, and the exact count comes with the answer. A token stands for at least one
byte of UTF-8, so bytes bound the tokens of a text; about four bytes are one token of English text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import ceil

from pydantic import JsonValue

from hagame.llm.schemas import AudioPart, ImagePart, Message, TextPart, Usage

PER_MESSAGE = 16
"""Tokens that mark where a message begins, ends and whose it is; providers use 3 to 8."""
PER_IMAGE = 8_000
"""About the most that a provider counts for one image of up to a megabyte."""
AUDIO_BYTES_PER_TOKEN = 30
"""Providers count 10 to 32 tokens a second, and a second of speech has at least a thousand bytes."""
BYTES_PER_TOKEN = 4


def most(messages: Sequence[Message], schema: Mapping[str, JsonValue] | None, max_output_tokens: int) -> Usage:
    """A bound for texts; for images and sounds a careful guess."""
    bytes_of_schema = len(json.dumps(schema).encode()) if schema is not None else 0
    read = sum(PER_MESSAGE + _most_of(part) for message in messages for part in message.parts)
    return Usage(input_tokens=read + bytes_of_schema, output_tokens=max_output_tokens)


def likely(messages: Sequence[Message], received: str) -> Usage:
    """What an attempt used that ended before the provider could tell."""
    sent = sum(_likely_of(part) for message in messages for part in message.parts)
    return Usage(input_tokens=sent, output_tokens=ceil(len(received.encode()) / BYTES_PER_TOKEN))


def _most_of(part: TextPart | ImagePart | AudioPart) -> int:
    return len(part.text.encode()) if isinstance(part, TextPart) else _of_media(part)


def _likely_of(part: TextPart | ImagePart | AudioPart) -> int:
    return ceil(len(part.text.encode()) / BYTES_PER_TOKEN) if isinstance(part, TextPart) else _of_media(part)


def _of_media(part: ImagePart | AudioPart) -> int:
    return PER_IMAGE if isinstance(part, ImagePart) else ceil(len(part.data) * 3 / 4 / AUDIO_BYTES_PER_TOKEN)
