"""Every setting, once. Settings are passed down from the doors; nothing reads them at import.

`.env.example` is generated from this file (`hagame settings --env`), and a test compares the two.
"""

from __future__ import annotations

from decimal import Decimal
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
    priors: Path | None = Field(
        None,
        validation_alias="HAGAME_PRIORS",
        description="directory of population priors of your own (`hagame train-priors`), preferred to the shipped ones",
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
    broker_url: str | None = Field(
        None,
        validation_alias="HAGAME_BROKER_URL",
        description="for background work: redis://, rediss://, unix:// or amqp://user:password@host:5672/vhost; "
        "empty: REDIS_URL",
    )
    queue_prefix: str = Field(
        "hagame.",
        pattern=r"^[A-Za-z0-9_.-]*$",
        validation_alias="HAGAME_QUEUE_PREFIX",
        description="begins the names of queues, so that several installations may share one broker",
    )
    task_lease_s: float = Field(
        30.0,
        ge=1.0,
        validation_alias="HAGAME_TASK_LEASE_S",
        description="seconds without a sign of life after which another worker takes a task over",
    )
    tasks_keep_days: int = Field(
        30, ge=1, validation_alias="HAGAME_TASKS_KEEP_DAYS", description="how long finished tasks are kept"
    )
    schedule: dict[str, str] = Field(
        {
            "tasks.tidy": "17 3 * * *",
            "profiles.update": "*/10 * * * *",
            "profiles.population": "37 3 * * *",
            "stats.update": "*/10 * * * *",
            "llm.forget": "7 * * * *",
            "tokens.forget": "47 3 * * *",
        },
        validation_alias="HAGAME_SCHEDULE",
        description="JSON: when to do what by itself, as cron times in UTC; an empty time switches it off",
    )
    worker_metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        validation_alias="HAGAME_WORKER_METRICS_PORT",
        description="where a worker shows its metrics; 0: nowhere",
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
    codes_per_hour: int = Field(
        30, ge=1, validation_alias="HAGAME_CODES_PER_HOUR", description="codes of a second factor tried per account"
    )
    admin_second_factor: Literal["auto", "required", "off"] = Field(
        "auto",
        validation_alias="HAGAME_ADMIN_SECOND_FACTOR",
        description="whether administrators must log in with a second factor; auto: in production",
    )
    fits_per_minute: int = Field(
        30,
        ge=1,
        validation_alias="HAGAME_FITS_PER_MINUTE",
        description="fits of models to data in the body (/ai/...) per person, and per address for guests",
    )
    oidc_issuer: str | None = Field(
        None,
        pattern=r"^https?://",
        validation_alias="HAGAME_OIDC_ISSUER",
        description="a login provider by OpenID Connect, e.g. https://login.example.edu/realms/lab; empty: none",
    )
    oidc_client_id: str | None = Field(
        None, validation_alias="HAGAME_OIDC_CLIENT_ID", description="what HAGAME is called at the login provider"
    )
    oidc_client_secret: SecretStr | None = Field(
        None, validation_alias="HAGAME_OIDC_CLIENT_SECRET", description="its secret there; empty: a public client"
    )
    oidc_scopes: str = Field(
        "openid email profile",
        pattern=r"(^| )openid( |$)",
        validation_alias="HAGAME_OIDC_SCOPES",
        description="what the login provider is asked for, openid among it",
    )
    oidc_name: str = Field(
        "single sign-on",
        min_length=1,
        max_length=60,
        validation_alias="HAGAME_OIDC_NAME",
        description="how the page calls the login provider: Log in with ...",
    )
    oidc_redirect_url: str = Field(
        "http://127.0.0.1:8000/",
        pattern=r"^https?://",
        validation_alias="HAGAME_OIDC_REDIRECT_URL",
        description="the address of the page, where the login provider sends people back; registered there",
    )
    api_key_per_minute: int = Field(
        600, ge=1, validation_alias="HAGAME_API_KEY_PER_MINUTE", description="calls per API key"
    )
    sockets_per_person: int = Field(
        8,
        ge=1,
        validation_alias="HAGAME_SOCKETS_PER_PERSON",
        description="WebSockets of one person at once, over all API processes that share Redis",
    )
    spectators_per_match: int = Field(
        50,
        ge=1,
        validation_alias="HAGAME_SPECTATORS_PER_MATCH",
        description="streams of those who watch a match by its link at once, per API process",
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
    otlp_endpoint: str | None = Field(
        None,
        pattern=r"^https?://",
        validation_alias="HAGAME_OTLP_ENDPOINT",
        description="where traces go by OTLP over HTTP, e.g. http://collector:4318 (needs hagame[tracing]); "
        "empty: nowhere",
    )
    trace_ratio: float = Field(
        1.0,
        ge=0,
        le=1,
        validation_alias="HAGAME_TRACE_RATIO",
        description="part of the requests that are traced; a caller's own decision goes before it",
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", validation_alias="HAGAME_LOG_FORMAT", description="auto: console in a terminal, else JSON"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", validation_alias="HAGAME_LOG_LEVEL", description="least level that is written"
    )

    openai_api_key: SecretStr | None = Field(
        None, validation_alias="OPENAI_API_KEY", description="adds OpenAI's usual models to the language models"
    )
    gemini_api_key: SecretStr | None = Field(
        None, validation_alias="GEMINI_API_KEY", description="adds Google's usual models to the language models"
    )
    llm_providers: SecretStr | None = Field(
        None,
        validation_alias="HAGAME_LLM_PROVIDERS",
        description='providers of language models by name, JSON, e.g. {"ollama": {"kind": "openai", '
        '"base_url": "http://localhost:11434/v1", "models": ["qwen3:8b"]}}',
    )
    llm_aliases: dict[str, tuple[str, ...]] = Field(
        {},
        validation_alias="HAGAME_LLM_ALIASES",
        description='names for models with their fallbacks, JSON, e.g. {"default": ["ollama/qwen3:8b"]}',
    )
    llm_timeout_s: float = Field(
        60, gt=0, le=600, validation_alias="HAGAME_LLM_TIMEOUT_S", description="for a call with all its attempts"
    )
    llm_attempt_timeout_s: float = Field(
        30, gt=0, le=600, validation_alias="HAGAME_LLM_ATTEMPT_TIMEOUT_S", description="for one attempt at one model"
    )
    llm_tries: int = Field(
        3, ge=1, le=10, validation_alias="HAGAME_LLM_TRIES", description="attempts at one model before the next one"
    )
    llm_backoff_s: float = Field(
        0.5,
        ge=0,
        le=60,
        validation_alias="HAGAME_LLM_BACKOFF_S",
        description="longest pause before the second attempt; doubles with each, and a random part of it is taken",
    )
    llm_hedge_after_s: float | None = Field(
        None,
        gt=0,
        validation_alias="HAGAME_LLM_HEDGE_AFTER_S",
        description="ask a second time when the first has not answered by then; both are paid for; empty: never",
    )
    llm_circuit_failures: int = Field(
        5,
        ge=1,
        validation_alias="HAGAME_LLM_CIRCUIT_FAILURES",
        description="failures in a row after which a model is left alone",
    )
    llm_circuit_rest_s: float = Field(
        30, gt=0, validation_alias="HAGAME_LLM_CIRCUIT_REST_S", description="for how long, before one call tries it"
    )
    llm_concurrency: int = Field(
        32, ge=1, validation_alias="HAGAME_LLM_CONCURRENCY", description="attempts at once per process"
    )
    llm_concurrency_per_user: int = Field(
        2, ge=1, validation_alias="HAGAME_LLM_CONCURRENCY_PER_USER", description="calls of one person at once"
    )
    llm_max_output_tokens: int = Field(
        8192, ge=1, validation_alias="HAGAME_LLM_MAX_OUTPUT_TOKENS", description="the most a call may ask for"
    )
    llm_cache_ttl_s: int = Field(
        3600, ge=0, validation_alias="HAGAME_LLM_CACHE_TTL_S", description="life of a cached answer; 0: no cache"
    )
    llm_keep_contents_days: int = Field(
        0,
        ge=0,
        le=3650,
        validation_alias="HAGAME_LLM_KEEP_CONTENTS_DAYS",
        description="how long questions and answers are kept in the log; 0: they are not",
    )
    llm_keep_calls_days: int = Field(
        400,
        ge=0,
        le=3650,
        validation_alias="HAGAME_LLM_KEEP_CALLS_DAYS",
        description="how long the log of calls is kept, which holds what was spent and on what; 0: for ever",
    )
    llm_budget_usd: dict[str, Decimal] = Field(
        {"player": Decimal("0.25"), "researcher": Decimal(5), "admin": Decimal(20)},
        validation_alias="HAGAME_LLM_BUDGET_USD",
        description="US dollars per person and day (UTC) by role",
    )
    llm_budget_tokens: dict[str, int] = Field(
        {"player": 200_000, "researcher": 2_000_000, "admin": 10_000_000},
        validation_alias="HAGAME_LLM_BUDGET_TOKENS",
        description="tokens per person and day (UTC) by role",
    )
    llm_budget_total_usd: Decimal = Field(
        Decimal(50),
        ge=0,
        validation_alias="HAGAME_LLM_BUDGET_TOTAL_USD",
        description="US dollars per day (UTC) of all people together",
    )

    @property
    def admins_need_second_factor(self) -> bool:
        """Whether administration asks for a session that began with a second factor."""
        if self.admin_second_factor == "auto":
            return self.environment == "production"
        return self.admin_second_factor == "required"

    @field_validator("home", "priors")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser()

    @field_validator(
        "database_url",
        "priors",
        "redis_url",
        "broker_url",
        "metrics_token",
        "otlp_endpoint",
        "oidc_issuer",
        "oidc_client_id",
        "oidc_client_secret",
        "openai_api_key",
        "gemini_api_key",
        "llm_providers",
        "llm_hedge_after_s",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("llm_budget_usd", "llm_budget_tokens")
    @classmethod
    def _every_role(cls, value: dict[str, Decimal | int]) -> dict[str, Decimal | int]:
        if set(value) != {"player", "researcher", "admin"} or any(not amount >= 0 for amount in value.values()):
            raise ValueError("must give an amount of 0 or more for player, researcher and admin")
        return value

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
    def _whole_provider(self) -> Settings:
        if self.oidc_issuer is None:
            return self
        if self.oidc_client_id is None:
            raise ValueError("HAGAME_OIDC_ISSUER needs HAGAME_OIDC_CLIENT_ID")
        plain = [url for url in (self.oidc_issuer, self.oidc_redirect_url) if not url.startswith("https://")]
        if self.environment == "production" and plain:
            raise ValueError("HAGAME_OIDC_ISSUER and HAGAME_OIDC_REDIRECT_URL must begin with https:// in production")
        return self

    @model_validator(mode="after")
    def _safe_key(self) -> Settings:
        key = self.secret_key.get_secret_value()
        least = LEAST_KEY[self.algorithm if self.environment == "production" else "HS256"]
        if len(key) < least:
            raise ValueError(f"SECRET_KEY must have at least {least} characters for {self.algorithm}")
        if self.environment == "production" and key == DEVELOPMENT_KEY:
            raise ValueError("SECRET_KEY must be set in production; make one with `openssl rand -hex 32`")
        return self
