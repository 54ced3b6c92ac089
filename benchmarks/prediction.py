"""How well the engine predicts recorded people, beside simple rivals and trained ones.

    python -m benchmarks.prediction [--data DIR] [--json OUT]

DIR (or HAGAME_DATA) holds recordings of rock-paper-scissors. Every prediction is made before the move is seen, from
round 4 on. On the recordings that the shipped prior was fitted on, the prior of each person comes from the people of
the other four folds; on the others the shipped prior is used as it is. `cold` is the engine without any prior.
Intervals are 95 % over people (bootstrap).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.fit_population import SOURCES, decisions_of, rock_paper_scissors
from hagame.cli.recordings import Recording, read
from hagame.cli.scoring import Figure, Played, figures, rivals
from hagame.mind.model import Decision
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.fitting import fit, pool_inputs
from hagame.mind.predict.mixture import CountMixture
from hagame.mind.predict.population import COLD, Weights, by_group
from hagame.rules.game import Situation

UNSEEN = ("rps_wxz2014_human_vs_human.csv.gz",)
SKIP = 3
FOLDS = 5
BINS = 10
Report = dict[str, object]


def main() -> None:
    """Measure what is there, print one table per recording, write JSON if asked."""
    parser = argparse.ArgumentParser(description="Prequential benchmark of the prediction engine.")
    parser.add_argument("--data", type=Path, default=os.environ.get("HAGAME_DATA"), help="directory of the recordings")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    console, situation = Console(), rock_paper_scissors()
    found = _recordings(given.data, situation, console)
    report = {}
    for recording, priors in _with_priors(found, situation):
        report[recording.name] = _measure(recording, priors, situation, console)
    if given.json is not None:
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _recordings(data: Path | None, situation: Situation, console: Console) -> list[Recording]:
    """The recordings that are there; the others are named and skipped."""
    found = []
    for name in (*UNSEEN, *SOURCES):
        path = Path(data or ".") / name
        if path.is_file():
            found.append(read(path, situation.actions, situation.opponent_actions))
        else:
            console.print(f"Skipped {name}: there is no {path}; say where it is with --data or HAGAME_DATA.")
    return found


def _with_priors(found: Sequence[Recording], situation: Situation) -> list[tuple[Recording, list[Weights | None]]]:
    """Each recording with the prior of each of its people; None is the shipped one."""
    fitted = [recording for recording in found if recording.name in SOURCES]
    people = [decisions for recording in fitted for decisions in decisions_of(recording, situation)]
    priors: list[Weights | None] = [*_cross_fitted(people, situation)] if people else []
    paired = []
    for recording in found:
        n = len(recording.people)
        if recording.name in SOURCES:
            paired.append((recording, priors[:n]))
            priors = priors[n:]
        else:
            paired.append((recording, [None] * n))
    return paired


def _cross_fitted(people: Sequence[Sequence[Decision]], situation: Situation) -> list[Weights]:
    """For each person the weights fitted on the people of the other folds; person i is of fold i mod `FOLDS`."""
    inputs = pool_inputs(people, situation)
    by_fold = []
    for fold in range(FOLDS):
        others = [i for i in range(len(people)) if i % FOLDS != fold]
        by_fold.append(fit([people[i] for i in others], [inputs[i] for i in others], situation))
    return [by_fold[i % FOLDS] for i in range(len(people))]


def _predictions(decisions: Sequence[Decision], prior: Weights | None, situation: Situation) -> NDArray[np.float64]:
    """The engine's predictions before each decision, shape (decisions, n)."""
    model = CountMixture()
    belief = model.start(situation)
    if prior is not None:
        belief = replace(belief, prior=by_group(prior, layout_of(situation)))
    rows = []
    for decision in decisions:
        rows.append(model.predict(belief, situation))
        belief = model.update(belief, situation, decision)
    return np.array(rows)


def _measure(recording: Recording, priors: Sequence[Weights | None], situation: Situation, console: Console) -> Report:
    people = decisions_of(recording, situation)
    engine = [_predictions(d, prior, situation) for d, prior in zip(people, priors, strict=True)]
    cold = [_predictions(d, COLD, situation) for d in people]
    played = [_played(recording, i, decisions, engine[i], cold[i]) for i, decisions in enumerate(people)]
    scored = figures(played, SKIP)
    calibration = _reliability(played)
    _print(console, recording, scored, calibration, crossed=priors[0] is not None)
    return {
        "people": len(people),
        "prior": "fitted on the other folds" if priors[0] is not None else "shipped",
        "figures": {key: {"value": f.value, "interval": f.interval} for key, f in scored.items()},
        "reliability": calibration,
    }


def _played(
    recording: Recording,
    i: int,
    decisions: Sequence[Decision],
    engine: NDArray[np.float64],
    cold: NDArray[np.float64],
) -> Played:
    actions = np.array([d.action for d in decisions], dtype=np.int64)
    opponent = np.array([d.opponent_action for d in decisions], dtype=np.int64)
    lead = np.array([np.sign(d.opponent_payoff - d.payoff) for d in decisions], dtype=np.int64)
    return Played(
        rounds=np.array([r.number for r in recording.people[i].rounds], dtype=np.int64),
        actions=actions,
        opponent_actions=opponent,
        predictions=engine,
        ai=lead,
        recorded_opponent=lead,
        rivals={"cold": cold, **rivals(actions, opponent, engine.shape[1])},
    )


def _reliability(played: Sequence[Played]) -> list[dict[str, float]]:
    """Of all predicted probabilities: how often what was given p happened, by tenths of p."""
    given = np.concatenate([p.predictions[p.rounds > SKIP] for p in played])
    actions = np.concatenate([p.actions[p.rounds > SKIP] for p in played])
    happened = np.arange(given.shape[1]) == actions[:, None]
    bins = np.minimum((given * BINS).astype(np.int64), BINS - 1)
    return [
        {
            "from": b / BINS,
            "predicted": float(given[bins == b].mean()),
            "happened": float(happened[bins == b].mean()),
            "n": int((bins == b).sum()),
        }
        for b in range(BINS)
        if (bins == b).any()
    ]


def _print(
    console: Console,
    recording: Recording,
    scored: dict[str, Figure],
    calibration: Sequence[dict[str, float]],
    *,
    crossed: bool,
) -> None:
    how = "prior from the other four folds of people" if crossed else "shipped prior, fitted on other studies"
    table = Table("", "log-loss (nats)", "accuracy", "Brier", "engine gains (nats)", title=recording.name, caption=how)
    table.add_row("engine", *(_text(scored[key]) for key in ("log_loss", "accuracy", "brier")), "")
    for key in scored:
        if key.startswith("baselines.") and key.endswith(".log_loss"):
            name = key.removesuffix(".log_loss")
            cells = (_text(scored[f"{name}.{score}"]) for score in ("log_loss", "accuracy", "brier", "gain"))
            table.add_row(name.removeprefix("baselines."), *cells)
    console.print(table)
    bins = "  ".join(f"{row['predicted']:.2f}>{row['happened']:.2f}" for row in calibration)
    console.print(f"Calibration error {_text(scored['ece'])}. Predicted > happened: {bins}\n")


def _text(figure: Figure) -> str:
    if figure.interval is None:
        return f"{figure.value:.4f}"
    return f"{figure.value:.4f} [{figure.interval[0]:.4f}, {figure.interval[1]:.4f}]"


if __name__ == "__main__":
    main()
