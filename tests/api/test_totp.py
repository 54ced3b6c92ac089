"""The second factor over HTTP on a real database: each code once, recovery codes, and doors that ask for it."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import pyotp
import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from prometheus_client import REGISTRY
from pydantic import SecretStr
from sqlalchemy import select, update
from tests.api.sessions import PASSWORD, Json, bearer, log_in, new_player, new_session, refresh, status_of_me, told

from hagame.accounts import codes, second_factor
from hagame.accounts import tokens as tokens_service
from hagame.core.tables import AuditEntry, RecoveryCode, SecondFactor, User
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]
URL = "/users/me/second-factor"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""`12345678901234567890` (RFC 6238, appendix B)."""


class Clock:
    """What the server takes for now, in half minutes from a round number."""

    now = 1_800_000_000.0

    def forward(self, steps: float = 1) -> None:
        self.now += steps * codes.STEP_S

    def code(self, secret: str, steps: int = 0) -> str:
        return pyotp.TOTP(secret).generate_otp(int(self.now // codes.STEP_S) + steps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(codes, "time", lambda: clock.now)
    return clock


async def begun(client: AsyncClient, tokens: Json, password: str = PASSWORD) -> Response:
    return await client.post(URL, json={"password": password}, headers=bearer(tokens))


async def confirmed(client: AsyncClient, tokens: Json, code: str) -> Response:
    return await client.post(f"{URL}/confirm", json={"code": code}, headers=bearer(tokens))


async def enabled(client: AsyncClient, clock: Clock) -> tuple[Json, Json, str, list[str]]:
    """Somebody with a second factor: who, a session, the secret, recovery codes. The next code is good."""
    user = await new_player(client)
    tokens = await new_session(client, user)
    secret = (await begun(client, tokens)).json()["secret"]
    answer = await confirmed(client, tokens, clock.code(secret))
    assert answer.status_code == 200, answer.text
    clock.forward()
    return user, tokens, secret, answer.json()["recovery_codes"]


async def log_in_with(client: AsyncClient, user: Json, totp: str, password: str = PASSWORD) -> Response:
    return await client.post("/auth/login", json={"username": user["username"], "password": password, "totp": totp})


def is_code_needed(answer: Response) -> bool:
    return answer.status_code == 401 and answer.json()["type"] == "urn:hagame:problem:code-needed"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(now: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1; the last six of its eight digits."""
    assert codes.fitting_step(RFC_SECRET, code, now) == now // 30
    near = [codes.fitting_step(RFC_SECRET, code, now + 30 * steps) for steps in (1, 2)]
    assert near == [now // 30, None]


async def test_nothing_is_asked_for_until_a_first_code_confirms_it(client: AsyncClient, clock: Clock) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    answer = await begun(client, tokens)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    secret = answer.json()["secret"]
    assert pyotp.parse_uri(answer.json()["uri"]).secret == secret
    assert answer.json()["qr"].startswith("data:image/svg+xml")
    assert (await log_in(client, user["username"])).status_code == 200
    wrong = await confirmed(client, tokens, clock.code(secret, 5))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/code")
    assert (await confirmed(client, tokens, clock.code(secret))).status_code == 200
    assert is_code_needed(await log_in(client, user["username"]))
    told_now = (await client.get(URL, headers=bearer(tokens))).json()
    assert (told_now["enabled"], told_now["recovery_codes_left"]) == (True, 10)
    assert (await begun(client, tokens)).status_code == 409


async def test_the_code_comes_in_json_and_in_the_form(client: AsyncClient, clock: Clock) -> None:
    user, _, secret, _ = await enabled(client, clock)
    assert (await log_in_with(client, user, clock.code(secret))).status_code == 200
    clock.forward()
    form = {"username": user["email"], "password": PASSWORD, "totp": clock.code(secret)}
    assert (await client.post("/auth/login", data=form)).status_code == 200


async def test_a_code_is_good_once_and_so_are_all_before_it(client: AsyncClient, clock: Clock) -> None:
    user, _, secret, _ = await enabled(client, clock)
    code, earlier = clock.code(secret), clock.code(secret, -1)
    assert (await log_in_with(client, user, code)).status_code == 200
    for used in (code, earlier):
        assert is_code_needed(await log_in_with(client, user, used))
    clock.forward()
    assert is_code_needed(await log_in_with(client, user, code))
    assert (await log_in_with(client, user, clock.code(secret))).status_code == 200


async def test_of_one_code_many_times_at_once_one_wins(client: AsyncClient, clock: Clock) -> None:
    user, _, secret, spare = await enabled(client, clock)
    for code in (clock.code(secret), spare[0]):
        answers = await asyncio.gather(*(log_in_with(client, user, code) for _ in range(8)))
        assert sorted(a.status_code for a in answers) == [200] + [401] * 7


async def test_clocks_may_differ_by_half_a_minute_and_no_more(client: AsyncClient, clock: Clock) -> None:
    user, _, secret, _ = await enabled(client, clock)
    clock.forward(10)
    for steps, good in ((-2, False), (2, False), (-1, True), (1, True)):
        assert ((await log_in_with(client, user, clock.code(secret, steps))).status_code == 200) is good


async def test_a_wrong_password_says_nothing_of_the_second_factor(client: AsyncClient, clock: Clock) -> None:
    user, _, secret, _ = await enabled(client, clock)
    answer = await log_in_with(client, user, clock.code(secret), "not the password")
    assert answer.json()["type"] == "urn:hagame:problem:unauthenticated"
    assert (await log_in_with(client, user, clock.code(secret))).status_code == 200, "and uses no code up"


async def test_recovery_codes_are_good_once_each_however_they_are_typed(
    client: AsyncClient, clock: Clock, app: FastAPI
) -> None:
    user, tokens, _, spare = await enabled(client, clock)
    assert len(set(spare)) == 10
    for code in (spare[0], spare[1].lower(), spare[2].replace("-", " ")):
        assert (await log_in_with(client, user, code)).status_code == 200
        assert is_code_needed(await log_in_with(client, user, code))
    assert (await client.get(URL, headers=bearer(tokens))).json()["recovery_codes_left"] == 7
    renewed = await client.post(f"{URL}/recovery-codes", json={"code": spare[3]}, headers=bearer(tokens))
    assert len(renewed.json()["recovery_codes"]) == 10
    assert is_code_needed(await log_in_with(client, user, spare[4]))
    assert (await log_in_with(client, user, renewed.json()["recovery_codes"][0])).status_code == 200
    async with app.state.sessions() as session:
        rows = list(await session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == UUID(user["id"]))))
    assert {len(row.code_hash) for row in rows} == {32}


async def test_the_secret_rests_encrypted_for_its_owner_alone(client: AsyncClient, clock: Clock, app: FastAPI) -> None:
    user, tokens, secret, spare = await enabled(client, clock)
    other, *_ = await enabled(client, clock)
    async with app.state.sessions.begin() as session:
        row = await session.get(SecondFactor, UUID(user["id"]))
        assert secret.encode() not in row.secret
        # Moved to somebody else, it opens nothing.
        moved = update(SecondFactor).where(SecondFactor.user_id == UUID(other["id"])).values(secret=row.secret)
        await session.execute(moved)
    with told(codes) as events:
        assert is_code_needed(await log_in_with(client, other, clock.code(secret)))
    assert [e["event"] for e in events] == ["auth.second_factor_unreadable"]
    exported = (await client.get("/users/me/export", headers=bearer(tokens))).content
    assert not any(text.encode() in exported for text in (secret, *spare))


async def test_disabling_needs_both_factors_and_ends_all_sessions(client: AsyncClient, clock: Clock) -> None:
    user, tokens, secret, spare = await enabled(client, clock)

    async def disable(password: str, code: str) -> Response:
        body = {"password": password, "code": code}
        return await client.post(f"{URL}/disable", json=body, headers=bearer(tokens))

    for password, code, field in (("wrong one", spare[0], "/password"), (PASSWORD, "000000", "/code")):
        answer = await disable(password, code)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, field)
    assert (await disable(PASSWORD, clock.code(secret))).status_code == 204
    assert await status_of_me(client, tokens) == 401
    again = await new_session(client, user)
    assert (await client.get(URL, headers=bearer(again))).json() == {
        "enabled": False,
        "since": None,
        "recovery_codes_left": 0,
    }


async def test_a_guest_has_none_and_a_stolen_session_sets_none_up(client: AsyncClient) -> None:
    guest = (await client.post("/auth/guest")).json()
    assert (await begun(client, guest)).status_code == 409
    tokens = await new_session(client)
    assert (await begun(client, tokens, "not my password")).status_code == 422
    assert (await confirmed(client, tokens, "123456")).status_code == 409
    for path in ("recovery-codes", "disable"):
        body = {"code": "123456"} | ({"password": PASSWORD} if path == "disable" else {})
        assert (await client.post(f"{URL}/{path}", json=body, headers=bearer(tokens))).status_code == 409


async def test_codes_are_limited_by_the_hour(client_with: ClientWith, clock: Clock) -> None:
    async with client_with(codes_per_hour=4) as client:
        user, _, secret, _ = await enabled(client, clock)
        answers = [await log_in_with(client, user, "000000") for _ in range(3)]
        assert all(is_code_needed(a) for a in answers)
        limited = await log_in_with(client, user, clock.code(secret))
        assert limited.status_code == 429
        assert "4 per 60 minutes" in limited.json()["detail"]
        assert int(limited.headers["retry-after"]) > 60


async def test_administration_asks_for_it_where_it_is_required(client_with: ClientWith, clock: Clock) -> None:
    async with client_with(admin_second_factor="required") as client:
        user, tokens, secret, _ = await enabled(client, clock)
        other = await new_session(client)

        async def people(who: Json) -> Response:
            return await client.get("/admin/users?limit=1", headers=bearer(who))

        assert (await people(tokens)).status_code == 404, "to players there is nothing, whatever they showed"
        await _promote(client, user)
        before = await people(tokens)
        assert (before.status_code, before.json()["type"]) == (403, "urn:hagame:problem:second-factor-needed")
        # The session that confirmed it counts from its next refresh on, and so do those that follow.
        tokens = (await refresh(client, tokens)).json()
        assert (await people(tokens)).status_code == 200
        assert (await people((await refresh(client, tokens)).json())).status_code == 200
        fresh = await log_in_with(client, user, clock.code(secret))
        assert (await people(fresh.json())).status_code == 200
        assert (await people(other)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"environment": "production"}, 403),
        ({"environment": "production", "admin_second_factor": "off"}, 200),
        ({"admin_second_factor": "required"}, 403),
    ],
)
async def test_it_is_required_of_administrators_in_production_unless_said_otherwise(
    client_with: ClientWith, changes: Json, status: int
) -> None:
    async with client_with(**changes, secret_key=SecretStr("k" * 64)) as client:
        user = await new_player(client)
        await _promote(client, user)
        tokens = await new_session(client, user)
        assert (await client.get("/admin/users?limit=1", headers=bearer(tokens))).status_code == status
        assert (await client.get(URL, headers=bearer(tokens))).status_code == 200, "it can be set up"


async def test_the_log_and_the_metrics_tell_what_happened_and_no_code(client: AsyncClient, clock: Clock) -> None:
    def logins(outcome: str) -> float:
        return REGISTRY.get_sample_value("hagame_logins_total", {"outcome": outcome}) or 0.0

    before = {outcome: logins(outcome) for outcome in ("code_needed", "code_refused", "ok")}
    with told(tokens_service) as logged, told(second_factor) as events:
        user, _, secret, spare = await enabled(client, clock)
        await log_in(client, user["username"])
        await log_in_with(client, user, "000000")
        await log_in_with(client, user, clock.code(secret))
    assert [e["outcome"] for e in events] == ["begun", "enabled"]
    assert [e["outcome"] for e in logged] == ["ok", "code needed", "code refused", "ok"]
    assert not any(text in str(events + logged) for text in (secret, clock.code(secret), *spare))
    assert {o: logins(o) - b for o, b in before.items()} == {"code_needed": 1, "code_refused": 1, "ok": 2}


async def test_whoever_has_the_database_helps_who_lost_everything(
    client: AsyncClient, clock: Clock, settings: Settings, app: FastAPI
) -> None:
    user, tokens, *_ = await enabled(client, clock)

    async def reset(name: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hagame", "admin", "reset-second-factor", name]
        environment = os.environ | {"DATABASE_URL": settings.database_url or "", "NO_COLOR": "1", "COLUMNS": "200"}
        run = subprocess.run
        return await asyncio.to_thread(run, command, env=environment, capture_output=True, text=True, check=False)

    nobody = await reset(f"nobody-{secrets.token_hex(4)}")
    assert nobody.returncode == 1
    assert "has a second factor" in nobody.stderr
    done = await reset(user["username"].upper())
    assert done.returncode == 0, done.stderr
    assert user["username"] in done.stdout
    assert await status_of_me(client, tokens) == 401
    assert (await log_in(client, user["username"])).status_code == 200
    async with app.state.sessions() as session:
        entries = await session.scalars(select(AuditEntry).where(AuditEntry.user_id == UUID(user["id"])))
        assert [(e.actor_id, e.action) for e in entries] == [(None, "user.second_factor_reset")]


async def _promote(client: AsyncClient, user: dict[str, Any]) -> None:
    app = client._transport.app
    async with app.state.sessions.begin() as session:
        await session.execute(update(User).where(User.id == UUID(user["id"])).values(role="admin"))
