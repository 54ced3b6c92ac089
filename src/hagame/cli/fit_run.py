"""What `hagame fit` does: read, fit, print, and write a report with pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress
from rich.table import Table

from hagame.cli.console import console
from hagame.cli.trial_tables import read
from hagame.errors import InvalidInput
from hagame.mind.cognition.checks import Check, check
from hagame.mind.cognition.comparison import held_out, rivals
from hagame.mind.cognition.estimate import Fit
from hagame.mind.cognition.estimate import fit as fit_person
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import Group, fit_group, fit_pooled, joined
from hagame.mind.cognition.nuts import Sampled, Sampling, sample_people
from hagame.mind.cognition.rows import Trials

ESTIMATORS = ("map", "nuts")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, whom it was fitted to, and what came out; `losses` are of later trials in nats, by model."""

    model: Family
    names: Sequence[str]
    people: Sequence[Trials]
    fits: Sequence[Fit]
    groups: Mapping[str, Group]
    losses: Mapping[str, float]
    warnings: Sequence[str]
    sampled: Sampled | None = None


def run(file: Path, model: Family, method: str, out: Path | None, sampling: Sampling | None = None) -> None:
    """Fit and report; `sampling` asks for full posteriors. Raises `InvalidInput`."""
    names, people = read(file, model)
    groups: Mapping[str, Group] = {}
    warnings: Sequence[str] = ()
    sampled: Sampled | None = None
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"Fitting {model.title} to {len(people)} people", total=1.0)
        if sampling is not None:
            if method == "pooled":
                raise InvalidInput("estimator: nuts is for persons and groups, not for --pooled.", field="/estimator")
            sampled = sample_people(model, people, sampling, group=method == "group")
            fits, warnings = list(sampled.population.people), sampled.population.warnings
            groups = sampled.population.groups
        elif method == "group":
            found = fit_group(model, people, lambda part: progress.update(task, completed=part))
            fits, groups, warnings = list(found.people), found.groups, found.warnings
        elif method == "pooled":
            fits, people, names = [fit_pooled(model, people)], [joined(people)], ["all"]
        else:
            fits = []
            for each in people:
                fits.append(fit_person(model, each))
                progress.update(task, completed=len(fits) / len(people))
    fitted = Fitted(model, names, people, fits, groups, _losses(model, people), warnings, sampled)
    console.print(_table(model, fits, groups))
    for name, loss in fitted.losses.items():
        console.print(f"{name}: {loss:.4f} nats per later trial")
    if sampled is not None:
        console.print(_mixing(sampled))
    for warning in warnings:
        console.print(f"[yellow]{warning}[/yellow]")
    if out is not None:
        _write(out, fitted)


def _losses(model: Family, people: Sequence[Trials]) -> dict[str, float]:
    found = {model.title: float(np.nanmean([held_out(model, each) for each in people]))}
    if model.timed:
        return found
    simple = [rivals(each) for each in people]
    return found | {name: float(np.nanmean([each[name] for each in simple])) for name in simple[0]}


def _table(model: Family, fits: Sequence[Fit], groups: Mapping[str, Group]) -> Table:
    table = Table(title=f"{model.title} ({model.key} {model.version}), {len(fits)} fits")
    for head in ("parameter", "median of people", "lowest", "highest", "group, 95 %", "mean se"):
        table.add_column(head, no_wrap=head == "parameter")
    for name in model.names:
        values = np.array([each.estimates[name].value for each in fits])
        error = np.mean([each.estimates[name].se for each in fits])
        group = groups.get(name)
        told = f"{group.value:.3f} [{group.low:.3f}, {group.high:.3f}]" if group else ""
        table.add_row(
            name, *(f"{x:.3f}" for x in (np.median(values), values.min(), values.max())), told, f"{error:.3f}"
        )
    return table


