"""What the account routes take and give."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    JsonValue,
    PlainValidator,
    SecretStr,
    StringConstraints,
)

from hagame.core.schemas import Strict

MAX_PASSWORD_LENGTH = 256
MAX_PREFERENCES_BYTES = 8 * 1024
MAX_DECLARED = 64
MAX_DECLARED_TEXT = 200

Role = Literal["player", "researcher", "admin"]

# RFC 5646, 2.1: language, script, region, variants, extensions, private use.
_LANGUAGE_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?",
    re.IGNORECASE,
)

_USERNAME = re.compile(r"^[A-Za-z0-9_.\-]{3,32}$")


def _language_tag(value: str) -> str:
    if len(value) > 64 or _LANGUAGE_TAG.fullmatch(value) is None:
        raise ValueError("a language is named by its BCP 47 tag, such as en, pt-BR or zh-Hant")
    return value


def _small(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(json.dumps(value, ensure_ascii=False).encode()) > MAX_PREFERENCES_BYTES:
        raise ValueError(f"preferences may take at most {MAX_PREFERENCES_BYTES} bytes of JSON")
    return value


def _declared(value: object) -> float | str:
    if isinstance(value, str) and 1 <= len(value) <= MAX_DECLARED_TEXT:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise ValueError(f"a declared trait is a number from 0 to 1, or a text of 1 to {MAX_DECLARED_TEXT} characters")


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must not hold control characters or line breaks")
    return value


def _username(value: str) -> str:
    if _USERNAME.fullmatch(value) is None:
        raise ValueError("must be 3 to 32 letters from a to z, digits, `_`, `.` or `-`")
    return value


Username = Annotated[
    str,
    AfterValidator(_username),
    Field(
        description="3 to 32 letters, digits, `_`, `.` or `-`; unique whatever the case",
        examples=["ada"],
        json_schema_extra={"pattern": _USERNAME.pattern},
    ),
]
Email = Annotated[EmailStr, Field(max_length=254, description="Unique whatever the case", examples=["ada@example.com"])]
Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD_LENGTH)]
NewPassword = Annotated[
    SecretStr,
    Field(
        min_length=1,
        max_length=MAX_PASSWORD_LENGTH,
        description="12 characters or more, or fewer that are hard to guess; not a common password",
        examples=["four quiet otters swim"],
    ),
]
Code = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9\- ]{6,32}$"),
    Field(description="Six digits of the authenticator app, or a recovery code", examples=["492039"]),
]
Opaque = Annotated[str, Field(min_length=1, max_length=256, examples=["q1Yk0f3Jm9vZ2sX7bN4cT8wR5hL6dG1pA0eU_iO-yKs"])]
Language = Annotated[str, AfterValidator(_language_tag), Field(description="BCP 47", examples=["pt-BR"])]
DisplayName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, strip_whitespace=True),
    AfterValidator(_one_line),
    Field(examples=["Ada L."]),
]
Preferences = Annotated[
    dict[str, JsonValue],
    AfterValidator(_small),
    Field(description="Anything the page wants to keep, at most 8 KiB of JSON", examples=[{"theme": "dark"}]),
]
TraitName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_\-]{0,63}$")]
DeclaredValue = Annotated[float | str, PlainValidator(_declared, json_schema_input_type=float | str)]
Declared = Annotated[
    dict[TraitName, DeclaredValue],
    Field(max_length=MAX_DECLARED, examples=[{"risk_aversion": 0.7, "chess": "club player"}]),
]


class Nothing(Strict):
    """An empty object: the call takes no fields."""


class RegisterIn(Strict):
    """A new account, or the account that a guest becomes."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"email": "ada@example.org", "username": "ada", "password": "a horse, a staple, a battery"}
        }
    )

    email: Email
    username: Username
    password: NewPassword


class LoginIn(Strict):
    """Who logs in. `username` may be the username or the email; `totp` is a code of the second factor, if any."""

    username: Annotated[str, StringConstraints(pattern=r"^[^\x00]{1,254}$")]
    password: Password
    totp: Code | None = None


