"""Kinds of parameters that several families take."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

Label = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 _-]{0,31}$")]
Labels = Annotated[tuple[Label, ...], Field(strict=False, min_length=1, max_length=10)]
Rounds = Annotated[int, Field(ge=1, le=100_000)]
Amount = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Probability = Annotated[float, Field(ge=0, le=1)]

PARAMETERS = ConfigDict(frozen=True, extra="forbid", strict=True)
"""What parameters are: fixed, nothing beside those named, and no text where a number belongs."""
