"""What a client sends over a WebSocket. What the server sends is put together from answers that are JSON already."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from hagame.core.schemas import Strict
from hagame.core.security import MAX_TOKEN_LENGTH
from hagame.games.schemas import MAX_TURN, MoveIn

MAX_KEY = 128


class AuthMessage(Strict):
    """Who plays. The first message; later on it renews the token."""

    model_config = ConfigDict(json_schema_extra={"example": {"type": "auth", "token": "eyJhbGciOi...", "after": 6}})

    type: Literal["auth"]
    token: str = Field(min_length=1, max_length=MAX_TOKEN_LENGTH, description="An access token, or a key of a program")
    after: int | None = Field(
        None,
        ge=0,
        le=MAX_TURN,
        description="The last turn that you know, to be told those after it; by default all that there are",
    )


class MoveMessage(MoveIn):
    """One decision, with the fields of POST .../moves."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"type": "move", "key": "6f1c", "turn": 7, "action": "rock"}}
    )

    type: Literal["move"]
    key: str | None = Field(
        None, min_length=1, max_length=MAX_KEY, description="Idempotency key; the answer carries it, too"
    )
