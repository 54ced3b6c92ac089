"""Sessions that were ended one by one, so that their access tokens end with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """With a constant default no row is written."""
    none = sa.text("'{}'::uuid[]")
    op.add_column(
        "users", sa.Column("ended_sessions", postgresql.ARRAY(sa.Uuid()), server_default=none, nullable=False)
    )


def downgrade() -> None:
    """Access tokens of ended sessions are good again until they run out."""
    op.drop_column("users", "ended_sessions")
