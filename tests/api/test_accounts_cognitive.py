"""What a person declares, what their play says, and their consent, over HTTP on a real database."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select

from hagame.core.tables import GameDefinition, GameInstance
from hagame.mind.cognition import Evidence, pool, traits

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
PROFILE = "/users/me/cognitive-profile"
HISTORY = PROFILE + "/history"

MATCHES: list[dict[str, list[float]]] = [
    {"win_stay": [4, 3, 3], "response_time": [9, 2.5, 4.0]},
    {"win_stay": [10, 2, 2], "lose_shift": [6, 5, 5]},
    {"lose_shift": [3, 0, 0], "response_time": [5, -1.5, 2.25]},
]


async def new_guest(client: AsyncClient) -> tuple[UUID, Headers]:
    answer = (await client.post("/auth/guest")).json()
    return UUID(answer["user"]["id"]), {"Authorization": f"Bearer {answer['access_token']}"}


async def played(app: FastAPI, user_id: UUID, *matches: dict[str, list[float]], **more: Any) -> list[str]:
    """Ids of matches of 10 decisions each with this evidence, oldest first."""
    async with app.state.sessions.begin() as session:
        definition_id = await session.scalar(select(GameDefinition.id).limit(1))
        if definition_id is None:
            definition = GameDefinition(
                key=secrets.token_hex(8), version=1, engine="matrix", engine_version="1", title="", parameters={}
            )
            session.add(definition)
            await session.flush()
            definition_id = definition.id
        common = {
            "user_id": user_id,
            "definition_id": definition_id,
            "opponent": "adaptive",
            "predictor": "count-mixture",
            "predictor_version": "1",
            "seed": 1,
            "belief_key": "",
            "turn": 11,
            "state": b"",
        }
        instances = [GameInstance(**common | more, evidence=evidence) for evidence in matches]
        for instance in instances:
            session.add(instance)
            await session.flush()
        return [str(instance.id) for instance in instances]


def expected(*matches: dict[str, list[float]]) -> dict[str, Any]:
    found = traits(pool([Evidence(evidence) for evidence in matches]))
    return {
        key: pytest.approx({"mean": t.mean, "sd": t.sd, "low": t.low, "high": t.high, "n": t.n})
        for key, t in found.items()
    }


def numbers(inferred: dict[str, Any]) -> dict[str, Any]:
    return {key: {k: t[k] for k in ("mean", "sd", "low", "high", "n")} for key, t in inferred.items()}


async def test_a_new_person_has_declared_nothing_and_consents(client: AsyncClient) -> None:
    _, me = await new_guest(client)
    assert (await client.get(PROFILE, headers=me)).json() == {
        "declared": {},
        "modelling_consent": True,
        "inferred": {},
        "matches": 0,
        "decisions": 0,
    }


async def test_what_was_inferred_is_the_posterior_of_all_matches_together(client: AsyncClient, app: FastAPI) -> None:
    user_id, me = await new_guest(client)
    other_id, other = await new_guest(client)
    await played(app, user_id, *MATCHES)
    await played(app, other_id, MATCHES[0])
    answer = (await client.get(PROFILE, headers=me)).json()
    assert (answer["matches"], answer["decisions"]) == (3, 30)
    assert numbers(answer["inferred"]) == expected(*MATCHES)
    assert all(t["low"] <= t["mean"] <= t["high"] and t["meaning"] for t in answer["inferred"].values())
    assert (await client.get(PROFILE, headers=other)).json()["matches"] == 1


async def test_matches_that_were_not_modelled_or_not_begun_do_not_count(client: AsyncClient, app: FastAPI) -> None:
    user_id, me = await new_guest(client)
    await played(app, user_id, MATCHES[0])
    await played(app, user_id, MATCHES[1], modelled=False)
    await played(app, user_id, {}, turn=1)
    answer = (await client.get(PROFILE, headers=me)).json()
    assert (answer["matches"], answer["decisions"]) == (1, 10)
    assert numbers(answer["inferred"]) == expected(MATCHES[0])
    assert len((await client.get(HISTORY, headers=me)).json()["items"]) == 1


async def test_the_profile_costs_as_many_statements_after_many_matches(
    client: AsyncClient, app: FastAPI, statements: list[str]
) -> None:
    user_id, me = await new_guest(client)
    counts = []
    for _ in range(2):
        await played(app, user_id, *MATCHES * 20)
        statements.clear()
        await client.get(PROFILE, headers=me)
        counts.append(len([s for s in statements if "game_instances" in s]))
    assert counts[0] == counts[1] > 0


async def test_without_consent_nothing_inferred_is_shown_and_with_it_all_is_back(
    client: AsyncClient, app: FastAPI
) -> None:
    user_id, me = await new_guest(client)
    await played(app, user_id, *MATCHES)
    refused = await client.put(PROFILE, json={"modelling_consent": False}, headers=me)
    assert refused.status_code == 200
    for answer in (refused.json(), (await client.get(PROFILE, headers=me)).json()):
        assert (answer["modelling_consent"], answer["inferred"]) == (False, {})
    assert (await client.get(HISTORY, headers=me)).json() == {"items": [], "next_cursor": None}
    again = (await client.put(PROFILE, json={"modelling_consent": True}, headers=me)).json()
    assert numbers(again["inferred"]) == expected(*MATCHES)


async def test_declaring_a_trait_leaves_the_consent_as_it_was(client: AsyncClient) -> None:
    _, me = await new_guest(client)
    await client.put(PROFILE, json={"modelling_consent": False}, headers=me)
    declared = {"risk_aversion": 0.7, "patience": 1, "chess": "club player, since 1998"}
    answer = (await client.put(PROFILE, json={"declared": declared}, headers=me)).json()
    assert (answer["declared"], answer["modelling_consent"]) == (declared, False)
    replaced = (await client.put(PROFILE, json={"declared": {"patience": 0.25}}, headers=me)).json()
    assert replaced["declared"] == {"patience": 0.25}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"inferred": {"win_stay": {"mean": 1}}}, "/inferred"),
        ({"matches": 3}, "/matches"),
        ({"user_id": str(uuid4())}, "/user_id"),
        ({"modelling_consent": "no"}, "/modelling_consent"),
        ({"modelling_consent": None}, "/modelling_consent"),
        ({"declared": None}, "/declared"),
        ({"declared": {"risk": 1.01}}, "/declared/risk"),
        ({"declared": {"risk": -0.01}}, "/declared/risk"),
        ({"declared": {"risk": True}}, "/declared/risk"),
        ({"declared": {"risk": None}}, "/declared/risk"),
        ({"declared": {"risk": [0.5]}}, "/declared/risk"),
        ({"declared": {"risk": ""}}, "/declared/risk"),
        ({"declared": {"risk": "x" * 201}}, "/declared/risk"),
        ({"declared": {f"t{i}": 0.5 for i in range(65)}}, "/declared"),
    ],
)
async def test_a_bad_cognitive_profile_is_refused_by_name_and_changes_nothing(
    client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    _, me = await new_guest(client)
    before = (await client.get(PROFILE, headers=me)).json()
    answer = await client.put(PROFILE, json=body, headers=me)
    assert answer.status_code == 422, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [field]
    assert (await client.get(PROFILE, headers=me)).json() == before


@pytest.mark.parametrize("name", ["", "Risk", "9lives", "a b", "x" * 65, "risk\x00"])
async def test_a_declared_trait_has_a_plain_name(client: AsyncClient, name: str) -> None:
    _, me = await new_guest(client)
    answer = await client.put(PROFILE, json={"declared": {name: 0.5}}, headers=me)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/declared")


async def test_the_history_tells_what_was_known_after_each_match(client: AsyncClient, app: FastAPI) -> None:
    user_id, me = await new_guest(client)
    ids = await played(app, user_id, *MATCHES)
    answer = (await client.get(HISTORY, headers=me)).json()
    assert [item["instance_id"] for item in answer["items"]] == ids[::-1]
    assert answer["next_cursor"] is None
    for i, item in enumerate(reversed(answer["items"])):
        assert numbers(item["inferred"]) == expected(*MATCHES[: i + 1])
        assert item["decisions"] == 10


async def test_pages_of_the_history_add_up_to_the_whole(client: AsyncClient, app: FastAPI) -> None:
    user_id, me = await new_guest(client)
    await played(app, user_id, *MATCHES * 3)
    whole = (await client.get(HISTORY, headers=me)).json()["items"]
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await client.get(f"{HISTORY}?limit=4{cursor}", headers=me)).json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert [i["instance_id"] for i in found] == [i["instance_id"] for i in whole]
    for item, same in zip(found, whole, strict=True):
        assert numbers(item["inferred"]) == {k: pytest.approx(v) for k, v in numbers(same["inferred"]).items()}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x"])
async def test_a_bad_page_is_refused(client: AsyncClient, query: str) -> None:
    _, me = await new_guest(client)
    assert (await client.get(f"{HISTORY}?{query}", headers=me)).status_code == 422


async def test_nobody_sees_the_history_of_another(client: AsyncClient, app: FastAPI) -> None:
    user_id, _ = await new_guest(client)
    _, other = await new_guest(client)
    (mine,) = await played(app, user_id, MATCHES[0])
    assert (await client.get(HISTORY, headers=other)).json()["items"] == []
    assert (await client.get(f"{HISTORY}?cursor={mine}", headers=other)).json()["items"] == []


async def test_real_play_moves_the_traits(client: AsyncClient) -> None:
    _, me = await new_guest(client)
    begun = await client.post("/games/instances", json={"definition": "rock-paper-scissors"}, headers=me)
    assert begun.status_code == 201, begun.text
    for turn in range(1, 9):
        move = {"turn": turn, "action": "rock", "response_time_ms": 700}
        answer = await client.post(f"/games/instances/{begun.json()['id']}/moves", json=move, headers=me)
        assert answer.status_code == 200, answer.text
    found = (await client.get(PROFILE, headers=me)).json()
    assert (found["matches"], found["decisions"]) == (1, 8)
    assert found["inferred"]["repetition"]["n"] == 7
    assert found["inferred"]["repetition"]["mean"] > 0.8


async def test_texts_of_traits_are_in_the_language_asked_for(client: AsyncClient, app: FastAPI) -> None:
    user_id, who = await new_guest(client)
    await played(app, user_id, MATCHES[0])

    async def told(query: str = "", **headers: str) -> dict[str, Any]:
        answer = await client.get(PROFILE + query, headers=who | headers)
        assert answer.status_code == 200, answer.text
        trait: dict[str, Any] = answer.json()["inferred"]["win_stay"]
        return trait

    english, german = await told(), await told("?language=de")
    assert (english["title"], english["unit"]) == ("Staying after wins", "share of wins")
    assert (german["title"], german["unit"]) == ("Bleiben nach Gewinn", "Anteil der Gewinne")
    assert german["meaning"].startswith("Wie oft du")
    assert numbers({"win_stay": english}) == numbers({"win_stay": german})
    assert await told(**{"Accept-Language": "de-AT, en;q=0.5"}) == german
    assert await told("?language=en", **{"Accept-Language": "de"}) == english
    [after] = (await client.get(HISTORY + "?language=de", headers=who)).json()["items"]
    assert after["inferred"]["win_stay"]["title"] == "Bleiben nach Gewinn"
    assert (await client.get(PROFILE + "?language=fr", headers=who)).status_code == 422
