"""What is written of each call: one row, one row for each attempt, one event and the metrics. Never a key.

Questions and answers are kept only when the settings say for how long, and never of what is sealed from the caller;
then `forget` deletes them in time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.database import Pool, direct
from hagame.core.partitions import first_id
from hagame.core.tables import LlmCall, LlmSpending, new_id
from hagame.llm import metrics
from hagame.llm.attempt import Attempt, total_cost, total_usage
from hagame.llm.plan import Plan
from hagame.llm.schemas import CacheUse, Caller, Message, TextPart

AT_ONCE = 5000
"""Calls that one transaction deletes at most."""

log = structlog.get_logger()


@dataclass(slots=True)
class Record:
    """One call as it goes on. `answered_by` is the provider and model that the answer came from, now or once."""

    caller: Caller
    plan: Plan
    streamed: bool
    cache: CacheUse
    outcome: str = "cancelled"
    answered_by: tuple[str, str] | None = None
    text: str | None = None
    id: UUID = field(default_factory=new_id)
    started: float = field(default_factory=monotonic)
    total_ms: float = 0.0

    def ended(self, outcome: str) -> None:
        """Stop the clock, if it still runs."""
        self.outcome = outcome
        self.total_ms = self.total_ms or round((monotonic() - self.started) * 1000, 3)


COLUMNS = (
    *(
        "id",
        "user_id",
        "request_id",
        "purpose",
        "prompt_version_id",
        "prompt_label",
        "asked_model",
        "provider",
        "model",
    ),
    *("streamed", "cache", "outcome", "input_tokens", "output_tokens", "cached_tokens", "cost_usd"),
    *("first_token_ms", "total_ms", "contents", "contents_expire_at"),
)
_WRITE = f"""
    WITH call AS (
        INSERT INTO llm_calls ({", ".join(COLUMNS)})
        VALUES ({", ".join(f"${n}" for n in range(1, len(COLUMNS) + 1))})
    )
    INSERT INTO llm_attempts (call_id, number, provider, model, outcome, status, input_tokens, output_tokens,
                              cached_tokens, estimated, cost_usd, first_token_ms, total_ms)
    SELECT $1, * FROM jsonb_to_recordset(${len(COLUMNS) + 1}::jsonb) AS attempt (
        number smallint, provider text, model text, outcome text, status integer, input_tokens integer,
        output_tokens integer, cached_tokens integer, estimated boolean, cost_usd numeric, first_token_ms float8,
        total_ms float8
    )
"""  # noqa: S608 - names of columns and numbers of parameters


class Log:
    """Writes records, each by one statement. `keep_days` is how long contents are kept; 0 for not at all."""

    def __init__(self, pool: Pool, keep_days: int) -> None:
        self._pool = pool
        self._keep = timedelta(days=keep_days)

    async def write(self, record: Record, made: Sequence[Attempt]) -> None:
        """Store the call with its attempts, and tell of it."""
        row = _row(record, made) | self._contents(record)
        attempts = json.dumps([_attempt(number, attempt) for number, attempt in enumerate(made, 1)])
        async with direct(self._pool) as connection:
            await connection.execute(_WRITE, *(row[column] for column in COLUMNS), attempts)
        _tell(row, len(made))

    def _contents(self, record: Record) -> dict[str, Any]:
        if not self._keep or record.caller.sealed:
            return {"contents": None, "contents_expire_at": None}
        contents = {"messages": [_kept(message) for message in record.plan.messages], "answer": record.text}
        return {"contents": json.dumps(contents), "contents_expire_at": datetime.now(UTC) + self._keep}


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete the contents whose time is over. Returns of how many calls."""
    over = update(LlmCall).where(LlmCall.contents_expire_at <= now).values(contents=None, contents_expire_at=None)
    found = await session.execute(over.returning(LlmCall.id))
    return len(found.all())


async def forget_calls(session: AsyncSession, before: datetime) -> int:
    """Delete some of the calls made before, with their attempts, and what was spent on days before. Returns how many.

    Ids tell when a call was made, so the primary key finds the old ones.
    """
    some = select(LlmCall.id).where(LlmCall.id < first_id(before)).limit(AT_ONCE)
    gone = await session.scalars(delete(LlmCall).where(LlmCall.id.in_(some)).returning(LlmCall.id))
    await session.execute(delete(LlmSpending).where(LlmSpending.day < before.date()))
    return len(gone.all())


def _row(record: Record, made: Sequence[Attempt]) -> dict[str, Any]:
    plan = record.plan
    provider, model = record.answered_by or (None, None)
    return {
        "id": record.id,
        "user_id": record.caller.user_id,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        "purpose": record.caller.purpose,
        "prompt_version_id": plan.prompt_version_id,
        "prompt_label": plan.prompt.label if plan.prompt is not None else None,
        "asked_model": plan.asked_model,
        "provider": provider,
        "model": model,
        "streamed": record.streamed,
        "cache": record.cache,
        "outcome": record.outcome,
        **total_usage(made).model_dump(),
        "cost_usd": total_cost(made),
        "first_token_ms": made[-1].first_token_ms if made else None,
        "total_ms": record.total_ms,
    }


def _attempt(number: int, attempt: Attempt) -> dict[str, Any]:
    return {
        "number": number,
        "provider": attempt.target.provider_name,
        "model": attempt.target.model,
        "outcome": attempt.outcome,
        "status": attempt.status,
        **attempt.usage.model_dump(),
        "estimated": attempt.estimated,
        "cost_usd": None if attempt.cost_usd is None else str(attempt.cost_usd),
        "first_token_ms": attempt.first_token_ms,
        "total_ms": attempt.total_ms,
    }


def _kept(message: Message) -> dict[str, Any]:
    """Texts as they are; of images and sounds only that there was one."""
    parts = [p.text if isinstance(p, TextPart) else f"[{p.media_type}]" for p in message.parts]
    return {"role": message.role, "content": "\n".join(parts)}


def _tell(row: dict[str, Any], attempts: int) -> None:
    provider, model = row["provider"] or "none", row["model"] or "none"
    cached = "yes" if row["cache"] in {"hit", "joined"} else "no"
    metrics.CALLS.labels(provider, model, row["outcome"], cached).inc()
    metrics.SECONDS.labels(provider).observe(row["total_ms"] / 1000)
    log.info(
        "llm.call",
        user_id=str(row["user_id"]),
        call_id=str(row["id"]),
        purpose=row["purpose"],
        provider=provider,
        model=model,
        outcome=row["outcome"],
        cache=row["cache"],
        attempts=attempts,
        tokens=row["input_tokens"] + row["output_tokens"],
        cost_usd=None if row["cost_usd"] is None else str(row["cost_usd"]),
        duration_ms=row["total_ms"],
    )
