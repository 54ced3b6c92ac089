"""Boards over HTTP: opponents that think for long, and those that are named with their key."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.tables import User
from hagame.mind.opponents import Choice, Scene
from hagame.mind.opponents.search import Search

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


@pytest.fixture
async def me(guest: Person) -> Headers:
    return await guest()


async def begin(client: AsyncClient, who: Headers, **body: Any) -> dict[str, Any]:
    answer = await client.post("/games/instances", json=body, headers=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def to_the_end(client: AsyncClient, who: Headers, instance: dict[str, Any]) -> dict[str, Any]:
    """The answer to the last move of a player who takes the first legal action each time."""
    coming, last = instance["next"], {}
    while coming is not None:
        body = {"turn": coming["turn"], "action": coming["legal_actions"][0]}
        answer = await client.post(f"/games/instances/{instance['id']}/moves", json=body, headers=who)
        assert answer.status_code == 200, answer.text
        last = answer.json()
        coming = last["next"]
    return last


async def test_a_search_thinks_in_a_thread_and_never_loses_tic_tac_toe(
    client: AsyncClient, me: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, act = set(), Search.act

    def noted(self: Search, scene: Scene, rng: np.random.Generator) -> Choice:
        threads.add(threading.current_thread())
        return act(self, scene, rng)

    monkeypatch.setattr(Search, "act", noted)
    parameters = {"depth": 9, "nodes": 20_000}
    instance = await begin(client, me, definition="tic-tac-toe", opponent="search", opponent_parameters=parameters)
    last = await to_the_end(client, me, instance)
    assert last["view"]["result"] in {"lost", "drawn"}
    assert last["score"] in ({"player": -1, "opponent": 1}, {"player": 0, "opponent": 0})
    assert threads
    assert threading.current_thread() not in threads, "the event loop goes on meanwhile"


async def test_the_same_seed_and_moves_meet_the_same_search(client: AsyncClient, me: Headers) -> None:
    parameters = {"method": "mcts", "playouts": 30}
    games = []
    for _ in range(2):
        body = {"definition": "connect-four", "opponent": "search", "opponent_parameters": parameters, "seed": 7}
        games.append((await to_the_end(client, me, await begin(client, me, **body)))["view"])
    assert games[0] == games[1]


async def test_a_strategy_is_named_with_the_key_of_its_opponent(client: AsyncClient, me: Headers) -> None:
    if find_spec("axelrod") is None:
        pytest.skip("needs Axelrod: pip install 'hagame[axelrod]'")
    body = {"definition": "prisoners-dilemma", "opponent": "axelrod:Grudgr"}
    answer = await client.post("/games/instances", json=body, headers=me)
    assert answer.status_code == 422
    assert "Grudger" in answer.json()["detail"]
    body = {"definition": "rock-paper-scissors", "opponent": "axelrod:Grudger"}
    answer = await client.post("/games/instances", json=body, headers=me)
    assert answer.status_code == 422
    assert "these can: " in answer.json()["detail"]


async def test_an_opponent_without_its_library_says_what_to_install(
    client: AsyncClient, me: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hagame.plugins.find_spec", lambda name: None if name == "axelrod" else find_spec(name))
    answer = await client.post(
        "/games/instances", json={"definition": "prisoners-dilemma", "opponent": "axelrod"}, headers=me
    )
    assert answer.status_code == 422
    assert "pip install 'hagame[axelrod]'" in answer.json()["detail"]
    offered = (await client.get("/games/opponents?definition=prisoners-dilemma", headers=me)).json()
    assert "axelrod" not in [o["key"] for o in offered]


async def test_a_game_of_openspiel_is_defined_by_its_name_and_played_to_its_end(
    client: AsyncClient, player: Person, sessions: async_sessionmaker[AsyncSession]
) -> None:
    if find_spec("pyspiel") is None:
        pytest.skip("needs OpenSpiel: pip install 'hagame[spiel]'")
    who = await player()
    user_id = (await client.get("/auth/me", headers=who)).json()["id"]
    async with sessions() as session, session.begin():
        await session.execute(update(User).where(User.id == UUID(user_id)).values(role="researcher"))
    key = f"kuhn-{uuid4().hex[:8]}"
    body = {"key": key, "engine": "openspiel", "title": "Kuhn poker", "parameters": {"game": "kuhn_poker"}}
    assert (await client.post("/games/definitions", json=body, headers=who)).status_code == 201
    refused = body | {"key": f"{key}-2", "parameters": {"game": "kuhn_pokr"}}
    answer = await client.post("/games/definitions", json=refused, headers=who)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/parameters/game")
    instance = await begin(client, who, definition=key, opponent="openspiel:cfr", opponent_parameters={"iterations": 5})
    assert instance["next"]["view"]["meanings"] == {"0": "Pass", "1": "Bet"}
    last = await to_the_end(client, who, instance)
    assert abs(last["score"]["player"]) in {1, 2}
