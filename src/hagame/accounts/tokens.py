"""Sessions: logging in, rotating refresh tokens, logging out.

A session is a family of refresh tokens, of which the newest is good, once (RFC 9700, 4.14.2). Whoever shows a used one
again has it from somewhere it should not be, or somebody else has: then the whole family ends. Who repeats a call
whose answer was lost is told apart by the key that only they know: of it and the token comes the next one.

Whatever starts, continues or ends sessions locks the row of the person first: one after the other, and no session slips
through between the look and the end of all.

An access token is proved by its signature, and whether its session stands by the row of the person, which every call
reads anyway: `users.ended_sessions` costs no statement more (docs/reference/sessions.md).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import Select, and_, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts import codes
from hagame.accounts.dependencies import Tools
from hagame.accounts.devices import Device
from hagame.accounts.schemas import LoginIn, TokensOut
from hagame.core import standing
from hagame.core.security import LOGINS, make_token
from hagame.core.tables import OidcLogin, RefreshToken, User, new_id
from hagame.errors import CodeNeeded, RateLimited, Unauthenticated
from hagame.settings import Settings

TOKEN_BYTES = 32

log = structlog.get_logger()


async def login(tools: Tools, body: LoginIn) -> TokensOut:
    """Tokens for the right username or email and password, and the code of a second factor where there is one.

    Raises `Unauthenticated` alike, and after the same work, for a wrong password and for nobody; `CodeNeeded` when the
    password is right and the code is not; `RateLimited`.
    """
    async with tools.sessions() as session:
        user = await _find(session, body.username)
    await _limit(tools, user, body.username)
    stored = user.password_hash if user is not None and user.is_active else None
    fits, new_hash = await tools.hasher.verify(body.password.get_secret_value(), stored)
    if user is None or stored is None or not fits:
        raise _refused(user)
    if body.totp is not None:
        await limit_codes(tools, user.id)
    async with tools.sessions.begin() as session:
        same = select(User).where(User.id == user.id, User.is_active, User.password_hash == stored)
        current = (await session.scalars(same.with_for_update(key_share=True))).one_or_none()
        if current is None:
            raise _refused(user)
        if new_hash is not None:
            current.password_hash = new_hash
        proved = await second_factor(session, tools.settings, current, body.totp)
        pair = await start_session(session, tools.settings, current, tools.device, second_factor=proved)
    LOGINS.labels("ok").inc()
    log.info("auth.login", outcome="ok", user_id=str(user.id))
    return pair


async def refresh(tools: Tools, token: str, key: str | None = None) -> TokensOut:
    """The next pair for the newest refresh token of a session. Of equal calls at once, one wins.

    With the same `key` again it gives the same refresh token, as long as that was not used. Raises `Unauthenticated`;
    a token that was used before ends its session.
    """
    digest = _digest(token)
    following = _random() if key is None else _derived(tools.settings, token, key)
    async with tools.sessions.begin() as session:
        user = await _owner(session, digest)
        current = await _use(session, digest)
        if user is not None and user.is_active and current is not None:
            return await _issue(session, tools.settings, user, current, following)
        # Without a key it is a new random one, which nobody can have had.
        lost = None if key is None else await _good(session, _digest(following))
        if user is not None and user.is_active and lost is not None:
            return _pair(tools.settings, user, lost, following)
        if user is not None:
            await _end_if_used_before(session, tools.settings, digest, user)
    raise Unauthenticated("This refresh token is not good any more; log in again.")


async def logout(session: AsyncSession, settings: Settings, token: str) -> None:
    """End the session of this refresh token, access tokens too; nothing to do for an unknown one (RFC 7009, 2.2)."""
    digest = _digest(token)
    user = await _owner(session, digest)
    family = select(RefreshToken.family_id).where(RefreshToken.token_hash == digest)
    if user is not None and await end_sessions(session, settings, user, family):
        log.info("auth.logout", user_id=str(user.id))


async def logout_all(session: AsyncSession, user: User) -> None:
    """End all sessions of a person, this one too."""
    await end_all_sessions(session, user.id)
    log.info("auth.logout_all", user_id=str(user.id))


async def start_session(
    session: AsyncSession, settings: Settings, user: User, device: Device, *, second_factor: bool = False
) -> TokensOut:
    """The first tokens of a new session; those that expired go."""
    await session.execute(
        delete(RefreshToken).where(RefreshToken.user_id == user.id, RefreshToken.expires_at < func.now())
    )
    return await _issue(session, settings, user, _Family(new_id(), second_factor, *device), _random())


async def forget_expired(session: AsyncSession) -> int:
    """Delete everybody's refresh tokens that can no longer be used. Returns how many."""
    gone = delete(RefreshToken).where(RefreshToken.expires_at < func.now()).returning(RefreshToken.id)
    return len((await session.scalars(gone)).all())


