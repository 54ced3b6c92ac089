"""`hagame replay` and `hagame export` as processes against a server process on a real database."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from math import log
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pyarrow.parquet as pq
import pytest

from hagame import match as matches
from hagame import plugins
from hagame.cli.recordings import Person, read
from hagame.match import Match, Turn
from hagame.rules.builtin import BUILT_IN
from hagame.settings import Settings

EXCERPT = Path(__file__).parents[1] / "data" / "rps_stable_bot_excerpt.csv"
RPS = ("rock", "paper", "scissors")
HAGAME = [sys.executable, "-c", "from hagame.cli import main; main()"]
SEED = 11


@pytest.fixture(scope="module")
def url(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`hagame serve` on the database of the tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log_file = tmp_path_factory.mktemp("server") / "log"
    with log_file.open("wb") as output:
        command = [*HAGAME, "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment(settings), stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(address, process, log_file)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "HAGAME_HOME": str(settings.home),
        "HAGAME_GUESTS_PER_MINUTE": "1000000",
        "HAGAME_TOKEN": "",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }


def wait_for(address: str, process: subprocess.Popen[bytes], log_file: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log_file.read_text()
        try:
            if httpx2.get(f"{address}/health/live").is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(log_file.read_text())


def hagame(*arguments: str, code: int = 0, home: str = "/nonexistent") -> str:
    done = subprocess.run(
        [*HAGAME, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "HAGAME_HOME": home, "HAGAME_TOKEN": ""},
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return " ".join((done.stdout if code == 0 else done.stderr).split())


@pytest.fixture(scope="module")
def replayed(url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """What a replay of the excerpt prints, and the figures it writes."""
    out = tmp_path_factory.mktemp("replay") / "figures.json"
    said = hagame("replay", str(EXCERPT), "--url", url, "--json", str(out), "--seed", str(SEED), "--concurrency", "3")
    return said, json.loads(out.read_text())


@pytest.fixture(scope="module")
def in_process() -> list[tuple[Person, list[Turn]]]:
    """The same people with the same seeds, played by `hagame.match` without any server."""
    definition = next(d for d in BUILT_IN if d["key"] == "rock-paper-scissors")
    game = plugins.make_game(definition["engine"], definition["parameters"])
    model, opponent = plugins.make_model("count-mixture", {}), plugins.make_opponent("adaptive", {})
    played = []
    for number, person in enumerate(read(EXCERPT, RPS, RPS).people):
        match = Match(game, model, opponent, SEED + number)
        state, turns = matches.start(match, bytes(16)), []
        for round_ in person.rounds:
            turns.append(
                matches.play(
                    match,
                    state,
                    round_.action,
                    response_time_ms=round_.response_time_ms,
                    observed_opponent_action=round_.opponent_action,
                )
            )
            state = turns[-1].state
        played.append((person, turns))
    return played


def scored(in_process: list[tuple[Person, list[Turn]]], skip: int = 3) -> list[Turn]:
    return [
        turn
        for person, turns in in_process
        for round_, turn in zip(person.rounds, turns, strict=True)
        if round_.number > skip
    ]


def test_the_figures_are_those_of_the_same_moves_played_in_process(
    replayed: tuple[str, dict[str, Any]], in_process: list[tuple[Person, list[Turn]]]
) -> None:
    figures, turns = replayed[1], scored(in_process)
    every = scored(in_process, 0)
    assert figures["scored"] == len(turns)
    assert figures["log_loss"] == pytest.approx(np.mean([t.score.log_loss for t in turns]), abs=1e-6)
    assert figures["brier"] == pytest.approx(np.mean([t.score.brier for t in turns]), abs=1e-6)
    assert figures["all_rounds"]["log_loss"] == pytest.approx(np.mean([t.score.log_loss for t in every]), abs=1e-6)
    assert figures["ai"]["win"] == pytest.approx(np.mean([t.ai_payoff > 0 for t in turns]))
    assert figures["ai"]["loss"] == pytest.approx(np.mean([t.ai_payoff < 0 for t in turns]))
    assert figures["ai"]["net"] == pytest.approx(np.mean([t.ai_payoff for t in turns]))
    beaten = [sum(t.ai_payoff for t in scored([one])) > 0 for one in in_process]
    assert figures["ai"]["beaten"] == np.mean(beaten)


def test_all_keys_are_there_and_every_seal_was_verified(replayed: tuple[str, dict[str, Any]]) -> None:
    said, figures = replayed
    decisions = read(EXCERPT, RPS, RPS).decisions
    assert {"file", "game", "opponent", "accuracy", "ece", "in_sample", "url", "seconds"} <= figures.keys()
    assert figures["game"] == "rock-paper-scissors"
    assert (figures["people"], figures["decisions"], figures["seals_verified"]) == (4, decisions, decisions)
    assert figures["baselines"]["uniform"]["log_loss"] == pytest.approx(log(3))
    assert {"uniform", "markov1", "hedge"} <= figures["baselines"].keys()
    low, high = figures["intervals"]["log_loss"]
    assert low < figures["log_loss"] < high
    assert f"{decisions} seals opened and verified" in said
    assert "Replay is off-policy" in said
    assert f"{figures['log_loss']:.4f}" in said


def test_fewer_people_and_another_skip_score_fewer_decisions(url: str, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    hagame("replay", str(EXCERPT), "--url", url, "--json", str(out), "--people", "1", "--skip", "50")
    figures = json.loads(out.read_text())
    assert (figures["people"], figures["decisions"], figures["scored"]) == (1, 60, 10)
    assert figures["intervals"] == {}


def test_a_bad_file_is_told_before_any_server_is_asked(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("subject,round,move,opp_move\na,1,R,\n")
    assert "bad.csv, row 2, column opp_move: it is missing" in hagame("replay", str(bad), code=1)


def test_a_recording_that_is_too_long_names_the_limit(tmp_path: Path) -> None:
    long = tmp_path / "long.csv"
    long.write_text("subject,round,move,opp_move\n" + "".join(f"a,{i},R,P\n" for i in range(1, 302)))
    assert "has 301 decisions" in hagame("replay", str(long), code=1)


def test_a_skip_that_leaves_nothing_is_told_before_anything_is_played() -> None:
    assert "Nobody has a decision after round 60" in hagame("replay", str(EXCERPT), "--skip", "60", code=1)


def test_without_a_server_a_temporary_one_plays_and_leaves_nothing(tmp_path: Path) -> None:
    out, scratch = tmp_path / "figures.json", tmp_path / "scratch"
    scratch.mkdir()
    arguments = ["replay", str(EXCERPT), "--people", "1", "--json", str(out)]
    done = subprocess.run(
        [*HAGAME, *arguments],
        capture_output=True,
        text=True,
        env=os.environ
        | {"TMPDIR": str(scratch), "HAGAME_HOME": str(tmp_path / "none"), "DATABASE_URL": "postgresql://x/x"},
        timeout=300,
        check=True,
    )
    figures = json.loads(out.read_text())
    assert figures["seals_verified"] == 60
    assert "No server is running: starting a temporary one" in done.stderr
    assert list(scratch.iterdir()) == []
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"{figures['url']}/health/live")


def test_unknown_games_and_opponents_are_the_servers_to_refuse(url: str) -> None:
    assert "There is no game 'go'" in hagame("replay", str(EXCERPT), "--url", url, "--game", "go", code=1)
    assert "no opponent 'tal'" in hagame("replay", str(EXCERPT), "--url", url, "--opponent", "tal", code=1)


def test_a_server_that_is_not_there_is_named() -> None:
    assert "http://127.0.0.1:9 does not answer" in hagame("replay", str(EXCERPT), "--url", "http://127.0.0.1:9", code=1)


def test_the_running_server_of_the_home_is_found_by_its_lock(url: str, tmp_path: Path) -> None:
    (tmp_path / "up.lock").write_text(json.dumps({"process": 1, "url": url}))
    out = tmp_path / "figures.json"
    hagame("replay", str(EXCERPT), "--people", "1", "--json", str(out), home=str(tmp_path))
    assert json.loads(out.read_text())["url"] == url


@pytest.fixture(scope="module")
def me(url: str) -> tuple[str, list[str]]:
    """The token of a guest with two matches of three and of two decisions, and the ids of these."""
    token = httpx2.post(f"{url}/auth/guest").json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    ids = []
    for moves in (3, 2):
        begun = httpx2.post(f"{url}/games/instances", json={"definition": "rock-paper-scissors"}, headers=headers)
        ids.append(begun.json()["id"])
        for turn in range(1, moves + 1):
            body = {"turn": turn, "action": "paper"}
            assert httpx2.post(f"{url}/games/instances/{ids[-1]}/moves", json=body, headers=headers).is_success
    return token, ids


def test_one_match_is_exported_in_each_format(url: str, me: tuple[str, list[str]], tmp_path: Path) -> None:
    token, ids = me
    for kind in ("csv", "parquet", "json"):
        out = str(tmp_path / f"one.{kind}")
        # The file's name says the format, where no option does.
        asked = () if kind != "csv" else ("--format", kind)
        hagame("export", ids[0], "--url", url, "--token", token, *asked, "--out", out)
    rows = list(csv.DictReader((tmp_path / "one.csv").read_text().splitlines()))
    assert [(row["turn"], row["action"]) for row in rows] == [("1", "paper"), ("2", "paper"), ("3", "paper")]
    assert pq.read_table(tmp_path / "one.parquet")["turn"].to_pylist() == [1, 2, 3]
    decisions = json.loads((tmp_path / "one.json").read_text())
    assert [(d["turn"], d["instance_id"]) for d in decisions] == [(t, ids[0]) for t in (1, 2, 3)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.csv", "one.json", "one.parquet"]


def test_all_matches_are_one_table_or_a_folder_of_parquet_files(
    url: str, me: tuple[str, list[str]], tmp_path: Path
) -> None:
    token, ids = me
    for kind in ("csv", "json", "parquet"):
        said = hagame(
            "export", "--all", "--url", url, "--token", token, "--format", kind, "--out", str(tmp_path / kind)
        )
        assert "2 matches written" in said
    rows = list(csv.DictReader((tmp_path / "csv").read_text().splitlines()))
    assert [(row["instance_id"], row["turn"]) for row in rows] == [
        (i, str(t)) for i, n in zip(ids, (3, 2), strict=True) for t in range(1, n + 1)
    ]
    assert len(json.loads((tmp_path / "json").read_text())) == 5
    assert sorted(p.name for p in (tmp_path / "parquet").iterdir()) == sorted(f"{i}.parquet" for i in ids)


def test_people_log_in_with_user_and_password_to_export(url: str, tmp_path: Path) -> None:
    body = {"email": "exporter@example.org", "username": "exporter", "password": "correct horse battery staple 42"}
    assert httpx2.post(f"{url}/auth/register", json=body).status_code in {201, 409}
    out = str(tmp_path / "x")
    login = ["--user", "exporter", "--password", body["password"], "--url", url, "--out", out]
    assert "You have no matches yet" in hagame("export", "--all", *login, code=1)
    login[3] = "wrong"
    assert re.search("password|log in", hagame("export", "--all", *login, code=1))
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_of_an_export_that_failed(url: str, me: tuple[str, list[str]], tmp_path: Path) -> None:
    unknown = "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f"
    out = str(tmp_path / "x.csv")
    said = hagame("export", unknown, "--url", url, "--token", me[0], "--out", out, code=1)
    assert "There is no match" in said
    assert not list(tmp_path.iterdir())


def test_export_wants_one_match_or_all() -> None:
    assert "Name one match by its id, or ask for --all" in re.sub("[│╭╮╰╯─]+ ?", "", hagame("export", code=2))


def test_export_without_a_server_says_how_to_start_one() -> None:
    assert "Start it with `hagame up`" in hagame("export", "--all", "--token", "t", code=1)
