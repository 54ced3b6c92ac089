"""`hagame fit`: a cognitive model on a table of trials, or several beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hagame.cli.options import Debug, Hold


def fit(  # noqa: PLR0913 - a command has its options
    file: Annotated[
        Path,
        typer.Argument(help="CSV, plain or gzipped: `subject` and the model's columns; lists parted by spaces."),
    ],
    model: Annotated[
        list[str],
        typer.Option(help="Key of a cognitive model, or KEY:VARIANT; several are compared; an unknown one lists all."),
    ],
    *,
    hold: Hold = None,
    group: Annotated[bool, typer.Option("--group", help="People as draws from a group (empirical Bayes).")] = False,
    pooled: Annotated[bool, typer.Option("--pooled", help="One set of parameters for all.")] = False,
    estimator: Annotated[
        str, typer.Option(help="`map` (EM-Laplace for a group), or `nuts`: full posteriors, extra `bayes`.")
    ] = "map",
    draws: Annotated[int, typer.Option(min=50, max=20_000, help="Of nuts, for each of four chains.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Of nuts.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Where to write report.md, fit.json and pictures.")] = None,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Fit a cognitive model to people's trials, with a report; several models are compared."""
    from hagame.cli.compare_run import compare  # noqa: PLC0415 - heavy
    from hagame.cli.fit_run import ESTIMATORS, run  # noqa: PLC0415 - heavy
    from hagame.errors import InvalidInput  # noqa: PLC0415
    from hagame.mind.cognition.nuts import Sampling  # noqa: PLC0415 - heavy
    from hagame.mind.cognition.registry import family, hold_of, holding  # noqa: PLC0415

    method = "group" if group else "pooled" if pooled else "person"
    if estimator not in ESTIMATORS:
        raise InvalidInput(f"estimator: must be one of {', '.join(ESTIMATORS)}, not {estimator!r}.", field="/estimator")
    models = [holding(family(key), hold_of(hold or [])) for key in model]
    sampling = Sampling(warmup=draws, draws=draws, seed=seed) if estimator == "nuts" else None
    if len(models) == 1:
        run(file, models[0], method, out, sampling)
        return
    if method != "person" or sampling is not None:
        raise InvalidInput(
            "model: several models are compared person by person; give one for the rest.", field="/model"
        )
    compare(file, models, out)
