"""`hagame play` over every built-in definition: a scripted player types its way to the end of each match."""

from __future__ import annotations

import io
import itertools
import random
import re

import pytest
from rich.console import Console

from hagame.cli import terminal_match
from hagame.cli.terminal_match import Choice, Choices
from hagame.rules.builtin import BUILT_IN

GAMES = [definition["key"] for definition in BUILT_IN]


class Typist:
    """Types keys, places, names and numbers in turn, as a person at a keyboard may."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._ways = itertools.cycle(("key", "name"))

    def __call__(self, choices: Choices) -> Choice:
        """A choice that the program reads from what was typed."""
        action = choices.chosen(self._typed(choices))
        assert action is not None, choices
        return Choice(action, 700)

    def _typed(self, choices: Choices) -> str:
        asked = choices.numbers
        if asked is not None:
            assert choices.chosen("much") is None
            steps = int((asked.high - asked.low) / asked.step)
            return asked.text(asked.low + self._draw.randint(0, min(steps, 10**6)) * asked.step)
        assert choices.chosen("no such thing") is None
        key = self._draw.choice(list(choices.keys))
        return key if next(self._ways) == "key" else choices.keys[key]


@pytest.mark.parametrize("game", GAMES)
def test_each_built_in_definition_is_played_to_its_end(game: str, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=io.StringIO(), width=80, force_terminal=False)
    monkeypatch.setattr(terminal_match, "console", screen)
    monkeypatch.setattr(terminal_match, "lines", lambda _: Typist(5))
    terminal_match.play_in_terminal(game, None, None, 3)
    assert isinstance(screen.file, io.StringIO)
    said = screen.file.getvalue()
    moves = said.count("the seal opens, verified")
    assert moves >= 1
    assert f"{moves} moves" in " ".join(said.split())
    assert "What the AI inferred about you" in said
    assert max(map(len, said.splitlines())) <= 80
    assert not re.search(r"\bNone\b|\bnan\b|<[\w.]+ object|\{'", said), "what people read is no data of the program"
