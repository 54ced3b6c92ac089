"""A person may take everything along, and may be forgotten."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select, text
from tests.api.test_reports import play
from tests.api.working import work_off
from tests.conftest import PASSWORD

from hagame.accounts.archive import WITHHELD_TABLES, tables_of_people
from hagame.core.tables import Table, Task
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


async def exported(client: AsyncClient, who: Headers) -> dict[str, list[dict[str, Any]]]:
    answer = await client.get("/users/me/export", headers=who)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.testzip() is None
        names = [name for name in file.namelist() if name.endswith(".jsonl")]
        return {name: [json.loads(line) for line in file.read(name).splitlines()] for name in names}


async def erased(client: AsyncClient, who: Headers) -> Response:
    return await client.request("DELETE", "/users/me", json={"password": PASSWORD}, headers=who)


async def test_a_guest_is_erased_without_a_password(client: AsyncClient, guest: Person) -> None:
    who = await guest()
    assert (await client.delete("/users/me", headers=who)).status_code == 204
    assert (await client.get("/auth/me", headers=who)).status_code == 401


async def test_the_archive_holds_everything_of_a_person_and_nothing_secret(
    client: AsyncClient, player: Person, other_player: Headers
) -> None:
    who = await player()
    me = (await client.get("/auth/me", headers=who)).json()
    match = await play(client, who, 3)
    await play(client, other_player, 1)
    await client.put("/users/me/profile", json={"display_name": "Ada"}, headers=who)
    found = await exported(client, who)
    assert set(found) == {f"{table.name}.jsonl" for table, _ in tables_of_people()}
    assert [row["email"] for row in found["users.jsonl"]] == [me["email"]]
    assert [row["display_name"] for row in found["profiles.jsonl"]] == ["Ada"]
    assert [row["id"] for row in found["game_instances.jsonl"]] == [match]
    assert [row["turn"] for row in found["user_decision_logs.jsonl"]] == [1, 2, 3]
    assert {row["user_id"] for row in found["user_decision_logs.jsonl"]} == {me["id"]}
    assert not {"password_hash", "state", "seed"} & {name for rows in found.values() for row in rows for name in row}


async def test_every_table_with_a_person_in_it_is_in_the_archive() -> None:
    people = {
        table.name
        for table in Table.metadata.sorted_tables
        if any(key.column.table.name == "users" for key in table.foreign_keys)
    }
    assert people - WITHHELD_TABLES <= {table.name for table, _ in tables_of_people()}


async def test_who_is_erased_is_gone_at_once_and_their_play_soon_after(
    client: AsyncClient, app: FastAPI, player: Person, other_player: Headers, settings: Settings
) -> None:
    who = await player()
    me = (await client.get("/auth/me", headers=who)).json()
    for _ in range(2):
        await play(client, who, 2)
    stays = await play(client, other_player, 2)
    for body in ({}, {"password": "not mine"}):
        refused = await client.request("DELETE", "/users/me", json=body, headers=who)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
    assert (await client.delete("/users/me", headers=who)).status_code == 422, "a stolen session alone is not enough"
    assert (await erased(client, who)).status_code == 204
    assert (await client.get("/auth/me", headers=who)).status_code == 401
    async with app.state.sessions() as session:
        row = (await session.execute(text("SELECT * FROM users WHERE id = :id"), {"id": me["id"]})).mappings().one()
        assert (row["email"], row["password_hash"], row["is_active"]) == (None, None, False)
        assert me["username"] not in str(dict(row))
        query = select(Task).where(Task.kind == "person.erase", Task.key == me["id"])
        task = (await session.scalars(query)).one()
    await work_off(settings, task.id, task.id)
    async with app.state.sessions() as session:
        for table, column in tables_of_people():
            left = text(f'SELECT count(*) FROM "{table.name}" WHERE "{column}" = :id')  # noqa: S608
            assert await session.scalar(left, {"id": UUID(me["id"])}) == 0, table.name
    assert (await client.get(f"/games/instances/{stays}", headers=other_player)).json()["turn"] == 3


async def test_the_name_and_the_email_are_free_again(client: AsyncClient, player: Person) -> None:
    who = await player()
    me = (await client.get("/auth/me", headers=who)).json()
    await erased(client, who)
    body = {"email": me["email"], "username": me["username"], "password": "correct horse battery staple 42"}
    assert (await client.post("/auth/register", json=body)).status_code == 201
