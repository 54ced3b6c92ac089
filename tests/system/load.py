"""People who play over HTTP while things break, and remember every move that the server acknowledged."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import httpx2

ACTIONS = ("rock", "paper", "scissors")
GAME = {"definition": "rock-paper-scissors-300", "opponent": "random"}
PATIENCE_S = 60.0


@dataclass
class Player:
    """One person with one match after the other. A move without an answer is sent again under its key."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    instance: str = ""
    turn: int = 1
    acknowledged: dict[tuple[str, int], str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    cut: int = 0
    """Requests that got no answer, refused connections among them."""
    unanswered: int = 0
    """Requests that went out on a connection and got no answer."""
    slowest_s: float = 0.0
    _pending: tuple[str, str] | None = None

    async def come(self, http: httpx2.AsyncClient) -> None:
        """A new guest with a match."""
        guest = (await http.post(f"{self.url}/auth/guest")).raise_for_status().json()
        self.headers = {"Authorization": f"Bearer {guest['access_token']}"}
        await self.begin(http)

    async def begin(self, http: httpx2.AsyncClient) -> None:
        """The next match."""
        answer = await http.post(f"{self.url}/games/instances", json=GAME, headers=self.headers)
        self.instance, self.turn = answer.raise_for_status().json()["id"], 1

    async def move(self, http: httpx2.AsyncClient) -> int | None:
        """One move: its status, or None where no answer came."""
        action, key = self._pending or (random.choice(ACTIONS), secrets.token_hex(8))
        self._pending = action, key
        body = {"turn": self.turn, "action": action}
        url = f"{self.url}/games/instances/{self.instance}/moves"
        began = time.monotonic()
        try:
            answer = await http.post(url, json=body, headers=self.headers | {"Idempotency-Key": key})
        except httpx2.TransportError as error:
            self.cut += 1
            self.unanswered += not isinstance(error, httpx2.ConnectError)
            return None
        finally:
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        self.statuses.append(answer.status_code)
        if answer.status_code == 200:
            assert (self.instance, self.turn) not in self.acknowledged
            self.acknowledged[self.instance, self.turn] = action
            self._pending, self.turn = None, self.turn + 1
            if answer.json()["status"] != "active":
                await self.begin(http)
        return answer.status_code

    async def play(self, http: httpx2.AsyncClient, until: asyncio.Event) -> None:
        """Move after move; where one fails, a short rest."""
        while not until.is_set():
            try:
                fine = await self.move(http) == 200
            except httpx2.HTTPError:
                fine = False
            if not fine:
                await asyncio.sleep(0.1)


class Crowd:
    """Players at once against one server."""

    def __init__(self, url: str, number: int = 8) -> None:
        self.players = [Player(url) for _ in range(number)]

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """All play for as long as the block lasts."""
        done = asyncio.Event()
        async with client() as http, asyncio.TaskGroup() as tasks:
            for player in self.players:
                if not player.instance:
                    await player.come(http)
                tasks.create_task(player.play(http, done))
            try:
                yield
            finally:
                done.set()

    @property
    def acknowledged(self) -> dict[tuple[str, int], str]:
        """Every move that was answered with 200."""
        return {turn: action for player in self.players for turn, action in player.acknowledged.items()}

    @property
    def statuses(self) -> list[int]:
        """Of all answers to moves."""
        return [status for player in self.players for status in player.statuses]

    @property
    def slowest_s(self) -> float:
        """The longest that anybody waited for an answer to a move."""
        return round(max(player.slowest_s for player in self.players), 2)

    async def reach(self, moves: int) -> None:
        """Wait until so many moves more have been acknowledged."""
        goal, deadline = len(self.acknowledged) + moves, time.monotonic() + PATIENCE_S
        while len(self.acknowledged) < goal:
            assert time.monotonic() < deadline, f"no {moves} moves in {PATIENCE_S:.0f} s; last {self.statuses[-8:]}"
            await asyncio.sleep(0.05)


@dataclass(frozen=True)
class Books:
    """What the log says against what was acknowledged."""

    acknowledged: int
    lost: int
    altered: int
    doubled: int
    gaps: int


async def compare(crowd: Crowd, database_url: str) -> Books:
    """Hold the log of all matches of these players against what they remember."""
    acknowledged = crowd.acknowledged
    instances = [UUID(i) for i in {instance for instance, _ in acknowledged}]
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        query = "SELECT instance_id, turn, action, idempotency_key FROM user_decision_logs WHERE instance_id = ANY($1)"
        rows = await connection.fetch(query, instances)
        turns = dict(await connection.fetch("SELECT id, turn FROM game_instances WHERE id = ANY($1)", instances))
    finally:
        await connection.close()
    logged = {(str(row["instance_id"]), row["turn"]): row["action"] for row in rows}
    length = {i: sum(instance == str(i) for instance, _ in logged) for i in instances}
    return Books(
        acknowledged=len(acknowledged),
        lost=sum(turn not in logged for turn in acknowledged),
        altered=sum(logged.get(turn, action) != action for turn, action in acknowledged.items()),
        doubled=len(rows) - len({row["idempotency_key"] for row in rows}),
        gaps=sum(
            turns[i] != length[i] + 1 or any((str(i), t) not in logged for t in range(1, length[i] + 1))
            for i in instances
        ),
    )


def client() -> httpx2.AsyncClient:
    """Patient enough for a server that waits for its database."""
    return httpx2.AsyncClient(timeout=30, limits=httpx2.Limits(max_connections=100))
