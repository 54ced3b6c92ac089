"""What goes over the wire: parts, schemas and limits in both formats, and readers who leave over HTTP."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from benchmarks.llm_fake import Behaviour
from pydantic import SecretStr
from tests.llm.helpers import Fakes, GatewayWith, question, until

from hagame.app import create_app
from hagame.llm import Call, Caller, Gateway
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

IMAGE = base64.b64encode(b"\x89PNG....").decode()
SOUND = base64.b64encode(b"RIFF....").decode()
MOVE = {
    "type": "object",
    "properties": {"move": {"enum": ["rock", "paper"]}},
    "required": ["move"],
    "additionalProperties": False,
}


@pytest.fixture
def everything() -> dict[str, Any]:
    """A call with all that can be in one."""
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image", "media_type": "image/png", "data": IMAGE},
        {"type": "audio", "media_type": "audio/wav", "data": SOUND},
    ]
    return {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "assistant", "content": "Ready."},
            {"role": "user", "content": parts},
        ],
        "response_schema": MOVE,
        "temperature": 0.5,
        "max_output_tokens": 50,
    }


async def test_openai_gets_everything_in_its_own_words(
    gateway: Gateway, fakes: Fakes, caller: Caller, everything: dict[str, Any]
) -> None:
    fakes.openai.expect(Behaviour(text='{"move": "rock"}'))
    await gateway.complete(caller, Call.model_validate(everything | {"model": "one/fast"}))
    (seen,) = fakes.openai.seen
    assert seen.body == {
        "model": "fast",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "assistant", "content": "Ready."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{IMAGE}"}},
                    {"type": "input_audio", "input_audio": {"data": SOUND, "format": "wav"}},
                ],
            },
        ],
        "max_completion_tokens": 50,
        "temperature": 0.5,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": MOVE, "strict": True},
        },
    }


async def test_gemini_gets_everything_in_its_own_words(
    gateway: Gateway, fakes: Fakes, caller: Caller, everything: dict[str, Any]
) -> None:
    fakes.gemini.expect(Behaviour(text='{"move": "rock"}'))
    await gateway.complete(caller, Call.model_validate(everything | {"model": "two/flash"}))
    (seen,) = fakes.gemini.seen
    assert seen.body["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    model, user = seen.body["contents"]
    assert (model["role"], model["parts"]) == ("model", [{"text": "Ready."}])
    text, image, sound = user["parts"]
    assert text == {"text": "What is this?"}
    # The SDK writes this one name in the other of the two ways that the API reads.
    assert image["inlineData"] == {"mime_type": "image/png", "data": IMAGE}
    assert sound["inlineData"] == {"mime_type": "audio/wav", "data": SOUND}
    config = seen.body["generationConfig"]
    assert (config["maxOutputTokens"], config["temperature"]) == (50, 0.5)
    assert (config["responseMimeType"], config["responseJsonSchema"]) == ("application/json", MOVE)


async def test_older_servers_get_the_older_name_of_the_limit(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller
) -> None:
    older = fakes.providers["one"] | {"max_tokens_field": "max_tokens"}
    async with gateway_with(llm_providers=SecretStr(json.dumps(fakes.providers | {"one": older}))) as gateway:
        await gateway.complete(caller, question(max_output_tokens=9))
    assert fakes.openai.seen[0].body["max_tokens"] == 9


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """A real server in this event loop, and a guest's client of it."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started or task.done())
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            token = (await client.post("/auth/guest")).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client
    finally:
        server.should_exit = True
        await task


@pytest.mark.parametrize("stream", [True, False])
async def test_who_hangs_up_ends_the_call_at_the_provider(
    settings: Settings, changes: dict[str, Any], fakes: Fakes, stream: bool
) -> None:
    fakes.openai.always = Behaviour("stall" if stream else "hang", text="x" * 30)
    given = settings.model_copy(update=changes | {"migrate_on_start": False})
    body = {"messages": [{"role": "user", "content": "hello"}], "stream": stream}
    async with serving(given) as client:
        async with asyncio.timeout(60):
            if stream:
                async with client.stream("POST", "/llm/call", json=body) as answer:
                    assert await anext(answer.aiter_lines()) == "event: delta"
            else:
                posting = asyncio.create_task(client.post("/llm/call", json=body))
                await until(lambda: fakes.openai.running)
                posting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await posting
            await until(lambda: not fakes.openai.running)
        logged: list[dict[str, Any]] = []
        async with asyncio.timeout(60):
            while not logged:
                logged = (await client.get("/llm/logs")).json()["items"]
        metrics = (await client.get("/metrics")).text
    assert [(call["outcome"], call["attempts"][0]["outcome"]) for call in logged] == [("cancelled", "cancelled")]
    assert 'hagame_llm_calls_total{cached="no",model="none",outcome="cancelled",provider="none"}' in metrics
    for name in ("tokens_total", "cost_usd_total", "seconds_bucket", "retries_total", "circuit_state"):
        assert f"hagame_llm_{name}" in metrics
