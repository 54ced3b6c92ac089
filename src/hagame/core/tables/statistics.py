"""What research asks of all play."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table


class PlaySums(Created, Table):
    """Sums over the finished matches of one person in one game against one opponent."""

    __tablename__ = "play_sums"
    __table_args__ = (
        CheckConstraint("decisions > 0", name="decisions"),
        Index("ix_play_sums_game", "game", "opponent"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    game: Mapped[str] = mapped_column(primary_key=True)
    opponent: Mapped[str] = mapped_column(primary_key=True)
    matches: Mapped[int]
    decisions: Mapped[int] = mapped_column(BigInteger)
    payoff: Mapped[float] = mapped_column(Float(53))
    choices: Mapped[float] = mapped_column(Float(53))
    bits: Mapped[float] = mapped_column(Float(53))
