"""On what a session began: the names of a browser and a system, and nothing else of what the browser told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "refresh_tokens"


def upgrade() -> None:
    """Add the columns. Of sessions that are under way it is not known."""
    op.add_column(TABLE, sa.Column("browser", sa.String(), nullable=True))
    op.add_column(TABLE, sa.Column("system", sa.String(), nullable=True))


def downgrade() -> None:
    """The columns go."""
    op.drop_column(TABLE, "system")
    op.drop_column(TABLE, "browser")
