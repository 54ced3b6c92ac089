"""The client of HAGAME: `Client` waits for each answer, `AsyncClient` is awaited; both offer the same.

    with Client("http://127.0.0.1:8000") as client:
        client.guest()
        match = client.games.begin("rock-paper-scissors", opponent="adaptive")
        move = match.play("rock")

What calls take and give are plain dictionaries whose keys `hagame_sdk.types` tells a type checker.
"""

from hagame_sdk.client import AsyncClient, Client
from hagame_sdk.core import Tokens
from hagame_sdk.errors import (
    CodeNeeded,
    Conflict,
    Forbidden,
    Gone,
    HagameError,
    IllegalAction,
    InvalidInput,
    MatchOver,
    NotFound,
    NotHagame,
    Problem,
    RateLimited,
    SealBroken,
    ServerFault,
    TaskFailed,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from hagame_sdk.matches import Match
from hagame_sdk.retry import Retry

__all__ = [
    "AsyncClient",
    "Client",
    "CodeNeeded",
    "Conflict",
    "Forbidden",
    "Gone",
    "HagameError",
    "IllegalAction",
    "InvalidInput",
    "Match",
    "MatchOver",
    "NotFound",
    "NotHagame",
    "Problem",
    "RateLimited",
    "Retry",
    "SealBroken",
    "ServerFault",
    "TaskFailed",
    "Tokens",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
    "Unreachable",
]
