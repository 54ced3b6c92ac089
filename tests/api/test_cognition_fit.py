"""Cognitive models over HTTP: fit, compare, and what is refused."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from hagame.engine import cognition_service
from hagame.mind.cognition.registry import families, family

pytestmark = pytest.mark.anyio


def dilemma(values: tuple[float, ...], seed: int, count: int = 80) -> dict[str, list[int]]:
    model = family("memory-one")
    made = model.simulate(dict(zip(model.names, values, strict=True)), np.random.default_rng(seed), count)
    return {"action": made.rows[:, 0].astype(int).tolist(), "other": made.rows[:, 1].astype(int).tolist()}


PEOPLE = [dilemma((0.8, 0.9, 0.2, 0.8, 0.1), seed) for seed in range(4)]


async def test_a_group_is_fitted_with_intervals_and_rivals(client: AsyncClient, guest: Any) -> None:
    body = {"model": "memory-one", "people": PEOPLE, "method": "group"}
    answer = await client.post("/ai/cognition/fit", json=body, headers=await guest())
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert len(found["people"]) == 4
    assert found["group"]["after_mutual"]["low"] < 0.9 < found["group"]["after_mutual"]["high"] + 0.1
    person = found["people"][0]
    assert person["held_out"] < person["rivals"]["even draw"]
    assert person["parameters"]["opening"]["low"] < person["parameters"]["opening"]["high"]


async def test_models_are_compared_with_protected_probabilities(client: AsyncClient, guest: Any) -> None:
    body = {"models": ["memory-one", "strategies"], "people": PEOPLE}
    found = (await client.post("/ai/cognition/compare", json=body, headers=await guest())).json()
    assert [each["model"] for each in found["models"]] == body["models"]
    assert sum(each["protected_exceedance"] for each in found["models"]) == pytest.approx(1)


async def test_parameters_are_held_at_values_and_at_each_other(client: AsyncClient, guest: Any) -> None:
    headers = await guest()
    body = {"model": "memory-one", "people": PEOPLE, "hold": {"opening": 0.5, "after_conflict": "after_exploited"}}
    held = (await client.post("/ai/cognition/fit", json=body, headers=headers)).json()
    assert held["held"] == {"opening": 0.5, "after_conflict": "after_exploited"}
    assert held["model"] == "memory-one:opening=0.5,after_conflict=after_exploited"
    assert set(held["people"][0]["parameters"]) == {"after_mutual", "after_exploited", "after_exploiting"}
    named = {"model": held["model"], "people": PEOPLE}
    again = (await client.post("/ai/cognition/fit", json=named, headers=headers)).json()
    assert again["people"] == held["people"]


async def test_a_model_is_compared_with_its_own_corners(client: AsyncClient, guest: Any) -> None:
    body = {"models": ["memory-one", "memory-one:after_conflict=after_exploited"], "people": PEOPLE}
    found = (await client.post("/ai/cognition/compare", json=body, headers=await guest())).json()
    assert [each["model"] for each in found["models"]] == body["models"]
    assert found["models"][0]["bic"] != found["models"][1]["bic"]


async def test_what_is_wrong_is_named(client: AsyncClient, guest: Any) -> None:
    headers = await guest()
    cases = [
        ({"model": "none", "people": PEOPLE}, "/model"),
        ({"model": "memory-one:opening=2", "people": PEOPLE}, "/model"),
        ({"model": "memory-one:none", "people": PEOPLE}, "/model"),
        ({"model": "memory-one", "people": PEOPLE, "hold": {"opening": 2}}, "/hold/opening"),
        ({"model": "memory-one", "people": PEOPLE, "hold": {"slips": 0}}, "/hold/slips"),
        ({"model": "memory-one", "people": [{"action": [0, 3], "other": [0, 1]}]}, "/people/0/action"),
        ({"model": "memory-one", "people": [{"action": [0, 1]}]}, "/people/0/other"),
        ({"model": "memory-one", "people": [{"action": [0] * 25_000, "other": [0] * 25_000}]}, "/people"),
    ]
    for body, field in cases:
        answer = await client.post("/ai/cognition/fit", json=body, headers=headers)
        assert answer.status_code == 422
        assert field in answer.text


@pytest.mark.parametrize("method", ["person", "group"])
async def test_a_fit_that_takes_too_long_for_those_who_wait_behind_it_is_refused(
    client: AsyncClient, guest: Any, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(cognition_service, "MOST_SECONDS", 0.0)
    body = {"model": "memory-one", "people": PEOPLE, "method": method}
    answer = await client.post("/ai/cognition/fit", json=body, headers=await guest())
    assert answer.status_code == 413
    assert "hagame fit" in answer.json()["detail"]


async def test_a_comparison_that_takes_too_long_is_refused(
    client: AsyncClient, guest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cognition_service, "MOST_SECONDS", 0.0)
    body = {"models": ["memory-one", "strategies"], "people": PEOPLE}
    answer = await client.post("/ai/cognition/compare", json=body, headers=await guest())
    assert answer.status_code == 413


async def test_who_never_took_the_last_action_had_it_too(client: AsyncClient, guest: Any) -> None:
    one, other = {"action": [0, 1] * 10, "payoff": [1, -1] * 10}, {"action": [0, 3] * 10, "payoff": [1, -1] * 10}
    body = {"model": "q-learning", "people": [one, other]}
    found = (await client.post("/ai/cognition/fit", json=body, headers=await guest())).json()
    assert [person["rivals"]["even draw"] for person in found["people"]] == pytest.approx([log(4)] * 2)


async def test_the_catalogue_is_told_while_a_fit_runs(client: AsyncClient, app: FastAPI, guest: Any) -> None:
    headers = await guest()
    async with app.state.computing:
        answer = await client.get("/ai/cognition/models", headers=headers)
    assert answer.status_code == 200


async def test_the_catalogue_tells_every_family(client: AsyncClient, guest: Any) -> None:
    found = (await client.get("/ai/cognition/models", headers=await guest())).json()
    assert [each["key"] for each in found] == list(families())
    corners = {variant["key"]: variant for each in found for variant in each["variants"]}
    assert corners["ewa:averaging"]["hold"] == {"accumulation": 0.0}
    assert all(family(key).fixed.items() >= variant["hold"].items() for key, variant in corners.items())
