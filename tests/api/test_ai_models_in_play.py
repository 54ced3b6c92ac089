"""Trained models as opponents and predictors of matches, over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from tests.api.models import HISTORY, activate, held_by, ok, play, playable, trained

from hagame import plugins
from hagame.core import artefacts

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]


async def test_a_trained_model_plays_and_predicts_and_the_match_keeps_its_version(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    me, game = await guest(), "rock-paper-scissors"
    model = await playable(client, researcher, work)
    begun, answers = await play(client, me, game, 3, opponent=model)
    assert begun["predictor"] == f"{model}:1"
    assert begun["opponent_model"] == model
    assert begun["opponent"]["key"] == "adaptive"
    history: list[dict[str, str]] = []
    for answer in answers:
        asked = {"history": history, "version": 1}
        said = await ok(client.post(f"/ai-models/{model}/predict", json=asked, headers=researcher))
        assert answer["prediction"] == pytest.approx(said["prediction"], abs=2e-6)
        history.append({"action": answer["player"]["action"], "opponent_action": answer["opponent"]["action"]})
    await trained(client, researcher, work, model, seed=2)
    await activate(client, researcher, model, 2)
    move = {"turn": 4, "action": "rock"}
    answer = await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move, headers=me))
    said = await ok(
        client.post(f"/ai-models/{model}/predict", json={"history": history, "version": 1}, headers=researcher)
    )
    assert answer["prediction"] == pytest.approx(said["prediction"], abs=2e-6)
    logged = (await ok(client.get(f"/games/instances/{begun['id']}/decisions", headers=me)))["items"]
    assert {row["predictor_version"] for row in logged} == {said["predictor_version"]}
    later, _ = await play(client, me, game, 1, opponent=model)
    assert later["predictor"] == f"{model}:2"
    assert later["belief_from"] is None, "what one version learnt of a person is nothing to another"


async def test_a_move_against_a_trained_model_takes_two_statements_once_it_is_read(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person, statements: list[str]
) -> None:
    me = await guest()
    model = await playable(client, researcher, work, algorithm="logistic", config={})
    begun, _ = await play(client, me, "rock-paper-scissors", 1, opponent=model)
    statements.clear()
    move = {"turn": 2, "action": "paper"}
    await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move, headers=me))
    assert len(statements) == 2
    artefacts._kept.clear()
    statements.clear()
    await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move | {"turn": 3}, headers=me))
    assert len(statements) == 3
    assert "artefact" in statements[1]


async def test_who_asks_a_model_and_who_plays_against_it_share_what_was_read_and_hold_no_connection_over_it(
    client: AsyncClient,
    researcher: Headers,
    work: Work,
    guest: Person,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    me = await guest()
    model = await playable(client, researcher, work)
    artefacts._kept.clear()
    restore, held = held_by(app, plugins.restore)
    monkeypatch.setattr(plugins, "restore", restore)
    for path in ("predict", "explain", "predict"):
        await ok(client.post(f"/ai-models/{model}/{path}", json={"history": HISTORY}, headers=researcher))
    await ok(
        client.post("/ai-models/" + model + "/predict-batch", json={"histories": [HISTORY]}, headers=researcher), 202
    )
    await play(client, me, "rock-paper-scissors", 2, opponent=model)
    assert held == [0]


async def test_any_predictor_may_be_asked_for_and_any_opponent_beside_it(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    me, game = await guest(), "rock-paper-scissors"
    plain, _ = await play(client, me, game, 2, predictor="markov", opponent="random")
    assert (plain["predictor"], plain["opponent"]["key"]) == ("markov", "random")
    model = await playable(client, researcher, work)
    both, _ = await play(client, me, game, 2, predictor=f"{model}:1", opponent="equilibrium")
    assert (both["predictor"], both["opponent"]["key"]) == (f"{model}:1", "equilibrium")
    body = {
        "name": "Careful",
        "kind": "opponent",
        "algorithm": "adaptive",
        "config": {"prior": 0.5},
        "predictor": model,
    }
    rival = await ok(client.post("/ai-models/", json=body, headers=researcher), 201)
    assert rival["predictor"] == f"{model}:1"
    await ok(client.post("/games/instances", json={"definition": game, "opponent": rival["id"]}, headers=me), 404)
    await ok(client.patch(f"/ai-models/{rival['id']}", json={"status": "active"}, headers=researcher))
    careful, _ = await play(client, me, game, 2, opponent=rival["id"])
    assert (careful["opponent_model"], careful["predictor"]) == (rival["id"], f"{model}:1")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"opponent": str(uuid4())}, 404, "no AI model"),
        ({"predictor": str(uuid4())}, 404, "no AI model"),
        ({"predictor": "nobody"}, 422, "installed"),
        ({"opponent": "MODEL:7"}, 404, "no version 7"),
        ({"opponent": "MODEL", "opponent_parameters": {"prior": 0.1}}, 422, "has its own"),
        ({"opponent": "MODEL", "definition": "prisoners-dilemma"}, 422, "other choices"),
    ],
)
async def test_a_model_that_cannot_play_is_refused_with_a_reason(
    client: AsyncClient, researcher: Headers, work: Work, body: dict[str, Any], status: int, words: str
) -> None:
    if "MODEL" in str(body):
        model = await playable(client, researcher, work)
        body = body | {"opponent": body["opponent"].replace("MODEL", model)}
    given = {"definition": "rock-paper-scissors", **body}
    problem = await ok(client.post("/games/instances", json=given, headers=researcher), status)
    assert words in problem["detail"]


async def test_an_archived_model_begins_no_match_and_ends_none(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    me = await guest()
    model = await playable(client, researcher, work)
    begun, _ = await play(client, me, "rock-paper-scissors", 1, opponent=model)
    await ok(client.patch(f"/ai-models/{model}", json={"status": "archived"}, headers=researcher))
    body = {"definition": "rock-paper-scissors", "opponent": model}
    await ok(client.post("/games/instances", json=body, headers=me), 404)
    await ok(client.post("/games/instances", json=body, headers=researcher), 422)
    move = {"turn": 2, "action": "paper"}
    await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move, headers=me))
