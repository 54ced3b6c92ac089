"""People: who they are, how they prove it, what they say of themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hagame.core.tables.base import Created, Table, new_id


class User(Created, Table):
    """A person. Guests have neither email nor password; who logs in by a provider may have neither, too.

    `session_version` is copied into every access token; raising it ends all sessions at once. `ended_sessions` were
    ended one by one, and stand here as long as access tokens of theirs may last.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('player', 'researcher', 'admin')", name="role"),
        CheckConstraint("is_guest OR password_hash IS NULL OR email IS NOT NULL", name="registered"),
        Index("uq_users_email_lower", func.lower(text("email")), unique=True),
        Index("uq_users_username_lower", func.lower(text("username")), unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str | None]
    username: Mapped[str]
    password_hash: Mapped[str | None]
    role: Mapped[str] = mapped_column(server_default="player")
    is_guest: Mapped[bool] = mapped_column(server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    session_version: Mapped[int] = mapped_column(server_default=text("1"))
    ended_sessions: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'::uuid[]"))

    @property
    def has_password(self) -> bool:
        """Whether there is one to log in with, and to be shown once more before what is grave."""
        return self.password_hash is not None


class RefreshToken(Created, Table):
    """One refresh token, kept as its SHA-256. A used token that comes again revokes its whole family.

    Each has what its session began with: whether a second factor was shown, in which browser, on which system.
    """

    __tablename__ = "refresh_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    second_factor: Mapped[bool] = mapped_column(server_default=text("false"))
    browser: Mapped[str | None]
    system: Mapped[str | None]


class SecondFactor(Created, Table):
    """What an authenticator app shares with us, encrypted; in force when it is confirmed.

    Codes up to the one of `last_step`, counted in half minutes since 1970, are not accepted again.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class RecoveryCode(Table):
    """A code that replaces one of the app, once; kept as its SHA-256 until it is used."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)


class Identity(Created, Table):
    """An account that a login provider proves: `subject` never changes at its `issuer` (OpenID Connect Core 1.0, 2)."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, server_default=text("gen_random_uuid()"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class OidcLogin(Table):
    """A login by a provider under way: who will be linked, or who is proved and still owes a code."""

    __tablename__ = "oidc_logins"

    state_hash: Mapped[bytes] = mapped_column(primary_key=True)
    browser_hash: Mapped[bytes]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    proved: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class Profile(Created, Table):
    """What a person sets about the way HAGAME shows itself."""

    __tablename__ = "profiles"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    display_name: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="en")
    preferences: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class CognitiveProfile(Created, Table):
    """What a person says of how they think, and whether they may be modelled.

    Inferred traits are not stored here: they are computed from the evidence that each match keeps.
    """

    __tablename__ = "cognitive_profiles"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    declared: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    modelling_consent: Mapped[bool] = mapped_column(server_default=text("true"))
    consent_changed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class CognitiveSummary(Created, Table):
    """The evidence of all finished matches of a person, added up; `means` are those of the traits, with counts."""

    __tablename__ = "cognitive_summaries"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    matches: Mapped[int] = mapped_column(server_default=text("0"))
    decisions: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    means: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))


class TraitPopulation(Created, Table):
    """Quantiles of a trait among people, at 0, 1, ... 100 per cent."""

    __tablename__ = "trait_population"

    trait: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    quantiles: Mapped[list[float]] = mapped_column(ARRAY(Float(53)))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
