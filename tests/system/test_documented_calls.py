"""Each `curl` of the documentation is typed into a shell, page by page, against `hagame up`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.documents import PAGES, ROOT, blocks, commands
from tests.system.processes import Process, plain_environment, up

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

PATIENCE_S = 60
LISTENS_S = 2
"""How long a stream is listened to."""
PROLOGUE = f"""
set -eo pipefail
curl() {{
  case " $* " in
    *" -sN "*) command curl --fail-with-body --max-time {LISTENS_S} "$@" || [ $? = 28 ] ;;
    *) command curl --fail-with-body --max-time {PATIENCE_S} "$@" && echo ;;
  esac
}}
"""


class Shell:
    """Types the blocks of a page, in their order. Variables that one sets stay for the next."""

    def __init__(self, running: Process, page: str, folder: Path) -> None:
        self.url = running.url
        self.home = running.home
        self.names: dict[str, str] = {"URL": running.url}
        self._left = [block for block in blocks(ROOT / page) if "curl " in block]
        self._folder = folder

    def type_next(self) -> list[Any]:
        """What the calls of the next block answered, from the last lines on."""
        script = self._left.pop(0).replace("localhost:8000", self.url.removeprefix("http://"))
        script = script.replace("~/.local/share/hagame", str(self.home))
        script = re.sub(r"^ID=\.\.\..*$", "", script, flags=re.MULTILINE)
        done = subprocess.run(
            ["bash", "-c", PROLOGUE + script + "\necho TOKEN=$TOKEN"],
            env=plain_environment() | self.names, cwd=self._folder, capture_output=True, text=True, check=False,
            timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, script + done.stdout + done.stderr
        *lines, token = done.stdout.splitlines()
        self.names["TOKEN"] = token.removeprefix("TOKEN=") or self.names.get("TOKEN", "")
        return [json.loads(line) for line in lines if line.startswith(("{", "["))]

    def finish(self) -> None:
        """Nothing of the page is left."""
        assert not self._left

    def guest(self) -> str:
        """The token of somebody new."""
        answer = httpx2.post(f"{self.url}/auth/guest", json={}).raise_for_status()
        return str(answer.json()["access_token"])

    def admin(self) -> str:
        """The token of the administrator."""
        who = {"username": "admin", "password": (self.home / "admin-password").read_text().strip()}
        return str(httpx2.post(f"{self.url}/auth/login", json=who).raise_for_status().json()["access_token"])

    def call(self, path: str, token: str, body: Any) -> Any:
        """What the server answers."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.post(f"{self.url}{path}", json=body, headers=headers).raise_for_status().json()

    def match(self, token: str, moves: int = 0) -> str:
        """The id of a match with so many moves."""
        body = {"definition": "rock-paper-scissors", "opponent": "adaptive"}
        found = self.call("/games/instances", token, body)["id"]
        for turn in range(1, moves + 1):
            self.call(f"/games/instances/{found}/moves", token, {"turn": turn, "action": "rock"})
        return str(found)


def readme(shell: Shell) -> None:
    (made,) = shell.type_next()
    assert made["next"]["commitment"]
    shell.names["ID"] = made["id"]
    (moved,) = shell.type_next()
    assert moved["turn"] == 1


def accounts(shell: Shell) -> None:
    assert shell.type_next()[0]["access_token"]
    assert shell.type_next()
    by_name, by_email = shell.type_next()
    assert by_email["access_token"]
    shell.names["TOKEN"] = shell.admin()
    assert by_name["access_token"]
    assert shell.type_next()[0]["name"] == "analysis on the cluster"


def crowd(shell: Shell) -> None:
    shell.names |= {"TOKEN": shell.admin(), "PLAYER": shell.guest(), "OTHER": shell.guest()}
    shell.names["ID"] = shell.type_next()[0]["id"]
    shell.type_next()
    shell.type_next()
    shell.names["INSTANCE"] = shell.match(shell.names["PLAYER"], moves=1)
    opened = shell.call("/collective/matches", shell.names["PLAYER"], {"instance": shell.names["INSTANCE"]})
    shell.names["ID"] = opened["id"]
    assert len(shell.type_next()) == 2


def feedback(shell: Shell) -> None:
    shell.names["TOKEN"] = shell.guest()
    shell.names["ID"] = shell.match(shell.names["TOKEN"], moves=3)
    assert shell.type_next()
    assert shell.type_next()


def model_opponent(shell: Shell) -> None:
    shell.names["TOKEN"] = shell.guest()
    assert shell.type_next()[0]["opponent"]["key"] == "llm"


def models(shell: Shell) -> None:
    shell.names["TOKEN"] = shell.admin()
    (answer,) = shell.type_next()
    assert answer["offline"], "no provider is set"


def watching(shell: Shell) -> None:
    token = shell.names["TOKEN"] = shell.guest()
    shell.names["ID"] = shell.match(token, moves=2)
    shell.names["WATCH"] = shell.type_next()[0]["token"]
    assert shell.type_next()


STORIES: dict[str, Callable[[Shell], None]] = {
    "README.md": readme,
    "docs/how-to/accounts.md": accounts,
    "docs/how-to/ask-a-crowd.md": crowd,
    "docs/how-to/feedback.md": feedback,
    "docs/how-to/language-model-opponent.md": model_opponent,
    "docs/how-to/language-models.md": models,
    "docs/how-to/let-others-watch.md": watching,
}
ELSEWHERE = {
    "docs/how-to/train-a-model.md": "test_how_to_train.py",
    "examples/README.md": "test_examples.py",
}
"""Pages whose calls another test makes, since they need a worker, or a server of their own."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with up(tmp_path_factory.mktemp("documented") / "home") as started:
        yield started
        started.end()


def test_every_page_with_calls_is_typed_here_or_elsewhere() -> None:
    pages = {each.page for each in commands() if each.text.startswith("curl ")}
    assert pages == {*STORIES, *ELSEWHERE}
    assert pages <= {str(page.relative_to(ROOT)) for page in PAGES}
    assert all((Path(__file__).parent / test).exists() for test in ELSEWHERE.values())


@pytest.mark.parametrize("page", STORIES)
def test_what_a_page_says_to_call_can_be_called(running: Process, page: str, tmp_path: Path) -> None:
    shell = Shell(running, page, tmp_path)
    STORIES[page](shell)
    shell.finish()
