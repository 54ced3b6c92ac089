"""Google's Gemini, by its developer API.

https://ai.google.dev/api/generate-content
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import httpx2

from hagame.llm.provider import Answer, Ask, ProviderFailed, ProviderInfo
from hagame.llm.providers.http import HttpProvider, failures, of_status
from hagame.llm.schemas import AudioPart, Finish, ImagePart, Message, TextPart, Usage

if TYPE_CHECKING:
    from google.genai.types import GenerateContentResponse, GenerateContentResponseUsageMetadata

BASE_URL = "https://generativelanguage.googleapis.com"
KEY_INVALID = "API_KEY_INVALID"
"""Told with the status of a bad request."""
_FINISH: dict[str, Finish] = {"STOP": "stop", "MAX_TOKENS": "length"}


class Gemini(HttpProvider):
    """generateContent and streamGenerateContent."""

    info: ClassVar[ProviderInfo] = ProviderInfo(
        key="gemini", title="Google Gemini", prices_of="google", own_url=BASE_URL
    )

    async def generate(self, ask: Ask) -> Answer:
        """One answer."""
        client = await self._sdk()
        with _failures():
            made: GenerateContentResponse = await client.aio.models.generate_content(
                model=ask.model, contents=_contents(ask), config=_config(ask)
            )
            text, finish = _read(made)
            if finish is None:
                raise ProviderFailed("garbage")
            return Answer(text, finish, _usage(made.usage_metadata))

    async def stream(self, ask: Ask) -> AsyncIterator[str | Answer]:
        """One answer, piece by piece."""
        client = await self._sdk()
        text, finish, usage = "", None, None
        with _failures():
            chunks = await client.aio.models.generate_content_stream(
                model=ask.model, contents=_contents(ask), config=_config(ask)
            )
            chunk: GenerateContentResponse
            async for chunk in chunks:
                piece, ended = _read(chunk)
                usage = chunk.usage_metadata or usage
                finish = ended or finish
                text += piece
                if piece:
                    yield piece
            if finish is None:
                raise ProviderFailed("connection")
            yield Answer(text, finish, _usage(usage))

    def _make(self, http: httpx2.AsyncClient) -> Any:
        from google.genai import Client  # noqa: PLC0415 - takes a second
        from google.genai.types import HttpOptions, HttpRetryOptions  # noqa: PLC0415

        made = Client(
            vertexai=False,
            api_key=self.api_key.get_secret_value() if self.api_key is not None else "none",
            http_options=HttpOptions(
                base_url=self.base_url or BASE_URL,
                httpx_async_client=http,
                retry_options=HttpRetryOptions(attempts=1),
            ),
        )
        # Its parts are loaded when they are first touched: better here than on the event loop.
        _ = made.aio.models
        return made


@contextmanager
def _failures() -> Iterator[None]:
    from google.genai.errors import APIError  # noqa: PLC0415 - loaded already

    with failures():
        try:
            yield
        except APIError as error:
            headers = getattr(error.response, "headers", None) or {}
            status = 401 if KEY_INVALID in str(error.details) else error.code
            raise of_status(status, headers) from None


def _contents(ask: Ask) -> list[dict[str, Any]]:
    spoken = [message for message in ask.messages if message.role != "system"]
    # Somebody must have said something.
    return [_content(message) for message in spoken or ask.messages]


def _content(message: Message) -> dict[str, Any]:
    role = "model" if message.role == "assistant" else "user"
    return {"role": role, "parts": [_part(part) for part in message.parts]}


def _part(part: TextPart | ImagePart | AudioPart) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"text": part.text}
    return {"inline_data": {"mime_type": part.media_type, "data": base64.b64decode(part.data)}}


def _config(ask: Ask) -> dict[str, Any]:
    config: dict[str, Any] = {"max_output_tokens": ask.max_output_tokens}
    system = [message.text for message in ask.messages if message.role == "system"]
    if system and len(system) < len(ask.messages):
        config["system_instruction"] = "\n\n".join(system)
    if ask.temperature is not None:
        config["temperature"] = ask.temperature
    if ask.schema is not None:
        config |= {"response_mime_type": "application/json", "response_json_schema": dict(ask.schema)}
    return config


def _read(made: GenerateContentResponse) -> tuple[str, Finish | None]:
    """Text without thoughts, and why it ended, if it did. A question that was blocked has no candidates."""
    if not made.candidates:
        blocked = made.prompt_feedback is not None and made.prompt_feedback.block_reason is not None
        return "", "filtered" if blocked else None
    candidate = made.candidates[0]
    parts = (candidate.content.parts if candidate.content is not None else None) or []
    text = "".join(part.text for part in parts if part.text and not part.thought)
    reason = candidate.finish_reason
    return text, None if reason is None else _FINISH.get(reason.value, "filtered")


def _usage(told: GenerateContentResponseUsageMetadata | None) -> Usage | None:
    if told is None:
        return None
    return Usage(
        input_tokens=told.prompt_token_count or 0,
        # Thoughts are paid for like what is said.
        output_tokens=(told.candidates_token_count or 0) + (told.thoughts_token_count or 0),
        cached_tokens=told.cached_content_token_count or 0,
    )
