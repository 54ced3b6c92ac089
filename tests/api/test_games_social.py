"""Bargaining, groups, guesses, estimates, questionnaires and dilemmas with news, played to their end over HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from httpx2 import AsyncClient
from pydantic import TypeAdapter
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.scripted import action_at

from hagame import plugins
from hagame.core.tables import User
from hagame.games.schemas_judgment import JudgmentState
from hagame.mind.cognition import TRAITS
from hagame.mind.quantum.news import news_state
from hagame.mind.quantum.player import questionnaire_state
from hagame.rules.builtin_social import DEFINITIONS

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]

TURNS = {
    "ultimatum": 20,
    "dictator": 10,
    "trust": 10,
    "public-goods": 10,
    "beauty-contest": 4,
    "estimates": 9,
    "probabilities": 10,
    "question-order": 8,
    "sure-thing": 18,
}
MEASURED = {
    "ultimatum": {"offer_share"},
    "dictator": {"giving_share"},
    "trust": {"trust_share"},
    "public-goods": {"contribution_share"},
    "beauty-contest": {"reasoning_steps"},
    "estimates": {"estimation_error", "advice_weight"},
    "probabilities": {"estimation_error"},
    "question-order": {"acquiescence"},
    "sure-thing": {"cooperation_known", "cooperation_unknown"},
}


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


async def begun(client: AsyncClient, who: Headers, **body: Any) -> dict[str, Any]:
    answer = await client.post("/games/instances", json=body, headers=who)
    assert answer.status_code == 201, answer.text
    instance: dict[str, Any] = answer.json()
    return instance


def rounded(value: Any) -> Any:
    """Floats to six digits, tuples as lists."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return round(value, 6) if isinstance(value, float) else value


