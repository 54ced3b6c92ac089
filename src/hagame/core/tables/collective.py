"""Questions to a crowd, matches whose moves it may forecast, and what each judge said of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class Question(Created, Table):
    """One question. With `options` judges give probabilities, without they estimate a number in `unit`.

    `reveal` says when a person may see what others said: independence is what makes a crowd wise.
    """

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("reveal IN ('after_judging', 'after_closing', 'always')", name="reveal"),
        CheckConstraint("options IS NULL OR cardinality(options) >= 2", name="options"),
        CheckConstraint("outcome_option IS NULL OR outcome_number IS NULL", name="outcome"),
        CheckConstraint("(resolved_at IS NULL) = (outcome_option IS NULL AND outcome_number IS NULL)", name="resolved"),
        Index("ix_questions_settled", "resolved_at", postgresql_where=text("resolved_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    details: Mapped[str] = mapped_column(server_default="")
    options: Mapped[list[str] | None] = mapped_column(ARRAY(TEXT))
    unit: Mapped[str | None]
    reveal: Mapped[str] = mapped_column(server_default="after_judging")
    closes_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    outcome_option: Mapped[int | None] = mapped_column(SmallInteger)
    outcome_number: Mapped[float | None] = mapped_column(Float(53))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class Judgment(Created, Table):
    """What one judge says of one question now; `revision` counts how often they have said something.

    A person by `user_id`, a model or a language model by its name in `judge`.
    """

    __tablename__ = "judgments"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'model', 'llm')", name="kind"),
        CheckConstraint("(kind = 'person') = (user_id IS NOT NULL)", name="person"),
        CheckConstraint("(kind = 'person') = (judge IS NULL)", name="judge"),
        CheckConstraint("(probabilities IS NULL) <> (number IS NULL)", name="value"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        Index(
            "uq_judgments_question_id_user_id",
            "question_id",
            "user_id",
            unique=True,
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        Index(
            "uq_judgments_question_id_judge",
            "question_id",
            "judge",
            unique=True,
            postgresql_where=text("judge IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    kind: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    judge: Mapped[str | None]
    probabilities: Mapped[list[float] | None] = mapped_column(ARRAY(DOUBLE_PRECISION))
    number: Mapped[float | None] = mapped_column(Float(53))
    expected: Mapped[list[float] | None] = mapped_column(ARRAY(DOUBLE_PRECISION))
    confidence: Mapped[float | None] = mapped_column(Float(53))
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WatchedMatch(Created, Table):
    """A match whose player lets others forecast its moves. Without the row nobody sees anything of it.

    The consent is the row: withdrawing deletes it, and with it all that was forecast.
    """

    __tablename__ = "watched_matches"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("game_instances.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class Forecast(Created, Table):
    """What one judge expects of one turn, by action. Nobody else sees it before the turn has been played.

    A person by `user_id`; a model or a language model by its name in `judge`, and by who asked for it.
    """

    __tablename__ = "forecasts"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'model', 'llm')", name="kind"),
        CheckConstraint("(kind = 'person') = (user_id IS NOT NULL)", name="person"),
        CheckConstraint("(kind = 'person') = (judge IS NULL)", name="judge"),
        Index(
            "uq_forecasts_watched_id_turn_user_id",
            "watched_id",
            "turn",
            "user_id",
            unique=True,
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        Index(
            "uq_forecasts_watched_id_turn_judge_asked_by",
            "watched_id",
            "turn",
            "judge",
            "asked_by",
            unique=True,
            postgresql_where=text("judge IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    watched_id: Mapped[UUID] = mapped_column(ForeignKey("watched_matches.id", ondelete="CASCADE"))
    turn: Mapped[int]
    kind: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    judge: Mapped[str | None]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    probabilities: Mapped[dict[str, float]] = mapped_column(JSONB)
    nonce: Mapped[bytes]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
