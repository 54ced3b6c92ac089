"""Watching a match by a link: what is told, to whom, and when it ends."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from importlib.util import find_spec
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import Headers, Person, begin, move
from tests.api.test_every_game import LONG, played
from tests.conftest import PASSWORD

from hagame.core.tables import GameInstance, User, WatchLink
from hagame.games.watching import Spectators
from hagame.rules.builtin import BUILT_IN

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
PATIENCE_S = 20


async def link(client: AsyncClient, who: Headers, instance: str, **body: Any) -> Headers:
    """What who holds a new link sends."""
    answer = await client.post(f"/games/instances/{instance}/watch", json=body, headers=who)
    assert answer.status_code == 201, answer.text
    return {"Watch-Token": answer.json()["token"]}


async def seen(client: AsyncClient, spectator: Headers) -> Json:
    answer = await client.get("/games/watch", headers=spectator)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def heard(client: AsyncClient, spectator: Headers) -> AsyncIterator[tuple[str, Json]]:
    async with client.stream("GET", "/games/watch/events", headers=spectator) as stream:
        assert stream.status_code == 200
        name = ""
        async for line in stream.aiter_lines():
            if line.startswith("event:"):
                name = line[6:].strip()
            if line.startswith("data:"):
                yield name, json.loads(line[5:])


async def test_a_guest_lets_others_watch_and_they_need_no_account(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    spectator = await link(client, me, instance["id"])
    before = await seen(client, spectator)
    assert before["next"]["commitment"] == instance["next"]["commitment"]
    assert before["next"]["view"] == instance["next"]["view"]
    assert (before["turns"], before["turn"], before["player"]) == ([], 1, None)
    answer = (await move(client, me, instance["id"], 1, "rock")).json()
    after = await seen(client, spectator)
    (turn,) = after["turns"]
    assert turn["player"] == answer["player"]
    assert turn["prediction"] == answer["prediction"]
    assert turn["score"] == after["score"] == answer["score"]
    assert after["next"] == turn["next"]
    opened = turn["commitment"]
    sha256 = hashlib.sha256(bytes.fromhex(opened["nonce"]) + opened["payload"].encode()).hexdigest()
    assert sha256 == before["next"]["commitment"]


@pytest.mark.parametrize("key", [item["key"] for item in BUILT_IN if item["key"] not in LONG])
async def test_every_game_can_be_watched_to_its_end(client: AsyncClient, me: Headers, key: str) -> None:
    instance, moves = await played(client, me, key)
    shown = await seen(client, await link(client, me, instance["id"]))
    latest = moves[-100:]
    assert [turn["player"] for turn in shown["turns"]] == [m["player"] for m in latest]
    assert (shown["status"], shown["next"], shown["score"]) == ("finished", None, moves[-1]["score"])
    assert shown["turns"][-1]["view"] == moves[-1]["view"]
    told = json.dumps(shown)
    assert instance["id"] not in told
    assert not [
        name for name in ("traits", "explanation", "why", "judgment", "response_time_ms") if f'"{name}"' in told
    ]


async def test_the_name_of_the_player_is_told_only_where_the_player_wants_it(
    client: AsyncClient, player: Person
) -> None:
    who = await player()
    person = (await client.get("/auth/me", headers=who)).json()
    instance = await begin(client, who)
    told = json.dumps(await seen(client, await link(client, who, instance["id"])))
    assert not [part for part in (person["username"], person["email"], person["id"]) if part in told]
    named = await link(client, who, instance["id"], show_name=True)
    assert (await seen(client, named))["player"] == person["username"]
    await client.put("/users/me/profile", json={"display_name": "Ada"}, headers=who)
    shown = await seen(client, named)
    assert shown["player"] == "Ada"
    assert person["email"] not in json.dumps(shown)


@pytest.mark.skipif(find_spec("pyspiel") is None, reason="needs OpenSpiel: pip install 'hagame[spiel]'")
async def test_cards_are_shown_when_the_match_is_over(client: AsyncClient, researcher: Headers) -> None:
    body = {"key": "kuhn", "engine": "openspiel", "title": "Kuhn", "parameters": {"game": "kuhn_poker"}}
    made = await client.post("/games/definitions", json=body, headers=researcher)
    assert made.status_code == 201, made.text
    instance = await begin(client, researcher, definition="kuhn", opponent="random")
    spectator = await link(client, researcher, instance["id"])
    shown = await seen(client, spectator)
    assert shown["private"]
    assert shown["next"]["view"] == {}
    coming, turns = instance["next"], 0
    while coming is not None:
        assert (await seen(client, spectator))["turns"] == []
        answer = await move(client, researcher, instance["id"], coming["turn"], coming["legal_actions"][-1])
        coming, turns = answer.json()["next"], turns + 1
    assert len((await seen(client, spectator))["turns"]) == turns


async def test_only_the_owner_makes_looks_at_and_withdraws_a_link(
    client: AsyncClient, me: Headers, other_player: Headers
) -> None:
    instance = await begin(client, me)
    url = f"/games/instances/{instance['id']}/watch"
    spectator = await link(client, me, instance["id"])
    for who, status in ((other_player, 404), (spectator, 401)):
        assert (await client.get(url, headers=who)).status_code == status
        assert (await client.post(url, json={}, headers=who)).status_code == status
        assert (await client.delete(url, headers=who)).status_code == status
        assert (await move(client, who, instance["id"], 1)).status_code == status
    assert (await client.get(url, headers=me)).json()["since"] is not None
    assert (await client.delete(url, headers=me)).status_code == 204
    assert (await client.get(url, headers=me)).json() == {"since": None, "show_name": False}
    assert (await client.delete(url, headers=me)).status_code == 204


@pytest.mark.parametrize("end", ["withdrawn", "anew", "erased", "shut out", "deleted"])
async def test_a_link_ends(
    client: AsyncClient, player: Person, sessions: async_sessionmaker[AsyncSession], end: str
) -> None:
    who = await player()
    instance = await begin(client, who)
    spectator = await link(client, who, instance["id"])
    url = f"/games/instances/{instance['id']}/watch"
    if end == "withdrawn":
        await client.delete(url, headers=who)
    elif end == "anew":
        await client.post(url, json={}, headers=who)
    elif end == "erased":
        await client.request("DELETE", "/users/me", json={"password": PASSWORD}, headers=who)
    else:
        async with sessions() as session, session.begin():
            match = await session.get(GameInstance, UUID(instance["id"]))
            assert match is not None
            if end == "deleted":
                await session.execute(delete(GameInstance).where(GameInstance.id == match.id))
            else:
                await shut_out(session, match.user_id)
    for path in ("", "/events"):
        assert (await client.get(f"/games/watch{path}", headers=spectator)).status_code == 404


async def shut_out(session: AsyncSession, user_id: UUID) -> None:
    user = await session.get(User, user_id)
    assert user is not None
    user.is_active = False


async def test_of_a_link_only_the_hash_is_kept(
    client: AsyncClient, me: Headers, sessions: async_sessionmaker[AsyncSession]
) -> None:
    instance = await begin(client, me)
    token = (await link(client, me, instance["id"]))["Watch-Token"]
    async with sessions() as session:
        row = await session.scalar(select(WatchLink).where(WatchLink.instance_id == UUID(instance["id"])))
    assert row is not None
    assert row.token_hash == hashlib.sha256(token.encode()).digest()


@pytest.mark.parametrize("token", ["", "nothing", "x" * 129])
async def test_without_a_good_link_there_is_nothing_to_see(client: AsyncClient, token: str) -> None:
    for path in ("", "/events"):
        answer = await client.get(f"/games/watch{path}", headers={"Watch-Token": token})
        assert answer.status_code == (422 if len(token) > 128 else 404)
        assert (await client.get(f"/games/watch{path}")).status_code == 422


class Watched(NamedTuple):
    """A match over a real connection after its first turn, its player, and who watches it."""

    live: AsyncClient
    player: Headers
    path: str
    id: str
    spectator: Headers


@pytest.fixture
async def watched(live_url: str) -> AsyncIterator[Watched]:
    async with AsyncClient(base_url=live_url, timeout=PATIENCE_S) as live:
        who = {"Authorization": f"Bearer {(await live.post('/auth/guest', json={})).json()['access_token']}"}
        instance = (await begin(live, who))["id"]
        spectator = await link(live, who, instance)
        await move(live, who, instance, 1)
        yield Watched(live, who, f"/games/instances/{instance}", instance, spectator)


async def test_who_watches_hears_each_turn_once_and_the_end(watched: Watched) -> None:
    live, who, path, instance, spectator = watched
    async with asyncio.timeout(PATIENCE_S):
        told = heard(live, spectator)
        assert (await anext(told))[1]["turn"] == 1
        for turn in (2, 3):
            answer = (await move(live, who, instance, turn)).json()
            name, shown = await anext(told)
            assert (name, shown["turn"], shown["player"]) == ("turn", turn, answer["player"])
            assert shown["next"]["commitment"] == answer["next"]["commitment"]
        again = heard(live, spectator | {"Last-Event-ID": "2"})
        assert (await anext(again))[1]["turn"] == 3
        await live.post(f"{path}/abandon", headers=who)
        for stream in (told, again):
            assert await anext(stream) == ("end", {"status": "abandoned"})


async def test_who_watches_is_told_when_it_is_withdrawn(watched: Watched) -> None:
    live, who, path, _, spectator = watched
    async with asyncio.timeout(PATIENCE_S):
        told = heard(live, spectator)
        await anext(told)
        await live.delete(f"{path}/watch", headers=who)
        assert await anext(told) == ("end", {"status": "withdrawn"})


async def test_only_so_many_watch_at_once_and_who_leaves_makes_room(
    client: AsyncClient, app: FastAPI, me: Headers, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state, "spectators", Spectators(1))
    instance = await begin(client, me)
    spectator = await link(client, me, instance["id"])
    await move(client, me, instance["id"], 1)
    async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as live:
        first = heard(live, spectator)
        await anext(first)
        refused = await live.get("/games/watch/events", headers=spectator)
        assert (refused.status_code, refused.json()["limit"]) == (429, 1)
        assert int(refused.headers["Retry-After"]) > 0
        await first.aclose()
        async with asyncio.timeout(PATIENCE_S):
            while app.state.spectators._watching:  # noqa: ASYNC110 - nobody is told when a client has left
                await asyncio.sleep(0.05)
        await anext(heard(live, spectator))
