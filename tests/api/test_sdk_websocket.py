"""The client plays whole matches over one socket, and goes on when it breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.system.doors import door_to

from hagame_sdk import AsyncClient, Conflict, IllegalAction, NotFound, Retry, Tokens, Unauthenticated, Unreachable
from hagame_sdk.types import Move, Next
from hagame_sdk.websocket import play_over_socket

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sdk(port: int) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(f"http://127.0.0.1:{port}") as client:
        await client.guest()
        yield client


def first(shown: Next) -> str:
    return shown["legal_actions"][0]


async def test_a_whole_match_is_played_over_one_socket_and_every_seal_holds(sdk: AsyncClient) -> None:
    match = await sdk.games.begin("matching-pennies", opponent="random")
    moves = [move async for move in play_over_socket(match, first)]
    assert [move["turn"] for move in moves] == list(range(1, len(moves) + 1))
    assert (moves[-1]["status"], match.status, match.next) == ("finished", "finished", None)
    assert await match.verify() == len(moves)
    assert [decision["answer"] async for decision in match.decisions()] == moves


async def test_the_choice_may_be_awaited_and_what_the_rules_forbid_is_raised(sdk: AsyncClient) -> None:
    match = await sdk.games.begin("rock-paper-scissors")

    async def think(shown: Next) -> str:
        return "rock" if shown["turn"] < 3 else "lizard"

    moves: list[Move] = []
    with pytest.raises(IllegalAction) as told:
        await _into(moves, play_over_socket(match, think))
    assert told.value.legal_actions == ["rock", "paper", "scissors"]
    assert len(moves) == 2
    assert (await match.play("rock"))["turn"] == 3


async def test_a_connection_that_is_cut_again_and_again_loses_no_turn_and_doubles_none(
    port: int, sdk: AsyncClient
) -> None:
    with door_to(("127.0.0.1", port)) as door:
        patient = Retry(attempts=20, base_s=0.001, cap_s=0.01)
        async with AsyncClient(f"http://127.0.0.1:{door.port}", tokens=sdk.tokens, retry=patient) as client:
            match = await client.games.begin("matching-pennies", opponent="random")

            def choose(shown: Next) -> str:
                # Sometimes before the move is sent, sometimes while it is answered.
                if shown["turn"] % 5 == 0:
                    door.shut()
                    door.open()
                return first(shown)

            turns = []
            async for move in play_over_socket(match, choose):
                turns.append(move["turn"])
                if move["turn"] % 7 == 0:
                    door.shut()
                    door.open()
    assert turns == list(range(1, len(turns) + 1))
    logged = [decision["turn"] async for decision in (await sdk.games.match(match.id)).decisions()]
    assert logged == turns


async def test_turns_of_another_device_come_too_and_a_choice_that_was_late_is_a_conflict(sdk: AsyncClient) -> None:
    match = await sdk.games.begin("rock-paper-scissors")
    elsewhere = await sdk.games.match(match.id)

    async def meanwhile(shown: Next) -> str:
        if shown["turn"] == 2:
            await elsewhere.refresh()
            await elsewhere.play("paper")
        return "rock"

    heard: list[Move] = []
    with pytest.raises(Conflict):
        await _into(heard, play_over_socket(match, meanwhile))
    assert [move["turn"] for move in heard] in ([1], [1, 2])
    after = [move["turn"] async for move in _until(5, await sdk.games.match(match.id))]
    assert after == [3, 4, 5]


async def _into(heard: list[Move], moves: AsyncIterator[Move]) -> None:
    """What comes before an error counts."""
    async for move in moves:
        heard.append(move)  # noqa: PERF401


async def _until(turn: int, match: object) -> AsyncIterator[Move]:
    async for move in play_over_socket(match, first):  # type: ignore[arg-type]
        yield move
        if move["turn"] == turn:
            return


async def test_a_session_that_ended_is_renewed_and_one_that_cannot_be_is_told(sdk: AsyncClient) -> None:
    match = await sdk.games.begin("matching-pennies", opponent="random")
    assert sdk.tokens is not None
    sdk.driver.core.set_tokens(replace(sdk.tokens, access_token="x"))
    assert len([move async for move in play_over_socket(match, first)]) == match.state["turn"] - 1
    again = await sdk.games.begin("matching-pennies")
    sdk.driver.core.set_tokens(Tokens("x"))
    with pytest.raises(Unauthenticated):
        await anext(aiter(play_over_socket(again, first)))


async def test_a_match_of_somebody_else_and_a_server_that_is_away_are_errors_of_the_client(
    port: int, sdk: AsyncClient
) -> None:
    match = await sdk.games.begin("rock-paper-scissors")
    other = sdk.another()
    await other.guest()
    match.driver = other.driver
    with pytest.raises(NotFound):
        await anext(aiter(play_over_socket(match, first)))
    with door_to(("127.0.0.1", port)) as door:
        door.shut()
        brief = Retry(attempts=2, base_s=0.001)
        async with AsyncClient(f"http://127.0.0.1:{door.port}", tokens=sdk.tokens, retry=brief) as away:
            match.driver = away.driver
            with pytest.raises(Unreachable):
                await anext(aiter(play_over_socket(match, first)))
