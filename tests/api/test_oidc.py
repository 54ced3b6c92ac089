"""Logging in by a provider, played by a server with real keys: what is let in, and all that is not."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import pytest
from httpx2 import AsyncClient, Response
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr, ValidationError
from pytest_httpserver import HTTPServer
from sqlalchemy import select, update
from tests.api.provider import CLIENT, SECRET, Json, Provider
from tests.api.sessions import PASSWORD, bearer, log_in, new_player, new_session, refresh, told
from tests.api.test_totp import Clock, clock, enabled, is_code_needed
from werkzeug import Response as Answer

from hagame.accounts import oidc, oidc_provider
from hagame.core.tables import Identity, OidcLogin, User
from hagame.settings import Settings

pytestmark = pytest.mark.anyio
__all__ = ["clock"]

ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]
COOKIE = "hagame_oidc"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with HTTPServer(host="127.0.0.1") as server:
        yield Provider(server)


@pytest.fixture
async def client(client_with: ClientWith, provider: Provider) -> AsyncIterator[AsyncClient]:
    async with client_with(**provider.settings) as client:
        yield client


async def begun(client: AsyncClient, who: Json | None = None, **body: str) -> Response:
    headers = bearer(who) if who else {}
    return await client.post("/auth/oidc/begin", json=body, headers=headers)


async def finished(client: AsyncClient, back: Json) -> Response:
    return await client.post("/auth/oidc/finish", json=back)


async def come_in(client: AsyncClient, provider: Provider, who: Json | None = None, **body: str) -> Response:
    answer = await begun(client, who, **body)
    assert answer.status_code == 200, answer.text
    return await finished(client, provider.comes_back(answer.json()["url"]))


async def me(client: AsyncClient, answer: Response) -> Json:
    assert answer.status_code == 200, answer.text
    found: Json = (await client.get("/auth/me", headers=bearer(answer.json()))).json()
    return found


async def test_who_comes_back_gets_an_account_and_finds_it_again(client: AsyncClient, provider: Provider) -> None:
    assert (await client.get("/auth/oidc")).json() == {"name": "Example University"}
    name = f"ada-{secrets.token_hex(4)}"
    provider.claims = {"preferred_username": name, "email": f"{name}@example.org", "email_verified": True}
    answer = await come_in(client, provider)
    user = await me(client, answer)
    assert (user["username"], user["email"], user["is_guest"], user["role"]) == (
        name,
        f"{name}@example.org",
        False,
        "player",
    )
    assert answer.headers["cache-control"] == "no-store"
    assert (await refresh(client, answer.json())).status_code == 200
    provider.claims = {"preferred_username": "somebody else", "email": "new@example.org", "email_verified": True}
    assert (await me(client, await come_in(client, provider)))["id"] == user["id"], "the subject says who it is"


async def test_the_browser_keeps_a_cookie_that_pages_cannot_read(client: AsyncClient) -> None:
    cookie = (await begun(client)).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/auth/oidc", "Max-Age=600"):
        assert part in cookie
    assert "Secure" not in cookie, "this page has no TLS"


@pytest.mark.parametrize(
    ("told_of_them", "kept"),
    [
        ({"email": "{}@example.org", "email_verified": True}, True),
        ({"email": "{}@example.org", "email_verified": False}, False),
        ({"email": "{}@example.org", "email_verified": "true"}, False),
        ({"email": "{}@example.org"}, False),
        ({"email": "not an email", "email_verified": True}, False),
        ({"email": 7, "email_verified": True}, False),
    ],
)
async def test_an_email_is_kept_when_the_provider_says_that_it_is_theirs(
    client: AsyncClient, provider: Provider, told_of_them: Json, kept: bool
) -> None:
    email = told_of_them["email"]
    wished = email.format(secrets.token_hex(6)) if isinstance(email, str) else email
    provider.claims = told_of_them | {"email": wished}
    assert (await me(client, await come_in(client, provider)))["email"] == (wished if kept else None)


@pytest.mark.parametrize("verified", [True, False])
async def test_an_email_of_somebody_else_lets_nobody_in(
    client: AsyncClient, provider: Provider, verified: bool
) -> None:
    user = await new_player(client)
    provider.claims = {"email": user["email"].upper(), "email_verified": verified}
    answer = await come_in(client, provider)
    if verified:
        assert answer.status_code == 409
        assert "link this login" in answer.json()["detail"]
    else:
        assert (await me(client, answer))["id"] != user["id"]


async def test_who_shows_their_password_links_their_account(client: AsyncClient, provider: Provider) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    for body, field in (({}, "/password"), ({"password": "not mine"}, "/password")):
        refused = await begun(client, tokens, **body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, field)
    assert (await me(client, await come_in(client, provider, tokens, password=PASSWORD)))["id"] == user["id"]
    assert (await me(client, await come_in(client, provider)))["id"] == user["id"]
    other = await new_session(client)
    answer = await come_in(client, provider, other, password=PASSWORD)
    assert answer.status_code == 409, "it is linked with somebody else's account"


async def test_a_login_that_a_guest_began_is_over_once_the_guest_has_registered(
    client: AsyncClient, provider: Provider
) -> None:
    guest = (await client.post("/auth/guest")).json()
    thief = provider.comes_back((await begun(client, guest)).json()["url"])
    name = f"ada-{secrets.token_hex(4)}"
    body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
    assert (await client.post("/auth/register", json=body, headers=bearer(guest))).status_code == 201
    assert (await finished(client, thief)).status_code == 401


async def test_a_login_under_way_ends_with_all_sessions(client: AsyncClient, provider: Provider) -> None:
    tokens = await new_session(client)
    back = provider.comes_back((await begun(client, tokens, password=PASSWORD)).json()["url"])
    assert (await client.post("/auth/logout-all", headers=bearer(tokens))).status_code == 204
    assert (await finished(client, back)).status_code == 401


async def test_a_guest_becomes_the_account_and_keeps_what_was_played(client: AsyncClient, provider: Provider) -> None:
    guest = (await client.post("/auth/guest")).json()
    user = await me(client, await come_in(client, provider, guest))
    assert (user["id"], user["is_guest"]) == (guest["user"]["id"], False)
    other = (await client.post("/auth/guest")).json()
    assert (await me(client, await come_in(client, provider, other)))["id"] == user["id"], "an account that is known"


async def test_names_are_made_to_fit_and_free(client: AsyncClient, provider: Provider) -> None:
    taken = await new_player(client)
    for wished, begins in ((taken["username"].lower(), taken["username"].lower()), ("Ö <b>", "player"), ("", "player")):
        provider.subject, provider.claims = secrets.token_hex(6), {"preferred_username": wished}
        name = (await me(client, await come_in(client, provider)))["username"]
        assert name.startswith(begins)
        assert name.lower() != taken["username"].lower()


def unsigned(claims: Json) -> str:
    parts = ({"alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."


def signed_by_another(claims: Json) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, RSAKey.generate_key(2048, {"kid": "1"}))


def signed_with_the_secret(claims: Json) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32, "-")))


NOW = int(time.time())
LIES: dict[str, Json] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another client"},
    "no audience": {"aud": None},
    "many audiences and not for us": {"aud": [CLIENT, "another"], "azp": "another"},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "expired": {"exp": NOW - 3600, "iat": NOW - 7200},
    "never expires": {"exp": None},
    "not yet good": {"nbf": NOW + 3600},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 7},
    "a subject that is endless": {"sub": "x" * 10_000},
}
FORGERIES: dict[str, Callable[[Json], str]] = {
    "alg none": unsigned,
    "another key": signed_by_another,
    "the secret of the client as key": signed_with_the_secret,
    "no token": lambda _: "",
    "half a token": lambda claims: unsigned(claims).split(".")[0],
}


@pytest.mark.parametrize("name", LIES)
async def test_a_token_that_says_something_wrong_lets_nobody_in(
    client: AsyncClient, provider: Provider, name: str
) -> None:
    provider.claims = LIES[name]
    answer = await come_in(client, provider)
    assert answer.status_code == 401, answer.text
    assert answer.json()["type"] == "urn:hagame:problem:unauthenticated"


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    client: AsyncClient, provider: Provider, name: str
) -> None:
    provider.sign = FORGERIES[name]
    assert (await come_in(client, provider)).status_code == 401
    provider.sign = provider.signed
    assert (await come_in(client, provider)).status_code == 200


async def test_a_state_is_good_once_in_the_browser_that_began(client: AsyncClient, provider: Provider) -> None:
    back = provider.comes_back((await begun(client)).json()["url"])
    kept = client.cookies.get(COOKIE)
    client.cookies.clear()
    assert (await finished(client, back)).status_code == 401, "another browser"
    client.cookies.set(COOKIE, kept, domain="test.local", path="/auth/oidc")
    assert (await finished(client, back | {"state": "another"})).status_code == 401
    assert (await finished(client, back)).status_code == 200
    again = provider.comes_back((await begun(client)).json()["url"])
    assert (await finished(client, again | {"state": back["state"]})).status_code == 401, "used before"


async def test_a_code_of_another_login_lets_nobody_in(client: AsyncClient, provider: Provider) -> None:
    """Somebody's code, brought into another browser, does not fit its PKCE verifier."""
    stolen = provider.comes_back((await begun(client)).json()["url"])
    back = provider.comes_back((await begun(client)).json()["url"])
    assert (await finished(client, back | {"code": stolen["code"]})).status_code == 401


