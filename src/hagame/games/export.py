"""The decision log of a match, for people and for programs: pages of JSON, and whole tables as CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import Any
from uuid import UUID

import anyio.to_thread
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from hagame.core.schemas import Page
from hagame.core.tables import Decision, GameInstance
from hagame.errors import InvalidInput, NotFound
from hagame.games.schemas import DecisionOut, DecisionPaging

BATCH = 1000
SPOOL_BYTES = 8 * 1024 * 1024
CHUNK = 64 * 1024

# Served by the primary key (instance_id, turn). One row is one decision; nested parts stay JSON text.
TABLE = """
SELECT d.instance_id::text AS instance_id, d.user_id::text AS user_id, g.key AS game, g.version AS game_version,
       i.opponent, d.turn, d.stage, d.observation::text AS observation, d.action, d.timed_out, d.opponent_action,
       d.payoff, d.opponent_payoff, d.outcome::text AS outcome, d.foregone::text AS foregone, d.probability,
       d.log_loss, d.brier, d.hit, d.n_legal, d.response_time_ms, d.engine_version, d.opponent_version, i.predictor,
       d.predictor_version,
       (d.answer->'prediction')::text AS prediction, d.answer->'commitment'->>'sha256' AS commitment,
       d.answer->'commitment'->>'nonce' AS nonce, d.answer->'commitment'->>'payload' AS payload,
       (d.answer->'explanation')::text AS explanation, d.created_at
FROM user_decision_logs d
JOIN game_instances i ON i.id = d.instance_id
JOIN game_definitions g ON g.id = d.definition_id
WHERE d.instance_id = :instance_id AND d.turn > :after
ORDER BY d.turn
LIMIT :batch
"""

COLUMNS = (
    *("instance_id", "user_id", "game", "game_version", "opponent", "turn", "stage", "observation", "action"),
    *("timed_out", "opponent_action", "payoff", "opponent_payoff", "outcome", "foregone"),
    *("probability", "log_loss", "brier", "hit", "n_legal", "response_time_ms"),
    *("engine_version", "opponent_version", "predictor", "predictor_version"),
    *("prediction", "commitment", "nonce", "payload", "explanation", "created_at"),
)


async def check_owner(session: AsyncSession, user_id: UUID, instance_id: UUID) -> None:
    """Raises `NotFound` when the match is not this person's."""
    owned = select(GameInstance.id).where(GameInstance.id == instance_id, GameInstance.user_id == user_id)
    if await session.scalar(owned) is None:
        raise NotFound(f"There is no match {instance_id} of yours.")


async def list_decisions(session: AsyncSession, instance_id: UUID, paging: DecisionPaging) -> Page[DecisionOut]:
    """Decisions in the order of turns."""
    query = (
        select(Decision)
        .where(Decision.instance_id == instance_id, Decision.turn > paging.cursor)
        .order_by(Decision.turn)
        .limit(paging.limit + 1)
    )
    found = (await session.scalars(query)).all()
    items = [DecisionOut.model_validate(d, from_attributes=True) for d in found[: paging.limit]]
    return Page(items=items, next_cursor=str(items[-1].turn) if len(found) > paging.limit else None)


async def find_decision(session: AsyncSession, instance_id: UUID, turn: int | None) -> Decision:
    """The decision of a turn, by default the last. Raises `InvalidInput`."""
    query = select(Decision).where(Decision.instance_id == instance_id).order_by(Decision.turn.desc()).limit(1)
    decision = await session.scalar(query if turn is None else query.where(Decision.turn == turn))
    if decision is None:
        raise InvalidInput("turn: no such decision was taken in this match yet.", field="/turn")
    return decision


async def as_csv(engine: AsyncEngine, instance_id: UUID) -> AsyncIterator[str]:
    """All decisions as CSV (RFC 4180) with one header line, in pieces."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    yield _taken(buffer)
    async for rows in _batches(engine, instance_id):
        writer.writerows(rows)
        yield _taken(buffer)


async def as_parquet(engine: AsyncEngine, instance_id: UUID) -> AsyncIterator[bytes]:
    """All decisions as one Parquet file, in pieces. Kept in memory up to 8 MiB, on disk beyond."""
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as spool:
        await _write_parquet(engine, instance_id, spool)
        spool.seek(0)
        while chunk := await anyio.to_thread.run_sync(spool.read, CHUNK):
            yield chunk


async def _write_parquet(engine: AsyncEngine, instance_id: UUID, spool: Any) -> None:
    import pyarrow as pa  # noqa: PLC0415 - 0.3 s to import, and only this needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = _parquet_schema(pa)
    with pq.ParquetWriter(spool, schema) as writer:
        async for rows in _batches(engine, instance_id):
            await anyio.to_thread.run_sync(writer.write_table, pa.Table.from_pylist(rows, schema=schema))


def _parquet_schema(pa: Any) -> Any:
    integers = ("game_version", "turn", "stage", "n_legal", "response_time_ms")
    floats = ("payoff", "opponent_payoff", "probability", "log_loss", "brier")
    kinds = dict.fromkeys(integers, pa.int64()) | dict.fromkeys(floats, pa.float64())
    kinds |= {"hit": pa.bool_(), "timed_out": pa.bool_(), "created_at": pa.timestamp("us", tz="UTC")}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])


def _taken(buffer: io.StringIO) -> str:
    value = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return value


async def _batches(engine: AsyncEngine, instance_id: UUID) -> AsyncIterator[list[dict[str, Any]]]:
    """Rows by keyset, so that no transaction stays open while a slow client reads."""
    after = 0
    while True:
        async with engine.connect() as connection:
            values = {"instance_id": instance_id, "after": after, "batch": BATCH}
            rows = [dict(row) for row in (await connection.execute(text(TABLE), values)).mappings()]
        if not rows:
            return
        after = rows[-1]["turn"]
        yield rows
