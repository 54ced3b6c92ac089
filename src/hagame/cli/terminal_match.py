"""What `hagame play` does: a match in the terminal, in this process; no server, no database."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import typer
from rich.console import Console

from hagame import match as matches
from hagame import plugins
from hagame.cli import definitions, play_screen
from hagame.cli.console import console
from hagame.match import Match, MatchState
from hagame.rules.game import Action
from hagame.rules.numbers import Numbers

PREDICTOR = "count-mixture"
QUIT = "q"
KEYS = 10
"""Most actions that have a key each."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose; `response_time_ms` is None when the choice was not typed by hand."""

    action: Action
    response_time_ms: int | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen: actions by their keys, or numbers."""

    keys: dict[str, Action]
    numbers: Numbers | None

    @classmethod
    def of(cls, match: Match, state: MatchState) -> Choices:
        """Those of the open turn."""
        asked = matches.numbers(match, state)
        return cls(keys_of(matches.legal_actions(match, state)) if asked is None else {}, asked)

    @property
    def typed(self) -> bool:
        """Whether one key is not enough to name a choice."""
        return self.numbers is not None or len(self.keys) > KEYS

    def chosen(self, text: str) -> Action | None:
        """The action that a key, a place in the list (1 to 9), a whole name or a number means; None for others."""
        if self.numbers is not None:
            return text.strip() if self.numbers.allows(text.strip()) else None
        return chosen(text, self.keys)

    def __str__(self) -> str:
        if self.numbers is None:
            return f"one of: {', '.join(self.keys.values())}"
        return f"{self.numbers}"


Ask = Callable[[Choices], Choice | None]
"""Asks for one of the actions; None says that the person wants to stop."""


def play_in_terminal(game: str, opponent: str | None, rounds: int | None, seed: int | None) -> None:
    """Play one match with whoever sits here, or with the lines of standard input, and sum it up."""
    match = make_match(game, opponent, rounds, secrets.randbelow(2**63) if seed is None else seed)
    ask = press if sys.stdin.isatty() else lines(console)
    console.print(play_screen.opening(definitions.built_in(game)["title"], match))
    state = matches.start(match, secrets.token_bytes(matches.SECRET_BYTES))
    console.print(play_screen.summary(match, play_match(match, state, ask, console)))


def make_match(game: str, opponent: str | None, rounds: int | None, seed: int) -> Match:
    """A match of a built-in definition. Raises `NotFound` and `InvalidInput`."""
    definition = definitions.built_in(game)
    parameters = definition["parameters"] | ({} if rounds is None else {"rounds": rounds})
    rules = plugins.make_game(definition["engine"], parameters)
    return Match(rules, plugins.make_model(PREDICTOR, {}), plugins.make_rival(rules, opponent, {}), seed)


def play_match(match: Match, state: MatchState, ask: Ask, screen: Console) -> MatchState:
    """Round after round until the match is over or the person stops; each seal is shown, opened and verified."""
    while state.sealed is not None:
        shown = state.sealed.commitment
        choices = Choices.of(match, state)
        screen.print(play_screen.before(match, state, choices.keys))
        choice = ask(choices)
        if choice is None:
            break
        turn = matches.play(match, state, choice.action, response_time_ms=choice.response_time_ms)
        verified = matches.verify(shown, turn.sealed.nonce, turn.sealed.payload)
        screen.print(play_screen.after(match, turn, verified=verified))
        state = turn.state
    return state


def keys_of(actions: tuple[Action, ...]) -> dict[str, Action]:
    """One key for each action: its first letter where those differ and none means quit, else 1 to 9 and 0.

    More than `KEYS` are named in full.
    """
    letters = [action[0] for action in actions]
    if len(set(letters)) == len(letters) and QUIT not in letters:
        return dict(zip(letters, actions, strict=True))
    if len(actions) > KEYS:
        return {action: action for action in actions}
    return {str((i + 1) % 10): action for i, action in enumerate(actions)}


def chosen(text: str, choices: dict[str, Action]) -> Action | None:
    """The action that a key, a place in the list (1 to 9) or a whole name means; None for anything else."""
    numbered = {str(i + 1): action for i, action in enumerate(choices.values()) if len(choices) <= KEYS}
    named = {action: action for action in choices.values()}
    return (numbered | named | choices).get(text.strip().lower())


def press(choices: Choices) -> Choice | None:
    """Wait for one key, or a line where a key cannot name the choice. Ctrl-C and Ctrl-D stop, as `q` does.

    What means nothing is not heard.
    """
    started = time.perf_counter()
    while True:
        try:
            key = console.input("> ") if choices.typed else typer.getchar()
        except (KeyboardInterrupt, EOFError):
            return None
        if key.strip().lower() == QUIT:
            return None
        action = choices.chosen(key)
        if action is not None:
            return Choice(action, round((time.perf_counter() - started) * 1000))


def lines(screen: Console) -> Ask:
    """Take one line of standard input for each choice; the end of the input stops, as `q` does."""
    given = _stripped()

    def ask(choices: Choices) -> Choice | None:
        for line in given:
            if line.lower() == QUIT:
                return None
            action = choices.chosen(line)
            if action is not None:
                return Choice(action, None)
            screen.print(f"{line!r} is no choice; {choices}, or q to stop.", markup=False)
        return None

    return ask


def _stripped() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.strip()
