"""Cognitive models on recorded people, beside simple rivals and published figures.

    HAGAME_DATA=DIR python -m benchmarks.cognition [--people 40] [--models orl,ewa] [--corners]

Prints the log-loss of the later half of each person's trials, by a fit to the earlier half, beside an even draw and
the person's own shares; then what groups look like. With `--corners` it sets each model beside its recommended corners
(and `two-step` beside `two-step-weights`) on the same people: BIC, log evidence, log-loss of later trials, and how many
people each describes best. DIR holds the recordings; a missing one is left out.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hagame.mind.cognition.comparison import compare, held_out, rivals
from hagame.mind.cognition.hierarchical import fit_group, fit_pooled
from hagame.mind.cognition.parameters import natural
from hagame.mind.cognition.registry import family
from hagame.mind.cognition.rows import Trials

Row = dict[str, str]


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40, help="at most so many per file")
    parser.add_argument("--models", default="", help="only these, parted by commas")
    parser.add_argument("--corners", action="store_true")
    asked = parser.parse_args()
    most, wanted = asked.people, set(filter(None, asked.models.split(",")))
    folder = os.environ.get("HAGAME_DATA")
    if folder is None:
        sys.exit("Set HAGAME_DATA to the directory of the files.")
    for name, key, columns in STUDIES:
        if wanted and key not in wanted:
            continue
        path = Path(folder) / name
        if not path.exists():
            print(f"{name}: not there")
            continue
        if key == "strategies":
            _shares(path)
            continue
        people = [family(key).read(columns(rows)) for rows in _people(path, most)]
        (_corners if asked.corners else _tell)(name, key, [each for each in people if each.choices >= 20])


def _tell(name: str, key: str, people: list[Trials]) -> None:
    model = family(key)
    losses = np.array([held_out(model, each) for each in people])
    simple = [rivals(each) for each in people]
    told = (
        "densities, not comparable"
        if model.timed
        else ", ".join(f"{rule} {np.nanmean([each[rule] for each in simple]):.4f}" for rule in simple[0])
    )
    print(f"\n{name}: {key}, {len(people)} people: {np.nanmean(losses):.4f} nats of later trials; {told}", flush=True)
    found = fit_group(model, people)
    for parameter, group in found.groups.items():
        span = f"[{group.low:.3f}, {group.high:.3f}]"
        print(
            f"  {parameter:28} {group.value:7.3f} {span:18} spread of z {group.sd:.2f} ({group.sd_se:.2f})", flush=True
        )


def _corners(name: str, key: str, people: list[Trials]) -> None:
    """Nothing, where a model has no corners."""
    keys = [key, *(f"{key}:{each.name}" for each in family(key).variants), *ALIKE.get(key, ())]
    if len(keys) == 1:
        return
    models = [family(each) for each in keys]
    found = compare(models, [people] * len(models), np.random.default_rng(6))
    print(f"\n{name}: {len(people)} people, no difference at {found.selection.omnibus_risk:.3f}")
    for i, model in enumerate(models):
        figures = found.bic[:, i].sum(), found.log_evidence[:, i].sum(), np.nanmean(found.held_out[:, i])
        chosen = found.selection.frequencies[i], found.selection.protected[i]
        print("  {:28} {:2} free, BIC {:9.1f}, log evidence {:9.1f}, later trials {:.4f}, frequency {:.2f}, "
              "protected {:.3f}".format(model.key, len(model.free), *figures, *chosen), flush=True)  # fmt: skip


def _shares(path: Path) -> None:
    """Shares of strategies of everybody in each treatment, with 95 % intervals by draws of a normal approximation."""
    model, rng = family("strategies"), np.random.default_rng(5)
    treatments: dict[str, list[Trials]] = {}
    for rows in _people(path, 10**6):
        treatments.setdefault(rows[0]["treatment"], []).append(model.read(_dilemma(rows)))
    for name, people in sorted(treatments.items()):
        found = fit_pooled(model, people)
        draws = natural(model.free, rng.multivariate_normal(found.z, found.covariance, 2000))
        odds = np.exp(np.column_stack([np.zeros(len(draws)), draws[:, :5]]))
        low, high = np.percentile(odds / odds.sum(axis=1, keepdims=True), (2.5, 97.5), axis=0)
        told = [
            f"{kind[6:]} {value:.2f} [{low[i]:.2f}, {high[i]:.2f}]"
            for i, (kind, value) in enumerate(found.derived.items())
        ]
        print(
            f"{name}: {len(people)} people, {found.n} choices: {', '.join(told)}; slips {found.values['slips']:.3f}",
            flush=True,
        )


def _people(path: Path, most: int) -> Iterator[list[Row]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    parts: dict[str, list[Row]] = {}
    for row in csv.DictReader(text.splitlines()):
        parts.setdefault(row["subject"], []).append(row)
    yield from list(parts.values())[:most]


def _gershman(rows: list[Row]) -> dict[str, Any]:
    """The second arm always pays 0; variances of means and rewards of the first are those of the file."""
    return {
        "action": [int(r["choice"]) - 1 for r in rows],
        "payoff": [float(r["reward"]) for r in rows],
        "match": [r["block"] for r in rows],
        "prior_variance": [[1.13, 1e-4]] * len(rows),
        "noise_variance": [[1.09, 1e-4]] * len(rows),
    }


def _two_step(rows: list[Row]) -> dict[str, Any]:
    """Options are named so that 0 leads mostly to state 1; `common` tells which does."""
    states = [int(r["state2"]) for r in rows]
    leads = [s if r["common"] == "1" else 1 - s for s, r in zip(states, rows, strict=True)]
    return {
        "first": leads,
        "state": [s + 1 for s in states],
        "second": [r["choice2"] for r in rows],
        "reward": [r["reward"] for r in rows],
    }


def _cards(rows: list[Row]) -> dict[str, Any]:
    return {
        "action": [int(r["deck"]) - 1 for r in rows],
        "gain": [r["win"] for r in rows],
        "loss": [r["loss"] for r in rows],
    }


def _gambles(rows: list[Row]) -> dict[str, Any]:
    return {
        "action": [1 - int(r["gamble"]) for r in rows],
        "amounts_a": [[float(r["gain"]), float(r["loss"])] for r in rows],
        "amounts_b": [[float(r["cert"])] for r in rows],
    }


def _bandit(rows: list[Row]) -> dict[str, Any]:
    return {
        "action": [int(r["choice"] == "R") for r in rows],
        "payoff": [r["reward"] for r in rows],
        "match": [r["block"] for r in rows],
    }


def _times(rows: list[Row]) -> dict[str, Any]:
    return {"action": [int(float(r["response"])) for r in rows], "time": [r["rt"] for r in rows]}


def _dilemma(rows: list[Row]) -> dict[str, Any]:
    return {
        "action": [1 - int(r["coop"]) for r in rows],
        "other": [1 - int(r["opp_coop"]) for r in rows],
        "match": [r["supergame"] for r in rows],
    }


ALIKE = {"two-step": ("two-step-weights",)}
"""Families that read the same columns and say the same by other parameters."""
STUDIES: tuple[tuple[str, str, Callable[[list[Row]], dict[str, Any]]], ...] = (
    ("bandit_gershman2018_exp1.csv.gz", "exploration", _gershman),
    ("bandit2_dezfouli2019.csv.gz", "q-learning", _bandit),
    ("loss_aversion_sokolhessner2009_attend.csv", "loss-aversion", _gambles),
    ("rt_cavanagh2011.csv.gz", "drift-diffusion", _times),
    ("igt_steingroever2015.csv.gz", "orl", _cards),
    ("igt_steingroever2015.csv.gz", "pvl-delta", _cards),
    ("pd_dalbo_frechette2011.csv.gz", "memory-one", _dilemma),
    ("pd_dalbo_frechette2011.csv.gz", "strategies", _dilemma),
    ("twostep_shahar2019.csv.gz", "two-step", _two_step),
)

if __name__ == "__main__":
    main()
