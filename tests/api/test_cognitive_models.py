"""A person with known parameters plays over HTTP, and the profile finds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from httpx2 import AsyncClient

from hagame.mind.cognition import live
from hagame.mind.cognition.rows import FIRST, FRESH, PAYOFF, row_of

pytestmark = pytest.mark.anyio

PROFILE = "/users/me/cognitive-profile"
TRUE = {"learning_rate_gain": 0.45, "learning_rate_loss": 0.3, "inverse_temperature": 3.0, "perseveration": 0.3}
ARMS = ("left", "right")


async def match(client: AsyncClient, headers: dict[str, str], rng: np.random.Generator, seed: int) -> None:
    """One match of two arms by somebody who learns as the model does."""
    family = next(each for each in live.followed() if each.key == "q-learning")
    begin, score, learn = family.steps
    theta, values, out = family.theta_of(TRUE), np.zeros(family.memory(2)), np.zeros(2)
    begun = (
        await client.post("/games/instances", json={"definition": "two-armed-bandit", "seed": seed}, headers=headers)
    ).json()
    for turn in range(1, 51):
        row = row_of(2)
        row[FRESH] = FIRST if turn == 1 else 0.0
        if turn == 1:
            begin(theta, values, row, out)
        score(theta, values, row, out)
        action = int(rng.random() > np.exp(out[0]))
        body = {"turn": turn, "action": ARMS[action], "response_time_ms": 400 + int(300 * rng.random())}
        answer = await client.post(f"/games/instances/{begun['id']}/moves", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        row[0], row[PAYOFF] = action, 2.0 * answer.json()["player"]["payoff"] - 1.0
        learn(theta, values, row, out)


async def test_three_hundred_rounds_tell_a_persons_parameters(client: AsyncClient, guest: Any) -> None:
    headers, rng = await guest(), np.random.default_rng(8)
    for seed in range(1, 7):
        await match(client, headers, rng, seed)
    profile = (await client.get(PROFILE, headers=headers)).json()
    told = {key: trait for key, trait in profile["inferred"].items() if key.startswith("q-learning.")}
    assert {key.rsplit(".", 1)[1] for key in told} == set(TRUE)
    for key, trait in told.items():
        assert trait["low"] <= TRUE[key.rsplit(".", 1)[1]] <= trait["high"], key
        assert trait["low"] < trait["mean"] < trait["high"]
        assert (trait["n"], trait["kind"], trait["model"]) == (300, "parameter", "Learning from reward")
        assert trait["meaning"]
        assert trait["says_not"]
    history = (await client.get(PROFILE + "/history", headers=headers)).json()["items"]
    decisions = [each["inferred"]["q-learning.1.perseveration"]["n"] for each in history]
    assert decisions == [300, 250, 200, 150, 100, 50]


async def test_withdrawn_consent_ends_modelling_in_a_running_match(client: AsyncClient, guest: Any) -> None:
    headers = await guest()
    begun = (await client.post("/games/instances", json={"definition": "two-armed-bandit"}, headers=headers)).json()

    async def play(first: int, last: int) -> None:
        for turn in range(first, last + 1):
            body = {"turn": turn, "action": ARMS[turn % 2], "response_time_ms": 500}
            assert (await client.post(f"/games/instances/{begun['id']}/moves", json=body, headers=headers)).is_success

    await play(1, 20)
    assert any("." in key for key in (await client.get(PROFILE, headers=headers)).json()["inferred"])
    answer = await client.put(PROFILE, json={"modelling_consent": False}, headers=headers)
    assert answer.json()["inferred"] == {}
    await play(21, 40)
    again = (await client.put(PROFILE, json={"modelling_consent": True}, headers=headers)).json()["inferred"]
    assert again["response_time"]["n"] == 20
    assert {trait["n"] for key, trait in again.items() if "." in key} == {20}
