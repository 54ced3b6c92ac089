"""What people may use of language models in one day (UTC): tokens and dollars, by role, and dollars of all together.

Before an attempt the most that it can use is reserved, and refused if it does not fit; afterwards what was used takes
the place of the reservation. Both are single statements on one row of the database, so however many calls come at
once, on however many machines, no more is promised than there is. A process that dies leaves its reservations until
the day ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.tables import new_id
from hagame.errors import RateLimited
from hagame.llm.metrics import BUDGET_REJECTIONS
from hagame.llm.schemas import Caller
from hagame.settings import Settings

SOON_S = 5
"""When running calls hold what is left, some of it comes back as soon as they end."""
MAX_TOKENS = 2**62

_RESERVE = text("""
    INSERT INTO llm_spending AS spent (id, user_id, day, reserved_tokens, reserved_usd)
    SELECT * FROM (VALUES (
        CAST(:id AS uuid), CAST(:user_id AS uuid), CAST(:day AS date), CAST(:tokens AS bigint), CAST(:usd AS numeric)
    )) AS asked (id, user_id, day, tokens, usd)
    WHERE tokens <= CAST(:max_tokens AS bigint) AND usd <= CAST(:max_usd AS numeric)
    ON CONFLICT (user_id, day) DO UPDATE
    SET reserved_tokens = spent.reserved_tokens + excluded.reserved_tokens,
        reserved_usd = spent.reserved_usd + excluded.reserved_usd
    WHERE spent.tokens + spent.reserved_tokens + excluded.reserved_tokens <= CAST(:max_tokens AS bigint)
      AND spent.usd + spent.reserved_usd + excluded.reserved_usd <= CAST(:max_usd AS numeric)
    RETURNING true
""")
_SETTLE = text("""
    UPDATE llm_spending
    SET reserved_tokens = reserved_tokens - :reserved_tokens, reserved_usd = reserved_usd - :reserved_usd,
        tokens = tokens + :tokens, usd = usd + :usd
    WHERE user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid) AND day = :day
""")
_SPENT = text("""
    SELECT tokens, usd, reserved_tokens, reserved_usd FROM llm_spending
    WHERE user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid) AND day = :day
""")


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens in and out together, and US dollars."""

    tokens: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Reservation:
    """What an attempt may use, until it is settled."""

    user_id: UUID
    day: date
    amount: Amount


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's day so far. `left` is what a call may still ask for, reservations of running calls taken off."""

    limit: Amount
    used: Amount
    left: Amount
    resets_at: datetime


class Budget:
    """Reserves and settles. `now` tells the time in UTC."""

    def __init__(
        self,
        settings: Settings,
        sessions: async_sessionmaker[AsyncSession],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._now = now

    async def reserve(self, caller: Caller, most: Amount) -> Reservation:
        """Set `most` aside. Raises `RateLimited` with what is left when that does not fit into the day."""
        day = self._now().date()
        async with self._sessions.begin() as session:
            own = await _reserve(session, caller.user_id, day, most, self._limit(caller))
            everybody = Amount(MAX_TOKENS, self._settings.llm_budget_total_usd)
            # The row of all people last: it is held for the shortest time.
            fits = own and await _reserve(session, None, day, most, everybody)
            if not fits:
                await session.rollback()
        if fits:
            return Reservation(caller.user_id, day, most)
        BUDGET_REJECTIONS.labels(caller.role).inc()
        raise await self._refusal(caller, most, own=own)

    async def settle(self, reservation: Reservation, used: Amount) -> None:
        """Put what was used in the place of what was reserved."""
        values = {
            "day": reservation.day,
            "reserved_tokens": reservation.amount.tokens,
            "reserved_usd": reservation.amount.usd,
            "tokens": used.tokens,
            "usd": used.usd,
        }
        async with self._sessions.begin() as session:
            for user_id in (reservation.user_id, None):
                await session.execute(_SETTLE, values | {"user_id": user_id})

    async def standing(self, caller: Caller) -> Standing:
        """Limits, use and rest of today."""
        now = self._now()
        async with self._sessions() as session:
            row = (await session.execute(_SPENT, {"user_id": caller.user_id, "day": now.date()})).first()
        tokens, usd, reserved_tokens, reserved_usd = row or (0, Decimal(0), 0, Decimal(0))
        limit = self._limit(caller)
        left = Amount(max(0, limit.tokens - tokens - reserved_tokens), max(Decimal(0), limit.usd - usd - reserved_usd))
        return Standing(limit, Amount(tokens, usd), left, _midnight(now))

    def _limit(self, caller: Caller) -> Amount:
        return Amount(self._settings.llm_budget_tokens[caller.role], self._settings.llm_budget_usd[caller.role])

    async def _refusal(self, caller: Caller, most: Amount, *, own: bool) -> RateLimited:
        today = await self.standing(caller)
        if own:
            detail = "The language models have been used up for today by all people together."
        else:
            detail = (
                f"This call may need {most.tokens} tokens and {most.usd:.4f} USD; "
                f"left for today: {today.left.tokens} tokens and {today.left.usd:.4f} USD."
            )
        return RateLimited(
            detail,
            retry_after=self._wait_s(today, most) if not own else _seconds_to(today.resets_at, self._now()),
            left={"tokens": today.left.tokens, "usd": str(today.left.usd)},
            resets_at=today.resets_at,
        )

    def _wait_s(self, today: Standing, most: Amount) -> int:
        unused = Amount(today.limit.tokens - today.used.tokens, today.limit.usd - today.used.usd)
        if most.tokens <= unused.tokens and most.usd <= unused.usd:
            return SOON_S
        return _seconds_to(today.resets_at, self._now())


async def _reserve(session: AsyncSession, user_id: UUID | None, day: date, most: Amount, limit: Amount) -> bool:
    values = {
        "id": new_id(),
        "user_id": user_id,
        "day": day,
        "tokens": most.tokens,
        "usd": most.usd,
        "max_tokens": limit.tokens,
        "max_usd": limit.usd,
    }
    return bool(await session.scalar(_RESERVE, values))


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)


def _seconds_to(moment: datetime, now: datetime) -> int:
    return max(1, round((moment - now).total_seconds()))
