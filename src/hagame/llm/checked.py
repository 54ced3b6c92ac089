"""Answers read: JSON where JSON was asked for, and only if it fits the schema."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import JsonValue, TypeAdapter

from hagame.core.bodies import read_json
from hagame.errors import InvalidInput
from hagame.llm.json_schema import misfit
from hagame.llm.provider import Answer, ProviderFailed

_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
"""Small models put JSON into a block of Markdown, whatever they are told."""

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def read(answer: Answer, schema: Mapping[str, JsonValue] | None) -> JsonValue:
    """The JSON of an answer, or None when none was asked for. Raises `ProviderFailed` with the usage: it was paid."""
    if schema is None:
        return None
    fenced = _FENCED.fullmatch(answer.text)
    try:
        value = _JSON.validate_python(read_json((fenced[1] if fenced else answer.text).encode()))
    except (InvalidInput, UnicodeEncodeError) as error:
        raise ProviderFailed("wrong_schema", usage=answer.usage) from error
    if misfit(value, schema) is not None:
        raise ProviderFailed("wrong_schema", usage=answer.usage)
    return value
