"""The study of `docs/how-to/run-a-study.md` runs as it stands there, and its logs come through to fits and a report."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from tests.system.test_how_to_train import fetched
from typer.testing import CliRunner

from hagame.cli import app
from hagame.settings import Settings
from hagame_sdk import Client

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
PASSWORD = "four quiet otters swim"


def program(page: str, name: str) -> str:
    """The program of a page whose first line names the file."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found = re.search(rf"^```python\n# {re.escape(name)}.*?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, page
    return found[1]


def run(code: str, where: Path, *arguments: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=where,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def studied(live_url: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the study of the page has been run."""
    where, name = tmp_path_factory.mktemp("study"), "studious"
    body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
    assert httpx2.post(f"{live_url}/auth/register", json=body).status_code == 201
    fetched(settings, f"UPDATE users SET role = 'researcher' WHERE username = '{name}' RETURNING id")  # noqa: S608
    told = run(
        program("run-a-study.md", "study.py"), where,
        HAGAME_URL=live_url, HAGAME_USER=name, HAGAME_PASSWORD=PASSWORD, PEOPLE="8",
    )  # fmt: skip
    assert re.fullmatch(r"[4-8] of 8 took part\n", told)
    return where


def test_everybody_who_understood_has_a_log_in_the_folder_of_their_condition(studied: Path) -> None:
    rows = list(csv.DictReader((studied / "study" / "participants.csv").read_text().splitlines()))
    logs = {str(path.relative_to(studied / "study")) for path in studied.glob("study/*/*.csv")}
    assert logs == {f"{row['condition']}/{row['participant']}.csv" for row in rows if row["understood"] == "True"}
    for log in logs:
        decisions = list(csv.DictReader((studied / "study" / log).read_text().splitlines()))
        assert len(decisions) == 40
        assert {row["game"] for row in decisions} == {f"boat-{log.partition('/')[0]}"}


@pytest.mark.parametrize("model", ["memory-one", "ewa"])
def test_logs_become_trials_a_fit_and_a_report(studied: Path, tmp_path: Path, model: str) -> None:
    logs = sorted(map(str, studied.glob("study/*/*.csv")))
    (tmp_path / "trials.csv").write_text(run(program("fit-a-model.md", "trials.py"), tmp_path, *logs))
    words = ["fit", str(tmp_path / "trials.csv"), "--model", model, "--group", "--out", str(tmp_path / "out")]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output
    people = json.loads((tmp_path / "out" / "fit.json").read_text())["people"]
    assert len(people) == len(logs)
    assert {each["n"] for each in people.values()} == {40}


def test_the_log_of_a_bandit_becomes_trials_of_learning_from_reward(live_url: str, tmp_path: Path) -> None:
    with Client(live_url) as client:
        client.guest()
        match = client.games.begin("two-armed-bandit")
        for action in ["left", "right", "left", "left"]:
            match.play(action)
        log = match.download(tmp_path / "log.csv")
    trials = list(csv.DictReader(run(program("fit-a-model.md", "trials.py"), tmp_path, str(log)).splitlines()))
    assert [row["action"] for row in trials] == ["0", "1", "0", "0"]
    assert {row["payoff"] for row in trials} <= {"-0.5", "0.5"}
