"""Boards in the terminal: each played to its end from lines of input."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

COMMAND = [sys.executable, "-c", "from hagame.cli import main; main()", "play"]
SCRIPTS = {
    "tic-tac-toe": [f"{column}{row}" for row in (1, 2, 3) for column in "abc"],
    "connect-four": list("abcdefg") * 6,
    "nim": [f"{heap}{taken}" for taken in (1, 1, 1, 2, 3) for heap in "abcd"] * 2,
    "hex": [f"{column}{row}" for row in range(1, 6) for column in "abcde"],
    "openspiel:kuhn_poker": ["0", "1", "0", "1"],
}


@pytest.mark.parametrize("game", SCRIPTS)
def test_a_board_is_played_to_its_end_and_shown(game: str) -> None:
    """What is no longer legal is asked again, so that the script goes on with the next square."""
    if game.startswith("openspiel") and find_spec("pyspiel") is None:
        pytest.skip("needs OpenSpiel: pip install 'hagame[spiel]'")
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "DATABASE_URL": "", "REDIS_URL": ""}
    typed = "\n".join(SCRIPTS[game]) + "\n"
    command = [*COMMAND, game, "--opponent", "random", "--seed", "4"]
    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "THE SEAL DOES NOT FIT" not in done.stdout
    end = done.stdout.split("What the AI inferred")[0]
    if game.startswith("openspiel"):
        assert re.search(r"moves?, score -?[12] : -?[12] ", end), "whoever wins takes the pot"
    else:
        assert any(words in end for words in ("You have won.", "You have lost.", "A draw."))
