"""Explanations over HTTP: what is stated is recounted from the log by plain SQL, and the prediction is made again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from math import log2
from random import Random
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import make_url
from tests.api.models import held_by
from tests.api.playing import begin, logged, move

from hagame.games import explanations
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
NAMES = ("rock", "paper", "scissors")
NEXT = {"rock": "paper", "paper": "scissors", "scissors": "rock"}


async def played(client: AsyncClient, who: Headers, choices: Iterator[str], turns: int, **body: Any) -> str:
    instance: str = (await begin(client, who, **({"seed": 11} | body)))["id"]
    for turn in range(1, turns + 1):
        answer = await move(client, who, instance, turn, next(choices))
        assert answer.status_code == 200, answer.text
    return instance


def habitual(seed: int) -> Iterator[str]:
    """Goes on to what beats the own last move, mostly."""
    drawn, last = Random(seed), "rock"
    while True:
        last = NEXT[last] if drawn.random() < 0.6 else drawn.choice(NAMES)
        yield last


async def explained(client: AsyncClient, who: Headers, instance: str, turn: int, **headers: str) -> dict[str, Any]:
    answer = await client.get(f"/games/instances/{instance}/explanation?turn={turn}", headers=who | headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


# What the sentences say, as conditions on the log. `up` is what beats the own move before.
MOVES = """
WITH numbered AS (
    SELECT turn, array_position($2::text[], action) - 1 AS own,
           array_position($2::text[], opponent_action) - 1 AS other,
           sign(payoff - opponent_payoff)::int AS won
    FROM user_decision_logs WHERE instance_id = $1 AND turn < $3
), moves AS (
    SELECT turn, own, other, won, (other + 1) % 3 AS best,
           lag(own, 1) OVER w AS own1, lag(own, 2) OVER w AS own2, lag(own, 3) OVER w AS own3,
           lag(own, 4) OVER w AS own4,
           lag(other, 1) OVER w AS other1, lag(other, 2) OVER w AS other2, lag(other, 3) OVER w AS other3,
           lag(won, 1) OVER w AS won1, lag(won, 2) OVER w AS won2, lag(won, 3) OVER w AS won3
    FROM numbered WINDOW w AS (ORDER BY turn)
)
SELECT count(*) FILTER (WHERE {done}) AS taken, count(*) AS seen FROM moves WHERE {when}
"""
STEPS = {"step.repeated": 0, "step.up": 1, "step.down": 2}
SHIFTS = {"": 0, "-beats": 1, "-loses-to": 2}
OUTCOMES = {"outcome.contest-loss": -1, "outcome.contest-tie": 0, "outcome.contest-win": 1}


def conditions(when: dict[str, Any] | None) -> Iterator[str]:
    """What must have come before. Phrases are told oldest first."""
    for part in when["args"]["parts"] if when else ():
        args = part["args"]
        for key, column in (("own", "own"), ("other", "other")):
            for lag, name in enumerate(reversed(args.get(key, [])), 1):
                yield f"{column}{lag} = {NAMES.index(name)}"
        for lag, outcome in enumerate(reversed(args.get("outcomes", [])), 1):
            yield f"won{lag} = {OUTCOMES[outcome['id']]}"
        column = "own" if part["id"] == "when.your-steps" else "other"
        for lag, step in enumerate(reversed(args.get("steps", [])), 1):
            yield f"({column}{lag} - {column}{lag + 1} + 3) % 3 = {STEPS[step['id']]}"


def done(said: dict[str, Any]) -> tuple[str, str]:
    """The condition on the choice, or on what would have been best, and the column that must be there for it."""
    args = said["args"]
    what, symbol = (args["what"], "best") if "what" in args else (args["did"], "own")
    if isinstance(what, dict) and what["id"] == "did.chose":
        what = what["args"]["what"]
    if isinstance(what, str):
        return f"{symbol} = {NAMES.index(what)}", "true"
    if what["id"] in ("did.repeated", "did.copied"):
        whose, shift = ("own1" if what["id"] == "did.repeated" else "other1"), 0
    else:
        kind = what["id"].removeprefix("what.")
        whose = "own1" if kind.startswith("own") else "other1"
        shift = SHIFTS[kind.removeprefix("own").removeprefix("opponent")]
    return f"({symbol} - {whose} + 3) % 3 = {shift}", f"{whose} IS NOT NULL"


def query(said: dict[str, Any]) -> str:
    when = said["args"].get("when")
    chosen, there = done(said)
    return MOVES.format(done=chosen, when=" AND ".join([there, *conditions(when)]))


async def test_stated_evidence_is_what_plain_sql_counts(client: AsyncClient, guest: Person, settings: Settings) -> None:
    me = await guest()
    instance = await played(client, me, habitual(1), 90)
    drawn = Random(2)
    url = make_url(settings.database_url or "").set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    recounted = 0
    try:
        for turn in drawn.sample(range(10, 91), 20):
            for part in (await explained(client, me, instance, turn))["parts"]:
                said = part["message"]
                if said["id"] not in {f"evidence.{k}{a}" for k in ("taken", "reply") for a in ("", "-always")}:
                    continue
                row = await connection.fetchrow(query(said), instance, list(NAMES), turn)
                told = (said["args"]["taken"], said["args"]["seen"])
                assert (row["taken"], row["seen"]) == told, part["statement"]
                assert f"in {told[0]} of {told[1]} case" in part["statement"]
                recounted += 1
    finally:
        await connection.close()
    assert recounted >= 40


async def test_no_connection_is_held_while_an_explanation_is_computed(
    client: AsyncClient, guest: Person, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = await guest()
    instance = await played(client, me, habitual(2), 5)
    searched, held = held_by(app, explanations.flip)
    monkeypatch.setattr(explanations, "flip", searched)
    assert (await explained(client, me, instance, 5))["counterfactual"]["statement"]
    assert held == [0]


async def test_a_counterfactual_is_what_the_engine_says_after_another_past(client: AsyncClient, guest: Person) -> None:
    """Play the match again with the changed own move: the same AI's prediction is the one that was told."""
    me = await guest()
    choices = habitual(3)
    made = [next(choices) for _ in range(31)]
    instance = await played(client, me, iter(made), 31, opponent="random", memory="none")
    for turn in range(31, 20, -1):
        found = (await explained(client, me, instance, turn))["counterfactual"]
        if found["changes"] and all(change["side"] == "own" for change in found["changes"]):
            break
    changed = made.copy()
    for change in found["changes"]:
        assert changed[change["turn"] - 1] == change["now"]
        changed[change["turn"] - 1] = change["then"]
    # The random opponent draws the same whatever the person does.
    other = await played(client, me, iter(changed), turn, opponent="random", memory="none")
    prediction = (await logged(client, me, other))[turn - 1]["answer"]["prediction"]
    assert prediction == pytest.approx(found["prediction"], abs=1e-4)
    before = (await logged(client, me, instance))[turn - 1]["answer"]["prediction"]
    assert max(prediction, key=prediction.__getitem__) != max(before, key=before.__getitem__)
    assert max(prediction, key=prediction.__getitem__) in found["statement"]


