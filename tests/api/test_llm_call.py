"""Calls over HTTP where no language model is connected: the templates answer, and say so."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]

QUESTION = {"messages": [{"role": "user", "content": "Rock, paper or scissors?"}]}
MOVE = {
    "type": "object",
    "properties": {"move": {"enum": ["rock", "paper", "scissors"]}},
    "required": ["move"],
    "additionalProperties": False,
}


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of each server-sent event."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


async def test_without_a_model_the_answer_says_that_nobody_has_read_the_question(
    client: AsyncClient, guest: Person
) -> None:
    answer = await client.post("/llm/call", json=QUESTION, headers=await guest())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["offline"] is True
    assert "No language model is connected" in told["text"]
    assert (told["provider"], told["model"], told["cost_usd"]) == ("offline", "template", "0")


async def test_amounts_of_money_are_digits_everywhere(client: AsyncClient, guest: Person) -> None:
    who = await guest()
    await client.post("/llm/call", json=QUESTION, headers=who)
    (call,) = (await client.get("/llm/logs", headers=who)).json()["items"]
    stats = (await client.get("/llm/stats", headers=who)).json()
    models = (await client.get("/llm/models", headers=who)).json()
    told = json.dumps([call, stats, models])
    amounts = re.findall(r'"[a-z_]*usd[a-z_]*": "([^"]*)"', told)
    assert call["cost_usd"] == "0"
    assert len(amounts) > 4
    assert all(re.fullmatch(r"\d+(\.\d+)?", amount) for amount in amounts), amounts


async def test_json_that_was_asked_for_comes_in_the_form_of_its_schema(client: AsyncClient, guest: Person) -> None:
    answer = await client.post("/llm/call", json=QUESTION | {"response_schema": MOVE}, headers=await guest())
    assert answer.json()["output"] == {"move": "rock"}


async def test_a_stream_gives_pieces_and_then_the_whole(client: AsyncClient, guest: Person) -> None:
    answer = await client.post("/llm/call", json=QUESTION | {"stream": True}, headers=await guest())
    assert answer.headers["content-type"].startswith("text/event-stream")
    *pieces, (last, whole) = events(answer.text)
    assert last == "done"
    assert {name for name, _ in pieces} == {"delta"}
    assert "".join(data["text"] for _, data in pieces) == whole["text"]


async def test_a_call_is_in_the_log_of_its_caller_and_of_nobody_else(
    client: AsyncClient, guest: Person, other_player: Headers
) -> None:
    who = await guest()
    told = (await client.post("/llm/call", json=QUESTION, headers=who)).json()
    (logged,) = (await client.get("/llm/logs", headers=who)).json()["items"]
    assert logged["id"] == told["id"]
    assert (logged["outcome"], logged["cache"], logged["contents"]) == ("ok", "miss", None)
    assert [attempt["outcome"] for attempt in logged["attempts"]] == ["ok"]
    assert (await client.get("/llm/logs", headers=other_player)).json()["items"] == []
    stranger = await client.get("/llm/logs", params={"user_id": logged["user_id"]}, headers=other_player)
    assert stranger.status_code == 404


async def test_the_log_is_paged_newest_first(client: AsyncClient, guest: Person) -> None:
    who = await guest()
    for _ in range(3):
        await client.post("/llm/call", json=QUESTION | {"cache": "bypass"}, headers=who)
    first = (await client.get("/llm/logs", params={"limit": 2}, headers=who)).json()
    rest = (await client.get("/llm/logs", params={"limit": 2, "cursor": first["next_cursor"]}, headers=who)).json()
    ids = [call["id"] for call in first["items"] + rest["items"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), rest["next_cursor"]) == (3, None)


async def test_the_same_question_again_is_answered_from_the_cache(client: AsyncClient, guest: Person) -> None:
    who = await guest()
    uses = [(await client.post("/llm/call", json=QUESTION, headers=who)).json()["cache"] for _ in range(2)]
    bypassed = (await client.post("/llm/call", json=QUESTION | {"cache": "bypass"}, headers=who)).json()["cache"]
    assert (uses, bypassed) == (["miss", "hit"], "bypass")


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, ""),
        (QUESTION | {"prompt": {"name": "x"}}, 422, ""),
        (QUESTION | {"model": "nobody/knows"}, 404, None),
        (QUESTION | {"max_output_tokens": 20_000}, 422, "/max_output_tokens"),
        (QUESTION | {"base_url": "http://169.254.169.254/"}, 422, "/base_url"),
        (QUESTION | {"response_schema": {"type": "objekt"}}, 422, "/response_schema/type"),
        (QUESTION | {"response_schema": {"$ref": "http://127.0.0.1:1/x.json"}}, 422, "/response_schema/$ref"),
        (QUESTION | {"response_schema": {"type": "string", "pattern": "(a+)+$"}}, 422, "/response_schema/pattern"),
        ({"prompt": {"name": "there-is-none"}}, 404, None),
        ({"messages": [{"role": "user", "content": [{"type": "image", "media_type": "image/png", "data": "???"}]}]},
         422, None),
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_refused_where_it_is_wrong(
    client: AsyncClient, guest: Person, body: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = await client.post("/llm/call", json=body, headers=await guest())
    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_models_tell_prices_aliases_and_what_is_left(client: AsyncClient, guest: Person) -> None:
    told = (await client.get("/llm/models", headers=await guest())).json()
    assert told["offline"] is True
    assert [model["name"] for model in told["models"]] == ["offline/template"]
    assert told["aliases"] == [{"name": "default", "models": ["offline/template"]}]
    assert told["budget"]["left"] == told["budget"]["limit"] == {"tokens": 200_000, "usd": "0.25"}