def _write(out: Path, fitted: Fitted) -> None:
    from hagame.cli.fit_pictures import intervals, predictive, save  # noqa: PLC0415 - heavy

    out.mkdir(parents=True, exist_ok=True)
    model, fits = fitted.model, fitted.fits
    save(intervals(model, fits), out / "parameters.png")
    found = None if model.timed else check(model, fitted.people, fits, np.random.default_rng(1))
    if found is not None:
        save(predictive(found), out / "predictive.png")
    (out / "fit.json").write_text(json.dumps(_json(fitted), indent=1))
    (out / "report.md").write_text(_report(fitted, found))
    console.print(f"Written to {out}: report.md, fit.json, pictures.")


def _mixing(sampled: Sampled) -> Table:
    table = Table(title=f"{sampled.draws} draws, {sampled.divergences} divergent paths")
    for name in ("", "R-hat", "effective draws"):
        table.add_column(name)
    for name, each in sampled.diagnoses.items():
        table.add_row(name, f"{each.r_hat:.3f}", f"{each.ess:.0f}")
    return table


def _json(fitted: Fitted) -> dict[str, Any]:
    model = fitted.model
    people = {
        name: {
            "n": each.n,
            "parameters": {key: asdict(value) for key, value in each.estimates.items()},
            "derived": dict(each.derived),
            "log_likelihood": each.log_likelihood,
            "bic": each.bic,
            "warnings": list(each.warnings),
        }
        for name, each in zip(fitted.names, fitted.fits, strict=True)
    }
    group = {key: asdict(value) for key, value in fitted.groups.items()}
    told: dict[str, Any] = {"model": model.key, "version": model.version, "held": dict(model.fixed)}
    told |= {"people": people, "group": group}
    if fitted.sampled is not None:
        told["sampling"] = {
            "divergences": fitted.sampled.divergences,
            "draws": fitted.sampled.draws,
            "diagnoses": {name: asdict(each) for name, each in fitted.sampled.diagnoses.items()},
        }
    return told | {"log_loss_later": dict(fitted.losses), "warnings": list(fitted.warnings)}


def _report(fitted: Fitted, found: Check | None) -> str:
    model, fits = fitted.model, fitted.fits
    lines = [f"# {model.title}", "", model.summary, "", f"Model `{model.key}` {model.version}, {len(fits)} fits.", ""]
    if model.fixed:
        lines += [f"Held: {', '.join(f'{name} = {value}' for name, value in model.fixed.items())}.", ""]
    lines += [
        "| parameter | meaning | says not | median of people, lowest to highest | group, 95 % |",
        "|" + "---|" * 5,
    ]
    for each in model.free:
        group, values = fitted.groups.get(each.name), [one.estimates[each.name].value for one in fits]
        told = f"{group.value:.3f} [{group.low:.3f}, {group.high:.3f}]" if group else "-"
        people = f"{np.median(values):.3f}, {min(values):.3f} to {max(values):.3f}"
        lines.append(f"| {each.name} | {each.meaning} | {each.says_not or '-'} | {people} | {told} |")
    lines += ["", "![Parameters with 95 % intervals](parameters.png)", ""]
    lines += [f"Log-loss of later trials, nats: {', '.join(f'{k} {v:.4f}' for k, v in fitted.losses.items())}.", ""]
    if found is not None:
        lines += ["![Shares of action 0 by tenths of the trials](predictive.png)", ""]
        lines += [f"Posterior predictive p-value: {found.p_value:.2f}; near 0 the model misses something.", ""]
    lines += ["## What to beware of", "", *(f"- {text}" for text in _warned(fitted) or ["Nothing."]), ""]
    return "\n".join([*lines, "## Sources", "", *(f"- {source}" for source in model.sources), ""])


def _warned(fitted: Fitted) -> list[str]:
    """What holds of all, then each warning once, with those whom it is about."""
    about: dict[str, list[str]] = {}
    for name, each in zip(fitted.names, fitted.fits, strict=True):
        for warning in each.warnings:
            about.setdefault(warning, []).append(name)
    count = len(fitted.fits)
    people = {warning: "everybody" if len(names) == count > 1 else ", ".join(names) for warning, names in about.items()}
    return [
        *fitted.warnings,
        *(f"{warning} ({len(about[warning])} of {count}: {who})" for warning, who in people.items()),
    ]
