"""What `hagame recover` does: make up people, fit them, print what can be told and how many trials would do."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress
from rich.table import Table

from hagame.cli.console import console, errors
from hagame.cli.files import check_writable, replacing
from hagame.cli.trial_tables import read_design
from hagame.errors import InvalidInput
from hagame.mind.cognition import recovery
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.recovery import Recovered, Recovery

NOMINAL, BEYOND_CHANCE = 0.95, 2.6
"""Share of intervals that should hold the truth, and by how many standard errors another share is no chance (.01)."""
FORMS = (".json", ".csv")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which model, how many people and trials; doubled up to `longest` while a parameter has an r below `least`."""

    model: Family
    people: int
    trials: int | None
    longest: int | None
    least: float
    seed: int
    group: bool
    design: Path | None
    maker: Family | None = None
    like: Path | None = None


def run(plan: Plan, out: Path | None) -> None:
    """Print, and write if a file is given. Raises `InvalidInput`."""
    if out is not None:
        if out.suffix not in FORMS:
            raise InvalidInput(f"out: the name must end with {' or '.join(FORMS)}, not {out.name!r}.", field="/out")
        check_writable(out)
    found = list(_recoveries(plan))
    console.print(_table(plan, found[0]))
    for line in verdict(found, plan.least):
        console.print(line)
    if out is not None:
        with replacing(out) as part:
            part.write_text(_json(plan, found)) if out.suffix == ".json" else _write_csv(part, found)
        console.print(f"Written to {out}.")


def verdict(found: Sequence[Recovery], least: float) -> Iterator[str]:
    """In words: what these trials do not tell, how many would, and whose intervals are not to be trusted."""
    first, trials = found[0], recovery.enough(found, least)
    untold = first.untold(least)
    if not untold:
        yield f"All parameters can be told with {first.trials} trials (r of {least:g} or more)."
    for name in untold:
        known = next(each.known for each in first.parameters if each.name == name)
        enough = trials[name]
        more = f"{enough} would do" if enough else f"nor with {found[-1].trials}" if len(found) > 1 else "no more tried"
        yield f"[yellow]{name} cannot be told with {first.trials} trials (r {known:.2f}); {more}.[/yellow]"
    for each in first.parameters:
        if abs(each.coverage - NOMINAL) > BEYOND_CHANCE * sqrt(NOMINAL * (1 - NOMINAL) / first.people):
            yield f"[yellow]{each.name}: 95 % intervals held the truth in {each.coverage:.0%} of cases.[/yellow]"
    for each in first.derived:
        if each.r >= least and untold:
            yield f"{each.name}, which follows from the parameters, can be told (r {each.r:.2f})."
    if first.rough:
        yield f"[yellow]{first.rough} posteriors of {first.people} were not seen well: rough intervals.[/yellow]"


def group_of(file: Path, model: Family) -> recovery.Spread:
    """Mean and spread of the group in the fit.json of `hagame fit --group`. Raises `InvalidInput`."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        key, group = told["model"], told["group"]
        spread = np.array([[group[name]["mean"], group[name]["sd"]] for name in model.names], dtype=np.float64)
    except OSError as error:
        raise InvalidInput(f"{file}: it cannot be read: {error.strerror or error}.", field="/like") from error
    except (ValueError, KeyError, TypeError) as error:
        right = f"the fit.json of `hagame fit --group --model {model.key}`"
        raise InvalidInput(f"{file.name}: must be {right}.", field="/like") from error
    if key != model.key:
        raise InvalidInput(f"{file.name}: is of {key}; make the people by it: --made-by {key}.", field="/like")
    return spread[:, 0], spread[:, 1]


def _recoveries(plan: Plan) -> Iterator[Recovery]:
    design = None if plan.design is None else read_design(plan.design, plan.model)
    faced = None if design is None else recovery.repeated(plan.model, design)
    like = None if plan.like is None else group_of(plan.like, plan.maker or plan.model)
    trials = plan.trials or (plan.model.session if design is None else len(design))
    with Progress(console=errors, transient=True) as progress:

        def recover(count: int) -> Recovery:
            task = progress.add_task(f"{plan.people} people with {count} trials", total=1.0)
            asked = recovery.Design(plan.people, count, like, faced, plan.seed)
            return recovery.recover(
                plan.model, asked, maker=plan.maker, group=plan.group,
                report=lambda part: progress.update(task, completed=part),
            )  # fmt: skip

        first = recover(trials)
        yield first
        yield from recovery.lengthen(first, recover, plan.longest or 4 * trials, plan.least)


def _table(plan: Plan, found: Recovery) -> Table:
    people = f"{found.people} people" if plan.maker is None else f"{found.people} people of {plan.maker.key}"
    table = Table(title=f"{found.model}: {people}, {found.trials} trials each")
    for head in ("parameter", "r", "95 %", "r of log", "intervals hold", "bias"):
        table.add_column(head, no_wrap=head == "parameter", justify="left" if head == "parameter" else "right")
    for each in found.parameters:
        log = f"{each.r_z:.2f}" if each.scale == "log" else ""
        table.add_row(each.name, *_r(each), log, f"{each.coverage:.2f}", f"{each.bias:+.2f}")
    for each in found.derived:
        table.add_row(f"[dim]{each.name}[/dim]", *_r(each), "", "", "")
    return table


def _r(each: Recovered) -> tuple[str, str]:
    return f"{each.r:.2f}", f"{each.r_low:.2f} to {each.r_high:.2f}"


def _json(plan: Plan, found: Sequence[Recovery]) -> str:
    told: dict[str, Any] = {
        "model": plan.model.key,
        "version": plan.model.version,
        "held": dict(plan.model.fixed),
        "made_by": (plan.maker or plan.model).key,
        "like": plan.like and str(plan.like),
        "people": plan.people,
        "group": plan.group,
        "design": plan.design and str(plan.design),
        "seed": plan.seed,
        "least_r": plan.least,
        "enough_trials": recovery.enough(found, plan.least),
    }
    lengths = [
        {
            "trials": each.trials,
            "rough": each.rough,
            "parameters": {one.name: _figures(one) for one in each.parameters},
            "derived": {one.name: {"r": one.r, "r_low": one.r_low, "r_high": one.r_high} for one in each.derived},
        }
        for each in found
    ]
    return json.dumps(told | {"lengths": lengths}, indent=1)


def _write_csv(path: Path, found: Sequence[Recovery]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, ["model", "people", "trials", "parameter", *_figures(found[0].parameters[0])])
        out.writeheader()
        for each in found:
            for one in each.parameters:
                where = {"model": each.model, "people": each.people, "trials": each.trials, "parameter": one.name}
                out.writerow(where | _figures(one))


def _figures(one: Recovered) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "name"}
