"""Reports on a person's play."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class Report(Created, Table):
    """A report as it was printed; `facts` is what it says."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("span IN ('session', 'week', 'month', 'all')", name="span"),
        Index("ix_reports_user_id_id", "user_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    span: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    html: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
