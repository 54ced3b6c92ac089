"""Games: what can be played, what is being played, and every decision taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class GameDefinition(Created, Table):
    """Rules with parameters, ready to be played. Never changed: a change is a new version of the same key."""

    __tablename__ = "game_definitions"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index("ix_game_definitions_tags", "tags", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str]
    version: Mapped[int]
    engine: Mapped[str]
    engine_version: Mapped[str]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tags: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'::text[]"))
    built_in: Mapped[bool] = mapped_column(server_default=text("false"))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class GameInstance(Created, Table):
    """One match of one person. `turn` is the turn that is open now, from 1; `state` is what `hagame.match` dumps.

    `clouds` is the part of it that seldom changes. An update that leaves it alone does not write it again.

    Matches with the same `belief_key` ask the same of a person, so that one may start from what another has learnt.

    Room is left in each page so that the update of a move stays in it (a HOT update: no indexed column changes).
    """

    __tablename__ = "game_instances"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'finished', 'abandoned')", name="status"),
        CheckConstraint("memory IN ('person', 'none')", name="memory"),
        CheckConstraint("turn >= 1", name="turn"),
        CheckConstraint("(status = 'active') = (finished_at IS NULL)", name="finished"),
        Index("ix_game_instances_user_id_id", "user_id", "id"),
        Index(
            "ix_game_instances_unrated",
            "user_id",
            "finished_at",
            postgresql_where=text("status = 'finished' AND NOT rated"),
        ),
        Index(
            "ix_game_instances_finished",
            "user_id",
            "definition_id",
            "finished_at",
            postgresql_where=text("status = 'finished' AND NOT recorded"),
        ),
        Index("ix_game_instances_uncounted", "id", postgresql_where=text("NOT counted")),
        Index("ix_game_instances_belief_from", "belief_from", postgresql_where=text("belief_from IS NOT NULL")),
        Index(
            "ux_game_instances_idempotency_key",
            "user_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("ix_game_instances_unsummed", "user_id", postgresql_where=text("modelled AND NOT summed")),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("game_definitions.id", ondelete="RESTRICT"), index=True)
    opponent: Mapped[str]
    opponent_parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    predictor: Mapped[str]
    predictor_version: Mapped[str]
    ai_model_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("ai_model_versions.id", ondelete="RESTRICT"))
    opponent_model_id: Mapped[UUID | None] = mapped_column(ForeignKey("ai_models.id", ondelete="SET NULL"))
    seed: Mapped[int] = mapped_column(BigInteger)
    seed_chosen: Mapped[bool] = mapped_column(server_default=text("false"))
    memory: Mapped[str] = mapped_column(server_default="person")
    belief_key: Mapped[str]
    belief_from: Mapped[UUID | None] = mapped_column(ForeignKey("game_instances.id", ondelete="SET NULL"))
    recorded: Mapped[bool] = mapped_column(server_default=text("false"))
    modelled: Mapped[bool] = mapped_column(server_default=text("true"))
    status: Mapped[str] = mapped_column(server_default="active")
    turn: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[bytes]
    clouds: Mapped[bytes | None] = mapped_column(deferred=True, deferred_raiseload=True)
    player_score: Mapped[float] = mapped_column(Float(53), server_default=text("0"))
    opponent_score: Mapped[float] = mapped_column(Float(53), server_default=text("0"))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    summed: Mapped[bool] = mapped_column(server_default=text("false"))
    counted: Mapped[bool] = mapped_column(server_default=text("false"))
    rated: Mapped[bool] = mapped_column(server_default=text("false"))
    idempotency_key: Mapped[str | None]
    request_digest: Mapped[bytes | None]


class WatchLink(Created, Table):
    """A match that whoever holds the link may watch, and the SHA-256 of its token. Without the row nobody may."""

    __tablename__ = "watch_links"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("game_instances.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    show_name: Mapped[bool] = mapped_column(server_default=text("false"))


class Decision(Created, Table):
    """One choice of a person, append-only. `answer` is, to the letter, what the move was answered with.

    `observation` is what the person saw before it (null in rows of the first schema), `stage` which of the game's kinds
    of choice it was, `outcome` and `foregone` what the game told beside the payoff. Without anybody who plays beside
    the person, `opponent_action` and `opponent_payoff` are null. `modelled` says whether the person let it be modelled.

    Partitioned by month of the match: instance ids are UUIDv7, so a range of ids is a range of time, and the unique
    key (instance_id, turn) holds the partition key as PostgreSQL asks.
    """

    __tablename__ = "user_decision_logs"
    __table_args__ = (
        Index("ix_user_decision_logs_user_id_instance_id", "user_id", "instance_id"),
        Index("ix_user_decision_logs_unmodelled", "instance_id", postgresql_where=text("NOT modelled")),
        {"postgresql_partition_by": "RANGE (instance_id)"},
    )

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("game_instances.id", ondelete="CASCADE"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[UUID]
    definition_id: Mapped[UUID]
    action: Mapped[str]
    opponent_action: Mapped[str | None]
    payoff: Mapped[float] = mapped_column(Float(53))
    opponent_payoff: Mapped[float | None] = mapped_column(Float(53))
    probability: Mapped[float] = mapped_column(Float(53))
    log_loss: Mapped[float] = mapped_column(Float(53))
    brier: Mapped[float] = mapped_column(Float(53))
    hit: Mapped[bool]
    n_legal: Mapped[int] = mapped_column(SmallInteger)
    response_time_ms: Mapped[int | None]
    idempotency_key: Mapped[str | None]
    engine_version: Mapped[str]
    opponent_version: Mapped[str]
    predictor_version: Mapped[str]
    stage: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    timed_out: Mapped[bool] = mapped_column(server_default=text("false"))
    modelled: Mapped[bool] = mapped_column(server_default=text("true"))
    observation: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, server_default=text("'{}'"))
    foregone: Mapped[dict[str, float] | None] = mapped_column(JSON)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
