"""What the routes for keys of programs and for administrators take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hagame.accounts.schemas import Code, Output, Password, UserOut
from hagame.core.schemas import Strict
from hagame.core.scopes import Scope
from hagame.core.tasks.schemas import State, TaskProblem


class ApiKeyIn(Strict):
    """A new key for a program."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "analysis on the cluster", "scopes": ["read:logs"], "days": 90}}
    )

    name: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    scopes: list[Scope] = Field(min_length=1, max_length=8, description="What it may do")
    days: Annotated[int, Field(ge=1, le=365, description="How long it is good")] = 90


class ApiKeyOut(Output):
    """A key, without what would let anybody use it."""

    id: UUID
    name: str
    prefix: str = Field(description="How the key begins", examples=["hagame_3f9c21ab"])
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute; null: never")
    revoked_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    """The one answer in which the key itself is told."""

    key: str = Field(examples=["hagame_3f9c21ab_q1Yk0f3Jm9vZ2sX7bN4cT8wR5hL6dG1pA0eU_iO-yKs"])


class SessionOut(Output):
    """A session that can go on: somebody is logged in somewhere."""

    id: UUID = Field(description="As access tokens name it in `sid`")
    began_at: datetime
    renewed_at: datetime = Field(
        description="When it was given its newest tokens; last used then, or in the life of an access token after"
    )
    expires_at: datetime = Field(description="When it ends unless it is renewed")
    second_factor: bool = Field(description="Whether one was shown when it began")
    current: bool = Field(description="Whether it is the one that asks")
    browser: str | None = Field(description="The browser or program it began in", examples=["Firefox"])
    system: str | None = Field(description="The system it began on", examples=["Linux"])


class ProofIn(Strict):
    """Who is here shows it once more."""

    model_config = ConfigDict(json_schema_extra={"example": {"password": "four quiet otters swim"}})

    password: Password


class CodeIn(Strict):
    """A code of the second factor."""

    model_config = ConfigDict(json_schema_extra={"example": {"code": "492039"}})

    code: Code


class PasswordAndCodeIn(Strict):
    """Both factors."""

    model_config = ConfigDict(json_schema_extra={"example": {"password": "four quiet otters swim", "code": "492039"}})

    password: Password
    code: Code


class SecondFactorOut(BaseModel):
    """Whether logging in asks for a code besides the password."""

    enabled: bool
    since: datetime | None
    recovery_codes_left: int = Field(examples=[10])


class NewSecondFactorOut(BaseModel):
    """What an authenticator app needs, told this once. It is in force when a first code confirms it."""

    secret: str = Field(description="Base32, to be typed", examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    uri: str = Field(
        description="The same for a program",
        examples=["otpauth://totp/HAGAME:ada?secret=JBSWY3DPEHPK3PXP&issuer=HAGAME"],
    )
    qr: str = Field(
        description="The same as a QR code, an SVG as data URI",
        examples=["data:image/svg+xml;charset=utf-8,%3Csvg ..."],
    )


class RecoveryCodesOut(BaseModel):
    """Each replaces a code of the app, once. Told this once."""

    recovery_codes: list[str] = Field(examples=[["MZXW-6YTB-OI5D-2LRV"]])


class OidcOut(BaseModel):
    """The login provider."""

    name: str | None = Field(description="null: none is set", examples=["Example University"])


class OidcBeginIn(Strict):
    """Somebody registered shows their password, which links their account; others show nothing."""

    model_config = ConfigDict(json_schema_extra={"example": {}})

    password: Password | None = None


class OidcBegunOut(BaseModel):
    """Where the browser goes."""

    url: str = Field(examples=["https://login.example.edu/authorize?response_type=code&client_id=hagame&..."])


class OidcFinishIn(Strict):
    """What the provider sent along; for a second step, with the code of a second factor, `state` and `totp` alone."""

    model_config = ConfigDict(json_schema_extra={"example": {"state": "pWk2mXvT0c", "code": "SplxlOBeZQQYbYS6WxSbIA"}})

    state: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,128}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,2048}$")] | None = None
    totp: Code | None = None


class OidcLinkOut(BaseModel):
    """A login of yours at a provider."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    issuer: str
    created_at: datetime = Field(description="Since when it is linked")
    works: bool = Field(description="Whether its provider is the one that is set here now")


class UnlinkIn(Strict):
    """Whoever has a password shows it once more."""

    model_config = ConfigDict(json_schema_extra={"example": {"password": "four quiet otters swim"}})

    password: Password | None = None


class ActiveIn(Strict):
    """Whether a person may come in."""

    model_config = ConfigDict(json_schema_extra={"example": {"is_active": False}})

    is_active: bool


class PersonOut(UserOut):
    """A person, as administrators see them."""

    is_active: bool
    second_factor: bool = Field(description="Whether logging in asks for a code")


class TaskOfOut(Output):
    """A task of anybody, without what came of it."""

    id: UUID
    user_id: UUID | None = Field(description="null: the system's own")
    username: str | None = None
    kind: str = Field(examples=["report.make"])
    state: State
    progress: float = Field(ge=0, le=1)
    attempt: int = Field(description="How often it was begun")
    problem: TaskProblem | None = Field(description="Of a task that failed")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class KeyOfOut(ApiKeyOut):
    """A key of anybody."""

    user_id: UUID
    username: str = ""


class OverviewOut(BaseModel):
    """How many there are."""

    registered: int
    guests: int
    shut_out: int
    administrators: int
    sessions: int = Field(description="That can be renewed")
    api_keys: int = Field(description="Good now")
    matches_of_a_day: int = Field(description="Begun in the last 24 hours")
    tasks_open: int
    tasks_failed_of_a_day: int = Field(description="Asked for in the last 24 hours")
    outbox: int = Field(description="Due tasks that the broker was not told about")


class AuditOut(Output):
    """One thing that an administrator did."""

    id: UUID
    created_at: datetime
    actor_id: UUID | None = Field(description="Who did it; null for the command line, and when they were erased since")
    actor: str | None = Field(None, description="Their name now")
    user_id: UUID | None = Field(description="To whom")
    username: str | None = Field(None, description="Their name now")
    action: str = Field(examples=["user.role"])
    details: dict[str, Any] = Field(examples=[{"before": "player", "after": "researcher"}])
