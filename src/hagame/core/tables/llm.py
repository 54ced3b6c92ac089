"""Language models: what was asked of them and what it cost, and the prompts to ask with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hagame.core.tables.base import Created, Table, new_id

USD = Numeric(20, 10)
OUTCOMES = (
    "'ok', 'rate_limited', 'server_error', 'timeout', 'connection', 'garbage', 'wrong_schema', 'too_large', "
    "'refused', 'unauthorised', 'cancelled'"
)


class Prompt(Created, Table):
    """A name under which prompts are asked. What is asked stands in its versions."""

    __tablename__ = "prompts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(server_default="")
    built_in: Mapped[bool] = mapped_column(server_default=text("false"))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class PromptVersion(Created, Table):
    """One wording of a prompt. A trigger keeps it as it was stored; a change is a new version.

    `messages` are Jinja2 templates by role; `variables` is the JSON Schema of what they take. Answers to a `public`
    version may be shared between people.
    """

    __tablename__ = "prompt_versions"
    __table_args__ = (UniqueConstraint("prompt_id", "version"), CheckConstraint("version >= 1", name="version"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    prompt_id: Mapped[UUID] = mapped_column(ForeignKey("prompts.id", ondelete="CASCADE"))
    version: Mapped[int]
    messages: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    variables: Mapped[dict[str, Any]] = mapped_column(JSONB)
    model: Mapped[str | None]
    temperature: Mapped[float | None] = mapped_column(Float(53))
    max_output_tokens: Mapped[int | None]
    response_schema: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    offline_answer: Mapped[str | None]
    public: Mapped[bool] = mapped_column(server_default=text("false"))
    note: Mapped[str] = mapped_column(server_default="")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class PromptLabel(Created, Table):
    """A name that points at versions of a prompt, and may be moved. `choices` are `{version, weight}`."""

    __tablename__ = "prompt_labels"

    prompt_id: Mapped[UUID] = mapped_column(ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    choices: Mapped[list[dict[str, int]]] = mapped_column(JSONB)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class LlmCall(Created, Table):
    """One call of one person, however many attempts it took. `contents` is kept only where the settings say so."""

    __tablename__ = "llm_calls"
    __table_args__ = (
        CheckConstraint("cache IN ('miss', 'hit', 'joined', 'bypass', 'off')", name="cache"),
        CheckConstraint("(contents IS NULL) = (contents_expire_at IS NULL)", name="contents_expire"),
        Index("ix_llm_calls_user_id_id", "user_id", "id"),
        Index("ix_llm_calls_contents", "contents_expire_at", postgresql_where=text("contents_expire_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    request_id: Mapped[str | None]
    purpose: Mapped[str]
    prompt_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("prompt_versions.id", ondelete="SET NULL"), index=True
    )
    prompt_label: Mapped[str | None]
    asked_model: Mapped[str]
    provider: Mapped[str | None]
    model: Mapped[str | None]
    streamed: Mapped[bool]
    cache: Mapped[str]
    outcome: Mapped[str]
    input_tokens: Mapped[int] = mapped_column(server_default=text("0"))
    output_tokens: Mapped[int] = mapped_column(server_default=text("0"))
    cached_tokens: Mapped[int] = mapped_column(server_default=text("0"))
    cost_usd: Mapped[Decimal | None] = mapped_column(USD)
    first_token_ms: Mapped[float | None] = mapped_column(Float(53))
    total_ms: Mapped[float] = mapped_column(Float(53))
    contents: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    contents_expire_at: Mapped[datetime | None]

    attempts: Mapped[list[LlmAttempt]] = relationship(order_by="LlmAttempt.number", lazy="raise", viewonly=True)
    version: Mapped[PromptVersion | None] = relationship(lazy="raise", viewonly=True)


class LlmAttempt(Created, Table):
    """One try at one model. `estimated` says that the provider did not tell the tokens, so that we had to count."""

    __tablename__ = "llm_attempts"
    __table_args__ = (CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("llm_calls.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    provider: Mapped[str]
    model: Mapped[str]
    outcome: Mapped[str]
    status: Mapped[int | None]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    estimated: Mapped[bool]
    cost_usd: Mapped[Decimal | None] = mapped_column(USD)
    first_token_ms: Mapped[float | None] = mapped_column(Float(53))
    total_ms: Mapped[float] = mapped_column(Float(53))


class LlmSpending(Created, Table):
    """What one person used on one day (UTC), and what running calls may still use. Without a person: all together."""

    __tablename__ = "llm_spending"
    __table_args__ = (
        UniqueConstraint("user_id", "day", postgresql_nulls_not_distinct=True),
        CheckConstraint("tokens >= 0 AND reserved_tokens >= 0 AND usd >= 0 AND reserved_usd >= 0", name="not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    day: Mapped[date]
    tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    usd: Mapped[Decimal] = mapped_column(USD, server_default=text("0"))
    reserved_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    reserved_usd: Mapped[Decimal] = mapped_column(USD, server_default=text("0"))


class LlmOutcome(Created, Table):
    """How good the answer to a call turned out to be, on a scale that the name stands for."""

    __tablename__ = "llm_outcomes"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("llm_calls.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float] = mapped_column(Float(53))