async def to_the_end(client: AsyncClient, who: Headers, instance: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers to all moves; each seal is checked."""
    answers, next_ = [], instance["next"]
    while next_ is not None:
        body = {"turn": next_["turn"], "action": action_at((0.37 * next_["turn"]) % 1, next_)}
        answer = await client.post(f"/games/instances/{instance['id']}/moves", json=body, headers=who)
        assert answer.status_code == 200, answer.text
        answers.append(answer.json())
        opened = answers[-1]["commitment"]
        sealed = hashlib.sha256(bytes.fromhex(opened["nonce"]) + opened["payload"].encode()).hexdigest()
        assert sealed == opened["sha256"] == next_["commitment"]
        next_ = answers[-1]["next"]
    return answers


@pytest.mark.parametrize("key", [item["key"] for item in DEFINITIONS])
async def test_a_scripted_player_plays_it_to_the_end(client: AsyncClient, me: Headers, key: str) -> None:
    instance = await begun(client, me, definition=key)
    answers = await to_the_end(client, me, instance)
    last = answers[-1]
    assert len(answers) == TURNS[key]
    assert (last["status"], last["next"]) == ("finished", None)
    assert sum(answer["player"]["payoff"] for answer in answers) == pytest.approx(last["score"]["player"])
    assert MEASURED[key] <= set(last["traits"]) <= set(TRAITS)
    assert all(part["statement"] for answer in answers for part in answer["explanation"])
    log = (await client.get(f"/games/instances/{instance['id']}/decisions", headers=me)).json()["items"]
    assert [row["action"] for row in log] == [answer["player"]["action"] for answer in answers]


@pytest.mark.parametrize(("role", "first"), [("first", True), ("second", False)])
async def test_the_person_may_have_either_part(
    client: AsyncClient, researcher: Headers, role: str, *, first: bool
) -> None:
    for engine in ("ultimatum", "trust"):
        body = {"key": f"{engine}-{uuid4().hex[:8]}", "engine": engine, "title": "One part"}
        made = await client.post("/games/definitions", json=body | {"parameters": {"role": role}}, headers=researcher)
        assert made.status_code == 201, made.text
        instance = await begun(client, researcher, definition=made.json()["id"])
        assert instance["next"]["view"]["first"] is first
        assert bool(instance["next"]["replies"]) is not first
        answers = await to_the_end(client, researcher, instance)
        assert {answer["outcome"]["first"] for answer in answers} == {first}


async def test_several_partners_are_told_one_by_one(client: AsyncClient, me: Headers) -> None:
    answers = await to_the_end(client, me, await begun(client, me, definition="public-goods"))
    for answer in answers:
        given = [int(other["action"]) for other in answer["others"]]
        assert given == answer["outcome"]["others"]
        pot = sum(given) + int(answer["player"]["action"])
        assert answer["player"]["payoff"] == pytest.approx(20 - int(answer["player"]["action"]) + 1.6 * pot / 4)
        assert [other["payoff"] for other in answer["others"]] == pytest.approx([20 - g + 1.6 * pot / 4 for g in given])


async def test_the_crowd_and_the_truth_come_after_the_answer(client: AsyncClient, me: Headers) -> None:
    instance = await begun(client, me, definition="estimates")
    assert "206" not in json.dumps(instance["next"]["view"])
    answers = await to_the_end(client, me, instance)
    assert answers[0]["outcome"]["truth"] == 206
    first, second = answers[-2:]
    assert "truth" not in first["outcome"]
    assert first["next"]["view"]["crowd"]["quartiles"] == [1162, 1207, 1236]
    assert second["outcome"]["truth"] == 1198


async def test_dilemmas_end_with_one_s_own_rates_beside_the_study(client: AsyncClient, me: Headers) -> None:
    last = (await to_the_end(client, me, await begun(client, me, definition="sure-thing")))[-1]
    assert [n for n, _ in last["outcome"]["defected"].values()] == [6, 6, 6]
    assert last["outcome"]["published"]["unknown"] == 0.63


async def test_a_questionnaire_needs_no_code(client: AsyncClient, researcher: Headers) -> None:
    blocks = [{"questions": [{"key": f"q{i}", "text": f"Question {i}?"} for i in range(3)]}]
    body = {
        "key": f"mine-{uuid4().hex[:8]}",
        "engine": "questions",
        "title": "Mine",
        "parameters": {"blocks": blocks, "answers": ["agree", "disagree"]},
    }
    made = await client.post("/games/definitions", json=body, headers=researcher)
    assert made.status_code == 201, made.text
    instance = await begun(client, researcher, definition=body["key"])
    assert instance["next"]["legal_actions"] == ["agree", "disagree"]
    assert instance["opponent"]["key"] == "observer"
    answers = await to_the_end(client, researcher, instance)
    assert sorted(answer["outcome"]["key"] for answer in answers) == ["q0", "q1", "q2"]


@pytest.mark.parametrize(
    ("engine", "parameters", "pointer"),
    [
        ("ultimatum", {"pie": 0}, "/parameters/pie"),
        ("trust", {"role": "third"}, "/parameters/role"),
        ("guessing", {"p": "7"}, "/parameters/p"),
        ("questions", {"blocks": []}, "/parameters/blocks"),
        ("estimation", {"questions": [{"key": "q"}]}, "/parameters/questions/0/text"),
    ],
)
async def test_wrong_parameters_are_named(
    client: AsyncClient, researcher: Headers, engine: str, parameters: dict[str, Any], pointer: str
) -> None:
    body = {"key": "wrong", "engine": engine, "title": "Wrong", "parameters": parameters}
    answer = await client.post("/games/definitions", json=body, headers=researcher)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_all_that_is_wrong_with_parameters_is_told_at_once(client: AsyncClient, researcher: Headers) -> None:
    body = {"key": "wrong", "engine": "questions", "title": "Wrong", "parameters": {"questions": [], "first": 1}}
    found = (await client.post("/games/definitions", json=body, headers=researcher)).json()
    assert found["errors"] == [
        {"pointer": "/parameters/blocks", "detail": "Field required"},
        {"pointer": "/parameters/questions", "detail": "Extra inputs are not permitted"},
        {"pointer": "/parameters/first", "detail": "Extra inputs are not permitted"},
    ]
    assert found["detail"].startswith("/parameters/blocks: Field required; /parameters/questions: Extra inputs")


async def test_wrong_parameters_of_an_opponent_are_named_where_they_were_sent(client: AsyncClient, me: Headers) -> None:
    body = {"definition": "connect-four", "opponent": "search", "opponent_parameters": {"depth": 1, "hurry": True}}
    found = (await client.post("/games/instances", json=body, headers=me)).json()
    assert [each["pointer"] for each in found["errors"]] == ["/opponent_parameters/hurry"]


async def test_opponents_that_cannot_play_are_refused(client: AsyncClient, me: Headers) -> None:
    for definition, opponent in (("ultimatum", "adaptive"), ("beauty-contest", "fair"), ("question-order", "random")):
        answer = await client.post(
            "/games/instances", json={"definition": definition, "opponent": opponent}, headers=me
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/opponent"


@pytest.mark.parametrize(("key", "state"), [("question-order", questionnaire_state), ("sure-thing", news_state)])
async def test_the_state_of_judgment_is_recounted_from_the_log(
    client: AsyncClient, me: Headers, key: str, state: Callable[[Any], Any]
) -> None:
    (built_in,) = (item for item in DEFINITIONS if item["key"] == key)
    game = plugins.make_game(built_in["engine"], built_in["parameters"])
    instance = await begun(client, me, definition=key, seed=11)
    answers = await to_the_end(client, me, instance)
    stored = (await client.get(f"/games/instances/{instance['id']}/decisions", headers=me)).json()["items"]
    seen = [instance["judgment"], *(row["answer"]["judgment"] for row in stored)]
    assert seen[1:] == [answer["judgment"] for answer in answers]
    rng = np.random.default_rng(0)
    again = game.start(np.random.Generator(np.random.Philox(key=11, counter=(0, 0, 0, 0))))
    for told, row in zip(seen, [*stored, None], strict=True):
        assert told == TypeAdapter(JudgmentState).validate_python(told).model_dump(mode="json")
        assert told == rounded(asdict(state(game.judged(again))))
        if row is not None:
            met = {} if game.seats == 1 else {1: row["opponent_action"]}
            again = game.apply(again, {0: row["action"], **met}, rng)
    assert (await client.get(f"/games/instances/{instance['id']}", headers=me)).json()["judgment"] == seen[-1]


async def test_games_without_judgments_tell_of_no_state(client: AsyncClient, me: Headers) -> None:
    instance = await begun(client, me, definition="dictator")
    assert instance["judgment"] is None
    assert {answer["judgment"] for answer in await to_the_end(client, me, instance)} == {None}


async def answered(client: AsyncClient, who: Headers, definition: str, *answers: str) -> str:
    """A match in which these answers are given; its id."""
    begun = await client.post("/games/instances", json={"definition": definition}, headers=who)
    instance = begun.json()["id"]
    for turn, action in enumerate(answers, 1):
        body = {"turn": turn, "action": action}
        moved = await client.post(f"/games/instances/{instance}/moves", json=body, headers=who)
        assert moved.status_code == 200, moved.text
    return str(instance)


async def test_the_crowd_of_those_who_play_is_shown_from_five_others_on_and_only_of_what_was_answered(
    client: AsyncClient, researcher: Headers, guest: Person
) -> None:
    crowd = {"n": 10, "quartiles": [10, 20, 30], "source": "A book"}
    questions = [
        {"key": "a", "text": "How many?", "truth": 30, "crowd": crowd},
        {"key": "b", "text": "How far?", "truth": 30},
    ]
    key = f"crowd-{uuid4()}"
    body = {
        "key": key,
        "engine": "estimation",
        "title": "Asked",
        "parameters": {"questions": questions, "revise": True},
    }
    assert (await client.post("/games/definitions", json=body, headers=researcher)).status_code == 201
    me = await guest()
    mine = await answered(client, me, key, "50", "60", "70")
    for place in range(4):
        await answered(client, await guest(), key, f"{10 + 10 * place}", "99", "5")
    path = f"/games/instances/{mine}/crowd"
    assert (await client.get(path, headers=me)).json() == []
    last = await guest()
    # Who comes again has seen the answer: the first time counts.
    for first in ("50", "90"):
        theirs = await answered(client, last, key, first, "99")
    assert (await client.get(path, headers=me)).json() == [{"key": "a", "n": 5, "quartiles": [20, 30, 40]}]
    shown = (await client.get(f"/games/instances/{theirs}/crowd", headers=last)).json()
    assert [(each["key"], each["n"]) for each in shown] == [("a", 5)]
    assert (await client.get(path, headers=last)).status_code == 404


async def test_a_second_answer_sees_the_first_ones_of_others_who_play(
    client: AsyncClient, researcher: Headers, guest: Person
) -> None:
    questions = [{"key": "a", "text": "How many?", "truth": 30}, {"key": "b", "text": "How far?", "truth": 30}]
    key = f"live-{uuid4()}"
    parameters = {"questions": questions, "revise": True, "live": True}
    body = {"key": key, "engine": "estimation", "title": "Asked twice", "parameters": parameters}
    assert (await client.post("/games/definitions", json=body, headers=researcher)).status_code == 201
    for place in range(5):
        await answered(client, await guest(), key, f"{10 + 10 * place}", "99", "1", "2")
    me = await guest()
    instance = (await client.post("/games/instances", json={"definition": key}, headers=me)).json()
    path = f"/games/instances/{instance['id']}/crowd"
    assert (await client.get(path, headers=me)).json() == [], "nobody leans on others in a first answer"
    first = {"turn": 1, "action": "50"}
    moved = (await client.post(f"/games/instances/{instance['id']}/moves", json=first, headers=me)).json()
    assert moved["next"]["view"]["first"] == 50
    assert (await client.get(path, headers=me)).json() == [{"key": "a", "n": 5, "quartiles": [20, 30, 40]}]


@pytest.mark.parametrize(
    ("engine", "parameters", "action", "says"),
    [
        ("matrix", {"preset": "rock-paper-scissors"}, "lizard", "rock, paper, scissors"),
        ("two-step", {}, "up", "left, right"),
        ("estimation", {"questions": [{"key": "a", "text": "How many?"}]}, "101", "0 to 100"),
    ],
)
async def test_a_choice_for_the_late_that_the_game_does_not_know_is_refused(
    client: AsyncClient, researcher: Headers, engine: str, parameters: dict[str, Any], action: str, says: str
) -> None:
    limit = {"move_limit": {"seconds": 5, "action": action}}
    body = {"key": f"late-{uuid4()}", "engine": engine, "title": "Late", "parameters": parameters | limit}
    refused = await client.post("/games/definitions", json=body, headers=researcher)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/parameters/move_limit/action"
    assert says in refused.json()["detail"]


async def test_a_choice_for_the_late_may_be_one_that_is_offered_later(client: AsyncClient, researcher: Headers) -> None:
    board = {"width": 3, "height": 3, "in_a_row": 3, "gravity": False}
    body = {
        "key": f"late-{uuid4()}",
        "engine": "in-a-row",
        "title": "Late",
        "parameters": board | {"move_limit": {"seconds": 5, "action": "a1"}},
    }
    made = await client.post("/games/definitions", json=body, headers=researcher)
    assert made.status_code == 201, made.text
