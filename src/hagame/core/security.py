"""Who is asking: passwords, access tokens, and the dependencies that let routes say who may come in.

`Bearer` proves a token without the database, for the way of a move, which looks at the person in a query of its own.
Keys of programs (`hagame.core.api_keys`) are good wherever access tokens are, within their scopes.
`CurrentUser` also looks whether the session still stands. `Researcher` and `Admin` ask for a role besides.
"""

from __future__ import annotations

import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from time import time
from typing import Annotated, Any
from uuid import UUID

import jwt
from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.openapi.models import OAuth2, OAuthFlowPassword, OAuthFlows
from fastapi.security.base import SecurityBase
from prometheus_client import Counter
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.requests import HTTPConnection

from hagame.core import api_keys
from hagame.core.database import Session
from hagame.core.tables import User, new_id
from hagame.errors import FactorNeeded, Forbidden, HagameError, NotFound, Unauthenticated
from hagame.settings import Settings

ISSUER = AUDIENCE = "hagame"
TOKEN_TYPE = "access"  # noqa: S105 - a kind of token, no secret
MAX_TOKEN_LENGTH = 2048
CLOCK_SKEW = timedelta(minutes=1)
"""How far the clocks of two servers may differ before one refuses the fresh tokens of the other."""

ROLES = ("player", "researcher", "admin")
"""Each may do what those before it may."""

_EXPIRED = "The access token has expired; refresh it or log in again."

_CLAIMS = ("sub", "role", "sv", "iat", "nbf", "exp", "jti", "sid", "amr", "typ", "iss", "aud")

LOGINS = Counter("hagame_logins_total", "Attempts to log in", ["outcome"])


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid access token says. Whether the session still stands, only the database knows."""

    user_id: UUID
    role: str
    session_version: int
    expires_at: int
    """Seconds since 1970."""
    token_id: str
    session_id: UUID | None = None
    """None for the key of a program."""
    second_factor: bool = False
    """Whether the session began with one."""

    def stand(self, is_active: bool, session_version: int, ended_sessions: Collection[UUID]) -> bool:
        """Whether this session still stands, by what the row of its person says."""
        return is_active and session_version == self.session_version and self.session_id not in ended_sessions


def make_token(
    settings: Settings, user: User, now: datetime, session_id: UUID | None = None, *, second_factor: bool = False
) -> str:
    """An access token of `user`, good for `settings.access_token_expire_minutes` from `now`."""
    claims = {
        "sub": str(user.id),
        "role": user.role,
        "sv": user.session_version,
        "iat": now,
        "nbf": now - CLOCK_SKEW,
        "exp": now + timedelta(minutes=settings.access_token_expire_minutes),
        "jti": str(new_id()),
        "sid": str(session_id or new_id()),
        # RFC 8176: by password, and by a one-time code.
        "amr": ["pwd", "otp"] if second_factor else ["pwd"],
        "typ": TOKEN_TYPE,
        "iss": ISSUER,
        "aud": AUDIENCE,
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), settings.algorithm)


def read_token(settings: Settings, token: str) -> Claims:
    """The claims of an access token that is ours and valid now. Raises `Unauthenticated`."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise Unauthenticated("This is no access token of this server.")
    try:
        claims = _verified(settings.secret_key.get_secret_value(), settings.algorithm, token)
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated(_EXPIRED) from error
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Unauthenticated("This is no access token of this server.") from error
    if claims.expires_at <= time():
        raise Unauthenticated(_EXPIRED)
    return claims


@lru_cache(maxsize=4096)
def _verified(key: str, algorithm: str, token: str) -> Claims:
    """The claims of a token whose signature holds. Whoever plays sends the same token again with every move."""
    claims = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        audience=AUDIENCE,
        issuer=ISSUER,
        # nbf says from when on it is good; iat is only a date of issue (RFC 7519, 4.1.5 and 4.1.6).
        options={"require": list(_CLAIMS), "verify_iat": False},
    )
    return _claims(claims)


def _claims(claims: Mapping[str, Any]) -> Claims:
    version, role = claims["sv"], claims["role"]
    if claims["typ"] != TOKEN_TYPE or role not in ROLES or type(version) is not int:
        raise ValueError("not the claims of an access token")
    return Claims(
        UUID(claims["sub"]),
        role,
        version,
        int(claims["exp"]),
        str(claims["jti"]),
        UUID(claims["sid"]),
        second_factor="otp" in claims["amr"],
    )


