"""What people may use of language models in one day (UTC): tokens and dollars, by role, and dollars of all together.

Before an attempt the most that it can use is reserved, and refused if it does not fit; afterwards what was used takes
the place of the reservation. Both are single statements in the database, so however many calls come at
once, on however many machines, no more is promised than there is. A process that dies leaves its reservations until
the day ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hagame.core.database import Pool, direct
from hagame.core.tables import new_id
from hagame.errors import RateLimited
from hagame.llm.metrics import BUDGET_REJECTIONS
from hagame.llm.schemas import Caller
from hagame.settings import Settings

SOON_S = 5
"""When running calls hold what is left, some of it comes back as soon as they end."""

# One's own row first and the row of all people last, here and when settling: who takes locks in one order never waits
# in a circle, and the row of all is held for the shortest time.
_RESERVE = """
    WITH own AS (
        INSERT INTO llm_spending AS spent (id, user_id, day, reserved_tokens, reserved_usd)
        SELECT $1::uuid, $2::uuid, $3::date, $4::bigint, $5::numeric WHERE $4 <= $6::bigint AND $5 <= $7::numeric
        ON CONFLICT (user_id, day) DO UPDATE
        SET reserved_tokens = spent.reserved_tokens + $4, reserved_usd = spent.reserved_usd + $5
        WHERE spent.tokens + spent.reserved_tokens + $4 <= $6 AND spent.usd + spent.reserved_usd + $5 <= $7
        RETURNING true
    ), everybody AS (
        INSERT INTO llm_spending AS spent (id, user_id, day, reserved_tokens, reserved_usd)
        SELECT $8::uuid, NULL, $3, $4, $5 WHERE $5 <= $9::numeric AND EXISTS (SELECT FROM own)
        ON CONFLICT (user_id, day) DO UPDATE
        SET reserved_tokens = spent.reserved_tokens + $4, reserved_usd = spent.reserved_usd + $5
        WHERE spent.usd + spent.reserved_usd + $5 <= $9
        RETURNING true
    )
    SELECT EXISTS (SELECT FROM own) AS own, EXISTS (SELECT FROM everybody) AS everybody
"""
_GIVE_BACK = """
    UPDATE llm_spending SET reserved_tokens = reserved_tokens - $3, reserved_usd = reserved_usd - $4
    WHERE user_id = $1 AND day = $2
"""
_SETTLE = """
    WITH own AS (
        UPDATE llm_spending
        SET reserved_tokens = reserved_tokens - $3, reserved_usd = reserved_usd - $4,
            tokens = tokens + $5, usd = usd + $6
        WHERE user_id = $1 AND day = $2
        RETURNING true
    )
    UPDATE llm_spending
    SET reserved_tokens = reserved_tokens - $3, reserved_usd = reserved_usd - $4, tokens = tokens + $5, usd = usd + $6
    WHERE user_id IS NULL AND day = $2 AND (SELECT count(*) FROM own) >= 0
"""
_SPENT = """
    SELECT tokens, usd, reserved_tokens, reserved_usd FROM llm_spending WHERE user_id = $1 AND day = $2
"""


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
    """Reserves and settles, each by one statement. `now` tells the time in UTC."""

    def __init__(self, settings: Settings, pool: Pool, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._pool = pool
        self._now = now

    async def reserve(self, caller: Caller, most: Amount) -> Reservation:
        """Set `most` aside. Raises `RateLimited` with what is left when that does not fit into the day."""
        held = Reservation(caller.user_id, self._now().date(), most)
        own = self._limit(caller)
        amounts = (most.tokens, most.usd, own.tokens, own.usd, new_id(), self._settings.llm_budget_total_usd)
        async with direct(self._pool) as connection:
            (fits,) = await connection.fetch(_RESERVE, new_id(), held.user_id, held.day, *amounts)
            if fits["own"] and fits["everybody"]:
                return held
            if fits["own"]:
                await connection.execute(_GIVE_BACK, held.user_id, held.day, most.tokens, most.usd)
        BUDGET_REJECTIONS.labels(caller.role).inc()
        raise await self._refusal(caller, most, own=fits["own"])

    async def settle(self, reservation: Reservation, used: Amount) -> None:
        """Put what was used in the place of what was reserved."""
        reserved = reservation.amount
        amounts = (reserved.tokens, reserved.usd, used.tokens, used.usd)
        async with direct(self._pool) as connection:
            await connection.execute(_SETTLE, reservation.user_id, reservation.day, *amounts)

    async def standing(self, caller: Caller) -> Standing:
        """Limits, use and rest of today."""
        now = self._now()
        async with direct(self._pool) as connection:
            row = await connection.fetchrow(_SPENT, caller.user_id, now.date())
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


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)


def _seconds_to(moment: datetime, now: datetime) -> int:
    return max(1, round((moment - now).total_seconds()))
