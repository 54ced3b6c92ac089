"""Codes of a second factor: those of an app (TOTP, RFC 6238), and recovery codes for when the app is lost.

Each code is accepted once. Half a minute before and after is allowed for clocks that differ (RFC 6238, 5.2).
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from hmac import compare_digest
from time import time
from uuid import UUID

import pyotp
import structlog
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.encryption import Cipher
from hagame.core.limits import Limiter
from hagame.core.tables import RecoveryCode, SecondFactor
from hagame.errors import CorruptState
from hagame.settings import Settings

STEP_S = 30
DRIFT_STEPS = 1
DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
PURPOSE = "second factor"

log = structlog.get_logger()


async def limit_codes(limiter: Limiter, settings: Settings, user_id: UUID) -> None:
    """Count a code that somebody tries. By the hour: of a million codes three are good at any time."""
    await limiter.hit("second_factor", settings.codes_per_hour, str(user_id), minutes=60)


async def factor_of(session: AsyncSession, user_id: UUID) -> SecondFactor | None:
    """The second factor of a person, if it is in force."""
    factor = await session.get(SecondFactor, user_id)
    return factor if factor is not None and factor.confirmed_at is not None else None


async def use_code(session: AsyncSession, settings: Settings, factor: SecondFactor, code: str) -> bool:
    """Use up a code of the app or a recovery code; whether it was good."""
    if len(code) == DIGITS and code.isdecimal():
        return await use_app_code(session, settings, factor, code)
    gone = (
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == factor.user_id, RecoveryCode.code_hash == _digest(code))
        .returning(RecoveryCode.user_id)
    )
    return (await session.scalars(gone)).one_or_none() is not None


async def use_app_code(session: AsyncSession, settings: Settings, factor: SecondFactor, code: str) -> bool:
    """The same for a code of the app; neither it nor an earlier one is good again."""
    try:
        secret = Cipher(settings, PURPOSE).decrypt(factor.secret, factor.user_id.bytes)
    except CorruptState:
        # Recovery codes still help, and `hagame admin reset-second-factor`.
        log.warning("auth.second_factor_unreadable", user_id=str(factor.user_id))
        return False
    step = fitting_step(secret, code, time())
    if step is None:
        return False
    used = (
        update(SecondFactor)
        .where(SecondFactor.user_id == factor.user_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.user_id)
    )
    return (await session.scalars(used)).one_or_none() is not None


def fitting_step(secret: str, code: str, now: float) -> int | None:
    """The time step, of those around `now` (seconds since 1970), whose code this is."""
    totp, middle = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S), int(now // STEP_S)
    steps = range(middle - DRIFT_STEPS, middle + DRIFT_STEPS + 1)
    fitting = [step for step in steps if compare_digest(totp.generate_otp(step), code)]
    return fitting[-1] if fitting else None


async def new_recovery_codes(session: AsyncSession, user_id: UUID) -> list[str]:
    """Fresh codes in place of all earlier ones. Only their SHA-256 is kept: 80 random bits are nothing to guess."""
    codes = ["-".join(_groups(b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode())) for _ in range(RECOVERY_CODES)]
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    rows = [{"user_id": user_id, "code_hash": _digest(code)} for code in codes]
    await session.execute(insert(RecoveryCode).values(rows))
    return codes


def _groups(text: str) -> list[str]:
    return [text[i : i + 4] for i in range(0, len(text), 4)]


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.upper().replace("-", "").replace(" ", "").encode()).digest()
