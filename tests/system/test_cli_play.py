"""`hagame play` as a process, fed through its standard input, and at a terminal of its own."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
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
    assert "1 move, score" in said


def test_stopping_before_the_first_move_is_no_failure() -> None:
    assert "No move was made" in run("")


@pytest.mark.parametrize(
    ("game", "typed", "action"), [("pd", "d\n", "defect"), ("pennies", "1\n", "heads"), ("chicken", "2\n", "straight")]
)
def test_other_games_are_played_by_their_own_actions(game: str, typed: str, action: str) -> None:
    assert f"You {action}, AI " in run(typed, game)


@pytest.mark.parametrize(
    ("game", "typed", "shows", "moves"),
    [
        (["bandit", "--rounds", "4"], "a\nb\nc\nd\n", "Last: c paid", 4),
        (["igt", "--rounds", "3"], "a\nb\n4\n", "of which 2000 are lent", 3),
        (["two-step", "--rounds", "2"], "l\nr\nleft\nright\n", "Which of its two mines?", 4),
        (["loss-aversion"], "a\nr\na\nr\na\nr\n", "is paid:", 6),
        (["delay"], "s\nl\n" * 14, "sooner: 54 dollars today", 27),
    ],
)
def test_each_family_is_played_to_its_end(game: list[str], typed: str, shows: str, moves: int) -> None:
    said = run(typed, *game)
    assert shows in said
    assert said.count("the seal opens, verified") == moves
    assert f"{moves} moves" in said
    assert "staying after wins" not in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["go"], "There is no built-in game 'go'; there are: rps"), (["--opponent", "tal"], "There is no opponent 'tal'")],
)
def test_what_is_not_there_is_named_with_what_is(arguments: list[str], says: str) -> None:
    assert says in " ".join(run("", *arguments, code=1).split())


def test_at_a_terminal_one_key_is_one_move() -> None:
    controller, terminal = pty.openpty()
    silence(terminal)
    process = subprocess.Popen([*COMMAND, "--rounds", "2"], stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    try:
        seen = shown(controller, "q stop")
        assert "Round 1 of 2" in seen
        seen = press(controller, b"r", "q stop")
        assert "You rock" in seen
        assert "Round 2 of 2" in seen
        seen = press(controller, b"p", "2 moves, score")
        assert "You paper" in seen
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def silence(terminal: int) -> None:
    """No echo, so that what comes out is what the program says."""
    modes = termios.tcgetattr(terminal)
    modes[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, modes)


def press(controller: int, key: bytes, until: str) -> str:
    """Press a key and give what is shown then; a key that came before anybody listened is pressed again."""
    for _ in range(6):
        os.write(controller, key)
        if select.select([controller], [], [], 5)[0]:
            break
    return shown(controller, until)


def shown(controller: int, until: str) -> str:
    said = ""
    while until not in said:
        assert select.select([controller], [], [], 60)[0], said
        said += os.read(controller, 65536).decode(errors="replace")
    return re.sub(r"\x1b\[[0-9;]*m", "", said)


def test_help_is_quick_to_say_what_it_does(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=True)
    assert "one key per move" in " ".join(done.stdout.split())
