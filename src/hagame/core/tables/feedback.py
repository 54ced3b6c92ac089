"""What people were told of their matches, and whose words it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class Feedback(Created, Table):
    """One text on a match or on one of its turns, with the facts it was written from.

    `turn` is the turn explained, or the number of decisions that were taken when a text on the match was written.
    `fallback` says why the engine's words stand where a language model was asked.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("about IN ('match', 'turn')", name="about"),
        CheckConstraint("author IN ('engine', 'language-model', 'template')", name="author"),
        UniqueConstraint("instance_id", "about", "turn"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("game_instances.id", ondelete="CASCADE"))
    about: Mapped[str]
    turn: Mapped[int]
    author: Mapped[str]
    paragraphs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    model: Mapped[str | None]
    prompt: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("llm_calls.id", ondelete="SET NULL"), index=True)
    fallback: Mapped[str | None]
