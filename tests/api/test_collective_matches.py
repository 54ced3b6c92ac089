"""Matches that others may forecast: sealed until the move, scored by it, gone when the player says so."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.conftest import promoted
from tests.api.listening import heard
from tests.api.playing import begin, move
from tests.conftest import Headers, Person

pytestmark = pytest.mark.anyio

Sessions = async_sessionmaker[AsyncSession]
ROCK, EVEN = {"rock": 0.8, "paper": 0.1, "scissors": 0.1}, {"rock": 0.4, "paper": 0.3, "scissors": 0.3}


@pytest.fixture
async def match(client: AsyncClient, me: Headers) -> dict[str, Any]:
    """One of mine with one move, that others may forecast; `instance` beside what the API tells."""
    instance = await begin(client, me)
    await move(client, me, instance["id"], 1)
    return await opened(client, me, instance["id"])


async def opened(client: AsyncClient, who: Headers, instance: str) -> dict[str, Any]:
    answer = await client.post("/collective/matches", json={"instance": instance}, headers=who)
    assert answer.status_code == 201, answer.text
    return {"instance": instance, **answer.json()}


async def forecast(
    client: AsyncClient, who: Headers, match: dict[str, Any], turn: int, expected: dict[str, float], **more: Any
) -> Response:
    body = {"turn": turn, "probabilities": expected, **more}
    return await client.post(f"/collective/matches/{match['id']}/forecasts", json=body, headers=who)


async def look(client: AsyncClient, who: Headers, match: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"/collective/matches/{match['id']}", headers=who)
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


async def test_a_move_is_forecast_sealed_and_scored_by_what_was_played(
    client: AsyncClient, me: Headers, guest: Person, researcher: Headers, match: dict[str, Any]
) -> None:
    first, second = await guest(), await guest()
    mine = (await forecast(client, first, match, 2, ROCK)).json()
    await forecast(client, second, match, 2, EVEN)
    await forecast(client, researcher, match, 2, EVEN, judge="my model")
    before = await look(client, first, match)
    assert [s["kind"] for s in before["open"]["sealed"]] == ["person", "person", "model"]
    assert before["open"]["yours"] == mine

    await move(client, me, match["instance"], 2, "rock")
    turn = (await look(client, second, match))["played"][0]
    assert (turn["turn"], turn["action"]) == (2, "rock")
    assert turn["forecasts"][0]["brier"] == pytest.approx(0.2**2 + 2 * 0.1**2)
    assert turn["forecasts"][0]["sha256"] == mine["sha256"]
    for said in turn["forecasts"]:
        content = bytes.fromhex(said["nonce"]) + said["payload"].encode()
        assert hashlib.sha256(content).hexdigest() == said["sha256"]
        assert json.loads(said["payload"]) == {"turn": 2, "probabilities": said["probabilities"]}
    linear = next(pool for pool in turn["pools"] if pool["method"] == "linear")
    assert dict(zip(turn["options"], linear["probabilities"], strict=True))["rock"] == pytest.approx(1.6 / 3)
    assert sum(turn["engine"]["probabilities"].values()) == pytest.approx(1)


async def test_nobody_sees_what_is_forecast_or_sealed_before_the_move(
    client: AsyncClient, me: Headers, guest: Person, match: dict[str, Any]
) -> None:
    judge, other = await guest(), await guest()
    told = {"rock": 0.123456, "paper": 0.654321, "scissors": 0.222223}
    await forecast(client, judge, match, 2, told)
    mine = (await client.get(f"/games/instances/{match['instance']}", headers=me)).json()
    answers = [await client.get(f"/collective/matches/{match['id']}", headers=who) for who in (me, other)]
    answers += [await client.get("/collective/matches", headers=who) for who in (me, other)]
    for answer in answers:
        assert "0.123456" not in answer.text
        assert "0.654321" not in answer.text
        assert mine["next"]["commitment"] not in answer.text
        assert match["instance"] not in answer.text, "nothing says which match of whose it is"
    seen = answers[1].json()
    assert set(seen["open"]) == {"turn", "options", "told", "view", "sealed", "yours"}
    assert seen["open"]["view"] == mine["next"]["view"], "what the player sees, and no more"
    assert seen["open"]["yours"] is None
    assert [set(s) for s in seen["open"]["sealed"]] == [{"kind", "sha256"}]


async def test_the_engine_and_the_crowd_stand_beside_the_judges(
    client: AsyncClient, me: Headers, guest: Person, match: dict[str, Any]
) -> None:
    good, bad = await guest(), await guest()
    for turn in range(2, 6):
        await forecast(client, good, match, turn, ROCK)
        await forecast(client, bad, match, turn, {"rock": 0.0, "paper": 1.0, "scissors": 0.0})
        await move(client, me, match["instance"], turn, "rock")
    seen = await look(client, good, match)
    board = {standing["kind"]: standing for standing in seen["standings"] if standing["kind"] != "person"}
    assert set(board) == {"engine", "crowd"}
    assert board["crowd"]["turns"] == board["engine"]["turns"] == 4
    mine = next(standing for standing in seen["standings"] if standing["you"])
    assert mine["brier"] == pytest.approx(0.06)
    assert mine["engine_brier"] == pytest.approx(board["engine"]["brier"])
    assert [s["brier"] for s in seen["standings"]] == sorted(s["brier"] for s in seen["standings"])
    latest = {pool["method"]: pool["probabilities"][0] for pool in seen["played"][0]["pools"]}
    assert latest["performance-weighted"] > latest["linear"], "who was right before counts more"
    first = {pool["method"] for pool in seen["played"][3]["pools"]}
    assert "performance-weighted" not in first, "a pool never looks into the future"


async def test_a_match_is_forecast_only_while_its_player_wants_it(
    client: AsyncClient, me: Headers, guest: Person, match: dict[str, Any], sessions: Sessions
) -> None:
    judge = await guest()
    await forecast(client, judge, match, 2, ROCK)
    at = f"/collective/matches/{match['id']}"
    assert (await client.delete(at, headers=judge)).status_code == 404, "only who plays decides"
    assert (await client.delete(at, headers=me)).status_code == 204
    assert (await client.get(at, headers=judge)).status_code == 404
    assert (await client.get(f"{at}/events", headers=judge)).status_code == 404
    assert (await forecast(client, judge, match, 2, ROCK)).status_code == 404
    listed = (await client.get("/collective/matches?limit=200", headers=judge)).json()["items"]
    assert match["id"] not in [item["id"] for item in listed]
    async with sessions() as session:
        left = await session.scalar(
            text("SELECT count(*) FROM forecasts WHERE watched_id = :id"), {"id": UUID(match["id"])}
        )
    assert left == 0, "what was forecast is gone"
    assert (await move(client, me, match["instance"], 2)).status_code == 200


async def test_who_switches_modelling_off_is_not_forecast(
    client: AsyncClient, me: Headers, guest: Person, match: dict[str, Any]
) -> None:
    judge = await guest()
    answer = await client.put("/users/me/cognitive-profile", json={"modelling_consent": False}, headers=me)
    assert answer.status_code == 200, answer.text
    assert (await client.get(f"/collective/matches/{match['id']}", headers=judge)).status_code == 404
    assert (await forecast(client, judge, match, 2, ROCK)).status_code == 404
    again = await client.post("/collective/matches", json={"instance": match["instance"]}, headers=me)
    assert again.status_code == 422
    assert "modelling" in again.json()["detail"]


async def test_without_consent_there_is_nothing_to_see(client: AsyncClient, me: Headers, guest: Person) -> None:
    instance = await begin(client, me)
    other = await guest()
    answer = await client.post("/collective/matches", json={"instance": instance["id"]}, headers=other)
    assert answer.status_code == 404, "nobody opens the match of another"
    assert (await client.get(f"/collective/matches/{instance['id']}", headers=other)).status_code == 404
    listed = (await client.get("/collective/matches?limit=200", headers=me)).json()["items"]
    assert not any(item["yours"] for item in listed)


async def test_nobody_forecasts_themselves_or_a_turn_that_is_not_open(
    client: AsyncClient, me: Headers, guest: Person, match: dict[str, Any]
) -> None:
    judge = await guest()
    assert (await forecast(client, me, match, 2, ROCK)).status_code == 403
    assert (await forecast(client, judge, match, 1, ROCK)).status_code == 409
    assert (await forecast(client, judge, match, 3, ROCK)).status_code == 409
    assert (await forecast(client, judge, match, 2, ROCK, judge="mine")).status_code == 403
    fresh = await opened(client, me, (await begin(client, me))["id"])
    early = await forecast(client, judge, fresh, 1, ROCK)
    assert early.status_code == 409
    assert "no move yet" in early.json()["detail"]
    await client.post(f"/games/instances/{match['instance']}/abandon", headers=me)
    assert (await forecast(client, judge, match, 2, ROCK)).status_code == 410
    assert (await look(client, judge, match))["open"] is None


@pytest.mark.parametrize(
    "expected",
    [
        {"rock": 0.5, "paper": 0.5},
        {"rock": 0.5, "paper": 0.3, "lizard": 0.2},
        {"rock": 0.5, "paper": 0.3, "scissors": 0.3},
        {"rock": 1.5, "paper": -0.5, "scissors": 0.0},
    ],
)
async def test_forecasts_that_do_not_fit_are_refused(
    client: AsyncClient, guest: Person, match: dict[str, Any], expected: dict[str, float]
) -> None:
    assert (await forecast(client, await guest(), match, 2, expected)).status_code == 422


@pytest.mark.parametrize(("definition", "says"), [("estimates", "number is chosen"), ("beauty-contest", "number")])
async def test_games_in_which_numbers_are_chosen_are_not_forecast(
    client: AsyncClient, me: Headers, definition: str, says: str
) -> None:
    instance = await begin(client, me, definition=definition)
    answer = await client.post("/collective/matches", json={"instance": instance["id"]}, headers=me)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


async def test_of_a_forecast_and_a_move_at_once_the_forecast_is_first_or_refused(
    client: AsyncClient, me: Headers, guest: Person, match: dict[str, Any]
) -> None:
    judges = [await guest() for _ in range(6)]
    for turn in range(2, 6):
        *answers, moved = await asyncio.gather(
            *(forecast(client, judge, match, turn, ROCK) for judge in judges),
            move(client, me, match["instance"], turn, "rock"),
        )
        assert moved.status_code == 200
        assert {answer.status_code for answer in answers} <= {200, 409}
        played = next(t for t in (await look(client, judges[0], match))["played"] if t["turn"] == turn)
        assert len(played["forecasts"]) == [answer.status_code for answer in answers].count(200)


async def test_models_of_one_name_are_kept_apart_by_who_asks_them(
    client: AsyncClient, researcher: Headers, player: Person, sessions: Sessions, match: dict[str, Any], me: Headers
) -> None:
    other = await promoted(await player(), sessions, client)
    await forecast(client, researcher, match, 2, ROCK, judge="gpt")
    second = await forecast(client, other, match, 2, EVEN, judge="gpt")
    assert second.json()["revision"] == 1, "it takes nobody's place"
    again = await forecast(client, researcher, match, 2, EVEN, judge="gpt")
    assert again.json()["revision"] == 2
    await move(client, me, match["instance"], 2)
    seen = await look(client, other, match)
    assert [f["judge"] for f in seen["played"][0]["forecasts"]] == ["gpt", "gpt"]
    assert len([s for s in seen["standings"] if s["judge"] == "gpt"]) == 2


async def test_a_change_of_mind_counts_once_under_a_new_seal(
    client: AsyncClient, guest: Person, match: dict[str, Any]
) -> None:
    judge = await guest()
    answers = [(await forecast(client, judge, match, 2, expected)).json() for expected in (ROCK, ROCK, EVEN)]
    assert [answer["revision"] for answer in answers] == [1, 2, 3]
    assert len({answer["sha256"] for answer in answers}) == 3
    seen = await look(client, judge, match)
    assert [s["sha256"] for s in seen["open"]["sealed"]] == [answers[-1]["sha256"]]


async def test_without_a_language_model_none_forecasts(
    client: AsyncClient, guest: Person, researcher: Headers, match: dict[str, Any]
) -> None:
    path = f"/collective/matches/{match['id']}/ask-model"
    assert (await client.post(path, json={"model": "default"}, headers=await guest())).status_code == 403
    answer = await client.post(path, json={"model": "default"}, headers=researcher)
    assert answer.status_code == 503
    assert "no opinion" in answer.json()["detail"]


async def test_a_match_is_streamed_until_it_is_withdrawn(
    client: AsyncClient, me: Headers, guest: Person, match: dict[str, Any], port: int
) -> None:
    judge = await guest()
    stream = heard(port, f"/collective/matches/{match['id']}/events", judge)
    events = [(await anext(stream))[0]]
    await forecast(client, judge, match, 2, ROCK)
    events.append((await anext(stream))[0])
    await move(client, me, match["instance"], 2)
    events.append((await anext(stream))[0])
    await client.delete(f"/collective/matches/{match['id']}", headers=me)
    assert events == ["match", "match", "match"]
    assert [event async for event in stream] == [("end", {"status": "withdrawn"})]


async def test_bandits_and_dilemmas_tell_what_the_player_sees(client: AsyncClient, me: Headers, guest: Person) -> None:
    for definition in ("sure-thing", "two-armed-bandit", "tic-tac-toe"):
        instance = await begin(client, me, definition=definition)
        first = instance["next"]["legal_actions"][0]
        moved = (await move(client, me, instance["id"], 1, first)).json()
        seen = (await look(client, await guest(), await opened(client, me, instance["id"])))["open"]
        assert seen["options"] == moved["next"]["legal_actions"]
        assert seen["view"] == moved["next"]["view"]
        assert seen["told"] or definition == "two-armed-bandit"