async def test_a_login_that_took_too_long_is_over(client: AsyncClient, provider: Provider) -> None:
    back = provider.comes_back((await begun(client)).json()["url"])
    sessions = client._transport.app.state.sessions
    async with sessions.begin() as session:
        await session.execute(update(OidcLogin).values(expires_at=OidcLogin.expires_at - oidc.LIFE))
        await oidc.forget_expired(session)
    assert (await finished(client, back)).status_code == 401
    async with sessions() as session:
        assert (await session.scalars(select(OidcLogin))).all() == []


async def test_who_has_a_second_factor_here_is_asked_for_it(
    client: AsyncClient, provider: Provider, clock: Clock
) -> None:
    user, tokens, secret, _ = await enabled(client, clock)
    back = provider.comes_back((await begun(client, tokens, password=PASSWORD)).json()["url"])
    assert is_code_needed(await finished(client, back))
    second = {"state": back["state"]}
    assert is_code_needed(await finished(client, second | {"totp": "000000"}))
    assert (await me(client, await finished(client, second | {"totp": clock.code(secret)})))["id"] == user["id"]
    assert (await finished(client, second | {"totp": clock.code(secret, 1)})).status_code == 401, "used up"


async def test_a_second_factor_at_the_provider_counts(client_with: ClientWith, provider: Provider) -> None:
    async with client_with(**provider.settings, admin_second_factor="required") as client:
        user = await me(client, await come_in(client, provider))
        sessions = client._transport.app.state.sessions
        async with sessions.begin() as session:
            await session.execute(update(User).where(User.id == UUID(user["id"])).values(role="admin"))
        for methods, status in ((["pwd"], 403), (["pwd", "mfa"], 200)):
            provider.claims = {"amr": methods}
            tokens = (await come_in(client, provider)).json()
            assert (await client.get("/admin/users?limit=1", headers=bearer(tokens))).status_code == status


