"""Ratings and the private view of one's progress."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.tables import Rating

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
BLIND = {"shift": "up", "aspiration": -5.0}
"""Win-stay-lose-shift to whom nothing is a loss: it repeats its first move for ever."""


@pytest.fixture
async def me(guest: Person) -> Headers:
    return await guest()


async def played(client: AsyncClient, who: Headers, answers: dict[str, str], **body: Any) -> dict[str, Any]:
    """A match of rock-paper-scissors against somebody who never changes; `answers` to the AI's last move."""
    wanted = {
        "definition": "rock-paper-scissors",
        "opponent": "win-stay-lose-shift",
        "opponent_parameters": BLIND,
        **body,
    }
    instance = (await client.post("/games/instances", json=wanted, headers=who)).json()
    next_, action, answer = instance["next"], "rock", {}
    while next_ is not None:
        move = {"turn": next_["turn"], "action": action}
        answer = (await client.post(f"/games/instances/{instance['id']}/moves", json=move, headers=who)).json()
        action, next_ = answers.get(answer["opponent"]["action"], action), answer["next"]
    return {**answer, "id": instance["id"]}


BEATS = {"rock": "paper", "paper": "scissors", "scissors": "rock"}
LOSES = {beaten: by for by, beaten in BEATS.items()}
TIES = {name: name for name in BEATS}


async def progress(client: AsyncClient, who: Headers) -> dict[str, Any]:
    answer = await client.get("/games/my-progress", headers=who)
    assert answer.status_code == 200, answer.text
    return {row["game"]: row for row in answer.json()}


async def test_winning_raises_the_rating_and_losing_lowers_it(client: AsyncClient, guest: Person) -> None:
    winner, loser = await guest(), await guest()
    await played(client, winner, BEATS)
    await played(client, loser, LOSES)
    won = (await progress(client, winner))["rock-paper-scissors"]["rating"]
    lost = (await progress(client, loser))["rock-paper-scissors"]["rating"]
    assert (won["won"], won["drawn"], won["lost"]) == (1, 0, 0)
    assert (lost["won"], lost["drawn"], lost["lost"]) == (0, 0, 1)
    assert won["mean"] > 25 > lost["mean"]
    assert won["sd"] < 25 / 3
    assert won["low"] < won["mean"] < won["high"]


async def test_a_match_is_rated_once_however_often_one_looks(client: AsyncClient, me: Headers) -> None:
    await played(client, me, BEATS)
    first, *others = await asyncio.gather(*(progress(client, me) for _ in range(5)))
    assert all(other == first for other in others)
    assert first["rock-paper-scissors"]["rating"]["won"] == 1
    await played(client, me, BEATS)
    after = (await progress(client, me))["rock-paper-scissors"]
    assert after["rating"]["won"] == 2
    assert after["rating"]["mean"] > first["rock-paper-scissors"]["rating"]["mean"]


async def test_what_the_player_wins_the_opponent_loses(
    client: AsyncClient, me: Headers, sessions: async_sessionmaker[AsyncSession]
) -> None:
    parameters = BLIND | {"noise": 0.000123}
    await played(client, me, BEATS, opponent_parameters=parameters)
    await progress(client, me)
    async with sessions() as session:
        query = select(Rating).where(Rating.rival.startswith("win-stay-lose-shift:"), Rating.lost == 1)
        rivals = [rating for rating in (await session.scalars(query)).all() if rating.won == rating.drawn == 0]
    assert any(rating.mu < 25 for rating in rivals)


async def test_the_progress_tells_the_latest_matches_and_what_the_ai_knew(client: AsyncClient, me: Headers) -> None:
    games = [await played(client, me, answers) for answers in (BEATS, LOSES)]
    row = (await progress(client, me))["rock-paper-scissors"]
    assert (row["matches"], row["title"]) == (2, "Rock-paper-scissors")
    assert [match["instance_id"] for match in row["latest"]] == [game["id"] for game in reversed(games)]
    for match, game in zip(row["latest"], reversed(games), strict=True):
        assert (match["decisions"], match["score"]) == (100, game["score"]["player"])
        assert match["bits_known"] == pytest.approx(game["bits_known"], abs=1e-4)


async def test_matches_whose_seed_was_chosen_or_that_were_given_up_are_not_rated(
    client: AsyncClient, me: Headers
) -> None:
    await played(client, me, BEATS, seed=7)
    row = (await progress(client, me))["rock-paper-scissors"]
    assert (row["matches"], row["rating"]) == (1, None)
    begun = (await client.post("/games/instances", json={"definition": "matching-pennies"}, headers=me)).json()
    await client.post(f"/games/instances/{begun['id']}/abandon", headers=me)
    assert "matching-pennies" not in await progress(client, me)


async def test_a_dilemma_has_no_winner_and_no_rating(client: AsyncClient, me: Headers) -> None:
    body = {"definition": "stag-hunt", "opponent": "random"}
    instance = (await client.post("/games/instances", json=body, headers=me)).json()
    for turn in range(1, 41):
        move = {"turn": turn, "action": "hare"}
        assert (await client.post(f"/games/instances/{instance['id']}/moves", json=move, headers=me)).status_code == 200
    row = (await progress(client, me))["stag-hunt"]
    assert (row["matches"], row["rating"]) == (1, None)


async def test_nobody_sees_the_progress_of_others(client: AsyncClient, guest: Person) -> None:
    await played(client, await guest(), BEATS)
    assert await progress(client, await guest()) == {}
    assert (await client.get("/games/my-progress")).status_code == 401


async def test_ratings_go_with_the_person(
    client: AsyncClient, me: Headers, sessions: async_sessionmaker[AsyncSession]
) -> None:
    await played(client, me, TIES)
    await progress(client, me)
    user_id = UUID((await client.get("/auth/me", headers=me)).json()["id"])
    async with sessions() as session:
        assert (await session.scalars(select(Rating).where(Rating.user_id == user_id))).one().mu > 0
