"""Accounts: registering, guests, claiming one, the password."""

from __future__ import annotations

import structlog
from pydantic import SecretStr
from sqlalchemy import all_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts import tokens
from hagame.accounts.dependencies import Tools
from hagame.accounts.devices import Device
from hagame.accounts.nicknames import guest_name
from hagame.accounts.passwords import check_password
from hagame.accounts.schemas import GuestOut, PasswordIn, RegisterIn, UserOut
from hagame.core.security import Claims, Hasher, current_user
from hagame.core.tables import User, new_id
from hagame.errors import Conflict, InvalidInput, Unauthenticated, Unavailable
from hagame.settings import Settings

TRIES_FOR_A_NAME = 8

log = structlog.get_logger()


async def register(session: AsyncSession, hasher: Hasher, body: RegisterIn, guest: Claims | None) -> User:
    """A new account; with the claims of a guest, that guest becomes it and keeps id and games.

    Raises `InvalidInput` for a weak password, `Conflict` for a username or email that is taken.
    """
    password = body.password.get_secret_value()
    await check_password(password, names=(body.username, body.email), field="/password")
    # Nothing has been asked of the database yet, so no connection waits for the hash.
    identity = {"email": body.email, "username": body.username, "password_hash": await hasher.hash(password)}
    try:
        async with session.begin_nested():
            user = await _claim(session, guest, identity) if guest else await _insert(session, identity)
    except IntegrityError as error:
        raise await _taken(session, body) from error
    log.info("user.registered", user_id=str(user.id), was_guest=guest is not None)
    return user


async def create_guest(session: AsyncSession, settings: Settings, device: Device) -> GuestOut:
    """A player without email and password, with tokens to play on."""
    for _ in range(TRIES_FOR_A_NAME):
        row = insert(User).values(id=new_id(), username=guest_name(), is_guest=True)
        user = (await session.scalars(row.on_conflict_do_nothing().returning(User))).one_or_none()
        if user is not None:
            pair = await tokens.start_session(session, settings, user, device)
            log.info("guest.created", user_id=str(user.id))
            return GuestOut(**pair.model_dump(), user=UserOut.model_validate(user))
    raise Unavailable("No name was free for a guest; try again.")


async def change_password(tools: Tools, claims: Claims, body: PasswordIn) -> None:
    """Set a new password and end every session, this one too.

    Raises `InvalidInput` when the current password is wrong or the new one weak, `Conflict` for a guest.
    """
    user = await proved_by_password(tools, claims, body.current_password, field="/current_password")
    new_hash = await _new_hash(tools.hasher, body, (user.username, user.email or ""))
    async with tools.sessions.begin() as session:
        await _replace_password(session, user, new_hash)
    log.info("auth.password", user_id=str(user.id), outcome="changed")


async def proved_by_password(tools: Tools, claims: Claims, password: SecretStr, *, field: str) -> User:
    """Who has shown their password once more, for what a stolen session alone shall not do.

    Raises `InvalidInput` on `field` when it is wrong, `Conflict` for a guest, `Unauthenticated`, `RateLimited`.
    """
    await tools.limiter.hit("password", tools.settings.login_per_minute, str(claims.user_id))
    async with tools.sessions() as session:
        user = await current_user(claims, session)
    if user.password_hash is None:
        raise Conflict(
            "A guest has no password; register first."
            if user.is_guest
            else "This account has no password: your login provider proves who you are."
        )
    fits, _ = await tools.hasher.verify(password.get_secret_value(), user.password_hash)
    if not fits:
        log.info("auth.password", user_id=str(user.id), outcome="refused")
        raise InvalidInput("The current password is wrong.", field=field)
    return user


async def _insert(session: AsyncSession, identity: dict[str, str]) -> User:
    return (await session.scalars(insert(User).values(id=new_id(), **identity).returning(User))).one()


async def _claim(session: AsyncSession, guest: Claims, identity: dict[str, str]) -> User:
    """The guest under a new identity; of two claims at once the second finds no guest."""
    claimed = (
        update(User)
        .where(User.id == guest.user_id, User.is_guest, User.is_active)
        .where(User.session_version == guest.session_version, literal(guest.session_id) != all_(User.ended_sessions))
        .values(is_guest=False, **identity)
        .returning(User)
    )
    user = (await session.scalars(claimed)).one_or_none()
    if user is not None:
        # Whoever had the session of the guest may have begun a login that would end as this account.
        await tokens.forget_logins(session, user.id)
        return user
    known = await session.get(User, guest.user_id)
    if known is not None and guest.stand(known.is_active, known.session_version, known.ended_sessions):
        raise Conflict("You are registered already; log out to register somebody else.")
    raise Unauthenticated("This session has ended; log in again, or register without a token.")


async def _taken(session: AsyncSession, body: RegisterIn) -> Conflict:
    """Which of the unique fields somebody has."""
    username = func.lower(User.username) == func.lower(body.username)
    email = func.lower(User.email) == func.lower(body.email)
    rows = (await session.execute(select(username, email).where(username | email))).all()
    names = [name for name, column in (("username", 0), ("email", 1)) if any(row[column] for row in rows)]
    errors = [{"pointer": f"/{name}", "detail": f"This {name} is taken."} for name in names]
    return Conflict(f"Taken already: {', '.join(names)}.", errors=errors)


async def _new_hash(hasher: Hasher, body: PasswordIn, names: tuple[str, ...]) -> str:
    new = body.new_password.get_secret_value()
    if new == body.current_password.get_secret_value():
        raise InvalidInput("The new password must differ from the current one.", field="/new_password")
    await check_password(new, names=names, field="/new_password")
    return await hasher.hash(new)


async def _replace_password(session: AsyncSession, user: User, new_hash: str) -> None:
    replaced = (
        update(User)
        .where(User.id == user.id, User.password_hash == user.password_hash)
        .values(password_hash=new_hash)
        .returning(User.id)
    )
    if (await session.scalars(replaced)).one_or_none() is None:
        raise Conflict("The password has just been changed elsewhere; log in with the new one.")
    await tokens.end_all_sessions(session, user.id)
