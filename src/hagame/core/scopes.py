"""What keys of programs may do: each call belongs to one scope, or to none, and then it needs a person's own token."""

from __future__ import annotations

from typing import Literal, get_args

Scope = Literal["play", "read:logs", "llm", "research"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

ANY = "any"
"""Every key may ask whose it is."""

_LOGS = ("/games/instances/{instance_id}/decisions", "/llm/logs", "/llm/stats", "/reports", "/games/my-progress")
_RULES: tuple[tuple[str, str], ...] = (
    ("/auth/me", ANY),
    *((path, "read:logs") for path in _LOGS),
    ("/llm", "llm"),
    ("/ai-models", "research"),
    ("/ai", "research"),
    ("/collective", "research"),
    ("/stats", "research"),
    ("/games", "play"),
    ("/tasks", "play"),
    ("/health", ANY),
)
_WRITES_OF_RESEARCHERS = frozenset({("POST", "/games/definitions")})


def scope_of(method: str, route: str) -> str | None:
    """The scope that a call of this route needs; None where no key will do."""
    if (method, route) in _WRITES_OF_RESEARCHERS:
        return "research"
    for prefix, scope in _RULES:
        if route == prefix or route.startswith(f"{prefix}/"):
            return scope
    return None
