"""Engines, definitions and opponents over HTTP: what can be played, and against whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import AsyncClient
from tests.api.playing import begin, move
from tests.scripted import action_at

from hagame.mind.opponents import WinStayLoseShift

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


async def test_every_built_in_game_can_be_played_against_every_opponent_that_suits_it(
    client: AsyncClient, me: Headers
) -> None:
    games = (await client.get("/games/definitions?limit=200", headers=me)).json()["items"]
    built_in = [g for g in games if g["built_in"]]
    assert len(built_in) >= 6
    for game in built_in:
        opponents = (await client.get(f"/games/opponents?definition={game['key']}", headers=me)).json()
        # Axelrod's takes longer to import than all others to play; `test_opponents_axelrod.py` has it.
        for opponent in (o for o in opponents if o["key"] != "axelrod"):
            instance = await begin(client, me, definition=game["id"], opponent=opponent["key"])
            next_ = instance["next"]
            for turn in (1, 2):
                answer = await move(client, me, instance["id"], turn, action_at(0.9, next_))
                assert answer.status_code in ({200} if turn == 1 else {200, 410}), answer.text
                next_ = answer.json().get("next") or next_


async def test_an_opponent_that_cannot_play_a_game_is_not_offered_for_it_and_refused(
    client: AsyncClient, me: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WinStayLoseShift, "suits", lambda *_: False)
    offered = (await client.get("/games/opponents?definition=rock-paper-scissors", headers=me)).json()
    assert "win-stay-lose-shift" not in [o["key"] for o in offered]
    body = {"definition": "rock-paper-scissors", "opponent": "win-stay-lose-shift"}
    answer = await client.post("/games/instances", json=body, headers=me)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/opponent"
    assert "adaptive" in answer.json()["detail"]


async def test_a_match_that_names_no_opponent_gets_the_usual_one_of_its_game(client: AsyncClient, me: Headers) -> None:
    assert (await begin(client, me))["opponent"]["key"] == "adaptive"


async def test_a_researcher_defines_a_game_and_its_next_version(
    client: AsyncClient, researcher: Headers, me: Headers
) -> None:
    key = f"game-{uuid4().hex[:8]}"
    parameters = {"actions": ["left", "right"], "payoffs": [[1, -1], [-1, 1]], "zero_sum": True, "rounds": 5}
    body = {"key": key, "engine": "matrix", "title": "Left or right", "parameters": parameters}
    assert (await client.post("/games/definitions", json=body, headers=me)).status_code == 403
    first = await client.post("/games/definitions", json=body, headers=researcher)
    assert first.status_code == 201, first.text
    second = await client.post("/games/definitions", json=body | {"title": "Again"}, headers=researcher)
    assert (first.json()["version"], second.json()["version"]) == (1, 2)
    instance = await begin(client, me, definition=key)
    assert instance["definition"]["version"] == 2
    for turn in range(1, 6):
        answer = await move(client, me, instance["id"], turn, "left")
        assert answer.status_code == 200
    taken = await client.post("/games/definitions", json=body | {"key": "rock-paper-scissors"}, headers=researcher)
    assert taken.status_code == 409


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"preset": "no-such-preset", "rounds": 5},
        {"preset": "rock-paper-scissors", "rounds": 0},
        {"preset": "rock-paper-scissors", "rounds": "many"},
        {"actions": ["a", "a"], "payoffs": [[0, 0], [0, 0]], "rounds": 5},
        {"actions": ["a", "b"], "payoffs": [[0, 0]], "rounds": 5},
        {"preset": "rock-paper-scissors", "rounds": 5, "extra": 1},
    ],
)
async def test_bad_parameters_are_refused_by_name(
    client: AsyncClient, researcher: Headers, parameters: dict[str, Any]
) -> None:
    key = f"game-{uuid4().hex[:8]}"
    body = {"key": key, "engine": "matrix", "title": "Bad", "parameters": parameters}
    answer = await client.post("/games/definitions", json=body, headers=researcher)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].startswith("/parameters")
    found = (await client.get(f"/games/definitions?text={key}", headers=researcher)).json()
    assert found["items"] == []


async def test_opponents_of_a_game_are_those_that_suit_it(client: AsyncClient, me: Headers) -> None:
    suitable = (await client.get("/games/opponents?definition=rock-paper-scissors", headers=me)).json()
    keys = [opponent["key"] for opponent in suitable]
    assert "adaptive" in keys
    assert "observer" not in keys
    assert (await begin(client, me))["opponent"]["key"] == "adaptive"
    refused = await client.post(
        "/games/instances", json={"definition": "rock-paper-scissors", "opponent": "observer"}, headers=me
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/opponent"
    assert "adaptive" in refused.json()["detail"]
    assert (await client.get("/games/opponents?definition=nothing", headers=me)).status_code == 404


async def test_engines_tell_their_schemas(client: AsyncClient, me: Headers) -> None:
    engines = (await client.get("/games/engines", headers=me)).json()
    assert {"matrix", "bandit", "igt", "two-step", "risk", "delay"} <= {e["key"] for e in engines}
    engine = (await client.get("/games/engines/matrix", headers=me)).json()
    assert engine["parameters_schema"]["type"] == "object"
    assert (await client.get("/games/engines/nope", headers=me)).status_code == 404
