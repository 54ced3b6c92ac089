"""Registering, guests, claiming one, profiles and roles over HTTP on a real database."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts import administration
from hagame.core.tables import User
from hagame.errors import Conflict

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
PASSWORD = "four quiet otters swim"


def newcomer(**changes: Any) -> dict[str, Any]:
    name = f"ada-{secrets.token_hex(6)}"
    return {"email": f"{name}@example.org", "username": name, "password": PASSWORD} | changes


async def register(client: AsyncClient, headers: Headers | None = None, **changes: Any) -> Response:
    return await client.post("/auth/register", json=newcomer(**changes), headers=headers or {})


async def log_in(client: AsyncClient, name: str, password: str = PASSWORD) -> Headers:
    answer = await client.post("/auth/login", json={"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def new_player(client: AsyncClient) -> tuple[dict[str, Any], Headers]:
    answer = await register(client)
    assert answer.status_code == 201, answer.text
    return answer.json(), await log_in(client, answer.json()["username"])


async def new_guest(client: AsyncClient) -> tuple[dict[str, Any], Headers]:
    answer = await client.post("/auth/guest")
    assert answer.status_code == 201, answer.text
    return answer.json(), {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def new_admin(client: AsyncClient, app: FastAPI) -> tuple[dict[str, Any], Headers]:
    user, headers = await new_player(client)
    async with app.state.sessions.begin() as session:
        await session.execute(update(User).where(User.id == UUID(user["id"])).values(role="admin"))
    return user, headers


async def test_a_new_account_is_a_player_whose_password_is_kept_as_argon2id(client: AsyncClient, app: FastAPI) -> None:
    body = newcomer()
    answer = await client.post("/auth/register", json=body)
    assert answer.status_code == 201
    user = answer.json()
    assert (user["username"], user["email"], user["role"], user["is_guest"]) == (
        body["username"],
        body["email"],
        "player",
        False,
    )
    assert body["password"] not in answer.text
    assert "argon2" not in answer.text
    async with app.state.sessions() as session:
        stored = (await session.get(User, UUID(user["id"]))).password_hash
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


@pytest.mark.parametrize("field", ["username", "email"])
async def test_a_name_that_is_taken_is_a_conflict_that_says_which_whatever_the_case(
    client: AsyncClient, field: str
) -> None:
    first = (await register(client)).json()
    answer = await register(client, **{field: first[field].upper()})
    assert answer.status_code == 409
    assert [e["pointer"] for e in answer.json()["errors"]] == [f"/{field}"]


async def test_of_many_equal_registrations_at_once_one_is_made(client: AsyncClient, app: FastAPI) -> None:
    body = newcomer()
    answers = await asyncio.gather(*(client.post("/auth/register", json=body) for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    async with app.state.sessions() as session:
        assert await session.scalar(select(func.count()).where(User.email == body["email"])) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ab"}, "/username"),
        ({"username": "a" * 33}, "/username"),
        ({"username": "ada lovelace"}, "/username"),
        ({"username": "ada@home"}, "/username"),
        ({"username": "аda"}, "/username"),  # noqa: RUF001 - a Cyrillic letter that looks Latin
        ({"username": "ada\n"}, "/username"),
        ({"email": "nobody"}, "/email"),
        ({"email": "a" * 250 + "@example.org"}, "/email"),
        ({"password": ""}, "/password"),
        ({"password": "x" * 257}, "/password"),
        ({"password": 123456789012}, "/password"),
        ({"role": "admin"}, "/role"),
        ({"is_guest": True}, "/is_guest"),
        ({"id": str(uuid4())}, "/id"),
    ],
)
async def test_a_bad_registration_is_refused_by_name(client: AsyncClient, changes: dict[str, Any], field: str) -> None:
    answer = await register(client, **changes)
    assert answer.status_code == 422, answer.text
    assert field in [e["pointer"] for e in answer.json()["errors"]]


async def test_a_bad_username_is_refused_in_words(client: AsyncClient) -> None:
    body = {"email": "al@example.org", "username": "al", "password": PASSWORD}
    answer = await client.post("/auth/register", json=body)
    assert answer.status_code == 422
    assert "username: must be 3 to 32 letters from a to z, digits" in answer.json()["detail"]


@pytest.mark.parametrize(
    "password",
    ["password1", "123456789", "monkey123", "qwertyuiop", "summer2024", "abcdefghijklmn", "iloveyouiloveyou"],
)
async def test_a_weak_password_is_refused_and_told_what_would_be_right(client: AsyncClient, password: str) -> None:
    answer = await register(client, password=password)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["errors"][0]["pointer"] == "/password"
    assert "12 characters" in problem["detail"]
    assert password not in answer.text


async def test_the_own_name_is_no_password(client: AsyncClient) -> None:
    for field in ("username", "email"):
        body = newcomer()
        answer = await client.post("/auth/register", json=body | {"password": body[field].upper()})
        assert answer.status_code == 422
        assert "must not be the username or the email" in answer.json()["detail"]


async def test_a_short_password_that_is_hard_to_guess_is_taken(client: AsyncClient) -> None:
    assert (await register(client, password="v9#Kq2!zLw")).status_code == 201


async def test_a_guest_plays_at_once_under_a_friendly_name(client: AsyncClient) -> None:
    answer, headers = await new_guest(client)
    user = answer["user"]
    assert user["is_guest"]
    assert user["email"] is None
    assert user["username"].split("-")[0] == "guest"
    assert len(user["username"]) <= 32
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    assert (await client.get("/auth/me", headers=headers)).json() == user


async def test_guests_are_different_people(client: AsyncClient) -> None:
    answers = await asyncio.gather(*(client.post("/auth/guest", json={}) for _ in range(20)))
    users = [a.json()["user"] for a in answers]
    assert len({u["id"] for u in users}) == len({u["username"] for u in users}) == 20


async def test_a_guest_who_registers_keeps_id_profile_and_tokens(client: AsyncClient) -> None:
    guest, headers = await new_guest(client)
    await client.put("/users/me/profile", json={"display_name": "Otter"}, headers=headers)
    body = newcomer()
    claimed = await client.post("/auth/register", json=body, headers=headers)
    assert claimed.status_code == 201
    user = claimed.json()
    assert (user["id"], user["is_guest"], user["email"]) == (guest["user"]["id"], False, body["email"])
    assert (await client.get("/auth/me", headers=headers)).json() == user
    refreshed = await client.post("/auth/refresh", json={"refresh_token": guest["refresh_token"]})
    assert refreshed.status_code == 200
    profile = await client.get("/users/me/profile", headers=await log_in(client, body["email"]))
    assert profile.json()["display_name"] == "Otter"


async def test_of_two_claims_of_one_guest_at_once_one_wins(client: AsyncClient) -> None:
    _, headers = await new_guest(client)
    answers = await asyncio.gather(*(register(client, headers) for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]


async def test_who_is_registered_does_not_register_again_with_the_same_token(client: AsyncClient) -> None:
    _, headers = await new_player(client)
    answer = await register(client, headers)
    assert answer.status_code == 409
    assert "log out" in answer.json()["detail"]


async def test_a_guest_takes_no_name_of_another(client: AsyncClient) -> None:
    other, _ = await new_player(client)
    guest, headers = await new_guest(client)
    answer = await register(client, headers, username=other["username"].upper(), email=other["email"])
    assert answer.status_code == 409
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/username", "/email"}
    assert (await client.get("/auth/me", headers=headers)).json() == guest["user"]


async def test_a_bad_token_is_refused_when_registering_rather_than_ignored(client: AsyncClient) -> None:
    answer = await register(client, {"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401


async def test_a_profile_starts_with_defaults_and_keeps_what_is_left_out(client: AsyncClient) -> None:
    _, me = await new_guest(client)
    fresh = {"display_name": None, "language": "en", "preferences": {}}
    assert (await client.get("/users/me/profile", headers=me)).json() == fresh
    first = await client.put("/users/me/profile", json={"display_name": " Ada ", "language": "pt-BR"}, headers=me)
    assert first.json() == {"display_name": "Ada", "language": "pt-BR", "preferences": {}}
    preferences = {"theme": "dark", "keys": ["r", "p", "s"], "volume": 0.5, "emoji": "🦦"}
    second = await client.put("/users/me/profile", json={"preferences": preferences}, headers=me)
    assert second.json() == {"display_name": "Ada", "language": "pt-BR", "preferences": preferences}
    third = await client.put("/users/me/profile", json={"display_name": None}, headers=me)
    assert third.json()["display_name"] is None
    assert (await client.get("/users/me/profile", headers=me)).json() == third.json()


@pytest.mark.parametrize("language", ["en", "de-CH-1996", "zh-Hant-TW", "sr-Latn", "es-419", "en-GB-x-lab", "sl-rozaj"])
async def test_languages_are_named_by_bcp_47(client: AsyncClient, language: str) -> None:
    _, me = await new_guest(client)
    answer = await client.put("/users/me/profile", json={"language": language}, headers=me)
    assert answer.json()["language"] == language


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "english please"}, "/language"),
        ({"language": "e"}, "/language"),
        ({"language": "en_GB"}, "/language"),
        ({"language": None}, "/language"),
        ({"display_name": ""}, "/display_name"),
        ({"display_name": "x" * 65}, "/display_name"),
        ({"display_name": "two\nlines"}, "/display_name"),
        ({"preferences": []}, "/preferences"),
        ({"preferences": {"x": "y" * 8192}}, "/preferences"),
        ({"user_id": str(uuid4())}, "/user_id"),
        ({"role": "admin"}, "/role"),
    ],
)
async def test_a_bad_profile_is_refused_by_name_and_changes_nothing(
    client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    _, me = await new_guest(client)
    before = (await client.get("/users/me/profile", headers=me)).json()
    answer = await client.put("/users/me/profile", json=body, headers=me)
    assert answer.status_code == 422, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [field]
    assert (await client.get("/users/me/profile", headers=me)).json() == before


async def test_nobody_sees_the_profile_of_another(client: AsyncClient) -> None:
    _, me = await new_guest(client)
    _, other = await new_guest(client)
    await client.put("/users/me/profile", json={"display_name": "Mine"}, headers=me)
    assert (await client.get("/users/me/profile", headers=other)).json()["display_name"] is None


async def test_an_administrator_gives_roles_that_hold_at_once(client: AsyncClient, app: FastAPI) -> None:
    _, admin = await new_admin(client, app)
    user, headers = await new_player(client)
    answer = await client.put(f"/users/{user['id']}/role", json={"role": "researcher"}, headers=admin)
    assert answer.status_code == 200
    assert answer.json()["role"] == "researcher"
    assert (await client.get("/auth/me", headers=headers)).json()["role"] == "researcher"


@pytest.fixture
async def two_alone(client: AsyncClient, app: FastAPI) -> AsyncIterator[list[tuple[dict[str, Any], Headers]]]:
    """Two administrators, and no others."""
    two = [await new_admin(client, app) for _ in range(2)]
    others = User.role == "admin", User.id.not_in([UUID(user["id"]) for user, _ in two])
    async with app.state.sessions.begin() as session:
        off = (await session.scalars(update(User).where(*others).values(role="researcher").returning(User.id))).all()
    yield two
    async with app.state.sessions.begin() as session:
        await session.execute(update(User).where(User.id.in_(off)).values(role="admin"))


async def test_two_administrators_who_demote_each_other_at_once_leave_one(
    two_alone: list[tuple[dict[str, Any], Headers]], app: FastAPI
) -> None:
    ids = [UUID(user["id"]) for user, _ in two_alone]

    async def demote(session: AsyncSession, by: UUID, whom: UUID) -> None:
        await administration.set_role(session, await session.get_one(User, by), whom, "player")
        await session.commit()

    async with app.state.sessions() as first, app.state.sessions() as second:
        await administration.set_role(first, await first.get_one(User, ids[0]), ids[1], "player")
        other = asyncio.create_task(demote(second, ids[1], ids[0]))
        await asyncio.wait({other}, timeout=0.5)
        await first.commit()
        with pytest.raises(Conflict, match="last administrator"):
            await other


async def test_the_last_administrator_cannot_be_erased(
    client: AsyncClient, two_alone: list[tuple[dict[str, Any], Headers]]
) -> None:
    (_, as_one), (_, as_other) = two_alone
    body = {"password": PASSWORD}
    assert (await client.request("DELETE", "/users/me", json=body, headers=as_one)).status_code == 204
    refused = await client.request("DELETE", "/users/me", json=body, headers=as_other)
    assert (refused.status_code, "last administrator" in refused.text) == (409, True)


async def test_to_others_the_door_of_administrators_does_not_exist(client: AsyncClient) -> None:
    user, headers = await new_player(client)
    other, _ = await new_player(client)
    for target in (user["id"], other["id"], str(uuid4())):
        answer = await client.put(f"/users/{target}/role", json={"role": "admin"}, headers=headers)
        assert answer.status_code == 404
    assert (await client.get("/auth/me", headers=headers)).json()["role"] == "player"
    assert (await client.put(f"/users/{user['id']}/role", json={"role": "admin"})).status_code == 401


async def test_roles_are_given_to_registered_people_other_than_oneself(client: AsyncClient, app: FastAPI) -> None:
    me, admin = await new_admin(client, app)
    guest, _ = await new_guest(client)
    for target, status in ((me["id"], 409), (guest["user"]["id"], 409), (str(uuid4()), 404)):
        answer = await client.put(f"/users/{target}/role", json={"role": "researcher"}, headers=admin)
        assert answer.status_code == status
    unknown = await client.put(f"/users/{me['id']}/role", json={"role": "king"}, headers=admin)
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/auth/me"),
        ("POST", "/auth/logout-all"),
        ("POST", "/auth/password"),
        ("GET", "/users/me/profile"),
        ("PUT", "/users/me/profile"),
        ("GET", "/users/me/cognitive-profile"),
        ("PUT", "/users/me/cognitive-profile"),
        ("GET", "/users/me/cognitive-profile/history"),
    ],
)
async def test_without_a_token_nothing_personal_answers(client: AsyncClient, method: str, path: str) -> None:
    body = {"current_password": PASSWORD, "new_password": PASSWORD} if path.endswith("password") else {}
    answer = await client.request(method, path, json=body)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/auth/guest", "/auth/logout-all"])
async def test_calls_without_fields_take_none(client: AsyncClient, path: str) -> None:
    _, me = await new_guest(client)
    answer = await client.post(path, json={"role": "admin", "user_id": str(uuid4())}, headers=me)
    assert answer.status_code == 422
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/role", "/user_id"}


async def test_the_how_to_page_tells_every_call_there_is(client: AsyncClient) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "accounts.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(GET|POST|PUT|DELETE) (/[a-z/{}_-]+)`", page))
    paths = (await client.get("/openapi.json")).json()["paths"]
    there = {
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if path.startswith(("/auth/", "/users/", "/admin/"))
    }
    assert told == there
