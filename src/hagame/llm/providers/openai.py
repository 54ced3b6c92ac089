"""OpenAI, and every server that speaks its chat completions: vLLM, Ollama, llama.cpp, LM Studio and others.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import httpx2

from hagame.llm.provider import Answer, Ask, ProviderFailed, ProviderInfo
from hagame.llm.providers.http import HttpProvider, failures, of_cause, of_status
from hagame.llm.schemas import AudioPart, Finish, ImagePart, Message, TextPart, Usage

if TYPE_CHECKING:
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

BASE_URL = "https://api.openai.com/v1"
NO_KEY = "none"
"""Servers of one's own often ask for no key, but the SDK does."""
_FINISH: dict[str, Finish] = {"stop": "stop", "length": "length", "content_filter": "filtered"}
_AUDIO = {"audio/wav": "wav", "audio/mpeg": "mp3"}


class OpenAI(HttpProvider):
    """Chat completions."""

    info: ClassVar[ProviderInfo] = ProviderInfo(
        key="openai", title="OpenAI and compatible servers", prices_of="openai", own_url=BASE_URL
    )

    max_tokens_field: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"

    async def generate(self, ask: Ask) -> Answer:
        """One completion."""
        client = await self._sdk()
        with _failures():
            made: ChatCompletion = await client.chat.completions.create(**self._body(ask))
            choice = made.choices[0]
            refusal = choice.message.refusal
            text = refusal or choice.message.content or ""
            return Answer(_text(text), "filtered" if refusal else _finish(choice.finish_reason), _usage(made.usage))

    async def stream(self, ask: Ask) -> AsyncIterator[str | Answer]:
        """One completion, piece by piece."""
        client = await self._sdk()
        text, finish, usage = "", None, None
        with _failures():
            options = {"stream": True, "stream_options": {"include_usage": True}}
            async with await client.chat.completions.create(**self._body(ask), **options) as chunks:
                chunk: ChatCompletionChunk
                async for chunk in chunks:
                    usage = chunk.usage or usage
                    for choice in chunk.choices[:1]:
                        finish = choice.finish_reason or finish
                        piece = _text(choice.delta.content or choice.delta.refusal or "")
                        text += piece
                        if piece:
                            yield piece
            if finish is None:
                raise ProviderFailed("connection")
            yield Answer(text, _finish(finish), _usage(usage))

    def _make(self, http: httpx2.AsyncClient) -> Any:
        from openai import AsyncOpenAI, Omit  # noqa: PLC0415 - takes two seconds

        made = AsyncOpenAI(
            api_key=self.api_key.get_secret_value() if self.api_key is not None else NO_KEY,
            base_url=self.base_url or BASE_URL,
            max_retries=0,
            timeout=None,
            http_client=http,
            # Not from the environment: that may be meant for another server.
            default_headers=cast("dict[str, str]", {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}),
        )
        # Its parts are loaded when they are first touched: better here than on the event loop.
        _ = made.chat.completions
        return made

    def _body(self, ask: Ask) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": ask.model,
            "messages": [{"role": message.role, "content": _content(message)} for message in ask.messages],
            self.max_tokens_field: ask.max_output_tokens,
        }
        if ask.temperature is not None:
            body["temperature"] = ask.temperature
        if ask.schema is not None:
            form = {"name": "answer", "schema": ask.schema, "strict": is_strict(ask.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body


def is_strict(schema: object) -> bool:
    """Whether every object of the schema is closed and asks for all its members, as `strict` does.

    https://platform.openai.com/docs/guides/structured-outputs
    """
    if isinstance(schema, list):
        return all(is_strict(item) for item in schema)
    if not isinstance(schema, Mapping):
        return True
    if schema.get("type") == "object" or "properties" in schema:
        members = set(schema.get("properties", {}))
        if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != members:
            return False
    return all(is_strict(value) for value in schema.values())


@contextmanager
def _failures() -> Iterator[None]:
    import openai  # noqa: PLC0415 - loaded already

    with failures():
        try:
            yield
        except openai.APIStatusError as error:
            # Nothing left on the account: waiting does not help.
            status = 402 if error.code == "insufficient_quota" else error.status_code
            raise of_status(status, error.response.headers) from None
        except openai.APITimeoutError:
            raise ProviderFailed("timeout") from None
        except openai.APIConnectionError as error:
            raise of_cause(error) from None
        except openai.APIResponseValidationError:
            raise ProviderFailed("garbage") from None
        except openai.APIError:
            # Told in the middle of a stream, where there is no status any more.
            raise ProviderFailed("server_error") from None


def _content(message: Message) -> str | list[dict[str, Any]]:
    if message.role != "user":
        return message.text
    return [_part(part) for part in message.parts] if not isinstance(message.content, str) else message.content


def _part(part: TextPart | ImagePart | AudioPart) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    if isinstance(part, ImagePart):
        return {"type": "image_url", "image_url": {"url": f"data:{part.media_type};base64,{part.data}"}}
    return {"type": "input_audio", "input_audio": {"data": part.data, "format": _AUDIO[part.media_type]}}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text was expected")
    return value


def _finish(reason: object) -> Finish:
    return _FINISH.get(str(reason), "stop")


def _usage(told: CompletionUsage | None) -> Usage | None:
    if told is None:
        return None
    details = told.prompt_tokens_details
    cached = details.cached_tokens if details is not None else None
    return Usage(input_tokens=told.prompt_tokens, output_tokens=told.completion_tokens, cached_tokens=cached or 0)
