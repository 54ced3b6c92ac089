"""The work of `hagame train-priors`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from hagame.cli.datasets import Dataset, read_dataset, read_manifest
from hagame.cli.datasets.manifest import file_of
from hagame.cli.datasets.populations import Member, alike, cross_fitted, crossed, fitted, folds_of, members
from hagame.cli.datasets.records import MAIN
from hagame.cli.datasets.scores import Case, scores
from hagame.errors import InvalidInput
from hagame.mind.model import digest
from hagame.mind.predict.population import SUFFIX, Population, packed, write_artefact


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for."""

    directory: Path
    out: Path
    manifest: Path | None
    families: tuple[str, ...]
    shipped: bool
    check: bool


def run(job: Job) -> None:
    """Train every family that is there. Raises `InvalidInput` when nothing can be."""
    console = Console()
    entries, wrong = read_manifest(job.directory, job.manifest)
    for name, problem in wrong.items():
        raise InvalidInput(f"{name}: {problem}", field=f"/files/{name}")
    chosen = {
        name: entry
        for name, entry in entries.items()
        if (not job.families or entry.family in job.families) and (entry.ships or not job.shipped)
    }
    if not chosen:
        raise InvalidInput(f"{job.directory}: no file of its manifest was asked for.", field="/files")
    job.out.mkdir(parents=True, exist_ok=True)
    for datasets in alike([read_dataset(job.directory, name, entry) for name, entry in chosen.items()]):
        _train(job, datasets, console)


def _train(job: Job, datasets: Sequence[Dataset], console: Console) -> None:
    """One artefact and its card."""
    people = members(datasets)
    family = datasets[0].entry.family
    console.print(f"{family}: {len(people):,} people or problems of {len(datasets)} files")
    metrics: dict[str, dict[str, float]] = {}
    for group in crossed(datasets) if job.check else ():
        metrics |= _metrics(group, console)
    population = fitted(people, [None] * len(people))
    card = {
        "family": family,
        "digest": digest(packed(population)),
        "sources": [_source(job.directory, dataset) for dataset in datasets],
        "metrics": metrics,
        "inputs": len(population.keys),
        "trees": len(population.trees.roots),
    }
    data = write_artefact(population, card)
    (job.out / f"{family}{SUFFIX}").write_bytes(data)
    (job.out / f"{family}.md").write_text(model_card(card, population), encoding="utf-8")
    console.print(f"  {job.out / family}{SUFFIX}: {len(data):,} bytes, {card['trees']} trees")


def _source(directory: Path, dataset: Dataset) -> dict[str, Any]:
    """Whose decisions, and under which licence."""
    content = file_of(directory, dataset.name).read_bytes()
    return {
        "file": dataset.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "people": len(dataset.people),
        "decisions": sum(len(person.stream) for person in dataset.people),
        "licence": dataset.entry.licence,
        "citation": dataset.entry.citation,
    }


def _metrics(datasets: Sequence[Dataset], console: Console) -> dict[str, dict[str, float]]:
    """Scores of each file, by cross-validation over its splits."""
    people = members(datasets)
    predicted = cross_fitted(people, folds_of(people), lambda text: console.print(f"  {text}"))
    found = {}
    for dataset in datasets:
        cases = [
            _case(member, rows)
            for member, rows in zip(people, predicted, strict=True)
            if member.dataset == dataset.name
        ]
        found[dataset.name] = {name: round(value, 6) for name, value in scores(cases, rates=dataset.is_rates).items()}
    return found


def _case(member: Member, rows: NDArray[np.float64]) -> Case:
    stream, kept = member.recorded.stream, member.recorded.scored[MAIN]
    target = stream.target[kept].astype(np.float64)
    return Case(member.recorded.person, rows[kept], target, stream.legal[kept], member.recorded.weight[kept])


def model_card(card: dict[str, Any], population: Population) -> str:
    """The card in Markdown: what it is, whose decisions, under which licence, how well, and for what."""
    lines = [
        f"# Population prior: {card['family']}",
        "",
        f"Digest `{card['digest']}`. {card['inputs']} weights of inputs, slopes of "
        f"{population.pool.precision.shape[1]} kinds of evidence, {card['trees']} trees.",
        "",
        "What the prediction engine starts from with a person it does not know yet. It holds numbers about people at "
        "large, no decision of anybody, and is no statement about a single person.",
        "",
        *_data_table(card["sources"]),
    ]
    return "\n".join([*lines, *_metrics_table(card["metrics"])]) + "\n"


def _data_table(sources: Sequence[dict[str, Any]]) -> list[str]:
    rows = [
        f"| {s['file']} | {s['people']:,} | {s['decisions']:,} | {s['licence']} | `{s['sha256'][:16]}` "
        f"| {s['citation']} |"
        for s in sources
    ]
    head = ["| file | people | decisions | licence | SHA-256 | source |", "|---|---|---|---|---|---|"]
    return ["## Data", "", *head, *rows]


def _metrics_table(metrics: dict[str, dict[str, float]]) -> list[str]:
    if not metrics:
        return []
    rows = [
        f"| {name} | {m['log_loss']:.4f} ± {m['se']:.4f} | {m['accuracy']:.4f} | {m['brier']:.4f} | {m['ece']:.4f} "
        f"| {m['n']:,} |"
        for name, m in metrics.items()
    ]
    told = "Of people (or games) not learnt from; log-loss in nats with its standard error over people."
    head = ["| file | log-loss | accuracy | Brier | calibration error | decisions |", "|---|---|---|---|---|---|"]
    return ["", "## How well", "", told, "", *head, *rows]
