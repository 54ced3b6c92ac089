"""The decision log of a match over HTTP: complete, in every format, page by page."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Awaitable, Callable

import pyarrow.parquet as pq
import pytest
from httpx2 import AsyncClient
from tests.api.playing import begin, logged, move

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]


async def test_every_decision_is_in_the_log(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    answers = [(await move(client, me, instance["id"], t, response_time_ms=t)).json() for t in (1, 2, 3)]
    rows = await logged(client, me, instance["id"])
    assert [row["answer"] for row in rows] == answers
    assert [row["turn"] for row in rows] == [1, 2, 3]
    assert [row["response_time_ms"] for row in rows] == [1, 2, 3]


async def test_the_log_comes_as_csv_and_parquet(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    for turn in (1, 2, 3):
        await move(client, me, instance["id"], turn, "scissors")
    url = f"/games/instances/{instance['id']}/decisions"
    text = await client.get(url, headers=me | {"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert [row["action"] for row in rows] == ["scissors"] * 3
    binary = await client.get(url, headers=me | {"Accept": "application/vnd.apache.parquet"})
    table = pq.read_table(io.BytesIO(binary.content)).to_pylist()
    assert [row["turn"] for row in table] == [1, 2, 3]
    assert [float(row["log_loss"]) for row in rows] == [row["log_loss"] for row in table]
    seal = table[0]
    assert hashlib.sha256(bytes.fromhex(seal["nonce"]) + seal["payload"].encode()).hexdigest() == seal["commitment"]


async def test_the_log_is_paged_by_turn(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    for turn in range(1, 6):
        await move(client, me, instance["id"], turn)
    url = f"/games/instances/{instance['id']}/decisions?limit=2"
    turns, cursor = [], "0"
    while cursor is not None:
        page = (await client.get(f"{url}&cursor={cursor}", headers=me)).json()
        turns += [row["turn"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert turns == [1, 2, 3, 4, 5]


async def test_the_log_keeps_what_the_person_saw(client: AsyncClient, me: Headers) -> None:
    instance = await begin(client, me)
    later = [(await move(client, me, instance["id"], turn)).json()["next"]["view"] for turn in (1, 2)]
    shown = [instance["next"]["view"], *later]
    rows = await logged(client, me, instance["id"])
    assert [row["observation"] for row in rows] == shown[:2]
    assert [(row["stage"], row["outcome"], row["foregone"]) for row in rows] == [(0, {}, None)] * 2
    url = f"/games/instances/{instance['id']}/decisions"
    text = (await client.get(url, headers=me | {"Accept": "text/csv"})).text
    assert [json.loads(row["observation"]) for row in csv.DictReader(io.StringIO(text))] == shown[:2]
