"""`hagame recover`: what a design could tell of a cognitive model's parameters, before anybody is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hagame.cli.options import Debug, Hold


def recover(  # noqa: PLR0913 - a command has its options
    model: Annotated[str, typer.Argument(help="Key of a cognitive model, or of a variant: q-learning:one-rate.")],
    *,
    trials: Annotated[
        int | None, typer.Option(min=1, help="Of each person.", show_default="a usual session, or the design once")
    ] = None,
    people: Annotated[int, typer.Option(min=4, max=10_000, help="How many are made up.")] = 50,
    hold: Hold = None,
    made_by: Annotated[
        str | None, typer.Option(help="Model of the people, where it is another one.", show_default="the one fitted")
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(help="fit.json of `hagame fit --group`: people as those.", show_default="the model's prior"),
    ] = None,
    group: Annotated[bool, typer.Option("--group", help="People as draws from a group (empirical Bayes).")] = False,
    design: Annotated[
        Path | None, typer.Option(help="CSV with the trials that people would face; without it the model's own task.")
    ] = None,
    longest: Annotated[
        int | None, typer.Option(min=1, help="Trials up to which doubling is tried.", show_default="4 times as many")
    ] = None,
    least: Annotated[float, typer.Option(min=0.1, max=0.99, help="r from which a parameter counts as told.")] = 0.8,
    seed: Annotated[int, typer.Option(min=0, help="Of the made-up people.")] = 11,
    out: Annotated[Path | None, typer.Option(help="Write the table to this .json or .csv file.")] = None,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Make up people, fit them, and say which parameters their trials would tell."""
    from hagame.cli.recover_run import Plan, run  # noqa: PLC0415 - heavy
    from hagame.mind.cognition.registry import family, hold_of, holding  # noqa: PLC0415

    held = holding(family(model), hold_of(hold or []))
    maker = None if made_by is None else family(made_by)
    run(Plan(held, people, trials, longest, least, seed, group, design, maker, like), out)
