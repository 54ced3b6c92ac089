"""Language models in play, through the real SDKs: coaches keep to the facts, opponents to the rules."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

import pytest
from benchmarks.llm_fake import Behaviour
from httpx2 import AsyncClient
from tests.api.playing import begin, move
from tests.conftest import ClientWith, Headers, bearer
from tests.llm.helpers import Fakes, until

pytestmark = pytest.mark.anyio


async def guest(client: AsyncClient) -> Headers:
    return bearer(await client.post("/auth/guest"))


async def played(client: AsyncClient, who: Headers, turns: int = 12) -> str:
    instance: str = (await begin(client, who, opponent="random", seed=4))["id"]
    for turn in range(1, turns + 1):
        assert (await move(client, who, instance, turn)).status_code == 200
    return instance


async def coached(client: AsyncClient, who: Headers, instance: str) -> dict[str, Any]:
    answer = await client.post(f"/games/instances/{instance}/feedback", json={"about": "match"}, headers=who)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def words(text: str, *facts: str) -> Behaviour:
    return Behaviour(text=json.dumps({"paragraphs": [{"text": text, "facts": list(facts)}]}))


def choice(action: str, why: str = "You like rock.") -> Behaviour:
    return Behaviour(text=json.dumps({"action": action, "why": why}))


async def test_words_that_keep_to_the_facts_are_kept_and_given_again(
    client_with: ClientWith, changes: dict[str, Any], fakes: Fakes
) -> None:
    async with client_with(**changes) as client:
        me = await guest(client)
        instance = await played(client, me)
        fakes.openai.expect(words("You chose rock in all of your 12 decisions.", "score"))
        told = await coached(client, me, instance)
        assert (told["author"], told["model"], told["fallback"]) == ("language-model", "one/fast", None)
        assert told["paragraphs"] == [{"text": "You chose rock in all of your 12 decisions.", "facts": ["score"]}]
        assert await coached(client, me, instance) == told
        kept = (await client.get(f"/games/instances/{instance}/feedback", headers=me)).json()["coach"]
        assert kept == told
    assert len(fakes.openai.seen) == 1


async def test_the_model_gets_the_facts_as_data_a_schema_and_no_name(
    client_with: ClientWith, changes: dict[str, Any], fakes: Fakes
) -> None:
    async with client_with(**changes) as client:
        me = await guest(client)
        name = (await client.get("/auth/me", headers=me)).json()["username"]
        instance = await played(client, me)
        fakes.openai.expect(words("Well played.", "score"))
        told = await coached(client, me, instance)
    (seen,) = fakes.openai.seen
    asked = json.dumps(seen.body)
    assert name not in asked
    assert instance not in asked
    for fact in told["facts"]:
        assert f"<data>{json.dumps(fact['sentence'])}</data>" in seen.question
    cites = seen.body["response_format"]["json_schema"]["schema"]["properties"]["paragraphs"]["items"]["properties"]
    assert cites["facts"]["items"]["enum"] == [fact["key"] for fact in told["facts"]]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (words("You chose rock 13 times.", "score"), "the number 13 stands in no fact"),
        (words("You chose rock 12 times.", "surprise"), "the number 12 stands in no fact"),
        (words("You chose rock twice as often.", "score"), "the number 2 stands in no fact"),
    ],
)
async def test_a_number_that_stands_nowhere_throws_the_text_away_and_it_may_be_asked_again(
    client_with: ClientWith, changes: dict[str, Any], fakes: Fakes, answer: Behaviour, why: str
) -> None:
    async with client_with(**changes, llm_cache_ttl_s=0) as client:
        me = await guest(client)
        instance = await played(client, me)
        fakes.openai.expect(answer, words("Mix more.", "score"))
        told = await coached(client, me, instance)
        assert told["author"] == "engine"
        assert why in told["fallback"]
        assert [p["text"] for p in told["paragraphs"]] == [fact["sentence"] for fact in told["facts"]]
        assert (await coached(client, me, instance))["author"] == "language-model"


@pytest.mark.parametrize("answer", [Behaviour("status", status=500), Behaviour("garbage"), words("Well.", "horoscope")])
async def test_a_model_that_fails_leaves_the_facts_standing(
    client_with: ClientWith, changes: dict[str, Any], fakes: Fakes, answer: Behaviour
) -> None:
    fakes.openai.always = fakes.gemini.always = answer
    async with client_with(**changes, llm_tries=1) as client:
        me = await guest(client)
        told = await coached(client, me, await played(client, me))
    assert told["author"] == "engine"
    assert told["fallback"] == "No language model could answer: temporarily unavailable."


async def test_a_language_model_plays_legal_moves_under_the_seal_and_tells_why(
    client_with: ClientWith, changes: dict[str, Any], fakes: Fakes
) -> None:
    fakes.openai.expect(choice("scissors", "A first guess."), choice("paper"), choice("paper"))
    async with client_with(**changes) as client:
        me = await guest(client)
        instance = await begin(client, me, opponent="llm")
        shown = instance["next"]["commitment"]
        for turn, (action, why) in enumerate([("scissors", "A first guess."), ("paper", "You like rock.")], 1):
            answer = (await move(client, me, instance["id"], turn)).json()
            opened = answer["commitment"]
            assert hashlib.sha256(bytes.fromhex(opened["nonce"]) + opened["payload"].encode()).hexdigest() == shown
            assert (answer["opponent"]["action"], answer["why"]) == (action, why)
            shown = answer["next"]["commitment"]
    first, _, third = fakes.openai.seen
    schema = first.body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["action"]["enum"] == ["rock", "paper", "scissors"]
    assert "none yet" in first.question
    assert 'you <data>"scissors"</data>, they <data>"rock"</data>\nyou <data>"paper"</data>' in third.question


async def test_an_illegal_move_is_not_played(client_with: ClientWith, changes: dict[str, Any], fakes: Fakes) -> None:
    fakes.openai.always = fakes.gemini.always = choice("lizard")
    async with client_with(**changes, llm_tries=1) as client:
        me = await guest(client)
        instance = await begin(client, me, opponent="llm", opponent_parameters={"fallback": "uniform"})
        answer = (await move(client, me, instance["id"], 1)).json()
    assert answer["opponent"]["action"] in {"rock", "paper", "scissors"}
    assert answer["why"].startswith("No language model gave a legal answer")
    assert answer["why"].endswith("so I drew evenly among my actions.")


async def test_a_late_answer_is_not_waited_for_and_no_connection_is_held_meanwhile(
    client_with: ClientWith, changes: dict[str, Any], fakes: Fakes
) -> None:
    fakes.openai.expect(choice("paper"), "hang")
    async with client_with(**changes, database_pool_size=1) as client:
        me, other = await guest(client), await guest(client)
        beside = (await begin(client, other, opponent="random"))["id"]
        instance = await begin(client, me, opponent="llm", opponent_parameters={"seconds": 4.0})
        moving = asyncio.create_task(move(client, me, instance["id"], 1))
        await until(lambda: len(fakes.openai.seen) == 2)
        # The only connection there is serves others while the model thinks.
        assert (await move(client, other, beside, 1)).status_code == 200
        assert not moving.done()
        answer = (await moving).json()
        assert answer["opponent"]["action"] == "paper"
        after = (await move(client, me, instance["id"], 2)).json()
    assert after["why"] == "The language model did not answer in time, so I played the equilibrium."


async def test_the_same_move_many_times_at_once_asks_the_model_once(
    client_with: ClientWith, changes: dict[str, Any], fakes: Fakes
) -> None:
    fakes.openai.expect(choice("paper"), choice("rock"))
    async with client_with(**changes) as client:
        me = await guest(client)
        instance = (await begin(client, me, opponent="llm"))["id"]
        answers = await asyncio.gather(*(move(client, me, instance, 1, key="same") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(fakes.openai.seen) == 2
