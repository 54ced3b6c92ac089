"""Feedback on a match over HTTP: its numbers are those of the log, whoever asks must own it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from math import log2
from statistics import mean
from typing import Any
from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import begin, logged, move

from hagame.core.tables import Feedback
from hagame.core.tasks.work import Worker
from hagame.games import coach
from hagame.games.tasks import tasks
from hagame.llm.grounded import Written
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]

PATTERN = ("rock", "rock", "paper", "scissors", "rock", "paper", "paper", "rock", "scissors", "rock")


async def played(client: AsyncClient, who: Headers, turns: int, **body: Any) -> str:
    instance: str = (await begin(client, who, seed=7, **body))["id"]
    for turn in range(1, turns + 1):
        answer = await move(client, who, instance, turn, PATTERN[turn % len(PATTERN)], response_time_ms=100 * turn)
        assert answer.status_code == 200, answer.text
    return instance


async def told(client: AsyncClient, who: Headers, instance: str) -> dict[str, Any]:
    answer = await client.get(f"/games/instances/{instance}/feedback", headers=who)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body | {"facts": {fact["key"]: fact for fact in body["facts"]}}


def even(row: dict[str, Any]) -> bool:
    """Whether all moves were expected alike."""
    return abs(row["probability"] * row["n_legal"] - 1) < 1e-4


def foreseen(row: dict[str, Any]) -> bool:
    return row["hit"] and not even(row)


async def test_every_number_is_that_of_the_log(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, 40)
    rows = await logged(client, me, instance)
    body = await told(client, me, instance)
    facts = {key: fact["values"] for key, fact in body["facts"].items()}
    assert body["decisions"] == 40
    assert facts["score"]["score"] == sum(r["payoff"] for r in rows)
    assert facts["score"]["opponent_score"] == sum(r["opponent_payoff"] for r in rows)
    assert facts["score"]["wins"] == sum(r["payoff"] > r["opponent_payoff"] for r in rows)
    assert facts["score"]["losses"] == sum(r["payoff"] < r["opponent_payoff"] for r in rows)
    assert facts["predictability"]["hits"] == sum(foreseen(r) for r in rows)
    assert facts["predictability"]["chance"] == pytest.approx(sum(not even(r) for r in rows) / 3 / len(rows))
    assert facts["predictability"]["bits"] == pytest.approx(mean(log2(3 * r["probability"]) for r in rows))
    assert facts["learning"]["early"] == sum(foreseen(r) for r in rows[:20])
    assert facts["learning"]["late"] == sum(foreseen(r) for r in rows[20:])
    assert facts["use"]["foreseen"] == pytest.approx(mean(r["payoff"] for r in rows if foreseen(r)))
    assert facts["use"]["unforeseen"] == pytest.approx(mean(r["payoff"] for r in rows if not foreseen(r)))
    assert facts["surprise"]["probability"] == min(r["probability"] for r in rows)


async def test_what_was_expected_evenly_is_not_counted_as_foreseen(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    answer = await client.put("/users/me/cognitive-profile", json={"modelling_consent": False}, headers=me)
    assert answer.status_code == 200
    instance: str = (await begin(client, me, definition="matching-pennies"))["id"]
    for turn in range(1, 13):
        await move(client, me, instance, turn, "heads")
    rows = await logged(client, me, instance)
    evens = [even(r) for r in rows]
    assert any(evens), "who is not modelled is expected to do anything"
    facts = {key: fact["values"] for key, fact in (await told(client, me, instance))["facts"].items()}
    assert facts["even"]["even"] == sum(evens)
    assert facts["predictability"]["hits"] == sum(map(foreseen, rows))
    assert facts["predictability"]["chance"] == pytest.approx(sum(not e for e in evens) / 2 / len(rows))


async def test_the_clue_is_the_part_that_added_most_to_the_moves_taken(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, 40)
    nats: Counter[str] = Counter()
    statements: dict[int, list[str]] = {}
    for row in await logged(client, me, instance):
        for part in row["answer"]["explanation"]:
            nats[part["key"]] += part["log_odds"][row["action"]]
            statements.setdefault(row["turn"], []).append(part["statement"])
    del nats["rest"]
    clue = (await told(client, me, instance))["facts"]["clue"]
    assert clue["values"]["nats"] == pytest.approx(nats.most_common(1)[0][1])
    assert any(statement in clue["sentence"] for statement in statements[int(clue["values"]["turn"])])


async def test_a_habit_is_counted_as_in_the_log(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = (await begin(client, me, opponent="random", seed=3))["id"]
    for turn in range(1, 31):
        await move(client, me, instance, turn, "rock")
    rows = await logged(client, me, instance)
    habit = (await told(client, me, instance))["facts"]["habit-1"]
    assert habit["sentence"].startswith("You chose rock in 30 of 30 cases; by chance it would be 33%.")
    assert habit["values"]["foreseen"] == sum(foreseen(r) for r in rows)
    assert habit["values"]["paid"] == pytest.approx(mean(r["payoff"] for r in rows))


async def test_a_dilemma_is_judged_by_what_pays(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = (await begin(client, me, definition="prisoners-dilemma", opponent="adaptive"))["id"]
    for turn in range(1, 13):
        await move(client, me, instance, turn, "cooperate" if turn % 4 else "defect")
    body = await told(client, me, instance)
    assert "trait-cooperation" in body["facts"]
    assert not any("mixing" in advice or "clock" in advice for advice in body["advice"])


async def test_traits_are_told_only_with_consent(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    await client.put("/users/me/cognitive-profile", json={"modelling_consent": False}, headers=me)
    facts = (await told(client, me, await played(client, me, 6)))["facts"]
    assert not any(key.startswith("trait-") for key in facts)


async def test_before_the_first_decision_there_is_nothing_to_say(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = (await begin(client, me))["id"]
    answer = await client.get(f"/games/instances/{instance}/feedback", headers=me)
    assert (answer.status_code, answer.json()["title"]) == (409, "The state has moved on")


async def test_feedback_on_matches_of_others_does_not_exist(
    client: AsyncClient, guest: Person, other_player: Headers
) -> None:
    instance = await played(client, await guest(), 2)
    answer = await client.get(f"/games/instances/{instance}/feedback", headers=other_player)
    assert answer.status_code == 404


async def test_the_sums_take_as_many_statements_for_a_long_match_as_for_a_short_one(
    client: AsyncClient, guest: Person, statements: list[str]
) -> None:
    me = await guest()
    counts = []
    for turns in (2, 30):
        instance = await played(client, me, turns)
        statements.clear()
        await told(client, me, instance)
        counts.append(sum("FROM user_decision_logs" in statement for statement in statements))
    assert counts == [4, 4]


async def coached(client: AsyncClient, who: Headers, instance: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/games/instances/{instance}/feedback", json=body, headers=who)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_without_a_language_model_the_coach_is_a_template_and_says_so(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, 12)
    told_before = await client.get(f"/games/instances/{instance}/feedback", headers=me)
    assert told_before.json()["coach"] is None
    words = await coached(client, me, instance)
    assert (words["about"], words["turn"], words["author"], words["fallback"]) == ("match", 12, "template", None)
    assert words["prompt"] == {"name": "match-coach", "version": 1, "label": "latest"}
    sentences = {fact["key"]: fact["sentence"] for fact in words["facts"]}
    assert [p["text"] for p in words["paragraphs"]] == [sentences[p["facts"][0]] for p in words["paragraphs"]]
    kept = (await client.get(f"/games/instances/{instance}/feedback", headers=me)).json()["coach"]
    assert kept == words


async def test_an_engine_that_is_late_does_not_replace_the_words_of_a_model(
    client: AsyncClient, guest: Person, sessions: async_sessionmaker[AsyncSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    me = await guest()
    instance = await played(client, me, 3)
    await coached(client, me, instance)
    words = [{"text": "Well played.", "facts": []}]

    async def late(*_: object) -> Written:
        async with sessions.begin() as session:
            ours = update(Feedback).where(Feedback.instance_id == UUID(instance))
            await session.execute(ours.values(author="language-model", paragraphs=words))
        return Written("engine", (), fallback="late")

    monkeypatch.setattr(coach, "write", late)
    told_late = await coached(client, me, instance)
    assert (told_late["author"], told_late["paragraphs"]) == ("language-model", words)
    kept = (await client.get(f"/games/instances/{instance}/feedback", headers=me)).json()["coach"]
    assert kept["paragraphs"] == words


async def test_a_coach_explains_one_turn_from_its_explanation(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, 9)
    words = await coached(client, me, instance, about="turn", turn=8)
    row = (await logged(client, me, instance))[7]
    sentences = {fact["key"]: fact["sentence"] for fact in words["facts"]}
    assert words["turn"] == 8
    assert f"You chose {row['action']}" in sentences["expected"]
    assert row["opponent_action"] in sentences["done"]
    widest = max(row["answer"]["explanation"], key=lambda part: abs(part["log_odds"][row["action"]]))
    assert sentences["reason-1"].startswith(widest["statement"])
    assert (await coached(client, me, instance, about="turn"))["turn"] == 9


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"about": "turn", "turn": 3}, 422),
        ({"about": "match", "turn": 1}, 422),
        ({"about": "weather"}, 422),
        ({"author": "engine"}, 422),
    ],
)
async def test_what_a_coach_cannot_speak_on_is_refused(
    client: AsyncClient, guest: Person, body: dict[str, Any], status: int
) -> None:
    me = await guest()
    instance = await played(client, me, 2)
    answer = await client.post(f"/games/instances/{instance}/feedback", json=body, headers=me)
    assert answer.status_code == status, answer.text


async def test_a_coach_speaks_to_the_owner_alone_and_not_before_the_first_decision(
    client: AsyncClient, guest: Person, other_player: Headers
) -> None:
    me = await guest()
    instance = (await begin(client, me))["id"]
    assert (await client.post(f"/games/instances/{instance}/feedback", json={}, headers=me)).status_code == 409
    stranger = await client.post(f"/games/instances/{instance}/feedback", json={}, headers=other_player)
    assert stranger.status_code == 404


async def test_a_coach_may_be_asked_in_the_background(
    client: AsyncClient, guest: Person, other_player: Headers, settings: Settings
) -> None:
    me = await guest()
    instance = await played(client, me, 12)
    path = f"/games/instances/{instance}/feedback/task"
    assert (await client.post(path, json={}, headers=other_player)).status_code == 404
    asked = await client.post(path, json={"about": "turn", "turn": 5}, headers=me)
    assert asked.status_code == 202, asked.text
    task_id = asked.json()["task_id"]
    # Nobody follows this task, so nobody need be told of it.
    quiet = settings.model_copy(update={"broker_url": settings.redis_url, "redis_url": None})
    with ThreadPoolExecutor(1) as thread:
        worker = thread.submit(Worker, quiet, tasks, lambda: False).result()
        await asyncio.to_thread(thread.submit(worker.work, UUID(task_id)).result)
        thread.submit(worker.close).result()
    task = (await client.get(f"/tasks/{task_id}", headers=me)).json()
    assert task["state"] == "done", task
    assert (task["result"]["about"], task["result"]["turn"], task["result"]["author"]) == ("turn", 5, "template")
    assert task["result"]["paragraphs"] == (await coached(client, me, instance, about="turn", turn=5))["paragraphs"]


async def test_a_profile_is_summed_up_from_its_traits(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    before = await client.post("/users/me/cognitive-profile/summary", headers=me)
    assert before.status_code == 409
    await played(client, me, 20)
    told = (await client.post("/users/me/cognitive-profile/summary", headers=me)).json()
    profile = (await client.get("/users/me/cognitive-profile", headers=me)).json()["inferred"]
    assert told["author"] == "template"
    counted = [key for key in profile if "." not in key]
    assert counted, "parameters of models have the name of their model before a full stop"
    assert [fact["key"] for fact in told["facts"]] == [f"trait-{key}" for key in counted]
    await client.put("/users/me/cognitive-profile", json={"modelling_consent": False}, headers=me)
    assert (await client.post("/users/me/cognitive-profile/summary", headers=me)).status_code == 409
