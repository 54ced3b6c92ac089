"""Questions to a crowd: judged apart, joined by every method, scored when the outcome is known."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.listening import heard
from tests.conftest import Headers, Person

pytestmark = pytest.mark.anyio

Sessions = async_sessionmaker[AsyncSession]


@pytest.fixture
async def asker(client: AsyncClient, player: Person, sessions: Sessions) -> Headers:
    """A researcher."""
    me = await player()
    user_id = UUID((await client.get("/auth/me", headers=me)).json()["id"])
    async with sessions() as session, session.begin():
        await session.execute(text("UPDATE users SET role = 'researcher' WHERE id = :id"), {"id": user_id})
    return me


async def ask(client: AsyncClient, asker: Headers, **changes: Any) -> dict[str, Any]:
    closes = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"title": "Will it rain tomorrow?", "options": ["yes", "no"], "closes_at": closes, **changes}
    answer = await client.post("/collective/questions", json=body, headers=asker)
    assert answer.status_code == 201, answer.text
    question: dict[str, Any] = answer.json()
    return question


async def judge(client: AsyncClient, who: Headers, question: dict[str, Any], **body: Any) -> Any:
    return await client.post(f"/collective/questions/{question['id']}/judgments", json=body, headers=who)


async def crowd(client: AsyncClient, who: Headers, question: dict[str, Any]) -> Any:
    return await client.get(f"/collective/questions/{question['id']}/aggregate", headers=who)


async def resolve(client: AsyncClient, who: Headers, question: dict[str, Any], **outcome: Any) -> Any:
    return await client.post(f"/collective/questions/{question['id']}/outcome", json=outcome, headers=who)


async def test_a_crowd_judges_and_is_scored(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker)
    people = [await guest() for _ in range(3)]
    for who, p in zip(people, (0.9, 0.6, 0.3), strict=True):
        answer = await judge(client, who, question, probabilities=[p, 1 - p], expected=[0.9, 0.1])
        assert answer.status_code == 200, answer.text
    found = (await crowd(client, people[0], question)).json()
    pools = {pool["method"]: pool["probabilities"][0] for pool in found["pools"]}
    assert pools["linear"] == pytest.approx(0.6)
    assert pools["median"] == pytest.approx(0.6)
    assert pools["extremised"] > 0.6
    assert found["votes"] == pytest.approx({"yes": 2, "no": 1})
    assert found["surprisingly_popular"] == ["no"], "a third said no where a tenth was expected"

    assert (await resolve(client, asker, question, option="yes")).status_code == 200
    found = (await crowd(client, people[0], question)).json()
    scores = {pool["method"]: pool["score"] for pool in found["pools"]}
    assert scores["linear"] == pytest.approx(2 * 0.4**2)
    seen = (await client.get(f"/collective/questions/{question['id']}", headers=people[2])).json()
    assert seen["your_judgment"]["score"] == pytest.approx(2 * 0.7**2)
    assert seen["outcome"]["option"] == "yes"
    assert not seen["open"]


async def test_numbers_are_joined_with_intervals(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker, title="How many beans?", options=None, unit="beans")
    people = [await guest() for _ in range(5)]
    for who, number in zip(people, (90, 100, 110, 95, 5000), strict=True):
        assert (await judge(client, who, question, number=number)).status_code == 200
    await resolve(client, asker, question, number=101)
    found = (await crowd(client, people[0], question)).json()
    by_method = {n["method"]: n for n in found["numbers"]}
    assert by_method["median"]["value"] == 100
    assert by_method["median"]["score"] == 1
    assert by_method["median"]["interval"][0] <= 100 <= by_method["median"]["interval"][1]
    assert found["estimates"] == [90, 95, 100, 110, 5000]


async def test_who_has_not_judged_does_not_see_the_crowd(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker)
    first, second = await guest(), await guest()
    await judge(client, first, question, probabilities=[0.9, 0.1])
    assert (await crowd(client, second, question)).status_code == 403
    stream = await client.get(f"/collective/questions/{question['id']}/events", headers=second)
    assert stream.status_code == 403
    assert (await crowd(client, first, question)).status_code == 200
    assert (await crowd(client, asker, question)).status_code == 200, "who asked sees all"

    later = await ask(client, asker, reveal="after_closing")
    await judge(client, first, later, probabilities=[0.9, 0.1])
    assert (await crowd(client, first, later)).status_code == 403


async def test_a_change_of_mind_counts_once(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker)
    me = await guest()
    answers = [await judge(client, me, question, probabilities=[p, 1 - p]) for p in (0.2, 0.4, 0.8)]
    assert [answer.json()["revision"] for answer in answers] == [1, 2, 3]
    found = (await crowd(client, me, question)).json()
    assert found["judges"] == {"person": 1}
    assert found["pools"][0]["probabilities"][0] == pytest.approx(0.8)


async def test_the_same_judge_at_once_is_one_judge(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker)
    me = await guest()
    answers = await asyncio.gather(*(judge(client, me, question, probabilities=[0.5, 0.5]) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["revision"] for answer in answers) == list(range(1, 21))
    assert (await crowd(client, me, question)).json()["judges"] == {"person": 1}


async def test_models_judge_under_their_own_names(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker)
    assert (await judge(client, asker, question, probabilities=[0.6, 0.4], judge="logistic v2")).status_code == 200
    assert (await judge(client, await guest(), question, probabilities=[0.6, 0.4], judge="mine")).status_code == 404
    assert (await crowd(client, asker, question)).json()["judges"] == {"model": 1}


async def test_without_a_language_model_none_is_made_up(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker)
    path = f"/collective/questions/{question['id']}/ask-model"
    answer = await client.post(path, json={"model": "default"}, headers=asker)
    assert answer.status_code == 503
    assert "no opinion" in answer.json()["detail"]
    assert (await client.post(path, json={"model": "default"}, headers=await guest())).status_code == 404
    assert (await crowd(client, asker, question)).json()["judges"] == {}


async def test_weights_come_from_questions_settled_before(client: AsyncClient, asker: Headers, guest: Person) -> None:
    good, bad = await guest(), await guest()
    for _ in range(4):
        question = await ask(client, asker)
        await judge(client, good, question, probabilities=[0.9, 0.1])
        await judge(client, bad, question, probabilities=[0.1, 0.9])
        await resolve(client, asker, question, option="yes")
    question = await ask(client, asker)
    await judge(client, good, question, probabilities=[0.8, 0.2])
    await judge(client, bad, question, probabilities=[0.2, 0.8])
    pools = {p["method"]: p["probabilities"][0] for p in (await crowd(client, good, question)).json()["pools"]}
    assert pools["linear"] == pytest.approx(0.5)
    assert pools["performance-weighted"] > 0.6

    board = (await client.get("/collective/leader-board", headers=good)).json()
    mine = next(standing for standing in board if standing["you"])
    assert mine["questions"] == 4
    assert mine["brier"] == pytest.approx(2 * 0.1**2)
    assert mine["crowd_brier"] == pytest.approx(0.5)
    assert [s["brier"] for s in board] == sorted(s["brier"] for s in board)


async def test_an_outcome_is_said_once_by_who_asked(client: AsyncClient, asker: Headers, guest: Person) -> None:
    question = await ask(client, asker)
    me = await guest()
    assert (await resolve(client, me, question, option="yes")).status_code == 404
    wrong = await resolve(client, asker, question, option="maybe")
    assert wrong.status_code == 422
    assert "yes, no" in wrong.json()["detail"]
    answers = await asyncio.gather(*(resolve(client, asker, question, option=o) for o in ("yes", "no") * 5))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    assert (await judge(client, me, question, probabilities=[0.5, 0.5])).status_code == 410


async def test_a_closed_question_takes_nothing_more(
    client: AsyncClient, asker: Headers, guest: Person, sessions: Sessions
) -> None:
    question = await ask(client, asker)
    async with sessions() as session, session.begin():
        statement = text("UPDATE questions SET closes_at = now() - interval '1 minute' WHERE id = :id")
        await session.execute(statement, {"id": UUID(question["id"])})
    me = await guest()
    assert (await judge(client, me, question, probabilities=[0.5, 0.5])).status_code == 410
    listed = (await client.get("/collective/questions?status=closed", headers=me)).json()
    assert question["id"] in [q["id"] for q in listed["items"]]
    opened = (await client.get("/collective/questions?status=open&limit=200", headers=me)).json()
    assert question["id"] not in [q["id"] for q in opened["items"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"number": 3.0}, "/probabilities"),
        ({"probabilities": [0.2, 0.3, 0.5]}, "/probabilities"),
        ({"probabilities": [0.5, 0.5], "expected": [0.2, 0.3, 0.5]}, "/expected"),
        ({"probabilities": [0.5, 0.6]}, ""),
        ({"probabilities": [0.5, 0.5], "number": 1.0}, ""),
        ({"probabilities": [0.5, 0.5], "confidence": 2}, "/confidence"),
        ({}, ""),
    ],
)
async def test_judgments_that_do_not_fit_are_named(
    client: AsyncClient, asker: Headers, guest: Person, body: dict[str, Any], pointer: str
) -> None:
    question = await ask(client, asker)
    answer = await judge(client, await guest(), question, **body)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"closes_at": "2020-01-01T00:00:00Z"},
        {"closes_at": "tomorrow"},
        {"options": ["only one"]},
        {"options": ["same", "same"]},
        {"options": ["a", "b"], "unit": "kg"},
        {"reveal": "never"},
    ],
)
async def test_questions_that_cannot_be_are_refused(
    client: AsyncClient, asker: Headers, changes: dict[str, Any]
) -> None:
    body = {"title": "A question", "options": ["a", "b"], "closes_at": "2099-01-01T00:00:00Z", **changes}
    assert (await client.post("/collective/questions", json=body, headers=asker)).status_code == 422


async def test_players_answer_questions_and_do_not_ask_them(client: AsyncClient, guest: Person) -> None:
    body = {"title": "A question", "options": ["a", "b"], "closes_at": "2099-01-01T00:00:00Z"}
    assert (await client.post("/collective/questions", json=body, headers=await guest())).status_code == 403


async def test_the_crowds_answer_is_streamed_as_it_moves(
    client: AsyncClient, asker: Headers, guest: Person, port: int
) -> None:
    question = await ask(client, asker)
    me = await guest()
    await judge(client, me, question, probabilities=[0.9, 0.1])
    stream = heard(port, f"/collective/questions/{question['id']}/events", me)
    events = [(await anext(stream))[0]]
    await judge(client, me, question, probabilities=[0.7, 0.3])
    events.append((await anext(stream))[0])
    await resolve(client, asker, question, option="yes")
    events += [name async for name, _ in stream]
    assert events == ["aggregate", "aggregate", "aggregate", "end"]
