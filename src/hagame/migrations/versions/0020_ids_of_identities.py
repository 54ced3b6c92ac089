"""Each link with a login provider has an id by which its owner may name it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; links that are there get ids."""
    drawn = sa.text("gen_random_uuid()")
    op.add_column("identities", sa.Column("id", sa.Uuid(), server_default=drawn, nullable=False))
    op.create_unique_constraint("uq_identities_id", "identities", ["id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_column("identities", "id")
