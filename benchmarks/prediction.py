"""How well the engine predicts recorded people it never learnt from, beside simple rivals and trained ones.

    python -m benchmarks.prediction DIR [--train DIR2] [--json OUT] [--pictures DIR3] [--only NAME ...] [--no-trained]

DIR holds recordings and a `manifest.json` (docs/reference/manifest.md); without one, the entries of
`benchmarks/manifest.json` serve for the files that are there. Every prediction is made before the decision is seen.
With `--train` all of DIR2 is learnt from and DIR only scored (files with other conditions teach what they share);
otherwise each fold of people (or games, or problems: the manifest's split) is predicted by what the others teach.
`cold` is the engine that learnt from nobody. All files are measured with the engine first; trained rivals, which take
longer, join the same JSON afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import rivals
from hagame.cli.datasets import Dataset, read_dataset, read_manifest
from hagame.cli.datasets.populations import (
    Member,
    cold_predictions,
    cross_fitted,
    crossed,
    fitted,
    folds_of,
    members,
    teachers_of,
)
from hagame.cli.datasets.records import MAIN
from hagame.cli.datasets.scores import Case, reliability, scores
from hagame.errors import HagameError
from hagame.mind.predict.fitting import predictions

DEFAULT = Path(__file__).parent / "manifest.json"
ENGINE, COLD = "hagame", "cold"
Floats = NDArray[np.float64]
Report = dict[str, dict[str, dict[str, float]]]
Predicted = dict[str, list[Floats]]
"""Model -> its predictions of each person's decisions, (T, n)."""
Measure = Callable[[list[Dataset], list[Member], list[Member] | None, "Run"], Predicted]


@dataclass
class Run:
    """What was asked for, and where words go."""

    console: Console
    trained: bool
    pictures: Path | None
    separate: bool
    """Whether other recordings are learnt from than are scored."""
    failures: dict[str, str] = field(default_factory=dict)

    def note(self, text: str) -> None:
        """Progress."""
        self.console.print(f"[dim]{time.strftime('%H:%M:%S')} {text}[/dim]")


def main() -> None:
    """Measure what is there, print a table per file, write JSON and pictures if asked."""
    given = _arguments()
    run = Run(Console(), not given.no_trained, given.pictures, given.train is not None)
    datasets = read_all(given.directory, given.only, run)
    teachers = read_all(given.train, [], run) if given.train else []
    report: Report = {}
    for measure in (_engine, _trained) if run.trained else (_engine,):
        for group in crossed(datasets):
            _measure(measure, group, teachers_of(group, teachers), report, run)
            if given.json is not None:
                given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, problem in run.failures.items():
        run.console.print(f"[red]{name}: not measured: {problem}[/red]")
    if not report:
        sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Prediction of people who were not learnt from.")
    data = os.environ.get("HAGAME_DATA")
    parser.add_argument("directory", type=Path, nargs="?", default=data, help="recordings (default: HAGAME_DATA)")
    parser.add_argument("--train", type=Path, help="learn from the recordings of this directory, only score the others")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--pictures", type=Path, help="write reliability and learning curves here")
    parser.add_argument("--only", nargs="*", default=[], help="only files whose names contain one of these")
    parser.add_argument("--no-trained", action="store_true", help="leave the trained rivals out")
    given = parser.parse_args()
    if given.directory is None:
        parser.error("say where the recordings are: DIR or HAGAME_DATA")
    return given


def read_all(directory: Path, only: Sequence[str], run: Run) -> list[Dataset]:
    """Every file that can be read; what is wrong with the others is kept to be told."""
    try:
        entries, wrong = read_manifest(Path(directory), DEFAULT)
    except HagameError as error:
        run.console.print(f"[red]{error}[/red]")
        sys.exit(2)
    run.failures |= wrong
    found = []
    for name, entry in entries.items():
        if only and not any(part in name for part in only):
            continue
        try:
            found.append(read_dataset(Path(directory), name, entry))
            run.note(f"read {name}: {len(found[-1].people):,}")
        except Exception as error:  # noqa: BLE001 - one file must not cost the others their figures
            run.failures[name] = f"{type(error).__name__}: {error}"
    return found


def _measure(measure: Measure, group: list[Dataset], teachers: list[Dataset], report: Report, run: Run) -> None:
    """Adds to the report what `measure` predicts of files that belong together; what went wrong is kept to be told."""
    try:
        people = members(group)
        predicted = measure(group, people, members(teachers) if run.separate else None, run)
        for dataset in group:
            own = [i for i, m in enumerate(people) if m.dataset == dataset.name]
            for part in dataset.people[0].scored:
                title = dataset.name if part == MAIN else f"{dataset.name}#{part}"
                cases = {
                    name: _cases([people[i] for i in own], [rows[i] for i in own], part)
                    for name, rows in predicted.items()
                }
                if any(len(case.weight) for each in cases.values() for case in each):
                    found = {name: scores(case, rates=dataset.is_rates) for name, case in cases.items()}
                    report[title] = report.get(title, {}) | found
                    _print(run.console, title, report[title])
                    if run.pictures is not None and ENGINE in cases:
                        _draw(run.pictures, title, cases)
    except Exception as error:  # noqa: BLE001 - one family must not cost the others their figures
        run.failures |= {d.name: f"{type(error).__name__}: {error}" for d in group}