async def test_where_nothing_came_before_or_no_table_tells_it_says_so(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, iter(["rock"]), 1)
    first = (await explained(client, me, instance, 1))["counterfactual"]
    assert (first["changes"], first["prediction"]) == ([], None)
    assert "No round" in first["statement"]
    bandit = await played(client, me, iter(["left", "right"]), 2, definition="two-armed-bandit", opponent=None)
    assert "normal forms" in (await explained(client, me, bandit, 2))["counterfactual"]["statement"]


async def test_what_was_known_before_the_match_is_part_of_the_counterfactual(
    client: AsyncClient, guest: Person
) -> None:
    me = await guest()
    await played(client, me, habitual(4), 20, seed=None)
    second = await played(client, me, habitual(5), 20, seed=None)
    told = (await explained(client, me, second, 15))["counterfactual"]["statement"]
    assert "not kept" not in told


async def test_the_nearest_turns_have_the_same_past(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, habitual(6), 40, opponent="random")
    rows = {row["turn"]: row for row in await logged(client, me, instance)}
    found = (await explained(client, me, instance, 40))["alike"]
    assert len(found) == 5
    assert [f["distance"] for f in found] == sorted(f["distance"] for f in found)
    for near in found:
        assert near["action"] == rows[near["turn"]]["action"]
        mine = [(rows[40 - k]["action"], rows[40 - k]["opponent_action"]) for k in (1, 2, 3)]
        theirs = [(b["action"], b["opponent_action"]) for b in near["before"]]
        pairs = list(zip(mine, theirs, strict=True))
        apart = sum(0.5**k * ((a != c) + (b != d)) / 2 for k, ((a, b), (c, d)) in enumerate(pairs))
        assert near["distance"] == pytest.approx(apart / 1.75, abs=1e-6)


