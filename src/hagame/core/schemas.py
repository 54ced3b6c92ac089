"""Shapes that all rooms share."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Strict(BaseModel):
    """Base of all request bodies: unknown fields are refused, and `"1"` or `true` is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Page(BaseModel, Generic[T]):
    """One page of a list, newest first. `next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None