async def end_sessions(session: AsyncSession, settings: Settings, user: User, families: Select[UUID]) -> bool:
    """End sessions of a person, access tokens too; whether anything of them was left. The row of `user` is locked."""
    revoked = (
        update(RefreshToken)
        .where(RefreshToken.family_id.in_(families), RefreshToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(RefreshToken.id)
    )
    unsynchronized = {"synchronize_session": False}
    if not (await session.scalars(revoked, execution_options=unsynchronized)).all():
        return False
    standing.tell_after_commit(session)
    # Sessions that ended earlier have no access token any more that has not run out by itself.
    life = timedelta(minutes=settings.access_token_expire_minutes)
    lately = RefreshToken.user_id == user.id, RefreshToken.revoked_at > func.now() - life
    ended = select(func.coalesce(func.array_agg(RefreshToken.family_id.distinct()), text("'{}'::uuid[]"))).where(
        *lately
    )
    noted = update(User).where(User.id == user.id).values(ended_sessions=ended.scalar_subquery())
    await session.execute(noted, execution_options=unsynchronized)
    return True


async def end_all_sessions(session: AsyncSession, user_id: UUID) -> None:
    """Make all access tokens and refresh tokens of a person worthless; what they began or hold open ends."""
    standing.tell_after_commit(session)
    await session.execute(
        update(User).where(User.id == user_id).values(session_version=User.session_version + 1, ended_sessions=[]),
        execution_options={"synchronize_session": False},
    )
    await session.execute(
        update(RefreshToken)
        .where(RefreshToken.user_id == user_id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=func.now()),
        execution_options={"synchronize_session": False},
    )
    await forget_logins(session, user_id)


async def forget_logins(session: AsyncSession, user_id: UUID) -> None:
    """Forget logins by a provider under way that were begun in the name of a person: they would end as that person."""
    await session.execute(delete(OidcLogin).where(OidcLogin.asked_by == user_id))


async def _find(session: AsyncSession, name: str) -> User | None:
    # A username never holds an @, so each name means one column and uses its index.
    column = User.email if "@" in name else User.username
    return (await session.scalars(select(User).where(func.lower(column) == func.lower(name)))).one_or_none()


async def _limit(tools: Tools, user: User | None, name: str) -> None:
    """Per person under whatever name, and per name of nobody; the cache never holds the name itself."""
    who = str(user.id) if user is not None else hashlib.sha256(name.casefold().encode()).hexdigest()
    with _counted():
        await tools.limiter.hit("login_account", tools.settings.login_per_minute, who)


@contextmanager
def _counted() -> Iterator[None]:
    try:
        yield
    except RateLimited:
        LOGINS.labels("limited").inc()
        raise


async def limit_codes(tools: Tools, user_id: UUID) -> None:
    """Count a code that comes with a login. Raises `RateLimited`."""
    with _counted():
        await codes.limit_codes(tools.limiter, tools.settings, user_id)


async def second_factor(session: AsyncSession, settings: Settings, user: User, code: str | None) -> bool:
    """Whether one was shown; False where the person has none. Raises `CodeNeeded`."""
    factor = await codes.factor_of(session, user.id)
    if factor is None:
        return False
    if code is not None and await codes.use_code(session, settings, factor, code):
        return True
    outcome = "code needed" if code is None else "code refused"
    LOGINS.labels(outcome.replace(" ", "_")).inc()
    log.info("auth.login", outcome=outcome, user_id=str(user.id))
    missing = "Send the code of your authenticator app, or a recovery code, as `totp`."
    raise CodeNeeded(missing if code is None else "This code is wrong, was used before or has run out.")


def _refused(user: User | None) -> Unauthenticated:
    LOGINS.labels("refused").inc()
    log.info("auth.login", outcome="refused", user_id=str(user.id) if user is not None else None)
    return Unauthenticated("Wrong username, email or password.")


async def _owner(session: AsyncSession, digest: bytes) -> User | None:
    """Whose token it is; locked against other changes of their sessions, though not against rows that refer to them."""
    owner = select(User).join(RefreshToken, RefreshToken.user_id == User.id).where(RefreshToken.token_hash == digest)
    return (await session.scalars(owner.with_for_update(key_share=True, of=User))).one_or_none()


class _Family(NamedTuple):
    """A session: its id, and with what it began."""

    id: UUID
    second_factor: bool
    browser: str | None
    system: str | None


GOOD = and_(RefreshToken.used_at.is_(None), RefreshToken.revoked_at.is_(None), RefreshToken.expires_at > func.now())
"""Refresh tokens with which a session can go on."""
_FAMILY = RefreshToken.family_id, RefreshToken.second_factor, RefreshToken.browser, RefreshToken.system


async def _use(session: AsyncSession, digest: bytes) -> _Family | None:
    """Use a token up: its family, or None when it is used, revoked, expired or unknown."""
    used = update(RefreshToken).where(RefreshToken.token_hash == digest, GOOD).values(used_at=func.now())
    row = (await session.execute(used.returning(*_FAMILY))).one_or_none()
    return _Family(*row) if row is not None else None


async def _good(session: AsyncSession, digest: bytes) -> _Family | None:
    query = select(*_FAMILY).where(RefreshToken.token_hash == digest, GOOD)
    row = (await session.execute(query)).one_or_none()
    return _Family(*row) if row is not None else None


async def _issue(session: AsyncSession, settings: Settings, user: User, family: _Family, token: str) -> TokensOut:
    expires_at = datetime.now(UTC) + timedelta(days=settings.refresh_token_expire_days)
    row = RefreshToken(user_id=user.id, family_id=family.id, second_factor=family.second_factor)
    row.browser, row.system = family.browser, family.system
    row.token_hash, row.expires_at = _digest(token), expires_at
    session.add(row)
    await session.flush()
    return _pair(settings, user, family, token)


def _pair(settings: Settings, user: User, family: _Family, token: str) -> TokensOut:
    return TokensOut(
        access_token=make_token(settings, user, datetime.now(UTC), family.id, second_factor=family.second_factor),
        refresh_token=token,
        expires_in=settings.access_token_expire_minutes * 60,
    )


async def _end_if_used_before(session: AsyncSession, settings: Settings, digest: bytes, user: User) -> None:
    family = select(RefreshToken.family_id).where(RefreshToken.token_hash == digest, RefreshToken.used_at.is_not(None))
    if await end_sessions(session, settings, user, family):
        log.warning("auth.refresh_reused", user_id=str(user.id))


def _random() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _derived(settings: Settings, token: str, key: str) -> str:
    secret = settings.secret_key.get_secret_value().encode()
    return urlsafe_b64encode(hmac.digest(secret, f"refresh {token} {key}".encode(), "sha256")).decode().rstrip("=")


def _digest(token: str) -> bytes:
    # The token is 256 random bits: nothing to guess, so no slow hash is needed.
    return hashlib.sha256(token.encode()).digest()
