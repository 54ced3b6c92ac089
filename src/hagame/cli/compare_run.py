"""What `hagame fit` does with several models: fit each to each person, and set them beside each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from rich.progress import Progress
from rich.table import Table

from hagame.cli.console import console, errors
from hagame.cli.trial_tables import read
from hagame.errors import InvalidInput
from hagame.mind.cognition.comparison import Compared
from hagame.mind.cognition.comparison import compare as compare_models
from hagame.mind.cognition.family import Family

SEED = 1902
"""The same data always give the same answer."""


def compare(file: Path, models: Sequence[Family], out: Path | None) -> None:
    """Print the comparison, and write it to `out`/comparison.json. Raises `InvalidInput`."""
    if len({each.timed for each in models}) > 1:
        raise InvalidInput("model: those that explain response times compare only with each other.", field="/model")
    if len({each.key for each in models}) < len(models):
        raise InvalidInput("model: the same one is named twice.", field="/model")
    tables = [read(file, each) for each in models]
    names, people = tables[0][0], [trials for _, trials in tables]
    with Progress(console=errors, transient=True) as progress:
        progress.add_task(f"Fitting {len(models)} models to {len(names)} people", total=None)
        found = compare_models(models, people, np.random.default_rng(SEED))
    console.print(_table(models, found))
    for name, losses in found.rivals.items():
        console.print(f"{name}: {np.nanmean(losses):.4f} nats per later trial")
    console.print(f"Chance that all models are equally frequent: {found.selection.omnibus_risk:.3f}")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "comparison.json").write_text(json.dumps(_json(models, names, found), indent=1))
        console.print(f"Written to {out / 'comparison.json'}.")


def _table(models: Sequence[Family], found: Compared) -> Table:
    table = Table(title=f"{len(models)} models, {len(found.bic)} people")
    heads = ("free", "BIC", "log evidence", "later trials", "frequency", "protected")
    table.add_column("model", overflow="fold")
    for head in heads:
        table.add_column(head, justify="right")
    for i, each in enumerate(models):
        selected = found.selection.frequencies[i], found.selection.protected[i]
        figures = f"{found.bic[:, i].sum():.1f}", f"{found.log_evidence[:, i].sum():.1f}"
        later = f"{np.nanmean(found.held_out[:, i]):.4f}"
        table.add_row(each.key, str(len(each.names)), *figures, later, *(f"{x:.3f}" for x in selected))
    return table


def _json(models: Sequence[Family], names: Sequence[str], found: Compared) -> dict[str, object]:
    each_model = [
        {
            "model": model.key,
            "held": dict(model.fixed),
            "bic": dict(zip(names, found.bic[:, i].tolist(), strict=True)),
            "log_evidence": dict(zip(names, found.log_evidence[:, i].tolist(), strict=True)),
            "held_out": dict(zip(names, found.held_out[:, i].tolist(), strict=True)),
            "frequency": found.selection.frequencies[i],
            "exceedance": found.selection.exceedance[i],
            "protected_exceedance": found.selection.protected[i],
            "people": {
                name: {key: asdict(value) for key, value in fitted.estimates.items()}
                for name, fitted in zip(names, found.fits[i], strict=True)
            },
        }
        for i, model in enumerate(models)
    ]
    return {"models": each_model, "omnibus_risk": found.selection.omnibus_risk}
