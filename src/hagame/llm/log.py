"""What is written of each call: one row, one row for each attempt, one event and the metrics. Never a key.

Questions and answers are kept only when the settings say for how long; then `forget` deletes them in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.tables import LlmAttempt, LlmCall, new_id
from hagame.llm import metrics
from hagame.llm.attempts import Attempt, total_cost, total_usage
from hagame.llm.plan import Plan
from hagame.llm.schemas import CacheUse, Caller, Message, TextPart

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


class Log:
    """Writes records. `keep_days` is how long contents are kept; 0 for not at all."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], keep_days: int) -> None:
        self._sessions = sessions
        self._keep = timedelta(days=keep_days)

    async def write(self, record: Record, made: Sequence[Attempt]) -> None:
        """Store the call with its attempts, and tell of it."""
        row = _row(record, made) | self._contents(record)
        async with self._sessions.begin() as session:
            await session.execute(insert(LlmCall).values(row))
            if made:
                await session.execute(insert(LlmAttempt), [_attempt(record.id, n, a) for n, a in enumerate(made, 1)])
        _tell(row, len(made))

    def _contents(self, record: Record) -> dict[str, Any]:
        if not self._keep:
            return {}
        contents = {"messages": [_kept(message) for message in record.plan.messages], "answer": record.text}
        return {"contents": contents, "contents_expire_at": datetime.now(UTC) + self._keep}


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete the contents whose time is over. Returns of how many calls."""
    over = update(LlmCall).where(LlmCall.contents_expire_at <= now).values(contents=None, contents_expire_at=None)
    found = await session.execute(over.returning(LlmCall.id))
    return len(found.all())


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


def _attempt(call_id: UUID, number: int, attempt: Attempt) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "number": number,
        "provider": attempt.target.provider_name,
        "model": attempt.target.model,
        "outcome": attempt.outcome,
        "status": attempt.status,
        **attempt.usage.model_dump(),
        "estimated": attempt.estimated,
        "cost_usd": attempt.cost_usd,
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
