"""Keys with which programs call the API: `hagame_`, eight characters to be known by, and 256 random bits.

A key is good wherever an access token is, within its scopes. It is looked up with each call, so a revoked one is dead
at once; its last use is written once a minute at most.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import NamedTuple
from uuid import UUID

from starlette.requests import HTTPConnection

from hagame.core.database import direct
from hagame.core.scopes import ANY, scope_of
from hagame.errors import Forbidden, Unauthenticated

MARK = "hagame_"
PREFIX_LENGTH = len(MARK) + 8
_LIFE_S = 60

# Served by uq_api_keys_key_hash; the update touches nothing but once a minute.
_FIND = """
WITH found AS (
    SELECT k.id, k.user_id, k.scopes, u.role, u.session_version
    FROM api_keys k JOIN users u ON u.id = k.user_id
    WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND u.is_active
), used AS (
    UPDATE api_keys SET last_used_at = now()
    WHERE id = (SELECT id FROM found) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
)
SELECT * FROM found
"""


class NewKey(NamedTuple):
    """A key that was made just now: nobody can tell `text` again."""

    text: str
    prefix: str
    digest: bytes


def new_key() -> NewKey:
    """A new key."""
    text = f"{MARK}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    return NewKey(text, text[:PREFIX_LENGTH], digest_of(text))


def digest_of(key: str) -> bytes:
    """What is stored of a key. It is 256 random bits: nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).digest()


class Found(NamedTuple):
    """Whose key it is."""

    user_id: UUID
    role: str
    session_version: int
    expires_at: int
    token_id: str


async def look_up(connection: HTTPConnection, key: str) -> Found:
    """Whose key this is, if it may make this call. Raises `Unauthenticated`, `Forbidden` and `RateLimited`."""
    scope, state = connection.scope, connection.app.state
    async with direct(state.pool) as database:
        row = await database.fetchrow(_FIND, digest_of(key))
    if row is None:
        raise Unauthenticated("This API key is not known, has expired or was revoked.")
    await state.limiter.hit("api_key", state.settings.api_key_per_minute, str(row["id"]))
    # A WebSocket begins with GET and has no method in its scope.
    needed = scope_of(scope.get("method", "GET"), scope["route"].path)
    if needed is None:
        raise Forbidden("An API key cannot do this; log in and use an access token.")
    if needed != ANY and needed not in row["scopes"]:
        raise Forbidden(f"This API key lacks the scope {needed!r}.", scope=needed)
    return Found(row["user_id"], row["role"], row["session_version"], int(time.time()) + _LIFE_S, str(row["id"]))
