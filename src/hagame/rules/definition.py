"""A game ready to be played: rules by key, with parameters."""

from __future__ import annotations

from typing import TypedDict

from pydantic import JsonValue


class BuiltIn(TypedDict):
    """One definition: rules by the key of their engine, with parameters, and how people find it."""

    key: str
    engine: str
    title: str
    description: str
    parameters: dict[str, JsonValue]
    tags: list[str]
