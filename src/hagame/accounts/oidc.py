"""Logging in by a provider (OpenID Connect): begun, come back from, and whose account that is.

An account belongs to a subject of an issuer, never to an email: an email that somebody else's account has is no proof
of being them. The browser that began keeps a secret in a cookie; of it come the PKCE verifier and the nonce, so what
is stored here of a login under way opens nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts import tokens
from hagame.accounts.access_schemas import OidcBeginIn, OidcFinishIn
from hagame.accounts.dependencies import Tools
from hagame.accounts.oidc_provider import Proved, Provider
from hagame.accounts.schemas import TokensOut
from hagame.accounts.service import TRIES_FOR_A_NAME, proved_by_password
from hagame.core.security import LOGINS, Claims, current_user
from hagame.core.tables import Identity, OidcLogin, User, new_id
from hagame.errors import CodeNeeded, Conflict, InvalidInput, Unauthenticated, Unavailable

LIFE = timedelta(minutes=10)
SECRET_BYTES = 48
LONGEST_NAME = 24
SHORTEST_NAME = 3

log = structlog.get_logger()


class Begun(NamedTuple):
    """Where the browser goes, and what it keeps."""

    url: str
    browser: str


async def begin(tools: Tools, provider: Provider, claims: Claims | None, body: OidcBeginIn) -> Begun:
    """Send somebody to the provider. A guest will become the account, and somebody registered will be linked to it.

    Raises `InvalidInput` when somebody registered does not show their password, `Unauthenticated`, `Unavailable`.
    """
    asks = None if claims is None else await _who_asks(tools, claims, body)
    state, browser = secrets.token_urlsafe(SECRET_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    url = await provider.address(state, browser)
    async with tools.sessions.begin() as session:
        await _check_still(session, asks)
        await _store(session, state, browser, None if asks is None else asks.id, None)
    return Begun(url, browser)


async def finish(tools: Tools, provider: Provider, body: OidcFinishIn, browser: str | None) -> TokensOut:
    """Tokens for who came back from the provider; each `state` is good once, in the browser that began.

    Raises `Unauthenticated`, `CodeNeeded` where the account has a second factor (the same state then takes its code),
    `Conflict` where an email or a link is somebody else's, `RateLimited`, `Unavailable`.
    """
    async with tools.sessions.begin() as session:
        login = await _take(session, body.state, browser)
    if login is None or browser is None:
        raise _refused("This login is not known here, has run out or was used; begin again.")
    if login.proved is None:
        if body.code is None:
            raise InvalidInput("The code that the provider gave is missing.", field="/code")
        proved = await provider.identify(body.code, browser)
        async with tools.sessions.begin() as session:
            user_id = await _account(session, proved, login.asked_by)
        by_provider = proved.second_factor
    else:
        user_id, by_provider = login.proved, False
    if body.totp is not None:
        await tokens.limit_codes(tools, user_id)
    try:
        async with tools.sessions.begin() as session:
            return await _log_in(session, tools, user_id, body.totp, by_provider=by_provider)
    except CodeNeeded:
        async with tools.sessions.begin() as session:
            await _store(session, body.state, browser, None, user_id)
        raise


async def forget_expired(session: AsyncSession) -> None:
    """Delete logins that nobody came back from."""
    await session.execute(delete(OidcLogin).where(OidcLogin.expires_at < func.now()))


async def _who_asks(tools: Tools, claims: Claims, body: OidcBeginIn) -> User:
    async with tools.sessions() as session:
        user = await current_user(claims, session)
    if user.is_guest:
        return user
    # A stolen session alone shall open no door that lasts.
    if body.password is None:
        raise InvalidInput("Show your password to link your account.", field="/password")
    return await proved_by_password(tools, claims, body.password, field="/password")


async def _check_still(session: AsyncSession, asks: User | None) -> None:
    """Whoever registers or ends all sessions meanwhile waits for this login to be stored, and then forgets it."""
    if asks is None:
        return
    same = User.id == asks.id, User.is_guest == asks.is_guest, User.session_version == asks.session_version
    if await session.scalar(select(User.id).where(*same).with_for_update(read=True)) is None:
        raise _refused("This session has just ended; begin again.")


async def _store(session: AsyncSession, state: str, browser: str, asked_by: UUID | None, proved: UUID | None) -> None:
    until = datetime.now(UTC) + LIFE
    row = OidcLogin(state_hash=_digest(state), browser_hash=_digest(browser), expires_at=until)
    row.asked_by, row.proved = asked_by, proved
    session.add(row)
    await session.flush()


async def _take(session: AsyncSession, state: str, browser: str | None) -> OidcLogin | None:
    """The login of this state, which is used up by that, if this browser began it."""
    good = OidcLogin.browser_hash == _digest(browser or ""), OidcLogin.expires_at > func.now()
    taken = delete(OidcLogin).where(OidcLogin.state_hash == _digest(state), *good).returning(OidcLogin)
    return (await session.scalars(taken)).one_or_none()


async def _log_in(
    session: AsyncSession, tools: Tools, user_id: UUID, totp: str | None, *, by_provider: bool
) -> TokensOut:
    here = select(User).where(User.id == user_id, User.is_active).with_for_update(key_share=True)
    user = (await session.scalars(here)).one_or_none()
    if user is None:
        raise _refused("This account is closed.")
    own = await tokens.second_factor(session, tools.settings, user, totp)
    pair = await tokens.start_session(session, tools.settings, user, tools.device, second_factor=own or by_provider)
    LOGINS.labels("ok").inc()
    log.info("auth.login", outcome="ok", user_id=str(user.id))
    return pair


async def _account(session: AsyncSession, proved: Proved, asked_by: UUID | None) -> UUID:
    """Whose account this is: known, linked, claimed or new."""
    # One at a time for each subject, or two would make two accounts of it.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(proved.subject, 0))))
    same = Identity.issuer == proved.issuer, Identity.subject == proved.subject
    known = await session.scalar(select(Identity.user_id).where(*same))
    asks = await session.get(User, asked_by) if asked_by is not None else None
    if asks is not None and not asks.is_active:
        raise _refused("This account is closed.")
    if known is not None:
        if asks is not None and not asks.is_guest and known != asks.id:
            raise Conflict("Another account is linked with this login already.")
        return known
    if asks is None or asks.is_guest:
        await _check_email(session, proved)
        user_id, outcome = await _registered(session, proved, asks), "registered"
        log.info("user.registered", user_id=str(user_id), was_guest=asks is not None)
    else:
        user_id, outcome = asks.id, "linked"
    session.add(Identity(issuer=proved.issuer, subject=proved.subject, user_id=user_id))
    log.info("auth.oidc", user_id=str(user_id), outcome=outcome)
    return user_id


async def _check_email(session: AsyncSession, proved: Proved) -> None:
    if proved.email is None:
        return
    if await session.scalar(select(exists().where(func.lower(User.email) == proved.email.lower()))):
        raise Conflict("An account has this email. Log in with its password, then link this login on the account page.")


async def _registered(session: AsyncSession, proved: Proved, guest: User | None) -> UUID:
    """The new account, or the guest who becomes one, under a name like theirs that is free."""
    for name in _names(proved.name):
        values = {"username": name, "email": proved.email, "is_guest": False}
        try:
            async with session.begin_nested():
                return await _become(session, guest, values)
        except IntegrityError:
            continue
    raise Unavailable("No name was free; try again.")


async def _become(session: AsyncSession, guest: User | None, values: dict[str, Any]) -> UUID:
    if guest is None:
        return (await session.scalars(insert(User).values(id=new_id(), **values).returning(User.id))).one()
    claimed = update(User).where(User.id == guest.id, User.is_guest, User.is_active).values(values).returning(User.id)
    user_id = (await session.scalars(claimed)).one_or_none()
    if user_id is None:
        raise _refused("This guest has just been registered or closed; begin again.")
    return user_id


def _names(wished: str) -> list[str]:
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", wished).strip("-")[:LONGEST_NAME]
    plain = plain if len(plain) >= SHORTEST_NAME else "player"
    return [plain, *(f"{plain}-{secrets.token_hex(3)}" for _ in range(TRIES_FOR_A_NAME))]


def _refused(detail: str) -> Unauthenticated:
    LOGINS.labels("refused").inc()
    log.info("auth.login", outcome="refused", user_id=None)
    return Unauthenticated(detail)


def _digest(text: str) -> bytes:
    # 384 random bits: nothing to guess.
    return hashlib.sha256(text.encode()).digest()
