"""The client against a server on a real port: the same calls, blocking and awaited."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import asyncpg
import pyarrow.parquet as pq
import pytest
from anyio.from_thread import start_blocking_portal
from sqlalchemy import make_url
from tests.conftest import PASSWORD

from hagame.settings import Settings
from hagame_sdk import (
    AsyncClient,
    Client,
    Conflict,
    Forbidden,
    IllegalAction,
    Match,
    MatchOver,
    NotFound,
    SealBroken,
    Tokens,
    Unauthenticated,
)
from hagame_sdk.drivers import Blocking

PENNIES = "matching-pennies"


@pytest.fixture
def client(live_url: str) -> Iterator[Client]:
    """A guest."""
    with Client(live_url) as client:
        client.guest()
        yield client


@pytest.fixture
async def waiting(live_url: str) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(live_url) as client:
        await client.guest()
        yield client


def play(match: Match[Blocking], turns: int) -> None:
    for turn in range(turns):
        match.play(match.legal_actions[turn % 2], response_time_ms=300)


def test_a_match_is_played_and_every_seal_is_checked_again(client: Client) -> None:
    match = client.games.begin(PENNIES, opponent="adaptive", seed=7)
    play(match, 6)
    assert match.state["turn"] == 7
    assert match.next is not None
    assert match.verify() == 6
    again = client.games.match(match.id)
    assert again.verify() == 6
    assert again.score == match.score
    assert match.explanation(3)["turn"] == 3
    assert match.feedback()["decisions"] == 6
    assert match.abandon()["status"] == "abandoned"
    with pytest.raises(MatchOver, match="abandoned"):
        match.play("heads")


@pytest.mark.anyio
async def test_the_same_calls_are_awaited(waiting: AsyncClient) -> None:
    match = await waiting.games.begin(PENNIES, seed=7)
    for _ in range(3):
        await match.play("heads")
    assert await match.verify() == 3
    await match.abandon()
    assert [move["turn"] async for move in match.follow()] == [1, 2, 3]
    assert [m["id"] async for m in waiting.games.matches(limit=1)] == [match.id]
    assert (await waiting.me())["is_guest"]


def test_a_match_that_shows_another_seal_than_before_is_refused(client: Client) -> None:
    match = client.games.begin(PENNIES)
    assert match.next is not None
    match.next["commitment"] = "0" * 64
    with pytest.raises(SealBroken, match="Turn 1: the opened seal is not the one that was shown"):
        match.play("heads")
    other = client.games.match(match.id)
    other.play("tails")
    # This object saw a seal for turn 1 that was not opened.
    match._shown[1] = "0" * 64
    with pytest.raises(SealBroken):
        match.verify()


def test_an_illegal_action_says_what_would_be_legal(client: Client) -> None:
    match = client.games.begin(PENNIES)
    with pytest.raises(IllegalAction, match="'edge' is not a legal action; legal now: heads, tails") as refused:
        match.play("edge")
    assert refused.value.legal_actions == ["heads", "tails"]
    assert refused.value.errors[0]["pointer"] == "/action"
    assert refused.value.request_id


def test_a_match_that_was_played_on_elsewhere_can_be_caught_up_with(client: Client) -> None:
    match = client.games.begin(PENNIES)
    client.games.match(match.id).play("heads")
    with pytest.raises(Conflict):
        match.play("tails")
    match.refresh()
    assert match.play("tails")["turn"] == 2


def test_turns_are_followed_as_they_are_played(client: Client) -> None:
    match = client.games.begin(PENNIES)
    play(match, 2)
    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.extend(move["turn"] for move in match.follow(after=1)))
    reader.start()
    watched = client.games.match(match.id)
    play(watched, 2)
    watched.abandon()
    reader.join(30)
    assert seen == [2, 3, 4]


def test_lists_are_read_page_by_page(client: Client) -> None:
    begun = [client.games.begin(PENNIES).id for _ in range(5)]
    assert [match["id"] for match in client.games.matches(limit=2)] == begun[::-1]
    play(match := client.games.match(begun[0]), 5)
    assert [decision["turn"] for decision in match.decisions(limit=2)] == [1, 2, 3, 4, 5]
    assert match.verify() == 5


def test_decisions_come_as_files_that_are_whole_or_not_there(client: Client, tmp_path: Path) -> None:
    match = client.games.begin(PENNIES)
    play(match, 3)
    table = pq.read_table(match.download(tmp_path / "log.parquet"))
    assert table.column("turn").to_pylist() == [1, 2, 3]
    text = match.download(tmp_path / "log.csv", "csv").read_text()
    assert len(text.splitlines()) == 4
    stranger = client.another()
    stranger.guest()
    with pytest.raises(NotFound):
        Match(stranger.driver, match.state).download(tmp_path / "not-mine.csv", "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "log.parquet"]


def test_a_guest_who_registers_keeps_matches_and_session(client: Client) -> None:
    match = client.games.begin(PENNIES)
    name = f"sdk-{token_hex(4)}"
    client.register(f"{name}@example.org", name, PASSWORD)
    assert client.me()["username"] == name
    with Client(client.url) as later:
        assert later.login(name, PASSWORD)["id"] == client.me()["id"]
        assert later.games.match(match.id).id == match.id
        later.logout()
        with pytest.raises(Unauthenticated, match=r"Log in first: client\.login"):
            later.me()


def test_a_wrong_password_is_told_as_such(live_url: str) -> None:
    with Client(live_url) as client, pytest.raises(Unauthenticated, match="password") as refused:
        client.login("nobody", "wrong password 1234")
    assert "Log in first" not in str(refused.value)


def test_an_expired_token_is_renewed_once_for_all_threads(client: Client) -> None:
    kept: list[Tokens | None] = []
    assert client.tokens is not None
    stale = Tokens("expired", client.tokens.refresh_token)
    later = client.another(stale, kept.append)
    threads = [threading.Thread(target=later.me) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 1
    assert kept[0] == later.tokens
    assert later.me()["is_guest"]


def test_a_session_that_has_ended_says_so(client: Client) -> None:
    kept = client.tokens
    client.logout_everywhere()
    assert client.tokens is None
    with pytest.raises(Unauthenticated, match="The session has ended: log in again"):
        client.another(kept).me()


def test_what_a_person_may_do_with_profile_and_models(client: Client) -> None:
    assert client.people.set_profile(language="de")["language"] == "de"
    assert client.people.profile()["language"] == "de"
    assert "inferred" in client.people.cognitive_profile()
    assert client.games.engine("matrix")["key"] in {engine["key"] for engine in client.games.engines()}
    assert {o["key"] for o in client.games.opponents(PENNIES)} >= {"adaptive", "random"}
    assert any(a["trainable"] for a in client.ai_models.algorithms("predictor"))
    aggregate = client.ai.aggregate(judgments={"kind": "numbers", "estimates": [1.0, 2.0, 6.0]})
    assert aggregate["answer"]["kind"] == "numbers"
    assert client.health.ready()["status"] == "ok"
    assert client.games.progress() == []


def test_a_language_model_answers_in_pieces_and_as_a_whole(client: Client) -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
    *pieces, whole = client.llm.stream(messages=messages)
    assert isinstance(whole, dict)
    assert "".join(map(str, pieces)) == whole["text"]
    assert client.llm.call(messages=messages)["offline"]
    assert len(list(client.llm.logs(limit=1))) == 2


@pytest.fixture
def researcher(live_url: str, settings: Settings) -> Iterator[Client]:
    name = f"sdk-{token_hex(4)}"
    address = make_url(settings.database_url or "").set(drivername="postgresql")

    async def promote() -> None:
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        await connection.execute("UPDATE users SET role = 'researcher' WHERE username = $1", name)
        await connection.close()

    with Client(live_url) as client, start_blocking_portal() as portal:
        client.register(f"{name}@example.org", name, PASSWORD)
        portal.call(promote)
        yield client


def test_a_crowd_is_asked_followed_and_told_what_came_true(client: Client, researcher: Client) -> None:
    closes = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    with pytest.raises(Forbidden):
        client.collective.ask(title="Will it rain?", options=["yes", "no"], closes_at=closes)
    question = researcher.collective.ask(title="Will it rain?", options=["yes", "no"], closes_at=closes)
    assert question["id"] in [asked["id"] for asked in client.collective.questions(status="open")]
    client.collective.judge(question["id"], probabilities=[0.8, 0.2])
    answers = client.collective.follow(question["id"])
    assert next(answers)["judges"] == {"person": 1}
    assert researcher.collective.resolve(question["id"], option="yes")["outcome"]["option"] == "yes"
    assert list(answers)[-1]["outcome"]["option"] == "yes"
    assert client.collective.aggregate(question["id"])["pools"]


def test_a_game_and_a_prompt_of_ones_own(client: Client, researcher: Client) -> None:
    key = f"pennies-{token_hex(4)}"
    made = researcher.games.define(
        key=key, engine="matrix", title="Two rounds", parameters={"preset": "matching-pennies", "rounds": 2}
    )
    assert next(client.games.definitions(text=key))["id"] == made["id"]
    match = client.games.begin(key)
    play(match, 2)
    assert (match.status, match.next, match.verify()) == ("finished", None, 2)
    prompt = researcher.prompts.create(
        name=key, messages=[{"role": "user", "content": "Hello {{ name }}"}], variables={"name": {"type": "string"}}
    )
    assert prompt["latest"] == 1
    told = researcher.prompts.render(key, version=1, variables={"name": "Ada"})
    assert "Ada" in told["messages"][-1]["content"]
    model = researcher.ai_models.create(name=key, algorithm="logistic")
    assert researcher.ai_models.change(model["id"], description="mine")["description"] == "mine"
    assert list(researcher.ai_models.versions(model["id"])) == []


def test_a_match_is_watched_by_who_has_no_session(client: Client, live_url: str) -> None:
    match = client.games.begin(PENNIES)
    token = match.let_watch()["token"]
    with Client(live_url) as spectator:
        assert spectator.games.watch(token)["turns"] == []
        moves = [match.play(match.legal_actions[0]) for _ in range(2)]
        match.abandon()
        told = list(spectator.games.follow_watched(token, after=1))
        assert [turn["player"] for turn in told] == [moves[1]["player"]]
        match.stop_watching()
        with pytest.raises(NotFound):
            spectator.games.watch(token)
        assert spectator.tokens is None
