"""Each example runs as its page says, against `hagame up`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pyarrow.parquet as pq
import pytest
from tests.system.processes import PATIENCE_S, Process, free_port, plain_environment, process, until, up

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with up(tmp_path_factory.mktemp("examples") / "home", HAGAME_GUESTS_PER_MINUTE="1000") as started:
        yield started
        started.end()


def run(name: str, url: str, *words: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name), *words],
        env=plain_environment() | {"HAGAME_URL": url} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_experiment_is_run_fetched_fitted_and_drawn(running: Process, tmp_path: Path) -> None:
    password = (running.home / "admin-password").read_text().strip()
    who = ["--user", "admin", "--password", password]
    told = run("experiment.py", running.url, *who, "--people", "6", "--rounds", "10", "--out", str(tmp_path))
    assert "6 people, 60 decisions, all seals verified" in told
    log = pq.read_table(tmp_path / "log.parquet")
    assert (log.num_rows, len(set(log["participant"].to_pylist()))) == (60, 6)
    assert (tmp_path / "experiment.png").read_bytes().startswith(b"\x89PNG")


def test_a_match_is_followed_in_the_terminal(running: Process) -> None:
    told = run("dashboard.py", running.url, "--turns", "6", "--pause", "0")
    assert "what the AI expected of it" in told
    assert "abandoned after 6 turns; every seal was kept." in told


def test_a_server_of_ones_own_lets_hagame_play_the_ai(running: Process, tmp_path: Path) -> None:
    port = free_port()
    words = [sys.executable, "-m", "uvicorn", "--app-dir", str(EXAMPLES), "game_server:app", "--port", str(port)]
    with process(words, tmp_path / "out", f"http://127.0.0.1:{port}", HAGAME_URL=running.url) as server:
        until(lambda: answers(server.url), server.url)
        with httpx2.Client(base_url=server.url) as ada:
            assert ada.post("/players/ada/turns", json={"shows": "rock"}).status_code == 409
            seal = ada.post("/players/ada/games").json()["seal"]
            turns = [ada.post("/players/ada/turns", json={"shows": "rock"}).raise_for_status().json()]
            assert turns[0]["seal"] == seal
            while turns[-1]["winner"] is None:
                turns.append(ada.post("/players/ada/turns", json={"shows": "rock"}).json())
        for turn in turns:
            nonce, _, payload = turn["proof"].partition(" ")
            assert hashlib.sha256(bytes.fromhex(nonce) + payload.encode()).hexdigest() == turn["seal"]
        assert max(turns[-1]["wins"].values()) == 3
        server.end()


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/openapi.json").is_success
    except httpx2.TransportError:
        return False