def _engine(group: list[Dataset], people: list[Member], learnt: list[Member] | None, run: Run) -> Predicted:
    """The engine, the engine that learnt from nobody, and rivals that learn from the person alone."""
    if learnt is None:
        engine = cross_fitted(people, folds_of(people), run.note)
    else:
        engine = _scored_only(people, learnt, group, run)
    said = _online(people) if _is_repeated(people) else [{"uniform": _uniform(m)} for m in people]
    return {ENGINE: engine, COLD: cold_predictions(people)} | {name: [s[name] for s in said] for name in said[0]}


def _trained(_: list[Dataset], people: list[Member], learnt: list[Member] | None, run: Run) -> Predicted:
    """Rivals trained on the same people as the engine."""
    if people[0].recorded.stream.legal.shape[1] > rivals.MOST_ACTIONS:
        return {}
    folds = folds_of(people)
    if learnt is not None:
        folds = [np.ones(len(m.recorded.stream), dtype=np.int64) for m in people]
        folds += [np.full(len(m.recorded.stream), rivals.ONLY_LEARNT_FROM) for m in learnt]
    everybody = [*people, *(learnt or [])]
    is_repeated = _is_repeated(people)
    said = _online(everybody) if is_repeated else [{} for _ in everybody]
    pairs = [rivals.features_of(m, s) for m, s in zip(everybody, said, strict=True)]
    y = [m.recorded.stream.target.astype(np.float64) for m in everybody]
    weight = [m.recorded.weight for m in everybody]
    found = {}
    for kind in ("logit", "gboost"):
        for at, name in ((0, "lags3"), (1, "lags3+online")) if is_repeated else ((0, "features"),):
            run.note(f"{people[0].dataset}: {kind}_{name}")
            rows = rivals.trained(kind, [pair[at] for pair in pairs], y, weight, folds)
            found[f"{kind}_{name}"] = [_lawful(p, m) for p, m in zip(rows, people, strict=False)]
    return found


def _scored_only(people: list[Member], learnt: list[Member], group: list[Dataset], run: Run) -> list[Floats]:
    if not learnt:
        run.note(f"nobody to learn from for {', '.join(d.name for d in group)}: predicted cold")
        return cold_predictions(people)
    population = fitted(learnt, [None] * len(learnt))
    run.note(f"{group[0].entry.family}: {len(learnt):,} learnt from, {len(population.trees.roots)} trees")
    return [predictions(m.observed(), population) for m in people]


def _is_repeated(people: Sequence[Member]) -> bool:
    """Whether people choose again and again, so that what they did before says something."""
    contexts = people[0].recorded.stream.layout.contexts
    return any((m.recorded.stream.action >= 0).any() for m in people) and len(contexts) > 2


def _online(people: Sequence[Member]) -> list[dict[str, Floats]]:
    return [rivals.online_rivals(m) for m in people]


def _uniform(member: Member) -> Floats:
    legal = member.recorded.stream.legal
    return np.asarray(legal / legal.sum(axis=1, keepdims=True))


def _lawful(p: Floats, member: Member) -> Floats:
    p = (p + 1e-9) * member.recorded.stream.legal
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def _cases(people: Sequence[Member], predicted: Sequence[Floats], part: str) -> list[Case]:
    found = []
    for member, rows in zip(people, predicted, strict=True):
        kept = member.recorded.scored[part]
        stream = member.recorded.stream
        found.append(
            Case(
                member.recorded.person,
                rows[kept],
                stream.target[kept].astype(np.float64),
                stream.legal[kept],
                member.recorded.weight[kept],
            )
        )
    return found


def _print(console: Console, title: str, figures: dict[str, dict[str, float]]) -> None:
    table = Table("", "log-loss (nats)", "95 % interval", "accuracy", "Brier", "ECE", title=title)
    for name, row in sorted(figures.items(), key=lambda item: item[1]["log_loss"]):
        low, high = row["log_loss"] - 1.96 * row["se"], row["log_loss"] + 1.96 * row["se"]
        mse = f" (mse {row['mse']:.5f})" if "mse" in row else ""
        cells = (f"{row['accuracy']:.4f}", f"{row['brier']:.4f}{mse}", f"{row['ece']:.4f}")
        table.add_row(name, f"{row['log_loss']:.4f}", f"[{low:.4f}, {high:.4f}]".replace("[", "\\["), *cells)
    first = next(iter(figures.values()))
    table.caption = f"{first['n']:,} decisions, {first['n_people']:,} people or problems"
    console.print(table)


def _draw(directory: Path, title: str, cases: dict[str, list[Case]]) -> None:
    from benchmarks.pictures import draw  # noqa: PLC0415 - heavy

    directory.mkdir(parents=True, exist_ok=True)
    draw(directory, title, cases, reliability(cases[ENGINE]))


if __name__ == "__main__":
    main()
