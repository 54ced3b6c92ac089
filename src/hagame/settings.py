"""Every setting, once. Settings are passed down from the doors; nothing reads them at import.

`.env.example` is generated from this file (`hagame settings --env`), and a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_KEY = "development-only-key-change-me-0123456789-0123456789-0123456789-0123456789"
LEAST_KEY = {"HS256": 32, "HS384": 48, "HS512": 64}
"""Characters: a key as long as the hash (RFC 7518, 3.2)."""


class Settings(BaseSettings):
    """Read from the environment and from `.env` in the working directory."""

    # Fields may be given by name in code; the prefix keeps those names apart from the environment's, such as HOME.
    model_config = SettingsConfigDict(
        env_file=".env", env_prefix="HAGAME_", extra="ignore", frozen=True, populate_by_name=True
    )

    environment: Literal["development", "production"] = Field(
        "development",
        validation_alias="HAGAME_ENVIRONMENT",
        description="production refuses unsafe defaults and turns on HSTS",
    )
    home: Path = Field(
        Path("~/.local/share/hagame"),
        validation_alias="HAGAME_HOME",
        description="where `hagame up` keeps its database, keys and logs",
    )
    database_url: str | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL, e.g. postgresql://user:password@host:5432/hagame; empty: the embedded one",
    )
    redis_url: str | None = Field(
        None,
        validation_alias="REDIS_URL",
        description="Redis or Valkey, e.g. redis://host:6379/0; empty: the embedded one",
    )
    database_pool_size: int = Field(
        10, ge=1, le=200, validation_alias="HAGAME_DATABASE_POOL_SIZE", description="connections per API process"
    )
    migrate_on_start: bool = Field(
        True,
        validation_alias="HAGAME_MIGRATE_ON_START",
        description="bring the database to the newest schema when the API starts",
    )
    secret_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_KEY),
        validation_alias="SECRET_KEY",
        description="signs access tokens; must be set in production: 32 characters, 48 for HS384, 64 for HS512",
    )
    algorithm: Literal["HS256", "HS384", "HS512"] = Field(
        "HS256", validation_alias="ALGORITHM", description="of the access tokens"
    )
    access_token_expire_minutes: int = Field(
        60, ge=1, le=24 * 60, validation_alias="ACCESS_TOKEN_EXPIRE_MINUTES", description="life of an access token"
    )
    refresh_token_expire_days: int = Field(
        30, ge=1, le=365, validation_alias="REFRESH_TOKEN_EXPIRE_DAYS", description="life of a refresh token"
    )
    login_per_minute: int = Field(
        10,
        ge=1,
        validation_alias="HAGAME_LOGIN_PER_MINUTE",
        description="login attempts per account and per address",
    )
    register_per_minute: int = Field(
        20, ge=1, validation_alias="HAGAME_REGISTER_PER_MINUTE", description="registrations per address"
    )
    guests_per_minute: int = Field(
        120, ge=1, validation_alias="HAGAME_GUESTS_PER_MINUTE", description="new guest players per address"
    )
    cors_origins: tuple[str, ...] = Field(
        (), validation_alias="HAGAME_CORS_ORIGINS", description='JSON list of origins, e.g. ["https://lab.example"]'
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        validation_alias="HAGAME_TRUSTED_PROXIES",
        description="addresses whose X-Forwarded-For is believed, comma separated",
    )
    metrics_token: SecretStr | None = Field(
        None, validation_alias="HAGAME_METRICS_TOKEN", description="bearer token that /metrics asks for; empty: open"
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", validation_alias="HAGAME_LOG_FORMAT", description="auto: console in a terminal, else JSON"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", validation_alias="HAGAME_LOG_LEVEL", description="least level that is written"
    )

    @field_validator("home")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()

    @field_validator("database_url", "redis_url", "metrics_token", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str | None) -> str | None:
        if value is None:
            return None
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
            raise ValueError("must be a PostgreSQL address: postgresql://user:password@host:port/name")
        return f"postgresql+asyncpg://{rest}"

    @model_validator(mode="after")
    def _safe_key(self) -> Settings:
        key = self.secret_key.get_secret_value()
        least = LEAST_KEY[self.algorithm if self.environment == "production" else "HS256"]
        if len(key) < least:
            raise ValueError(f"SECRET_KEY must have at least {least} characters for {self.algorithm}")
        if self.environment == "production" and key == DEVELOPMENT_KEY:
            raise ValueError("SECRET_KEY must be set in production; make one with `openssl rand -hex 32`")
        return self
