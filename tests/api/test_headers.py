"""What every answer tells browsers: nothing runs or is guessed, nobody frames it, no other origin reads it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from httpx2 import AsyncClient
from pydantic import SecretStr

pytestmark = pytest.mark.anyio

ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]
PAGES = ("/", "/docs", "/redoc")


@pytest.mark.parametrize("path", [*PAGES, "/auth/me", "/health/live", "/openapi.json", "/no/such/path", "/metrics"])
async def test_no_answer_may_be_framed_or_guessed(client: AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_holds_or_allows_a_script_in_itself(client: AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept": "text/html"})
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["script-src"] == "'self'"
    assert "http" not in policy["connect-src"]
    scripts = answer.text.lower().split("<script")[1:]
    assert all(
        " src=" in script.partition(">")[0] and script.partition(">")[2][:9] == "</script>" for script in scripts
    )
    assert "://" not in answer.text.replace("http://www.w3.org", "")


async def test_behind_tls_in_production_browsers_are_told_to_stay_there(client_with: ClientWith) -> None:
    async with client_with(environment="production", secret_key=SecretStr("k" * 64)) as client:
        assert "strict-transport-security" not in (await client.get("/health/live")).headers
        answer = await client.get("https://test/health/live")
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_other_origins_read_nothing_unless_they_are_named(client: AsyncClient, client_with: ClientWith) -> None:
    asked = {"Origin": "https://lab.example", "Access-Control-Request-Method": "POST"}
    for answer in (await client.get("/health/live", headers=asked), await client.options("/auth/guest", headers=asked)):
        assert not [name for name in answer.headers if name.startswith("access-control")]
    async with client_with(cors_origins=("https://lab.example",)) as named:
        answer = await named.get("/health/live", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://lab.example"
        other = await named.get("/health/live", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
