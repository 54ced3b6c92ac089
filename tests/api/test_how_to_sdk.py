"""What the page on the client shows runs as it stands there, and prints what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-sdk.md"
README = Path(__file__).parents[2] / "sdk" / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(code: str, url: str, where: Path) -> str:
    environment = os.environ | {"HAGAME_URL": url}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_runs_from_top_to_bottom(live_url: str, tmp_path: Path) -> None:
    told = run("\n".join(BLOCK.findall(PAGE.read_text(encoding="utf-8"))), live_url, tmp_path)
    for words in [
        "5 seals hold",
        "goes on",
        "['rock', 'paper', 'rock', 'rock', 'scissors']",
        "[1, 2, 3, 4, 5]",
        "'lizard' is not a legal action; legal now: rock, paper, scissors.",
        "is abandoned: it takes no more moves.",
        "Log in first",
        "[5, 5, 5, 5]",
    ]:
        assert words in told
    assert (tmp_path / "decisions.parquet").exists()


def test_the_page_on_sockets_runs(live_url: str, tmp_path: Path) -> None:
    page = PAGE.with_name("play-over-a-websocket.md")
    told = run("\n".join(BLOCK.findall(page.read_text(encoding="utf-8"))), live_url, tmp_path)
    assert "finished after" in told
    assert "ready\n{'action':" in told


def test_the_first_thing_shown_runs(live_url: str, tmp_path: Path) -> None:
    (code,) = BLOCK.findall(README.read_text(encoding="utf-8"))
    told = run(code.replace("http://127.0.0.1:8000", live_url), live_url, tmp_path)
    assert "1 seals opened, and none was broken" in told
