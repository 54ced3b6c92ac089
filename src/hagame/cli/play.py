"""`hagame play`: a match here in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer


def play(
    game: Annotated[str, typer.Argument(help="A short name (rps, bandit) or the key of a definition.")] = "rps",
    opponent: Annotated[str | None, typer.Option(help="Key of an opponent; the game's usual one if not given.")] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Instead of the definition's own length.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**62, help="Makes the AI draw the same again.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Play with an AI that learns you, here in the terminal: one key per move, no server."""
    from hagame.cli.terminal_match import play_in_terminal  # noqa: PLC0415 - heavy

    play_in_terminal(game, opponent, rounds, seed)
