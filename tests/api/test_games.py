"""Matches over HTTP on a real database: begun, listed, ended, followed, and nobody else's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from httpx2 import AsyncClient
from tests.api.playing import begin, move

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


async def test_a_finished_match_is_gone_and_reveals_its_seed(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    rounds = instance["next"]["view"]["rounds"]
    assert instance["seed"] is None
    for turn in range(1, rounds + 1):
        last = (await move(client, me, instance["id"], turn)).json()
    assert last["status"] == "finished"
    assert last["next"] is None
    assert (await move(client, me, instance["id"], rounds + 1)).status_code == 410
    after = (await client.get(f"/games/instances/{instance['id']}", headers=me)).json()
    assert isinstance(after["seed"], int)
    assert after["status"] == "finished"
    assert after["score"] == last["score"]


async def test_an_abandoned_match_takes_no_move(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    url = f"/games/instances/{instance['id']}"
    assert (await client.post(f"{url}/abandon", headers=me)).json()["status"] == "abandoned"
    assert (await client.post(f"{url}/abandon", headers=me)).status_code == 410
    assert (await move(client, me, instance["id"], 1)).status_code == 410


async def test_a_match_of_somebody_else_is_not_found_on_any_route(
    client: AsyncClient, me: Headers, other_player: Headers
) -> None:
    instance = await begin(client, me)
    url = f"/games/instances/{instance['id']}"
    for path in ("", "/decisions", "/explanation", "/events"):
        assert (await client.get(url + path, headers=other_player)).status_code == 404, path
    assert (await client.post(f"{url}/abandon", headers=other_player)).status_code == 404
    assert (await move(client, other_player, instance["id"], 1)).status_code == 404
    mine = (await client.get("/games/my-instances", headers=other_player)).json()["items"]
    assert instance["id"] not in [i["id"] for i in mine]


async def test_unknown_ids_are_not_found(client: AsyncClient, me: Headers) -> None:
    unknown = str(uuid4())
    assert (await move(client, me, unknown, 1)).status_code == 404
    assert (await client.get(f"/games/definitions/{unknown}", headers=me)).status_code == 404
    for wrong in ({"definition": "no-such-game"}, {"definition": unknown}, {"opponent": "no-such-opponent"}):
        body = {"definition": "rock-paper-scissors"} | wrong
        assert (await client.post("/games/instances", json=body, headers=me)).status_code == 404
    assert (await client.get("/games/instances/not-a-uuid", headers=me)).status_code == 422


async def test_without_a_token_nothing_is_played(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    assert (await move(client, {}, instance["id"], 1)).status_code == 401
    assert (await client.post("/games/instances", json={"definition": "rock-paper-scissors"})).status_code == 401


async def test_a_later_match_starts_from_what_the_ai_learnt(client: AsyncClient, me: Headers) -> None:
    first = await begin(client, me)
    for turn in range(1, 31):
        await move(client, me, first["id"], turn, "scissors")
    second = await begin(client, me)
    assert second["belief_from"] == first["id"]
    knowing = (await move(client, me, second["id"], 1, "scissors")).json()["prediction"]["scissors"]
    forgetful = await begin(client, me, memory="none")
    assert forgetful["belief_from"] is None
    blank = (await move(client, me, forgetful["id"], 1, "scissors")).json()["prediction"]["scissors"]
    assert knowing > blank + 0.1


async def test_a_chosen_seed_gives_the_same_ai(client: AsyncClient, me: Headers, other_player: Headers) -> None:
    async def ais(who: Headers) -> list[str]:
        instance = await begin(client, who, seed=42)
        assert instance["seed_chosen"]
        assert instance["memory"] == "none"
        moves = [(await move(client, who, instance["id"], t, "rock")).json() for t in range(1, 9)]
        return [m["commitment"]["payload"] for m in moves]

    assert await ais(me) == await ais(other_player)


async def test_a_recorded_match_takes_the_move_the_person_had_met(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me, recorded=True)
    missing = await move(client, me, instance["id"], 1, "rock")
    assert missing.status_code == 422
    illegal = await move(client, me, instance["id"], 1, "rock", observed_opponent_action="lizard")
    assert illegal.status_code == 422
    assert illegal.json()["errors"][0]["pointer"] == "/observed_opponent_action"
    answer = (await move(client, me, instance["id"], 1, "rock", observed_opponent_action="paper")).json()
    assert answer["opponent"]["action"] == "paper"
    assert answer["player"]["payoff"] == -1
    assert answer["ai"]["action"] == json.loads(answer["commitment"]["payload"])["action"]


async def test_matches_are_listed_newest_first_in_pages(client: AsyncClient, me: Headers) -> None:
    made = [(await begin(client, me, opponent=o))["id"] for o in ("random", "equilibrium", "adaptive")]
    seen, cursor = [], ""
    while True:
        page = (await client.get(f"/games/my-instances?limit=2{cursor}", headers=me)).json()
        seen += [i["id"] for i in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == made[::-1]
    other = (await client.get("/games/my-instances?game=prisoners-dilemma", headers=me)).json()
    assert other["items"] == []


async def test_events_bring_each_turn_once_and_the_end(live_url: str) -> None:
    async with AsyncClient(base_url=live_url, timeout=20) as live:
        who = await _guest(live)
        instance = await begin(live, who, definition="rock-paper-scissors")
        url = f"/games/instances/{instance['id']}"
        await move(live, who, instance["id"], 1)
        heard = asyncio.create_task(_listen(live, who, url))
        for turn in range(2, 6):
            await move(live, who, instance["id"], turn)
        await asyncio.sleep(0.2)
        await live.post(f"{url}/abandon", headers=who)
        assert await asyncio.wait_for(heard, 15) == [1, 2, 3, 4, 5, "abandoned"]


async def _guest(client: AsyncClient) -> Headers:
    token = (await client.post("/auth/guest", json={})).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def _listen(client: AsyncClient, who: Headers, url: str) -> list[int | str]:
    heard: list[int | str] = []
    async with client.stream("GET", f"{url}/events", headers=who) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                data = json.loads(line[5:])
                heard.append(data["turn"] if "turn" in data else data["status"])
    return heard
