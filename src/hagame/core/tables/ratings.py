"""Ratings: how strong a person, or an AI opponent, has proved in one game."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class Rating(Created, Table):
    """A normal belief about skill in the game with this definition key: of a person, or of an opponent (`rival`).

    `rival` names the opponent, and its parameters where they are not the usual ones. The counts are of rated matches.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (rival IS NULL)", name="whose"),
        CheckConstraint("sigma > 0", name="sigma"),
        Index("uq_ratings_user_id_game", "user_id", "game", unique=True, postgresql_where=text("user_id IS NOT NULL")),
        Index("uq_ratings_rival_game", "rival", "game", unique=True, postgresql_where=text("rival IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    game: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    rival: Mapped[str | None]
    mu: Mapped[float] = mapped_column(Float(53))
    sigma: Mapped[float] = mapped_column(Float(53))
    won: Mapped[int] = mapped_column(server_default=text("0"))
    drawn: Mapped[int] = mapped_column(server_default=text("0"))
    lost: Mapped[int] = mapped_column(server_default=text("0"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
