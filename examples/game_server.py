"""A game server of your own, for which HAGAME plays the AI.

    uvicorn --app-dir examples game_server:app --port 8100

It has its own players and its own rules of the house (first to three wins). Each of its players is a guest of HAGAME in
the background, so that the AI learns each of them apart. Nobody has to trust the AI: every seal is opened and checked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from hagame_sdk import AsyncClient, HagameError, Match
from hagame_sdk.drivers import Waiting

WINS = 3


class Hand(BaseModel):
    """What a player shows."""

    shows: Literal["rock", "paper", "scissors"]


class Turn(BaseModel):
    """How it went. `seal` was shown before the player chose, and opens to `proof`."""

    you: str
    ai: str
    expected: dict[str, float]
    wins: dict[str, int]
    winner: str | None
    seal: str
    proof: str


@dataclass
class Player:
    """One of our players, with a client of HAGAME that goes on as the same guest."""

    client: AsyncClient
    match: Match[Waiting] | None = None
    wins: int = 0
    losses: int = 0


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One connection pool for all players; the address is that of `HAGAME_URL`."""
    async with AsyncClient() as client:
        app.state.client = client
        app.state.players = {}
        yield


app = FastAPI(title="First to three", lifespan=lifespan)


@app.exception_handler(HagameError)
async def ai_is_away(_: Request, error: Exception) -> JSONResponse:
    """What our players are told when HAGAME refuses or is away."""
    return JSONResponse({"detail": f"The AI cannot play now. {error}"}, status_code=502)


@app.post("/players/{name}/games", status_code=201)
async def begin(name: str) -> dict[str, str]:
    """A new game; the seal on the AI's first move is shown at once."""
    player = app.state.players.get(name) or await join(name)
    if player.match is not None and player.match.next is not None:
        await player.match.abandon()
    player.match = await player.client.games.begin("rock-paper-scissors-300", opponent="adaptive")
    player.wins = player.losses = 0
    return {"seal": seal_of(player.match)}


@app.post("/players/{name}/turns")
async def play(name: str, hand: Hand) -> Turn:
    """Show a hand. `play` of the client raises when the AI did not do what it had sealed."""
    player = app.state.players.get(name)
    if player is None or player.match is None or player.match.next is None:
        raise HTTPException(409, f"{name} has no open game: POST /players/{name}/games")
    seal = seal_of(player.match)
    move = await player.match.play(hand.shows)
    player.wins += move["player"]["payoff"] > 0
    player.losses += move["player"]["payoff"] < 0
    winner = name if player.wins == WINS else "the AI" if player.losses == WINS else None
    if winner is not None and player.match.next is not None:
        await player.match.abandon()
    return Turn(
        you=hand.shows,
        ai=str(move["opponent"] and move["opponent"]["action"]),
        expected=move["prediction"],
        wins={name: player.wins, "the AI": player.losses},
        winner=winner,
        seal=seal,
        proof=move["commitment"]["nonce"] + " " + move["commitment"]["payload"],
    )


async def join(name: str) -> Player:
    """A player who is new here."""
    client = app.state.client.another()
    await client.guest()
    player = app.state.players[name] = Player(client)
    return player


def seal_of(match: Match[Waiting]) -> str:
    """What is shown before the player chooses."""
    return "" if match.next is None else match.next["commitment"]