class Hasher:
    """Argon2id (RFC 9106) off the event loop, at most `at_once` hashes at a time: each takes 64 MiB by default."""

    def __init__(self, *, time_cost: int = 3, memory_kib: int = 65536, parallelism: int = 4, at_once: int = 2) -> None:
        self._hash = PasswordHash([Argon2Hasher(time_cost, memory_kib, parallelism)])
        self._threads = CapacityLimiter(at_once)
        self._nobody = _hash_of_nobody(time_cost, memory_kib, parallelism)

    async def hash(self, password: str) -> str:
        """The hash to store, with its parameters in it."""
        return await to_thread.run_sync(self._hash.hash, _normal(password), limiter=self._threads)

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password fits, and a new hash to store when the parameters have changed.

        Without a stored hash the answer is no, after the same work as for a wrong password.
        """
        verify = self._hash.verify_and_update
        return await to_thread.run_sync(verify, _normal(password), stored or self._nobody, limiter=self._threads)


def _normal(password: str) -> str:
    """The same characters typed on different keyboards give the same password (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _hash_of_nobody(time_cost: int, memory_kib: int, parallelism: int) -> str:
    salt, digest = (b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={time_cost},p={parallelism}${salt}${digest}"


async def claims_of(connection: HTTPConnection, token: str) -> Claims:
    """The claims of an access token, or of a key of a program for this call.

    Raises `Unauthenticated`, and for a key `Forbidden` and `RateLimited`.
    """
    if token.startswith(api_keys.MARK):
        return Claims(*await api_keys.look_up(connection, token))
    return read_token(connection.app.state.settings, token)


class _AccessToken(SecurityBase):
    """Reads `Authorization: Bearer`, a token or a key, into claims; /docs shows it as the OAuth2 password flow."""

    scheme_name = "access-token"

    def __init__(self) -> None:
        self.model = OAuth2(flows=OAuthFlows(password=OAuthFlowPassword(tokenUrl="/auth/login")))

    async def __call__(self, request: Request) -> Claims:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send an access token: `Authorization: Bearer <token>`.")
        return await claims_of(request, token.strip())


access_token = _AccessToken()
"""Reads the claims of a request. Raises `Unauthenticated`, for keys of programs `Forbidden` and `RateLimited` too."""

Bearer = Annotated[Claims, Depends(access_token)]


async def _maybe_access_token(request: Request) -> Claims | None:
    return await access_token(request) if "authorization" in request.headers else None


MaybeBearer = Annotated[Claims | None, Depends(_maybe_access_token)]
"""None without a token; a token that is not good is refused all the same."""


async def current_user(claims: Bearer, session: Session) -> User:
    """The person of a token whose session still stands. Raises `Unauthenticated`."""
    user = await session.get(User, claims.user_id)
    if user is None or not claims.stand(user.is_active, user.session_version, user.ended_sessions):
        raise Unauthenticated("This session has ended; log in again.")
    return user


CurrentUser = Annotated[User, Depends(current_user, scope="function")]


async def _passing_user(claims: Bearer, request: Request) -> User:
    async with request.app.state.sessions() as session:
        return await current_user(claims, session)


PassingUser = Annotated[User, Depends(_passing_user)]
"""As `CurrentUser`, for work that lasts: no connection to the database is held meanwhile."""


def require(role: str, refusal: type[HagameError], detail: str) -> Callable[[User], Awaitable[User]]:
    """A dependency that lets in who has `role` or a higher one, and raises `refusal` for others."""

    async def check(user: CurrentUser) -> User:
        if user.role not in _from(role):
            raise refusal(detail)
        return user

    return check


def _from(role: str) -> tuple[str, ...]:
    return ROLES[ROLES.index(role) :]


_NO_RESEARCHER = "This needs the role of a researcher."
_researcher = require("researcher", Forbidden, _NO_RESEARCHER)


async def _passing_researcher(user: PassingUser) -> User:
    if user.role not in _from("researcher"):
        raise Forbidden(_NO_RESEARCHER)
    return user


PassingResearcher = Annotated[User, Depends(_passing_researcher)]
"""As `Researcher`, for work that lasts: no connection to the database is held meanwhile."""

# To others the door of administrators does not exist.
_of_role_admin = require("admin", NotFound, "There is nothing here.")


async def _admin(
    user: Annotated[User, Depends(_of_role_admin, scope="function")], claims: Bearer, request: Request
) -> User:
    if request.app.state.settings.admins_need_second_factor and not claims.second_factor:
        raise FactorNeeded("Administrators log in with a second factor: set one up, then log in with its code.")
    return user


Researcher = Annotated[User, Depends(_researcher, scope="function")]
Admin = Annotated[User, Depends(_admin, scope="function")]
