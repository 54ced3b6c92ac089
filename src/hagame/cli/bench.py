"""`hagame bench`: published results, computed again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

bench = typer.Typer(name="bench", help="Published results, computed again.", no_args_is_help=True)


@bench.callback()
def _bench() -> None:
    """Published results, computed again."""


@bench.command()
def science(
    data: Annotated[
        Path | None,
        typer.Option(
            envvar="HAGAME_DATA", help="Directory of the recorded judgments; without it only what tables give."
        ),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures to this file, too.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Question order, dilemmas, bargaining, guesses, risk, times, votes, labels, pools: published, ours, difference."""
    from hagame.cli.science import report  # noqa: PLC0415 - heavy

    report(data, json)


@bench.command()
def pools(
    data: Annotated[
        Path | None, typer.Option(envvar="HAGAME_DATA", help="Directory of rps_wxz2014_human_vs_human.csv.gz.")
    ] = None,
    people: Annotated[int, typer.Option(min=1, help="Only so many people.")] = 10_000,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """The engine's own experts as a crowd: pools of what they expect beside what the engine makes of them."""
    from hagame.cli.expert_pools import report  # noqa: PLC0415 - heavy

    report(data, people)
