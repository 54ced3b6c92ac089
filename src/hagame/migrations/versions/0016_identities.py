"""Accounts that a login provider proves, and logins by it that are under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REGISTERED = "ck_users_registered"


def upgrade() -> None:
    """Who registered may have neither password nor email."""
    now = sa.text("now()")
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"])
    op.create_table(
        "oidc_logins",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("proved", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_oidc_logins_asked_by_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["proved"], ["users.id"], name="fk_oidc_logins_proved_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("state_hash", name="pk_oidc_logins"),
    )
    op.drop_constraint(REGISTERED, "users", type_="check")
    op.create_check_constraint(REGISTERED, "users", "is_guest OR password_hash IS NULL OR email IS NOT NULL")


def downgrade() -> None:
    """Who has no password can log in no more, and is a guest again."""
    op.drop_constraint(REGISTERED, "users", type_="check")
    op.execute("UPDATE users SET is_guest = true WHERE email IS NULL OR password_hash IS NULL")
    op.create_check_constraint(REGISTERED, "users", "is_guest OR (email IS NOT NULL AND password_hash IS NOT NULL)")
    op.drop_table("oidc_logins")
    op.drop_table("identities")
