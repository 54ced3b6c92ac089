"""A second factor beside the password: begun, confirmed with a first code, taken away again."""

from __future__ import annotations

from uuid import UUID

import pyotp
import segno
import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts import codes, tokens
from hagame.accounts.access_schemas import (
    CodeIn,
    NewSecondFactorOut,
    PasswordAndCodeIn,
    ProofIn,
    RecoveryCodesOut,
    SecondFactorOut,
)
from hagame.accounts.dependencies import Tools
from hagame.accounts.service import proved_by_password
from hagame.core.encryption import Cipher
from hagame.core.security import Claims
from hagame.core.tables import AuditEntry, RecoveryCode, RefreshToken, SecondFactor, User
from hagame.errors import Conflict, InvalidInput

ISSUER = "HAGAME"
QR_SCALE = 5

log = structlog.get_logger()


async def tell(session: AsyncSession, user_id: UUID) -> SecondFactorOut:
    """Whether there is one, and how many recovery codes are left."""
    factor = await codes.factor_of(session, user_id)
    mine = select(func.count()).where(RecoveryCode.user_id == user_id)
    left = await session.scalar(mine) or 0
    return SecondFactorOut(
        enabled=factor is not None,
        since=factor.confirmed_at if factor is not None else None,
        recovery_codes_left=left,
    )


async def begin(tools: Tools, claims: Claims, body: ProofIn) -> NewSecondFactorOut:
    """A fresh secret for an app; nothing is asked for until it is confirmed.

    Raises `InvalidInput` for a wrong password, `Conflict` for a guest and where one is in force.
    """
    user = await proved_by_password(tools, claims, body.password, field="/password")
    secret = pyotp.random_base32()
    encrypted = Cipher(tools.settings, codes.PURPOSE).encrypt(secret, user.id.bytes)
    row = insert(SecondFactor).values(user_id=user.id, secret=encrypted)
    # One that was begun and not confirmed is begun again.
    anew = row.on_conflict_do_update(
        index_elements=[SecondFactor.user_id],
        set_={"secret": encrypted, "last_step": 0},
        where=SecondFactor.confirmed_at.is_(None),
    )
    async with tools.sessions.begin() as session:
        if (await session.scalars(anew.returning(SecondFactor.user_id))).one_or_none() is None:
            raise Conflict("You have a second factor; disable it first.")
    log.info("auth.second_factor", user_id=str(user.id), outcome="begun")
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)
    qr = segno.make(uri, micro=False).svg_data_uri(scale=QR_SCALE, light="white")
    return NewSecondFactorOut(secret=secret, uri=uri, qr=qr)


async def confirm(tools: Tools, claims: Claims, user: User, body: CodeIn) -> RecoveryCodesOut:
    """Put it in force; this session counts as made with it from its next refresh on.

    Raises `InvalidInput` for a wrong code, `Conflict` where none was begun, `RateLimited`.
    """
    await codes.limit_codes(tools.limiter, tools.settings, user.id)
    async with tools.sessions.begin() as session:
        waiting = select(SecondFactor).where(SecondFactor.user_id == user.id, SecondFactor.confirmed_at.is_(None))
        factor = (await session.scalars(waiting.with_for_update())).one_or_none()
        if factor is None:
            raise Conflict("No second factor waits for its first code; begin one.")
        if not await codes.use_app_code(session, tools.settings, factor, body.code):
            raise _wrong(user)
        factor.confirmed_at = func.now()
        fresh = await codes.new_recovery_codes(session, user.id)
        family = RefreshToken.user_id == user.id, RefreshToken.family_id == claims.session_id
        await session.execute(update(RefreshToken).where(*family).values(second_factor=True))
    log.info("auth.second_factor", user_id=str(user.id), outcome="enabled")
    return RecoveryCodesOut(recovery_codes=fresh)


async def renew_codes(tools: Tools, user: User, body: CodeIn) -> RecoveryCodesOut:
    """Fresh recovery codes; those before are worthless. Raises as `disable`."""
    await codes.limit_codes(tools.limiter, tools.settings, user.id)
    async with tools.sessions.begin() as session:
        await _use(session, tools, user, body.code)
        fresh = await codes.new_recovery_codes(session, user.id)
    log.info("auth.second_factor", user_id=str(user.id), outcome="codes renewed")
    return RecoveryCodesOut(recovery_codes=fresh)


async def disable(tools: Tools, claims: Claims, body: PasswordAndCodeIn) -> None:
    """Take it away and end every session, this one too.

    Raises `InvalidInput` for a wrong password or code, `Conflict` where there is none, `RateLimited`.
    """
    user = await proved_by_password(tools, claims, body.password, field="/password")
    await codes.limit_codes(tools.limiter, tools.settings, user.id)
    async with tools.sessions.begin() as session:
        await _use(session, tools, user, body.code)
        await take_away(session, user.id)
    log.info("auth.second_factor", user_id=str(user.id), outcome="disabled")


async def reset_by_operator(session: AsyncSession, user_id: UUID) -> bool:
    """Take it away for who lost both app and recovery codes; whether there was one. The audit log names no actor."""
    if await session.get(SecondFactor, user_id) is None:
        return False
    await take_away(session, user_id)
    session.add(AuditEntry(actor_id=None, user_id=user_id, action="user.second_factor_reset", details={}))
    log.info("auth.second_factor", user_id=str(user_id), outcome="reset")
    return True


async def take_away(session: AsyncSession, user_id: UUID) -> None:
    """Delete it with its recovery codes, and end all sessions."""
    for table in (RecoveryCode, SecondFactor):
        await session.execute(delete(table).where(table.user_id == user_id))
    await tokens.end_all_sessions(session, user_id)


async def _use(session: AsyncSession, tools: Tools, user: User, code: str) -> None:
    factor = await codes.factor_of(session, user.id)
    if factor is None:
        raise Conflict("You have no second factor.")
    if not await codes.use_code(session, tools.settings, factor, code):
        raise _wrong(user)


def _wrong(user: User) -> InvalidInput:
    log.info("auth.second_factor", user_id=str(user.id), outcome="refused")
    return InvalidInput("This code is wrong, was used before or has run out.", field="/code")
