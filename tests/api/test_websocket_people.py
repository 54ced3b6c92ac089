"""Who may sit at a match over a WebSocket, for how long, and from where."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import Headers, Person, begin
from tests.api.table import Json, Table
from tests.conftest import serving
from websockets.exceptions import InvalidStatus

from hagame.core.security import make_token
from hagame.core.tables import User
from hagame.games import websocket
from hagame.settings import Settings

pytestmark = pytest.mark.anyio


async def test_a_match_of_somebody_else_is_not_there(
    client: AsyncClient, me: Headers, other_player: Headers, port: int
) -> None:
    instance = await begin(client, me)
    for asked in (instance["id"], "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f", "no-id"):
        async with Table(port, asked) as table:
            told = await table.sit(other_player)
            assert (told["type"], told["problem"]["status"]) == ("problem", 404)
            assert await table.end() == 4404


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "auth", "token": "forged"}, 4401),
        ({"type": "auth", "token": "hagame_00000000_nothing"}, 4401),
        ({"type": "move", "turn": 1, "action": "rock"}, 4422),
        ({"type": "auth", "token": "x", "role": "admin"}, 4422),
        ({"type": "auth"}, 4422),
    ],
)
async def test_nobody_sits_down_without_a_good_token(
    client: AsyncClient, me: Headers, port: int, message: Json, code: int
) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.say(**message)
        told = await table.hear()
        assert (told["type"], 4000 + told["problem"]["status"]) == ("problem", code)
        assert await table.end() == code


async def test_who_says_nothing_is_sent_away(
    client: AsyncClient, me: Headers, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "AUTH_WITHIN_S", 0.2)
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        assert await table.end() == 4401


async def test_a_token_in_the_address_or_a_header_is_no_proof(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    token = me["Authorization"].removeprefix("Bearer ")
    async with Table(port, instance["id"], f"?token={token}", additional_headers=me) as table:
        await table.say(type="move", turn=1, action="rock")
        assert await table.end() == 4422


async def test_a_token_that_ends_ends_the_connection_and_a_new_one_keeps_it(
    client: AsyncClient, me: Headers, port: int, settings: Settings, sessions: async_sessionmaker[AsyncSession]
) -> None:
    user_id = (await client.get("/auth/me", headers=me)).json()["id"]
    async with sessions() as session:
        user = await session.get(User, UUID(user_id))
    assert user is not None
    life = timedelta(minutes=settings.access_token_expire_minutes)
    brief = {"Authorization": f"Bearer {make_token(settings, user, datetime.now(UTC) - life + timedelta(seconds=3))}"}
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as kept, Table(port, instance["id"]) as left:
        await kept.sit(brief)
        await left.sit(brief)
        assert await kept.sit(me) == {"type": "renewed"}
        assert (await left.hear())["problem"]["status"] == 401
        assert await left.end() == 4401
        assert (await kept.move(1))["type"] == "answer"


async def test_a_token_of_somebody_else_does_not_renew(
    client: AsyncClient, me: Headers, other_player: Headers, port: int
) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        assert (await table.sit(other_player))["problem"]["status"] == 401
        assert await table.end() == 4401


@pytest.mark.parametrize("all_of_them", [True, False])
async def test_when_a_session_is_ended_so_are_its_sockets(client: AsyncClient, port: int, *, all_of_them: bool) -> None:
    session = (await client.post("/auth/guest")).json()
    who = {"Authorization": f"Bearer {session['access_token']}"}
    instance = await begin(client, who)
    async with Table(port, instance["id"]) as idle, Table(port, instance["id"]) as busy:
        await idle.sit(who)
        await busy.sit(who)
        if all_of_them:
            ended = await client.post("/auth/logout-all", headers=who)
        else:
            ended = await client.post("/auth/logout", json={"refresh_token": session["refresh_token"]}, headers=who)
        assert ended.is_success
        await busy.say(type="move", turn=1, action="rock")
        assert await busy.end() == 4401
        assert await idle.end() == 4401


async def test_a_key_of_a_program_plays_within_its_scopes_until_it_is_revoked(
    client: AsyncClient, player: Person, port: int
) -> None:
    who = await player()
    instance = await begin(client, who)
    keys = {}
    for scope in ("play", "llm"):
        made = await client.post("/auth/keys", json={"name": scope, "scopes": [scope]}, headers=who)
        keys[scope] = made.json()
    async with Table(port, instance["id"]) as table:
        assert (await table.sit({"Authorization": keys["llm"]["key"]}))["problem"]["status"] == 403
        assert await table.end() == 4403
    async with Table(port, instance["id"]) as table:
        await table.sit({"Authorization": keys["play"]["key"]})
        assert (await table.move(1))["type"] == "answer"
        assert (await client.delete(f"/auth/keys/{keys['play']['id']}", headers=who)).is_success
        await table.say(type="move", turn=2, action="rock")
        assert await table.end() == 4401


async def test_pages_of_other_origins_are_refused_and_ours_are_not(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    ours = f"http://127.0.0.1:{port}"
    for origin in ("https://evil.example", "null", f"{ours}.evil.example", f"http://127.0.0.1:{port - 1}"):
        with pytest.raises(InvalidStatus) as refused:
            async with Table(port, instance["id"], origin=origin):
                pass
        assert refused.value.response.status_code == 403
        assert json.loads(refused.value.response.body)["type"] == "urn:hagame:problem:forbidden"
    async with Table(port, instance["id"], origin=ours) as table:
        assert (await table.sit(me))["type"] == "ready"


async def test_one_person_has_so_many_sockets_and_others_theirs(
    client: AsyncClient, me: Headers, other_player: Headers, port: int, settings: Settings
) -> None:
    instance = await begin(client, me)
    tables = [Table(port, instance["id"]) for _ in range(settings.sockets_per_person)]
    for table in tables:
        await table.__aenter__()
        assert (await table.sit(me))["type"] == "ready"
    async with Table(port, instance["id"]) as table:
        assert (await table.sit(me))["problem"]["status"] == 429
        assert await table.end() == 4429
    theirs = await begin(client, other_player)
    async with Table(port, theirs["id"]) as table:
        assert (await table.sit(other_player))["type"] == "ready"
    await tables.pop().__aexit__(None, None, None)
    await seated(port, instance["id"], me)
    for table in tables:
        await table.__aexit__(None, None, None)


async def seated(port: int, instance: str, who: Headers) -> None:
    """Sit down as soon as there is room: a server learns a moment later that somebody has left."""
    async with asyncio.timeout(20):
        while True:
            async with Table(port, instance) as table:
                if (await table.sit(who))["type"] == "ready":
                    return


async def test_a_person_has_so_many_sockets_at_all_servers_together(
    client: AsyncClient, me: Headers, port: int, settings: Settings
) -> None:
    instance = await begin(client, me)
    with serving(settings) as url:
        elsewhere = int(url.rpartition(":")[2])
        tables = [Table((port, elsewhere)[i % 2], instance["id"]) for i in range(settings.sockets_per_person)]
        for table in tables:
            await table.__aenter__()
            assert (await table.sit(me))["type"] == "ready"
        for here in (port, elsewhere):
            async with Table(here, instance["id"]) as table:
                assert (await table.sit(me))["problem"]["status"] == 429
                assert await table.end() == 4429
        await tables.pop().__aexit__(None, None, None)
        await seated(port, instance["id"], me)
        for table in tables:
            await table.__aexit__(None, None, None)