class RefreshIn(Strict):
    """The newest refresh token of a session."""

    refresh_token: Opaque


class PasswordIn(Strict):
    """A change of password."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "current_password": "a horse, a staple, a battery",
                "new_password": "four other unrelated words",
            }
        }
    )

    current_password: Password
    new_password: NewPassword


class EraseIn(Strict):
    """Erasing oneself."""

    model_config = ConfigDict(json_schema_extra={"example": {"password": "a horse, a staple, a battery"}})

    password: Password | None = Field(None, description="Yours, where your account has one")


class RoleIn(Strict):
    """What a person may do."""

    model_config = ConfigDict(json_schema_extra={"example": {"role": "researcher"}})

    role: Role


class ProfileIn(Strict):
    """What is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"example": {"display_name": "Ada", "language": "en"}})

    display_name: DisplayName | None = None
    language: Language = "en"
    preferences: Preferences = Field({})


class CognitiveProfileIn(Strict):
    """What is left out stays as it is. What the AI inferred cannot be set."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"declared": {"risk taking": 0.4}, "modelling_consent": True}}
    )

    declared: Declared = Field({})
    modelling_consent: bool = True


class Output(BaseModel):
    """Made from a row."""

    model_config = ConfigDict(from_attributes=True)


class UserOut(Output):
    """A person, as they see themselves."""

    id: UUID
    username: str = Field(examples=["ada"])
    email: str | None = Field(description="null for a guest", examples=["ada@example.com"])
    role: Role
    is_guest: bool
    has_password: bool = Field(description="Without one, guests have tokens alone, others a login provider")
    created_at: datetime


class TokensOut(BaseModel):
    """An access token for `Authorization: Bearer`, and the refresh token that gets the next pair, once."""

    access_token: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIw…"])
    refresh_token: Opaque
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind of token
    expires_in: int = Field(description="Life of the access token, seconds", examples=[3600])


class GuestOut(TokensOut):
    """The tokens of a new guest, and who it is."""

    user: UserOut


class ProfileOut(Output):
    """What a person sets about the way HAGAME shows itself."""

    display_name: str | None = Field(examples=["Ada L."])
    language: str = Field(examples=["pt-BR"])
    preferences: dict[str, JsonValue] = Field(examples=[{"theme": "dark"}])


class InferredTraitOut(Output):
    """A posterior: what the matches so far say of one trait."""

    mean: float
    sd: float
    low: float = Field(description="Lower end of the central 95 % interval")
    high: float = Field(description="Upper end of the central 95 % interval")
    n: float = Field(description="How much evidence there is, in observations")
    unit: str
    meaning: str
    kind: str = Field(description="`parameter`: of a cognitive model, see `model`")
    title: str = Field("", description="Title, meaning, unit and the like are in the language asked for")
    model: str = Field("", description="The cognitive model a parameter is of", examples=["Learning from reward"])
    version: str = Field("", description="Of that model")
    says_not: str = Field("", description="What a high or low value does not mean")


class AmongOut(BaseModel):
    """Where a person stands among others: per cent of people who have less of a trait."""

    percentile: float = Field(ge=0, le=100, examples=[63.0])
    low: float = Field(description="Of the lower end of the interval", examples=[41.0])
    high: float = Field(description="Of the upper end of the interval", examples=[80.0])
    people: int = Field(description="How many people that is about", examples=[412])


class KnownTraitOut(InferredTraitOut):
    """A trait, and where it stands among people; null while too few are known."""

    among: AmongOut | None = Field(examples=[None])


class CognitiveProfileOut(BaseModel):
    """What a person says of how they think, and what their play says."""

    declared: dict[str, float | str]
    modelling_consent: bool
    inferred: dict[str, KnownTraitOut] = Field(description="Empty without consent")
    matches: int = Field(description="Matches with a decision that may be modelled")
    decisions: int = Field(description="Decisions in those matches")


class TraitsAfterMatch(BaseModel):
    """What was known after one match and all before it."""

    instance_id: UUID
    started_at: datetime
    decisions: int = Field(description="Decisions in this match")
    inferred: dict[str, InferredTraitOut]
