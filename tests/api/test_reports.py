"""Reports: asked for in a moment, made in the background, read by their owner alone."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import numpy as np
import pytest
from httpx2 import AsyncClient
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from tests.api.working import work_off

from hagame.reports.content import Written, write
from hagame.reports.facts import Choice, gather
from hagame.reports.history import PAUSE, last_session
from hagame.reports.printing import MARGIN, PADDING, as_html, as_pdf
from hagame.reports.words import TEMPLATES, Words
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def play(client: AsyncClient, who: Headers, rounds: int) -> str:
    body = {"definition": "rock-paper-scissors", "opponent": "adaptive"}
    match = (await client.post("/games/instances", json=body, headers=who)).json()
    for turn in range(1, rounds + 1):
        move = {"turn": turn, "action": ("rock", "paper", "scissors")[turn % 3], "response_time_ms": 700}
        (await client.post(f"/games/instances/{match['id']}/moves", json=move, headers=who)).raise_for_status()
    return str(match["id"])


async def asked(client: AsyncClient, who: Headers, span: str, key: str | None = None) -> dict[str, Any]:
    headers = who if key is None else who | {"Idempotency-Key": key}
    answer = await client.post("/reports", json={"span": span}, headers=headers)
    assert answer.status_code == 202, answer.text
    task: dict[str, Any] = answer.json()
    return task


async def task_of(client: AsyncClient, who: Headers, task_id: str) -> dict[str, Any]:
    task: dict[str, Any] = (await client.get(f"/tasks/{task_id}", headers=who)).json()
    return task


async def test_a_report_says_what_was_played_as_a_page_and_as_a_pdf(
    client: AsyncClient, player: Person, settings: Settings
) -> None:
    who = await player()
    await client.put("/users/me/profile", json={"display_name": "<script>$x$ & Co"}, headers=who)
    await play(client, who, 12)
    task = await asked(client, who, "week")
    assert (task["kind"], task["state"], task["progress"]) == ("report.make", "queued", 0)
    await work_off(settings, task["id"])
    done = await task_of(client, who, task["id"])
    assert (done["state"], done["progress"], done["problem"]) == ("done", 1, None)
    url = f"/reports/{done['result']['report_id']}"
    report = (await client.get(url, headers=who)).json()
    assert (report["facts"]["decisions"], report["facts"]["matches"], report["span"]) == (12, 1, "week")
    page = await client.get(f"{url}/html", headers=who)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert html.escape("<script>$x$ & Co") in page.text
    assert "The AI foresaw" in page.text
    assert page.text.count("data:image/svg+xml;base64,") == 3
    pdf = await client.get(f"{url}/pdf", headers=who)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.content.rstrip().endswith(b"%%EOF")
    assert [r["id"] for r in (await client.get("/reports", headers=who)).json()["items"]] == [report["id"]]


async def test_a_report_is_its_owner_s_alone(
    client: AsyncClient, player: Person, other_player: Headers, settings: Settings
) -> None:
    who = await player()
    await play(client, who, 3)
    task = await asked(client, who, "session")
    await work_off(settings, task["id"])
    report_id = (await task_of(client, who, task["id"]))["result"]["report_id"]
    for path in (f"/reports/{report_id}", f"/reports/{report_id}/html", f"/reports/{report_id}/pdf"):
        assert (await client.get(path, headers=other_player)).status_code == 404
    for call in (client.get, client.delete):
        assert (await call(f"/tasks/{task['id']}", headers=other_player)).status_code == 404
    assert (await client.get("/tasks", headers=other_player)).json()["items"] == []


async def test_without_a_decision_the_task_says_why_it_failed(
    client: AsyncClient, player: Person, settings: Settings
) -> None:
    who = await player()
    task = await asked(client, who, "all")
    await work_off(settings, task["id"])
    failed = await task_of(client, who, task["id"])
    assert (failed["state"], failed["problem"]["status"]) == ("failed", 409)
    assert "nothing to report" in failed["problem"]["detail"]


async def test_the_same_key_asks_once(client: AsyncClient, player: Person) -> None:
    who, other = await player(), await player()
    first, again = await asked(client, who, "week", "my-key"), await asked(client, who, "week", "my-key")
    assert first == again
    assert (await asked(client, other, "week", "my-key"))["id"] != first["id"]
    for_another = await client.post("/reports", json={"span": "all"}, headers=who | {"Idempotency-Key": "my-key"})
    assert (for_another.status_code, for_another.json()["task_id"]) == (409, first["id"])


async def test_nobody_asks_for_more_than_a_few_at_once(client: AsyncClient, player: Person) -> None:
    who = await player()
    tasks = [await asked(client, who, "week") for _ in range(3)]
    refused = await client.post("/reports", json={"span": "week"}, headers=who)
    assert refused.status_code == 429
    assert len((await client.get("/tasks", headers=who)).json()["items"]) == 3
    cancelled = await client.delete(f"/tasks/{tasks[0]['id']}", headers=who)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (await client.delete(f"/tasks/{tasks[0]['id']}", headers=who)).status_code == 410
    assert await asked(client, who, "week")


async def test_nobody_gets_more_by_asking_many_times_at_the_same_moment(client: AsyncClient, player: Person) -> None:
    who = await player()
    ask = (client.post("/reports", json={"span": "week"}, headers=who) for _ in range(12))
    assert sorted(answer.status_code for answer in await asyncio.gather(*ask)) == [202] * 3 + [429] * 9


async def test_who_follows_a_task_hears_how_it_ends(live_url: str, settings: Settings) -> None:
    async with httpx2.AsyncClient(base_url=live_url, timeout=60) as client:
        token = (await client.post("/auth/guest")).json()["access_token"]
        who = {"Authorization": f"Bearer {token}"}
        await play(client, who, 2)
        task = await asked(client, who, "week")
        seen = []
        following = client.stream("GET", f"/tasks/{task['id']}/events", headers=who)
        async with asyncio.timeout(60), following as stream:
            async for line in stream.aiter_lines():
                if line.startswith("event:"):
                    seen.append(line.partition(":")[2].strip())
                    if len(seen) == 1:
                        await work_off(settings, task["id"])
        assert seen[0] == "progress"
        assert seen[-1] == "end"


def choices(bits: list[float], *, pause_after: int | None = None) -> list[Choice]:
    match = uuid4()
    made = []
    at = START
    for n, b in enumerate(bits):
        at += PAUSE * 2 if n == pause_after else timedelta(seconds=2)
        loss = float(np.log(2.0) * (1.0 - b))
        made.append(Choice(at, match, "pennies", "Pennies $a", "adaptive", 2, loss, b > 0, 1.0, -1.0, None))
    return made


def test_a_change_is_told_only_when_it_stands_out() -> None:
    rng = np.random.default_rng(1)
    noise = [float(b) for b in rng.normal(0.0, 0.3, 200)]
    assert "No change" in gather(choices(noise), {}, [], [], Words()).change_sentence
    better = [b - 0.3 * (n >= 100) for n, b in enumerate(noise)]
    facts = gather(choices(better), {}, [], [], Words())
    assert facts.change is not None
    assert facts.change.low < -0.3 < facts.change.high < 0
    assert "harder to foresee" in facts.change_sentence
    assert "Too few" in gather(choices(noise[:40]), {}, [], [], Words()).change_sentence


def test_bits_are_those_of_the_log_loss() -> None:
    facts = gather(choices([0.25, 0.75]), {}, [], [], Words())
    assert facts.bits is not None
    assert facts.bits.mean == pytest.approx(0.5)
    assert facts.chance == 0.5


def test_a_session_ends_at_a_pause() -> None:
    decisions = choices([0.1] * 10, pause_after=6)
    assert last_session(decisions[::-1]) == decisions[6:][::-1]


def test_the_same_report_prints_the_same_bytes() -> None:
    decisions = choices([0.1, -0.2, 0.3])
    facts = gather(decisions, {}, ["a pattern & more"], [], Words())
    printed = [
        (as_html(c), as_pdf(c))
        for c in (write("Ада", "week", Written(Words(), facts, decisions, {})) for _ in range(2))
    ]
    assert re.sub(rb"base64,[^\"]*", b"", printed[0][0]) == re.sub(rb"base64,[^\"]*", b"", printed[1][0])
    assert printed[0][1] == printed[1][1]


async def test_a_report_is_in_the_language_asked_for_to_the_last_sentence(
    client: AsyncClient, player: Person, settings: Settings
) -> None:
    who = await player()
    await play(client, who, 40)
    answer = await client.post("/reports?language=de", json={"span": "week"}, headers=who)
    task = answer.json()
    await work_off(settings, task["id"])
    done = await task_of(client, who, task["id"])
    url = f"/reports/{done['result']['report_id']}"
    page = (await client.get(f"{url}/html", headers=who)).text
    assert '<html lang="de">' in page
    assert "Deine Woche" in page
    assert "Stein, Papier, Schere" in page
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert re.findall(r"\b(?:the|you|your|of|is|and|bits|choice|interval)\b", words) == []
    facts = (await client.get(url, headers=who)).json()["facts"]
    sentences = [facts["change_sentence"], *facts["strengths"], *facts["patterns"], *facts["advice"]]
    assert [s for s in sentences if re.search(r"\b(the|you|your)\b", s)] == []


def test_reports_have_the_same_sentences_with_the_same_places_in_every_language() -> None:
    english, german = (
        {name: set(re.findall(r"{(\w+)}", text)) for name, text in TEMPLATES[language].items()}
        for language in ("en", "de")
    )
    assert english == german


@pytest.mark.parametrize("language", sorted(TEMPLATES))
def test_headings_of_the_table_of_games_fit_their_columns(language: str) -> None:
    words, decisions = Words(language), choices([0.1, -0.2, 0.3])
    content = write("Ada", "week", Written(words, gather(decisions, {}, [], [], words), decisions, {}))
    as_pdf(content)
    (head,) = [section.table[0] for section in content.sections if section.table]
    room = (A4[0] - 2 * MARGIN) * 0.72 / (len(head) - 1) - 2 * PADDING
    assert [word for word in head[1:] if stringWidth(word, "DejaVuSans", 8) > room] == []
