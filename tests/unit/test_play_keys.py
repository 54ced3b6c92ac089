"""Keys of the terminal game, and what people type."""

from __future__ import annotations

import pytest

from hagame.cli.terminal_match import chosen, keys_of

RPS = ("rock", "paper", "scissors")


def test_actions_have_their_first_letters_as_keys() -> None:
    assert keys_of(RPS) == {"r": "rock", "p": "paper", "s": "scissors"}


@pytest.mark.parametrize("actions", [("swerve", "straight"), ("quit", "stay")])
def test_actions_are_numbered_where_letters_clash_or_one_means_quit(actions: tuple[str, ...]) -> None:
    assert keys_of(actions) == {"1": actions[0], "2": actions[1]}


@pytest.mark.parametrize("text", ["p", "P", "2", " paper ", "Paper"])
def test_a_key_a_number_or_a_name_means_the_action(text: str) -> None:
    assert chosen(text, keys_of(RPS)) == "paper"


@pytest.mark.parametrize("text", ["", "x", "0", "4", "pa", "rock paper"])
def test_anything_else_means_nothing(text: str) -> None:
    assert chosen(text, keys_of(RPS)) is None


def test_ten_actions_have_ten_keys() -> None:
    actions = tuple(f"a{i}" for i in range(10))
    keys = keys_of(actions)
    assert list(keys) == list("1234567890")
    assert [chosen(key, keys) for key in keys] == list(actions)
