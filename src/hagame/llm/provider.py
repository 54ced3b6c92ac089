"""The port to language models: what the gateway asks of a provider, and how one may fail.

A provider is a plugin of the entry point group `hagame.llm`: a frozen Pydantic class whose fields are its settings.
It makes one attempt and no more; retries, fallbacks, limits and logs are the gateway's. It is configured by the
operator's settings alone, never by a request.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from hagame.llm.schemas import Finish, Message, Usage

Failure = Literal[
    "rate_limited",
    "server_error",
    "timeout",
    "connection",
    "garbage",
    "wrong_schema",
    "too_large",
    "refused",
    "unauthorised",
]

WORTH_RETRYING = frozenset({"rate_limited", "server_error", "timeout", "connection", "garbage", "wrong_schema"})
ILL = frozenset({"server_error", "timeout", "connection", "garbage"})
"""Failures that say something about the health of a provider, and so count for its circuit."""


class ProviderFailed(Exception):
    """One attempt failed. It holds nothing of what was sent or received: it may be logged.

    `retry_after_s` is what the provider asked for; `usage` is known when a whole answer came that was not fit for use.
    """

    def __init__(
        self,
        kind: Failure,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(kind if status is None else f"{kind} ({status})")
        self.kind = kind
        self.status = status
        self.retry_after_s = retry_after_s
        self.usage = usage


@dataclass(frozen=True, slots=True)
class Ask:
    """What one attempt sends."""

    model: str
    messages: tuple[Message, ...]
    max_output_tokens: int
    temperature: float | None = None
    schema: Mapping[str, JsonValue] | None = None
    offline_answer: str | None = None
    """What the prompt's author wrote for the time without a model; only the offline provider looks at it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole. `usage` is None when the provider did not tell."""

    text: str
    finish: Finish
    usage: Usage | None


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """Facts of a kind of provider.

    `prices_of` names the catalogue of prices of the provider at `own_url`; `offline` ones ask no model.
    """

    key: str
    title: str
    prices_of: str | None = None
    own_url: str | None = None
    offline: bool = False


class Provider(BaseModel, ABC):
    """One configured provider. `models` are the only ones that may be asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    info: ClassVar[ProviderInfo]

    models: tuple[str, ...] = Field(min_length=1)
    prices: dict[str, Price] = Field({}, description="of models whose price is not in the catalogue")

    @property
    def price_list(self) -> str | None:
        """Whose prices hold, in the catalogue of prices."""
        return self.info.prices_of

    async def ready(self) -> None:
        """Load what the first attempt needs, so that it is not timed with it."""
        return

    @abstractmethod
    async def generate(self, ask: Ask) -> Answer:
        """Ask once, and wait for the whole answer. Raises `ProviderFailed`."""

    @abstractmethod
    def stream(self, ask: Ask) -> AsyncIterator[str | Answer]:
        """Ask once: pieces of text as they come, then the whole answer. Raises `ProviderFailed`."""

    async def aclose(self) -> None:
        """Close connections."""
        return