async def test_the_profile_sums_to_what_was_known(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    rows = []
    for seed in (7, 8):
        instance = await played(client, me, habitual(seed), 30, seed=seed)
        rows += await logged(client, me, instance)
    answer = await client.get("/games/my-progress/rock-paper-scissors/predictability", headers=me)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["decisions"], told["matches"]) == (60, 2)
    known = [log2(3 * row["probability"]) for row in rows]
    assert told["bits"] == pytest.approx(sum(known) / 60, abs=1e-5)
    assert sum(share["bits"] for share in told["shares"]) == pytest.approx(told["bits"], abs=1e-4)
    assert all(share["low"] <= share["bits"] <= share["high"] for share in told["shares"])
    nothing = await client.get("/games/my-progress/hex/predictability", headers=me)
    assert nothing.status_code == 404


async def test_a_profile_in_german_and_a_header_in_german_speak_german(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, habitual(9), 12)
    english = await explained(client, me, instance, 12)
    german = await explained(client, me, instance, 12, **{"Accept-Language": "fr, de-AT;q=0.8, en;q=0.1"})
    assert (english["language"], german["language"]) == ("en", "de")
    assert [p["log_odds"] for p in german["parts"]] == [p["log_odds"] for p in english["parts"]]
    assert any(" von " in part["statement"] for part in german["parts"])
    assert english["why"].endswith((".", "!"))
    assert english["why"] != german["why"]
    assert german["why"].startswith(("Ich habe", "Stein brachte", "Papier brachte", "Schere brachte"))
    assert "KI" in german["counterfactual"]["statement"]
    await client.put("/users/me/profile", headers=me, json={"language": "de-CH"})
    assert (await explained(client, me, instance, 12, **{"Accept-Language": "en"}))["language"] == "de"


async def test_a_change_of_strategy_is_told_when_it_is_noticed(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    drawn = Random(10)
    first = [drawn.choice(("rock", "rock", "rock", "paper", "scissors")) for _ in range(40)]
    second = [drawn.choice(("scissors", "scissors", "scissors", "scissors", "paper")) for _ in range(30)]
    instance = await played(client, me, iter(first + second), 70, opponent="random")
    found = [(r["turn"], r["answer"]["change"]) for r in await logged(client, me, instance) if r["answer"]["change"]]
    (turn, change), *others = found
    assert not others
    assert 40 < turn <= 60
    assert abs(change["since"] - 41) <= 3
    assert f"About round {change['since']} you began to play differently" in change["statement"]
    facts = (await client.get(f"/games/instances/{instance}/feedback", headers=me)).json()["facts"]
    assert change["statement"] in [fact["sentence"] for fact in facts]


async def test_feedback_speaks_german_with_the_same_numbers(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    instance = await played(client, me, habitual(12), 60)
    path = f"/games/instances/{instance}/feedback"
    english = (await client.get(path, headers=me)).json()
    german = (await client.get(path, headers=me | {"Accept-Language": "de"})).json()
    assert [fact["values"] for fact in german["facts"]] == [fact["values"] for fact in english["facts"]]
    told = {fact["key"]: fact["sentence"] for fact in german["facts"]}
    assert "vorausgesehen" in told["predictability"]
    assert "Am meisten verraten hat dich" in told["clue"]
    assert "you" not in told["clue"].split()
    assert german["headline"] != english["headline"]