async def test_an_account_without_a_password_has_none_to_log_in_with(client: AsyncClient, provider: Provider) -> None:
    answer = await come_in(client, provider)
    user = await me(client, answer)
    assert (await log_in(client, user["username"])).status_code == 401
    body = {"current_password": PASSWORD, "new_password": "five loud herons dance"}
    refused = await client.post("/auth/password", json=body, headers=bearer(answer.json()))
    assert (refused.status_code, "provider" in refused.json()["detail"]) == (409, True)


async def test_who_is_shut_out_or_erased_does_not_come_in_by_the_provider(
    client: AsyncClient, provider: Provider
) -> None:
    first = await come_in(client, provider)
    user = await me(client, first)
    sessions = client._transport.app.state.sessions
    async with sessions.begin() as session:
        await session.execute(update(User).where(User.id == UUID(user["id"])).values(is_active=False))
    assert (await come_in(client, provider)).status_code == 401
    async with sessions.begin() as session:
        await session.execute(update(User).where(User.id == UUID(user["id"])).values(is_active=True))
    await client.delete("/users/me", headers=bearer(first.json()))
    assert (await me(client, await come_in(client, provider)))["id"] != user["id"]
    async with sessions() as session:
        mine = await session.scalars(select(Identity).where(Identity.user_id == UUID(user["id"])))
        assert mine.all() == []


@pytest.mark.parametrize(
    "broken",
    [Answer("", 500), Answer("no JSON"), Answer("[]", content_type="application/json")],
    ids=["fault", "text", "list"],
)
async def test_a_provider_that_fails_is_told_as_such(client: AsyncClient, provider: Provider, broken: Answer) -> None:
    back = provider.comes_back((await begun(client)).json()["url"])
    provider.broken = broken
    assert (await begun(client)).status_code == 503
    assert (await finished(client, back)).status_code == 503


async def test_a_provider_that_describes_another_issuer_is_not_believed(
    client: AsyncClient, provider: Provider
) -> None:
    provider.about = {"issuer": "https://evil.example"}
    assert (await begun(client)).status_code == 503


async def test_without_a_provider_there_is_nothing(client_with: ClientWith) -> None:
    async with client_with() as client:
        assert (await client.get("/auth/oidc")).json() == {"name": None}
        assert (await begun(client)).status_code == 404
        assert (await finished(client, {"state": "x", "code": "y"})).status_code == 404


async def test_nothing_secret_is_logged_or_stored(client: AsyncClient, provider: Provider) -> None:
    with told(oidc) as events, told(oidc_provider) as refusals:
        url = (await begun(client)).json()["url"]
        browser = client.cookies.get(COOKIE)
        async with client._transport.app.state.sessions() as session:
            rows = [vars(row) for row in await session.scalars(select(OidcLogin))]
        back = provider.comes_back(url)
        assert (await finished(client, back)).status_code == 200
        provider.claims = {"nonce": "wrong"}
        await come_in(client, provider)
    assert [e["event"] for e in events] == ["user.registered", "auth.oidc", "auth.login"]
    assert [e["event"] for e in refusals] == ["auth.oidc_refused"]
    hidden: list[Any] = [SECRET, browser, *back.values(), provider.asked[0]["nonce"]]
    assert not [text for text in hidden if text in str(events + refusals + rows)]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"oidc_issuer": "https://login.example"}, "HAGAME_OIDC_CLIENT_ID"),
        ({"oidc_issuer": "login.example", "oidc_client_id": "x"}, "pattern"),
        ({"oidc_issuer": "https://login.example", "oidc_client_id": "x", "oidc_scopes": "email"}, "pattern"),
        ({"oidc_issuer": "http://login.example", "oidc_client_id": "x", "environment": "production"}, "https"),
        ({"oidc_issuer": "https://login.example", "oidc_client_id": "x", "environment": "production"}, "REDIRECT"),
    ],
)
def test_settings_that_are_not_whole_are_refused(given: Json, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Settings(secret_key=SecretStr("k" * 64), **given)
