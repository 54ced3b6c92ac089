"""`hagame replay`: how well the AI would have predicted recorded people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def replay(  # noqa: PLR0913, PLR0917 - a command has its options
    file: Annotated[Path, typer.Argument(help="CSV or CSV.GZ: subject, round, move, opp_move, and rt_ms if known.")],
    game: Annotated[str, typer.Option(help="rps, pennies, pd, or the key of a definition.")] = "rps",
    opponent: Annotated[str, typer.Option(help="Key of an installed opponent.")] = "adaptive",
    people: Annotated[int | None, typer.Option(min=1, help="Only the first so many people.")] = None,
    skip: Annotated[int, typer.Option(min=0, help="Rounds at each person's start that are not scored.")] = 3,
    url: Annotated[str | None, typer.Option(help="The server.", show_default="the running one, or a new one")] = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures to this file, too.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="How many people play at once.")] = 8,
    seed: Annotated[int | None, typer.Option(min=0, max=2**62, help="Makes the AI draw the same again.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Let recorded people play against an opponent through the API, and score the AI's sealed predictions of them."""
    from hagame.cli.replay_run import Job, report  # noqa: PLC0415 - heavy

    report(Job(file, game, opponent, people, skip, concurrency, seed), url, json)
