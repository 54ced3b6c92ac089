"""What must not get where: keys to other providers, keys and contents into logs, errors, rows and metrics."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from benchmarks.llm_fake import Behaviour
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.llm.helpers import GEMINI_KEY, OPENAI_KEY, Fakes, GatewayWith, Logged, question

from hagame.errors import HagameError, SetupFailed
from hagame.llm import Caller, Gateway
from hagame.llm.catalogue import read_catalogue
from hagame.llm.log import forget
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

SESSIONS = async_sessionmaker[AsyncSession]
LEAKS = Behaviour("status", status=400, body={"error": {"message": f"bad key {OPENAI_KEY} {GEMINI_KEY}", "code": 400}})


async def test_each_provider_sees_its_own_key_and_never_the_others(
    gateway: Gateway, fakes: Fakes, caller: Caller
) -> None:
    fakes.openai.expect(Behaviour("status", status=500))
    for asked in ("one/fast", "two/flash", "default"):
        await gateway.complete(caller, question(asked, model=asked))
    assert {seen.headers["authorization"] for seen in fakes.openai.seen} == {f"Bearer {OPENAI_KEY}"}
    assert {seen.headers["x-goog-api-key"] for seen in fakes.gemini.seen} == {GEMINI_KEY}
    assert GEMINI_KEY not in str(fakes.openai.seen)
    assert OPENAI_KEY not in str(fakes.gemini.seen)


async def test_a_redirect_carries_no_key_elsewhere(gateway_with: GatewayWith, fakes: Fakes, caller: Caller) -> None:
    to_the_other = fakes.providers["two"]["base_url"]
    fakes.openai.always = Behaviour("status", status=307, headers={"Location": f"{to_the_other}/v1/chat/completions"})
    async with gateway_with() as gateway:
        with pytest.raises(HagameError):
            await gateway.complete(caller, question(model="one/fast"))
    assert fakes.gemini.seen == []


async def test_keys_and_contents_are_in_no_log_error_row_or_metric(
    app: FastAPI,
    gateway_with: GatewayWith,
    fakes: Fakes,
    caller: Caller,
    sessions: SESSIONS,
    capfd: pytest.CaptureFixture[str],
) -> None:
    content = f"content-{secrets.token_hex(8)}"
    fakes.openai.expect(LEAKS, "cut", Behaviour(text=content))
    fakes.gemini.expect(LEAKS, "garbage")
    errors = []
    async with gateway_with(llm_tries=1) as gateway:
        for n in range(2):
            with pytest.raises(HagameError) as raised:
                await gateway.complete(caller, question(f"{content} {n}"))
            errors.append(repr(raised.value) + repr(raised.value.extra) + repr(raised.value.__cause__))
        assert (await gateway.complete(caller, question(content))).text == content
    async with sessions() as session:
        rows = (
            await session.execute(text("SELECT c.*, a.* FROM llm_calls c JOIN llm_attempts a ON call_id = id"))
        ).all()
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        metrics = (await client.get("/metrics")).text
    told = "\n".join(capfd.readouterr())
    assert '"event":"llm.call"' in told
    assert len(rows) >= 5
    for place in (told, metrics, str(rows), *errors):
        for secret in (OPENAI_KEY, GEMINI_KEY, content):
            assert secret not in place


async def test_contents_are_kept_only_where_the_settings_say_for_how_long(
    gateway_with: GatewayWith, caller: Caller, logged: Logged, sessions: SESSIONS
) -> None:
    async with gateway_with(llm_keep_contents_days=2) as gateway:
        await gateway.complete(caller, question("keep this"))
    (call,) = await logged(caller)
    assert call.contents == {"messages": [{"role": "user", "content": "keep this"}], "answer": "You said: keep this"}
    async with sessions.begin() as session:
        await forget(session, datetime.now(UTC) + timedelta(days=1))
    assert (await logged(caller))[0].contents is not None
    async with sessions.begin() as session:
        assert await forget(session, datetime.now(UTC) + timedelta(days=3)) >= 1
    (call,) = await logged(caller)
    assert (call.contents, call.outcome) == (None, "ok")


async def test_what_is_sealed_from_the_caller_is_never_kept(
    gateway_with: GatewayWith, caller: Caller, logged: Logged
) -> None:
    async with gateway_with(llm_keep_contents_days=2) as gateway:
        await gateway.complete(replace(caller, sealed=True), question("which move?"))
    (call,) = await logged(caller)
    assert (call.contents, call.outcome) == (None, "ok")


async def test_a_gateway_forgets_by_itself(
    gateway_with: GatewayWith, caller: Caller, logged: Logged, sessions: SESSIONS
) -> None:
    async with gateway_with(llm_keep_contents_days=2) as gateway:
        await gateway.complete(caller, question("keep this"))
    async with sessions.begin() as session:
        late = text("UPDATE llm_calls SET contents_expire_at = now() - interval '1 minute' WHERE user_id = :id")
        await session.execute(late, {"id": caller.user_id})
    async with gateway_with() as later:
        await later.complete(caller, question("another"))
    assert [call.contents for call in await logged(caller)] == [None, None]


@pytest.mark.parametrize(
    ("configured", "named"),
    [
        ("{", "no JSON"),
        ("[]", "object of objects"),
        ({"x": {"kind": "nothing"}}, "x: kind must be one of gemini, offline, openai"),
        ({"x": {"kind": "openai", "api_key": "sk-secret", "models": []}}, "x/models"),
        ({"x": {"kind": "openai", "api_key": "sk-secret", "models": ["m"], "base_url": "ftp://h"}}, "x/base_url"),
        ({"x": {"kind": "openai", "api_key": ["sk-secret"], "models": ["m"]}}, "x/api_key"),
    ],
)
def test_a_wrong_setting_is_named_and_no_key_is_shown(settings: Settings, configured: Any, named: str) -> None:
    raw = configured if isinstance(configured, str) else json.dumps(configured)
    with pytest.raises(SetupFailed, match=named) as raised:
        read_catalogue(settings.model_copy(update={"llm_providers": SecretStr(raw)}))
    assert "sk-secret" not in repr(raised.value)
    assert raised.value.__cause__ is None


def test_keys_alone_make_the_usual_models(settings: Settings) -> None:
    keys = {"openai_api_key": SecretStr("sk-1"), "gemini_api_key": SecretStr("sk-2")}
    found = read_catalogue(settings.model_copy(update=keys))
    assert [target.name for target in found.find("default")] == ["openai/gpt-5.4-mini", "gemini/gemini-3.5-flash"]
    assert "sk-1" not in repr(found)
