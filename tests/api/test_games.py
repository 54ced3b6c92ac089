"""The games API over HTTP on a real database."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import exp, log2
from typing import Any
from uuid import UUID, uuid4

import pyarrow.parquet as pq
import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.scripted import action_at

from hagame.core.tables import GameInstance, User
from hagame.mind.opponents import WinStayLoseShift

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


@pytest.fixture
async def me(guest: Person) -> Headers:
    return await guest()


@pytest.fixture
async def researcher(player: Person, sessions: async_sessionmaker[AsyncSession], client: AsyncClient) -> Headers:
    who = await player()
    user_id = (await client.get("/auth/me", headers=who)).json()["id"]
    async with sessions() as session, session.begin():
        await session.execute(update(User).where(User.id == UUID(user_id)).values(role="researcher"))
    return who


async def begin(client: AsyncClient, who: Headers, **body: Any) -> dict[str, Any]:
    answer = await client.post("/games/instances", json={"definition": "rock-paper-scissors", **body}, headers=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def move(
    client: AsyncClient,
    who: Headers,
    instance: str,
    turn: int,
    action: str = "rock",
    key: str | None = None,
    **more: Any,
) -> Response:
    headers = who if key is None else who | {"Idempotency-Key": key}
    body = {"turn": turn, "action": action, **more}
    return await client.post(f"/games/instances/{instance}/moves", json=body, headers=headers)


async def logged(client: AsyncClient, who: Headers, instance: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/games/instances/{instance}/decisions", headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_move_opens_the_seal_that_was_shown(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    shown = instance["next"]["commitment"]
    for turn in (1, 2, 3):
        answer = (await move(client, me, instance["id"], turn, "paper", response_time_ms=500)).json()
        opened = answer["commitment"]
        seal = hashlib.sha256(bytes.fromhex(opened["nonce"]) + opened["payload"].encode()).hexdigest()
        assert seal == opened["sha256"] == shown
        assert json.loads(opened["payload"]) == {
            "action": answer["opponent"]["action"],
            "prediction": answer["prediction"],
            "turn": turn,
        }
        assert answer["surprise_bits"] == pytest.approx(-log2(answer["prediction"]["paper"]), abs=1e-5)
        shown = answer["next"]["commitment"]


async def test_the_view_before_a_move_shows_nothing_of_the_ais_move(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me, seed=5)
    before = (await client.get(f"/games/instances/{instance['id']}", headers=me)).json()
    shown = {"turn", "commitment", "sealed", "legal_actions", "numbers", "time_limit_s", "replies", "view"}
    assert set(before["next"]) == shown
    assert before["next"]["sealed"] == ["action", "prediction"]
    text = json.dumps(before)
    assert '"prediction":' not in text
    assert '"nonce"' not in text


async def test_the_explanation_is_exact(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    for turn in range(1, 9):
        await move(client, me, instance["id"], turn, ["rock", "paper"][turn % 2])
    answer = (await client.get(f"/games/instances/{instance['id']}/explanation?turn=7", headers=me)).json()
    total = sum(exp(x) for x in answer["sum_log_odds"].values())
    for action, p in answer["prediction"].items():
        assert exp(answer["sum_log_odds"][action]) / total == pytest.approx(p, abs=1e-4)
    assert all(part["statement"] for part in answer["parts"])


async def test_every_decision_is_in_the_log(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    answers = [(await move(client, me, instance["id"], t, response_time_ms=t)).json() for t in (1, 2, 3)]
    rows = await logged(client, me, instance["id"])
    assert [row["answer"] for row in rows] == answers
    assert [row["turn"] for row in rows] == [1, 2, 3]
    assert [row["response_time_ms"] for row in rows] == [1, 2, 3]


async def test_the_log_comes_as_csv_and_parquet(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    for turn in (1, 2, 3):
        await move(client, me, instance["id"], turn, "scissors")
    url = f"/games/instances/{instance['id']}/decisions"
    text = await client.get(url, headers=me | {"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert [row["action"] for row in rows] == ["scissors"] * 3
    binary = await client.get(url, headers=me | {"Accept": "application/vnd.apache.parquet"})
    table = pq.read_table(io.BytesIO(binary.content)).to_pylist()
    assert [row["turn"] for row in table] == [1, 2, 3]
    assert [float(row["log_loss"]) for row in rows] == [row["log_loss"] for row in table]
    seal = table[0]
    assert hashlib.sha256(bytes.fromhex(seal["nonce"]) + seal["payload"].encode()).hexdigest() == seal["commitment"]


async def test_the_log_is_paged_by_turn(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    for turn in range(1, 6):
        await move(client, me, instance["id"], turn)
    url = f"/games/instances/{instance['id']}/decisions?limit=2"
    turns, cursor = [], "0"
    while cursor is not None:
        page = (await client.get(f"{url}&cursor={cursor}", headers=me)).json()
        turns += [row["turn"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert turns == [1, 2, 3, 4, 5]


async def test_the_same_move_with_the_same_key_gets_the_stored_answer(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    first = await move(client, me, instance["id"], 1, key="k1")
    await move(client, me, instance["id"], 2, key="k2")
    again = await move(client, me, instance["id"], 1, key="k1")
    assert (again.status_code, again.content) == (200, first.content)
    assert len(await logged(client, me, instance["id"])) == 2


async def test_a_key_that_was_used_for_another_action_is_a_conflict(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1, "rock", key="k1")
    answer = await move(client, me, instance["id"], 1, "paper", key="k1")
    assert answer.status_code == 409
    assert "used for 'rock'" in answer.json()["detail"]


async def test_a_turn_that_is_not_open_is_a_conflict_that_says_where_the_match_stands(
    client: AsyncClient, me: Headers
) -> None:
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1)
    for turn in (1, 3):
        answer = await move(client, me, instance["id"], turn)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["current"]["turn"] == 2
    assert len(await logged(client, me, instance["id"])) == 1


async def test_a_hundred_equal_moves_at_once_are_one_turn(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    answers = await asyncio.gather(*(move(client, me, instance["id"], 1, key="once") for _ in range(100)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert len(await logged(client, me, instance["id"])) == 1


async def test_of_a_hundred_different_moves_at_once_one_is_taken(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    answers = await asyncio.gather(
        *(move(client, me, instance["id"], 1, ["rock", "paper", "scissors"][i % 3]) for i in range(100))
    )
    assert sorted(a.status_code for a in answers) == [200] + [409] * 99
    assert len(await logged(client, me, instance["id"])) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"turn": 1, "action": "lizard"}, "/action"),
        ({"turn": "1", "action": "rock"}, "/turn"),
        ({"turn": True, "action": "rock"}, "/turn"),
        ({"turn": 0, "action": "rock"}, "/turn"),
        ({"turn": 1, "action": 3}, "/action"),
        ({"turn": 1, "action": "ro\u0000ck"}, "/action"),
        ({"turn": 1}, "/action"),
        ({"turn": 1, "action": "rock", "score": 9}, "/score"),
        ({"turn": 1, "action": "rock", "response_time_ms": -1}, "/response_time_ms"),
        ({"turn": 1, "action": "rock", "response_time_ms": 1.5}, "/response_time_ms"),
        ({"turn": 1, "action": "rock", "observed_opponent_action": "rock"}, "/observed_opponent_action"),
    ],
)
async def test_a_bad_move_is_refused_by_name_and_stores_nothing(
    client: AsyncClient, me: Headers, body: dict[str, Any], field: str
) -> None:
    instance = await begin(client, me)
    answer = await client.post(f"/games/instances/{instance['id']}/moves", json=body, headers=me)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert field in [e["pointer"] for e in problem["errors"]]
    after = (await client.get(f"/games/instances/{instance['id']}", headers=me)).json()
    assert after["turn"] == 1
    assert after["next"]["commitment"] == instance["next"]["commitment"]
    assert await logged(client, me, instance["id"]) == []


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


async def test_a_move_is_two_statements(client: AsyncClient, me: Headers, statements: list[str]) -> None:
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1)
    statements.clear()
    assert (await move(client, me, instance["id"], 2)).status_code == 200
    assert len(statements) == 2
    assert [s.split()[0] for s in statements] == ["SELECT", "WITH"]


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


@pytest.fixture
async def hurried(client: AsyncClient, researcher: Headers) -> str:
    """The key of a game with a time limit."""
    key = f"game-{uuid4().hex[:8]}"
    limit = {"seconds": 60, "action": "scissors"}
    parameters = {"preset": "rock-paper-scissors", "rounds": 5, "move_limit": limit}
    body = {"key": key, "engine": "matrix", "title": "Quick", "parameters": parameters}
    assert (await client.post("/games/definitions", json=body, headers=researcher)).status_code == 201
    return key


async def set_back(sessions: async_sessionmaker[AsyncSession], instance: str, seconds: float) -> None:
    """As if the open turn had been waiting that long already."""
    async with sessions() as session, session.begin():
        back = GameInstance.updated_at - timedelta(seconds=seconds)
        await session.execute(update(GameInstance).where(GameInstance.id == UUID(instance)).values(updated_at=back))


async def test_whoever_is_too_late_gets_the_default_and_plays_on(
    client: AsyncClient, me: Headers, hurried: str, sessions: async_sessionmaker[AsyncSession]
) -> None:
    instance = await begin(client, me, definition=hurried)
    assert instance["next"]["time_limit_s"] == 60
    in_time = (await move(client, me, instance["id"], 1, "rock")).json()
    assert (in_time["player"]["action"], in_time["timed_out"]) == ("rock", False)
    await set_back(sessions, instance["id"], 86_400 * 5)
    late = (await move(client, me, instance["id"], 2, "rock", key="late", response_time_ms=400)).json()
    assert (late["player"]["action"], late["timed_out"]) == ("scissors", True)
    again = await move(client, me, instance["id"], 2, "rock", key="late", response_time_ms=400)
    assert again.json() == late
    given_up = await client.post(
        f"/games/instances/{instance['id']}/moves", json={"turn": 3, "action": None}, headers=me
    )
    assert (given_up.json()["player"]["action"], given_up.json()["timed_out"]) == ("scissors", True)
    rows = await logged(client, me, instance["id"])
    assert [(row["action"], row["timed_out"], row["response_time_ms"]) for row in rows] == [
        ("rock", False, None),
        ("scissors", True, None),
        ("scissors", True, None),
    ]


async def test_without_a_time_limit_a_match_waits_for_days_and_a_move_needs_an_action(
    client: AsyncClient, me: Headers, sessions: async_sessionmaker[AsyncSession]
) -> None:
    instance = await begin(client, me)
    assert instance["next"]["time_limit_s"] is None
    await set_back(sessions, instance["id"], 86_400 * 30)
    answer = await client.post(f"/games/instances/{instance['id']}/moves", json={"turn": 1, "action": None}, headers=me)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/action"
    assert (await move(client, me, instance["id"], 1, "rock")).json()["player"]["action"] == "rock"


async def test_the_log_keeps_what_the_person_saw(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    later = [(await move(client, me, instance["id"], turn)).json()["next"]["view"] for turn in (1, 2)]
    shown = [instance["next"]["view"], *later]
    rows = await logged(client, me, instance["id"])
    assert [row["observation"] for row in rows] == shown[:2]
    assert [(row["stage"], row["outcome"], row["foregone"]) for row in rows] == [(0, {}, None)] * 2
    url = f"/games/instances/{instance['id']}/decisions"
    text = (await client.get(url, headers=me | {"Accept": "text/csv"})).text
    assert [json.loads(row["observation"]) for row in csv.DictReader(io.StringIO(text))] == shown[:2]


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
