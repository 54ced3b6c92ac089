"""`hagame simulate`: thousands of matches without people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def simulate(  # noqa: PLR0913, PLR0917 - a command has its options
    game: Annotated[str, typer.Argument(help="rps, pd, the key of a built-in definition, or openspiel:NAME.")] = "rps",
    player: Annotated[str, typer.Option(help="Who plays the person's seat: key of an opponent.")] = "humanlike",
    opponent: Annotated[
        str | None, typer.Option(help="Who plays the AI's seat.", show_default="the game's own")
    ] = None,
    player_parameters: Annotated[str, typer.Option(help="Its parameters, as JSON.")] = "{}",
    opponent_parameters: Annotated[str, typer.Option(help="Its parameters, as JSON.")] = "{}",
    parameters: Annotated[str, typer.Option(help="Of the game, over those of the definition, as JSON.")] = "{}",
    matches: Annotated[int, typer.Option(min=1, help="How many matches.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=2**62, help="Match k has the seed SEED + k.")] = 0,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes.", show_default="one per core")] = None,
    out: Annotated[Path | None, typer.Option(help="Write every step to this Parquet file.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Let two opponents play thousands of matches against each other, and tell who did how well and how fast."""
    from hagame.cli.simulate_job import Job  # noqa: PLC0415 - heavy
    from hagame.cli.simulate_run import report  # noqa: PLC0415 - heavy

    texts = (parameters, player_parameters, opponent_parameters)
    report(Job.of(game, player, opponent, *texts, matches=matches, seed=seed), jobs, out)
