"""AI models: what they are, what each training of them gave, and the people they are trained on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class AiModel(Created, Table):
    """An algorithm with parameters, under a name. What it learns lies in its versions.

    `draft`: seen by its maker alone; `active`: anybody may play with it; `archived`: no new match may. An opponent may
    have a trained model of its own to predict with, `predictor_version_id`.
    """

    __tablename__ = "ai_models"
    __table_args__ = (
        CheckConstraint("kind IN ('predictor', 'opponent', 'cognitive', 'aggregator', 'emotion')", name="kind"),
        CheckConstraint("status IN ('draft', 'active', 'archived')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    kind: Mapped[str]
    algorithm: Mapped[str]
    config: Mapped[dict[str, Any]] = mapped_column(JSONB)
    description: Mapped[str] = mapped_column(server_default="")
    licence: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default="draft")
    predictor_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("ai_model_versions.id", ondelete="RESTRICT", use_alter=True)
    )
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class AiModelVersion(Created, Table):
    """What one training, or one upload, gave. Nothing of it changes but `status`; at most one is `active` per model.

    `artefact` is safetensors or ONNX, `sha256` is of those bytes. It is for choices as `definition_id` poses them.
    `data` says what it was trained on, and never who.
    """

    __tablename__ = "ai_model_versions"
    __table_args__ = (
        UniqueConstraint("model_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("status IN ('candidate', 'active', 'archived')", name="status"),
        CheckConstraint("format IN ('safetensors', 'onnx')", name="format"),
        Index("uq_ai_model_versions_active", "model_id", unique=True, postgresql_where=text("status = 'active'")),
        Index("uq_ai_model_versions_task_id", "task_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("ai_models.id", ondelete="CASCADE"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("game_definitions.id", ondelete="RESTRICT"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(server_default="candidate")
    format: Mapped[str]
    artefact: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False), raiseload=True)
    size: Mapped[int]
    sha256: Mapped[str]
    algorithm: Mapped[str]
    algorithm_version: Mapped[str]
    code_version: Mapped[str]
    metrics: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seed: Mapped[int | None] = mapped_column(BigInteger)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("ai_model_versions.id", ondelete="SET NULL"))
    task_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class TrainingSet(Created, Table):
    """People without names, as `hagame.mind.learn.people` writes them: uploaded, or gathered for one training.

    A set that was gathered belongs to its task and goes with it.
    """

    __tablename__ = "ai_training_sets"
    __table_args__ = (CheckConstraint("people >= 1", name="people"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("ai_models.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), unique=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("game_definitions.id", ondelete="RESTRICT"))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False), raiseload=True)
    sha256: Mapped[str]
    people: Mapped[int]
    decisions: Mapped[int]
