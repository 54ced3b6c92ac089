"""Keys with which programs come in, and what administrators do, over HTTP on a real database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.conftest import Headers, Person

from hagame.core.tables import ApiKey, User

pytestmark = pytest.mark.anyio

Sessions = async_sessionmaker[AsyncSession]
ClientWith = Callable[..., AbstractAsyncContextManager[AsyncClient]]


async def made(client: AsyncClient, who: Headers, *scopes: str) -> dict[str, Any]:
    answer = await client.post("/auth/keys", json={"name": "a program", "scopes": list(scopes)}, headers=who)
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


def by(key: dict[str, Any]) -> Headers:
    return {"Authorization": f"Bearer {key['key']}"}


async def id_of(client: AsyncClient, who: Headers) -> str:
    return str((await client.get("/auth/me", headers=who)).json()["id"])


async def promoted(client: AsyncClient, sessions: Sessions, who: Headers, role: str) -> Headers:
    async with sessions.begin() as session:
        await session.execute(update(User).where(User.id == UUID(await id_of(client, who))).values(role=role))
    return who


async def test_a_program_plays_with_a_key_in_the_name_of_its_owner(client: AsyncClient, player: Person) -> None:
    who = await player()
    key = await made(client, who, "play", "read:logs")
    assert key["key"].startswith(key["prefix"])
    instance = (
        await client.post("/games/instances", json={"definition": "rock-paper-scissors"}, headers=by(key))
    ).json()
    url = f"/games/instances/{instance['id']}"
    moved = await client.post(f"{url}/moves", json={"turn": 1, "action": "rock"}, headers=by(key))
    assert moved.status_code == 200
    for caller in (by(key), who):
        assert len((await client.get(f"{url}/decisions", headers=caller)).json()["items"]) == 1


async def test_a_key_does_what_its_scopes_say_and_never_touches_the_account(
    client: AsyncClient, player: Person
) -> None:
    who = await player()
    key = by(await made(client, who, "read:logs"))
    assert (await client.get("/auth/me", headers=key)).status_code == 200
    assert (await client.get("/llm/logs", headers=key)).status_code == 200
    refused = await client.post("/games/instances", json={"definition": "rock-paper-scissors"}, headers=key)
    assert (refused.status_code, refused.json()["scope"]) == (403, "play")
    calls = [("GET", "/users/me/profile"), ("DELETE", "/users/me"), ("GET", "/auth/keys"), ("POST", "/auth/logout-all")]
    for method, path in calls:
        assert (await client.request(method, path, headers=key)).status_code == 403, path
    assert (await client.get("/auth/me", headers=who)).status_code == 200


async def test_a_key_has_no_more_rights_than_its_owner(client: AsyncClient, player: Person) -> None:
    key = await made(client, await player(), "research")
    assert (await client.get("/stats/games", headers=by(key))).status_code == 403


async def test_a_revoked_expired_or_altered_key_is_refused(
    client: AsyncClient, player: Person, sessions: Sessions
) -> None:
    who = await player()
    gone, old, other = [await made(client, who, "play") for _ in range(3)]
    assert (await client.delete(f"/auth/keys/{gone['id']}", headers=who)).status_code == 204
    async with sessions.begin() as session:
        mine = update(ApiKey).where(ApiKey.id == UUID(old["id"]))
        await session.execute(mine.values(expires_at=ApiKey.created_at))
    forged = {"key": other["key"][:-1] + ("A" if other["key"][-1] != "A" else "B")}
    for key in (gone, old, forged, {"key": "hagame_"}, {"key": other["prefix"]}):
        assert (await client.get("/auth/me", headers=by(key))).status_code == 401
    assert (await client.get("/auth/me", headers=by(other))).status_code == 200


async def test_keys_rest_as_hashes_and_are_listed_without_themselves(
    client: AsyncClient, player: Person, sessions: Sessions
) -> None:
    who = await player()
    key = await made(client, who, "play")
    assert (await client.get("/auth/keys", headers=who)).json()["items"][0]["last_used_at"] is None
    await client.get("/auth/me", headers=by(key))
    listed = await client.get("/auth/keys", headers=who)
    assert key["key"] not in listed.text
    assert listed.json()["items"][0]["last_used_at"] is not None
    async with sessions() as session:
        row = (await session.scalars(select(ApiKey).where(ApiKey.id == UUID(key["id"])))).one()
    assert len(row.key_hash) == 32
    assert (await client.get("/users/me/export", headers=who)).content.find(key["key"].encode()) == -1


async def test_somebody_elses_key_cannot_be_revoked(client: AsyncClient, player: Person, other_player: Headers) -> None:
    key = await made(client, await player(), "play")
    assert (await client.delete(f"/auth/keys/{key['id']}", headers=other_player)).status_code == 404
    assert (await client.get("/auth/me", headers=by(key))).status_code == 200


async def test_guests_have_no_keys_and_nobody_has_many(client: AsyncClient, guest: Person, player: Person) -> None:
    body = {"name": "x", "scopes": ["play"]}
    assert (await client.post("/auth/keys", json=body, headers=await guest())).status_code == 409
    who = await player()
    statuses = [(await client.post("/auth/keys", json=body, headers=who)).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [409]


async def test_a_key_is_limited_by_the_minute(client_with: ClientWith) -> None:
    async with client_with(api_key_per_minute=3) as client:
        body = {"email": "keys@example.org", "username": "keys-limited", "password": "four quiet otters swim"}
        await client.post("/auth/register", json=body)
        form = {"username": body["username"], "password": body["password"]}
        token = (await client.post("/auth/login", data=form)).json()["access_token"]
        key = await made(client, {"Authorization": f"Bearer {token}"}, "play")
        statuses = [(await client.get("/auth/me", headers=by(key))).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]


async def test_who_is_shut_out_comes_in_by_no_way_until_let_in_again(
    client: AsyncClient, player: Person, sessions: Sessions
) -> None:
    who, admin = await player(), await promoted(client, sessions, await player(), "admin")
    me, key = await id_of(client, who), await made(client, who, "play")

    async def set_active(is_active: bool) -> Response:
        return await client.put(f"/admin/users/{me}/active", json={"is_active": is_active}, headers=admin)

    assert (await set_active(False)).json()["is_active"] is False
    for caller in (who, by(key)):
        assert (await client.get("/auth/me", headers=caller)).status_code == 401
    assert (await set_active(True)).status_code == 200
    assert (await client.get("/auth/me", headers=who)).status_code == 401, "its session has ended"
    assert (await client.get("/auth/me", headers=by(key))).status_code == 200


async def test_what_administrators_do_is_written_down(client: AsyncClient, player: Person, sessions: Sessions) -> None:
    who, admin = await player(), await promoted(client, sessions, await player(), "admin")
    me, actor = await id_of(client, who), await id_of(client, admin)
    await client.put(f"/users/{me}/role", json={"role": "researcher"}, headers=admin)
    await client.put(f"/admin/users/{me}/active", json={"is_active": False}, headers=admin)
    refused = await client.put(f"/admin/users/{actor}/active", json={"is_active": False}, headers=admin)
    assert refused.status_code == 409
    entries = (await client.get(f"/admin/audit?user_id={me}", headers=admin)).json()["items"]
    assert [(e["actor_id"], e["action"], e["details"]) for e in entries] == [
        (actor, "user.inactive", {}),
        (actor, "user.role", {"before": "player", "after": "researcher"}),
    ]


async def test_administrators_find_people_and_to_others_there_is_nothing(
    client: AsyncClient, player: Person, sessions: Sessions
) -> None:
    who, admin = await player(), await promoted(client, sessions, await player(), "admin")
    me = (await client.get("/auth/me", headers=who)).json()
    found = (await client.get(f"/admin/users?text={me['username'].upper()}", headers=admin)).json()["items"]
    assert [person["id"] for person in found] == [me["id"]]
    assert (await client.get("/admin/users?text=%25", headers=admin)).json()["items"] == []
    for path in ("/admin/users", "/admin/audit", "/admin/tasks", "/admin/keys", "/admin/overview"):
        assert (await client.get(path, headers=who)).status_code == 404


async def test_administrators_see_keys_that_are_good_and_revoke_them(
    client: AsyncClient, player: Person, sessions: Sessions
) -> None:
    who, admin = await player(), await promoted(client, sessions, await player(), "admin")
    me, actor = (await client.get("/auth/me", headers=who)).json(), await id_of(client, admin)
    good, gone = [await made(client, who, "play") for _ in range(2)]
    await client.delete(f"/auth/keys/{gone['id']}", headers=who)
    listed = await client.get(f"/admin/keys?user_id={me['id']}", headers=admin)
    assert [(key["id"], key["username"]) for key in listed.json()["items"]] == [(good["id"], me["username"])]
    assert good["key"] not in listed.text
    for _ in range(2):
        assert (await client.delete(f"/admin/keys/{good['id']}", headers=admin)).status_code == 204
    assert (await client.get("/auth/me", headers=by(good))).status_code == 401
    entries = (await client.get(f"/admin/audit?user_id={me['id']}", headers=admin)).json()["items"]
    names = [(e["actor_id"], e["username"], e["action"], e["details"]["prefix"]) for e in entries]
    assert names == [(actor, me["username"], "key.revoked", good["prefix"])]
    assert (await client.delete(f"/admin/keys/{me['id']}", headers=admin)).status_code == 404


async def test_administrators_see_tasks_of_all_and_how_many_there_are(
    client: AsyncClient, player: Person, sessions: Sessions
) -> None:
    who, admin = await player(), await promoted(client, sessions, await player(), "admin")
    before = (await client.get("/admin/overview", headers=admin)).json()
    task = (await client.post("/reports", json={"span": "week"}, headers=who)).json()
    listed = (await client.get("/admin/tasks?state=queued&limit=200", headers=admin)).json()["items"]
    mine = [found for found in listed if found["id"] == task["id"]]
    assert [(found["user_id"], found["kind"]) for found in mine] == [(await id_of(client, who), "report.make")]
    assert "result" not in mine[0]
    done = (await client.get("/admin/tasks?state=done&limit=200", headers=admin)).json()["items"]
    assert task["id"] not in {found["id"] for found in done}
    assert (await client.get("/admin/tasks?state=lost", headers=admin)).status_code == 422
    await player()
    after = (await client.get("/admin/overview", headers=admin)).json()
    assert (after["registered"] - before["registered"], after["tasks_open"] - before["tasks_open"]) == (1, 1)
