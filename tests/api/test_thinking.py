"""Opponents that take their time: what may be asked of them is bounded, and nobody but those they play waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from anyio import to_thread
from httpx2 import AsyncClient
from tests.api.playing import begin, move
from tests.conftest import ClientWith, Headers

from hagame.games.installed import MOST_SECONDS, match_from, text_of
from hagame.games.thinking import AT_ONCE, _few
from hagame.mind.opponents import Choice, Scene
from hagame.mind.opponents.opponent import Opponent
from hagame.mind.opponents.random import Random
from hagame.mind.opponents.search import Search

pytestmark = pytest.mark.anyio

PATIENCE_S = 60


class Pondering:
    """Opponents that think until `go` is set, and how many have begun."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = 0

    async def until(self, begun: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.begun < begun:  # noqa: ASYNC110 - told by another thread
                await asyncio.sleep(0.01)


@contextmanager
def pondering(kind: type[Opponent], monkeypatch: pytest.MonkeyPatch) -> Iterator[Pondering]:
    act, state = kind.act, Pondering()

    def slowly(self: Opponent, scene: Scene, rng: np.random.Generator) -> Choice:
        state.begun += 1
        state.go.wait(PATIENCE_S)
        return act(self, scene, rng)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "act", slowly)
        try:
            yield state
        finally:
            state.go.set()


@pytest.mark.parametrize("asked", [{"playouts": 10_001}, {"nodes": 100_001}, {"seconds": 6}])
async def test_nobody_asks_for_more_thought_than_takes_some_seconds(
    client: AsyncClient, me: Headers, asked: dict[str, int]
) -> None:
    body = {"definition": "connect-four", "opponent": "search", "opponent_parameters": asked}
    assert (await client.post("/games/instances", json=body, headers=me)).status_code == 422


@pytest.mark.parametrize(("asked", "had"), [({}, MOST_SECONDS), ({"seconds": 0.5}, 0.5)])
def test_a_search_that_is_served_has_a_clock(asked: dict[str, float], had: float) -> None:
    row = {"engine": "in-a-row", "parameters": "{}", "opponent": "search", "opponent_parameters": text_of(asked)}
    opponent = match_from({**row, "predictor": "count-mixture", "seed": 0, "modelled": True}).opponent
    assert isinstance(opponent, Search)
    assert opponent.seconds == had


async def test_slow_opponents_wait_for_each_other_and_leave_other_threads_alone(
    client: AsyncClient, me: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    games = [await begin(client, me, definition="tic-tac-toe", opponent="search") for _ in range(AT_ONCE + 2)]
    first = [(game["next"]["turn"], game["next"]["legal_actions"][0]) for game in games]
    with pondering(Search, monkeypatch) as thought:
        moves = [
            asyncio.create_task(move(client, me, game["id"], turn, action))
            for game, (turn, action) in zip(games, first, strict=True)
        ]
        await thought.until(AT_ONCE)
        async with asyncio.timeout(PATIENCE_S):
            while _few().statistics().tasks_waiting < 2:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
        assert await to_thread.run_sync(lambda: thought.begun) == AT_ONCE
        thought.go.set()
        assert [answer.status_code for answer in await asyncio.gather(*moves)] == [200] * len(games)


async def test_no_connection_is_held_while_an_opponent_thinks_of_its_first_move(
    client_with: ClientWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client_with(database_pool_size=1) as client:
        token = (await client.post("/auth/guest")).json()["access_token"]
        me = {"Authorization": f"Bearer {token}"}
        with pondering(Random, monkeypatch) as thought:
            beginning = asyncio.create_task(begin(client, me, opponent="random"))
            await thought.until(1)
            assert (await client.get("/auth/me", headers=me)).status_code == 200
            thought.go.set()
            assert (await beginning)["turn"] == 1
