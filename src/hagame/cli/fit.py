"""`hagame fit`: a cognitive model on a table of trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def fit(
    file: Annotated[
        Path,
        typer.Argument(help="CSV, plain or gzipped: `subject` and the model's columns; lists parted by spaces."),
    ],
    model: Annotated[str, typer.Option(help="Key of a cognitive model; an unknown one lists all.")],
    *,
    group: Annotated[bool, typer.Option("--group", help="People as draws from a group (empirical Bayes).")] = False,
    pooled: Annotated[bool, typer.Option("--pooled", help="One set of parameters for all.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where to write report.md, fit.json and pictures.")] = None,
) -> None:
    """Fit a cognitive model to people's trials, with a report."""
    from hagame.cli.fit_run import run  # noqa: PLC0415 - heavy

    run(file, model, "group" if group else "pooled" if pooled else "person", out)
