"""`hagame train-priors`: what other people's decisions teach the prediction engine, as files that it starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train_priors(
    directory: Annotated[Path, typer.Argument(help="Recorded decisions (CSV or Parquet) and their manifest.json.")],
    out: Annotated[Path, typer.Option(help="Where the artefacts go; HAGAME_PRIORS makes a server use them.")],
    manifest: Annotated[Path | None, typer.Option(help="The manifest, where the directory holds none.")] = None,
    family: Annotated[list[str] | None, typer.Option(help="Only this family; may be repeated.")] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="Only files whose entry says that they may ship.")] = False,
    check: Annotated[bool, typer.Option(help="Cross-validate first; the card tells the figures.")] = True,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Learn from recorded people, and write one artefact and one model card per family of games."""
    from hagame.cli.train_priors_run import Job, run  # noqa: PLC0415 - heavy

    run(Job(directory, out, manifest, tuple(family or ()), shipped=shipped, check=check))
