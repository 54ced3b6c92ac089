"""`hagame play` as a process, fed through its standard input, and at a terminal of its own."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from hagame.cli import main; main()", "play"]


def run(typed: str, *arguments: str, code: int = 0) -> str:
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "DATABASE_URL": "", "REDIS_URL": ""}
    done = subprocess.run(
        [*COMMAND, *arguments], input=typed, capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def test_a_whole_match_is_played_from_lines_of_input() -> None:
    said = run("r\n2\nscissors\n", "rps", "--rounds", "3", "--seed", "1")
    assert [m.group(1) for m in re.finditer(r"^You (\w+), AI", said, re.MULTILINE)] == ["rock", "paper", "scissors"]
    assert said.count("the seal opens, verified") == 3
    assert said.count("← you") == 3
    assert said.count("Bits the AI knows about you") == 4
    assert "3 moves, score" in said
    assert "What the AI inferred about you" in said
    assert "95 % interval" in said


def test_each_seal_is_shown_before_its_round() -> None:
    said = run("r\nr\n", "--rounds", "2")
    order = re.findall(r"^(sealed [0-9a-f]{64}|You rock)", said, re.MULTILINE)
    assert [text[:6] for text in order] == ["sealed", "You ro", "sealed", "You ro"]
    assert order[0] != order[2]


def test_the_same_seed_and_moves_give_the_same_match() -> None:
    rounds = [re.findall(r"^You .*", run("r\np\np\ns\n", "--seed", "7", "--rounds", "4"), re.MULTILINE) for _ in "ab"]
    assert rounds[0] == rounds[1]
    assert len(rounds[0]) == 4


def test_what_is_no_move_is_told_and_asked_again() -> None:
    said = run("lizard\nr\n", "--rounds", "1")
    assert "'lizard' is no choice; one of: rock, paper, scissors, or q to stop." in said
    assert "You rock" in said


@pytest.mark.parametrize("typed", ["r\nq\np\n", "r\n"])
def test_q_or_the_end_of_the_input_stops_with_a_summary(typed: str) -> None:
    said = run(typed)
    assert said.count("You ") == 1
    assert "1 moves, score" in said


def test_stopping_before_the_first_move_is_no_failure() -> None:
    assert "No move was made" in run("")


@pytest.mark.parametrize(
    ("game", "typed", "action"), [("pd", "d\n", "defect"), ("pennies", "1\n", "heads"), ("chicken", "2\n", "straight")]
)
def test_other_games_are_played_by_their_own_actions(game: str, typed: str, action: str) -> None:
    assert f"You {action}, AI " in run(typed, game)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["go"], "There is no built-in game 'go'; there are: rps"), (["--opponent", "tal"], "There is no opponent 'tal'")],
)
def test_what_is_not_there_is_named_with_what_is(arguments: list[str], says: str) -> None:
    assert says in " ".join(run("", *arguments, code=1).split())


def test_at_a_terminal_one_key_is_one_move() -> None:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "--rounds", "2"], stdin=terminal, stdout=terminal, stderr=subprocess.STDOUT, close_fds=True
    )
    os.close(terminal)
    try:
        answer(controller, "Round 1 of 2", b"x")
        answer(controller, "", b"r")
        answer(controller, "Round 2 of 2", b"p")
        said = rest(controller)
    finally:
        process.kill() if process.wait(60) is None else None
        os.close(controller)
    assert "You paper" in said
    assert "2 moves, score" in said


def answer(controller: int, after: str, key: bytes) -> None:
    """Press a key once the text is there and the prompt under it."""
    said = ""
    while after and not (after in said and "q stop" in said.partition(after)[2]):
        said += os.read(controller, 65536).decode(errors="replace")
    time.sleep(0.3)
    os.write(controller, key)


def rest(controller: int) -> str:
    said = b""
    try:
        while piece := os.read(controller, 65536):
            said += piece
    except OSError:
        pass
    return re.sub(r"\x1b\[[0-9;]*m", "", said.decode(errors="replace"))


def test_help_is_quick_to_say_what_it_does(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=True)
    assert "one key per move" in " ".join(done.stdout.split())
