"""Background work: what was asked for, how far it is, what came of it; and what must still be told to the broker."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class Task(Created, Table):
    """One piece of work. This row is the truth about it; a message in the broker only wakes a worker.

    `attempt` rises with every run, and each write of a run names it: a run that was taken over changes nothing any
    more. `failures` counts the runs that ended badly. `beat_at` is the last sign of life of a run, by the database's
    clock. `kept` is what the task keeps for itself: a checkpoint, and in the end what a shard gives to its parent.
    A `waiting` task is waiting for `pending` shards, which lie under it by `parent_id`.

    Room is left in each page so that a sign of life stays in it (a HOT update: no indexed column changes).
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'waiting', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        CheckConstraint("(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="finished"),
        CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name="problem"),
        CheckConstraint("(parent_id IS NULL) = (shard IS NULL)", name="shard"),
        Index("ix_tasks_user_id_id", "user_id", "id"),
        Index("ix_tasks_state", "state", postgresql_where=text("state IN ('queued', 'running', 'waiting')")),
        Index(
            "uq_tasks_parent_id_shard",
            "parent_id",
            "shard",
            unique=True,
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        Index(
            "uq_tasks_user_id_kind_key",
            "user_id",
            "kind",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    shard: Mapped[int | None]
    kind: Mapped[str]
    queue: Mapped[str]
    key: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    time_limit_s: Mapped[int]
    traceparent: Mapped[str | None]
    """The span that asked for it (W3C Trace Context)."""
    state: Mapped[str] = mapped_column(server_default="queued")
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    round: Mapped[int] = mapped_column(server_default=text("0"))
    pending: Mapped[int] = mapped_column(server_default=text("0"))
    progress: Mapped[float] = mapped_column(Float(53), server_default=text("0"))
    progress_goal: Mapped[float] = mapped_column(Float(53), server_default=text("1"))
    note: Mapped[str] = mapped_column(server_default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    kept: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    beat_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Outbox(Created, Table):
    """A queued task that no worker has taken yet, written in the transaction that queued it.

    The relay tells the broker and sets `published_at`; the worker that takes the task deletes the row. So a crash at
    any point leaves a row that says what is still to be done, and a message that the broker lost is sent again.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due_at", "due_at", postgresql_where=text("published_at IS NULL")),
        Index("ix_outbox_queue_published_at", "queue", "published_at"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    queue: Mapped[str]
    due_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
