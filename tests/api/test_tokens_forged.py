"""Access tokens that are not ours, not now, or not whole: each is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from httpx2 import AsyncClient

from hagame.settings import Settings

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
Forge = Callable[[Settings, Json], str]

OTHER_KEY = "another-key-of-the-right-length-0123456789"
NOW = datetime.now(UTC)


def signed(claims: Json, settings: Settings, key: str | None = None, headers: Json | None = None, **how: str) -> str:
    secret = key or settings.secret_key.get_secret_value()
    return jwt.encode(claims, secret, how.get("algorithm", settings.algorithm), headers=headers)


def by_hand(header: Json, claims: Json, signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return ".".join((*parts, signature))


def changed(**changes: Any) -> Forge:
    return lambda settings, claims: signed(claims | changes, settings)


def without(name: str) -> Forge:
    return lambda settings, claims: signed({k: v for k, v in claims.items() if k != name}, settings)


def stripped(settings: Settings, claims: Json) -> str:
    return ".".join([*signed(claims, settings).split(".")[:2], ""])


def altered(settings: Settings, claims: Json) -> str:
    signature = signed(claims, settings).split(".")[2]
    return by_hand({"alg": settings.algorithm, "typ": "JWT"}, claims | {"role": "admin"}, signature)


FORGERIES: dict[str, Forge] = {
    "alg none": lambda _, claims: by_hand({"alg": "none", "typ": "JWT"}, claims),
    "alg None": lambda _, claims: by_hand({"alg": "None"}, claims),
    "no alg": lambda _, claims: by_hand({"typ": "JWT"}, claims),
    "other algorithm": lambda settings, claims: signed(
        claims, settings, key=settings.secret_key.get_secret_value(), algorithm="HS384"
    ),
    "other key": lambda settings, claims: signed(claims, settings, key=OTHER_KEY),
    "no signature": stripped,
    "altered claims": altered,
    "key from kid": lambda settings, claims: signed(
        claims, settings, key=OTHER_KEY, headers={"kid": "../../../../dev/null"}
    ),
    "kid is no text": lambda _, claims: by_hand({"alg": "HS256", "kid": 1}, claims, "AAAA"),
    "key from jku": lambda settings, claims: signed(
        claims, settings, key=OTHER_KEY, headers={"jku": "https://evil.example/keys"}
    ),
    "expired": changed(exp=NOW - timedelta(seconds=1)),
    "expired long ago": changed(exp=0),
    "not yet valid": changed(nbf=NOW + timedelta(hours=1)),
    "exp is text": changed(exp="tomorrow"),
    "exp is endless": changed(exp=1e400),
    "other issuer": changed(iss="somebody"),
    "other audience": changed(aud="somebody"),
    "other type": changed(typ="refresh"),
    "nobody": changed(sub=str(uuid4())),
    "sub is no id": changed(sub="1 OR 1=1"),
    "sub is a number": changed(sub=1),
    "unknown role": changed(role="king"),
    "role is a list": changed(role=["admin"]),
    "older session": changed(sv=0),
    "later session": changed(sv=2),
    "session is text": changed(sv="1"),
    "session is true": changed(sv=True),
    **{
        f"no {name}": without(name)
        for name in ("sub", "role", "sv", "iat", "nbf", "exp", "jti", "sid", "amr", "typ", "iss", "aud")
    },
    "sid is no id": changed(sid="mine"),
    "amr is a number": changed(amr=1),
    "empty parts": lambda *_: "..",
    "one part": lambda *_: "token",
    "no base64": lambda *_: "a!.b!.c!",
    "nested header": lambda *_: base64.urlsafe_b64encode(b"[" * 1100).decode() + ".e30.AAAA",
    "very long": lambda settings, claims: signed(claims | {"more": "x" * 20_000}, settings),
}


def claims_of(token: str) -> Json:
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
async def token(client: AsyncClient) -> str:
    return (await client.post("/auth/guest")).json()["access_token"]


async def test_a_token_signed_alike_is_good(client: AsyncClient, settings: Settings, token: str) -> None:
    """The table below starts from this one, so each line fails for its own reason."""
    copy = signed(claims_of(token), settings)
    answer = await client.get("/auth/me", headers={"Authorization": f"Bearer {copy}"})
    assert answer.status_code == 200
    assert UUID(claims_of(token)["sub"]) == UUID(answer.json()["id"])


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_token_is_refused(client: AsyncClient, settings: Settings, token: str, name: str) -> None:
    forged = FORGERIES[name](settings, claims_of(token))
    for method, path in (("GET", "/auth/me"), ("POST", "/auth/logout-all")):
        answer = await client.request(method, path, headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "urn:hagame:problem:unauthenticated"
    assert (await client.get("/auth/me", headers={"Authorization": f"Bearer {token}"})).status_code == 200


@pytest.mark.parametrize("scheme", ["Basic {}", "{}", "Bearer", "Bearer  ", "Token {}", "Bearer {} extra"])
async def test_other_ways_to_send_a_token_are_refused(client: AsyncClient, token: str, scheme: str) -> None:
    answer = await client.get("/auth/me", headers={"Authorization": scheme.format(token)})
    assert answer.status_code == 401


async def test_a_refresh_token_is_no_access_token(client: AsyncClient) -> None:
    tokens = (await client.post("/auth/guest")).json()
    answer = await client.get("/auth/me", headers={"Authorization": f"Bearer {tokens['refresh_token']}"})
    assert answer.status_code == 401
    answer = await client.post("/auth/refresh", json={"refresh_token": tokens["access_token"]})
    assert answer.status_code in {401, 422}
