"""Parameter recovery: people are made up with known parameters, and fitted again.

    python -m benchmarks.recovery [--people 100] [--models q-learning,orl] [--times 4] [--group] [--live] [--json OUT]

Prints, for each parameter of each family: the correlation of true and fitted value, and that of both on the unbounded
scale (the logarithm, of what is above 0 without an upper bound), the share of 95 % intervals that hold the truth, and
the mean error on the unbounded scale. True parameters are draws from the family's own prior, trials from the task of
the family (`task` in its file, with its source). Families of a population are not in the table, see the tests. With
`--times` sessions are so many times as long; with `--group` people are fitted together (empirical Bayes). With `--live`
the filters that follow a player are asked after 150 decisions, instead of fits.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from math import nan
from pathlib import Path
from time import process_time

import numpy as np

from hagame.mind.cognition import live
from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import fit_group
from hagame.mind.cognition.importance import UNRELIABLE
from hagame.mind.cognition.parameters import Floats, natural, prior_of
from hagame.mind.cognition.registry import families
from hagame.mind.cognition.rows import Trials

TRIALS = {
    "q-learning": 400,
    "exploration": 400,
    "two-step": 300,
    "pvl-delta": 200,
    "orl": 200,
    "ewa": 400,
    "ewa-reinforcement": 400,
    "ewa-fictitious-play": 200,
    "level-k": 150,
    "cognitive-hierarchy": 150,
    "quantal-response": 60,
    "quantal-hierarchy": 150,
    "memory-one": 200,
    "prospect-theory": 300,
    "loss-aversion": 150,
    "expected-utility": 150,
    "hyperbolic-discounting": 100,
    "exponential-discounting": 100,
    "drift-diffusion": 200,
    "board-heuristic": 400,
}
"""Decisions per person (two-step: pairs of them)."""
DECISIONS = 150
"""That filters have seen (two-step: pairs of them)."""
SEED = 11
Row = dict[str, float | str | int]
Values = Mapping[str, float]


def _settled(x: Values) -> float:
    """Of experience-weighted attraction, once experience has settled: lambda (1 - rho), rho = phi (1 - kappa)."""
    return x["attraction_sensitivity"] * (1 - x["experience_kept"] * (1 - x["accumulation"]))


TOGETHER: Mapping[str, Mapping[str, Callable[[Values], float]]] = {
    "two-step": {
        "pull of planning, beta1 w": lambda x: x["inverse_temperature_first"] * x["planning"],
        "pull of habit, beta1 (1-w) alpha1": lambda x: (
            x["inverse_temperature_first"] * (1 - x["planning"]) * x["learning_rate_first"]
        ),
    },
    "orl": {"pull of the last deck": lambda x: x["perseverance_weight"] / 3 ** x["perseverance_decay"]},
    "ewa": {"pull of one round": _settled},
    "ewa-reinforcement": {"pull of one round": _settled},
    "level-k": {"share of two steps": lambda x: (1 - x["level_0"]) * (1 - x["level_1"])},
}
"""What parameters do together, where one alone is hard to tell."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--models", default="")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--group", action="store_true")
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    wanted = set(filter(None, asked.models.split(",")))
    rows: list[Row] = []
    print(f"{'model':24} {'trials':>6}  {'parameter':34} {'r':>5} {'r of z':>6} {'holds':>6} {'bias':>6}")
    chosen = list(live.followed()) if asked.live else [families()[key] for key in TRIALS]
    for family in chosen:
        if wanted and family.key not in wanted:
            continue
        count, before = DECISIONS if asked.live else TRIALS[family.key] * asked.times, process_time()
        told = (
            followed(family, asked.people, count)
            if asked.live
            else recovered(family, asked.people, count, group=asked.group)
        )
        for row in told:
            rows.append(row)
            figures = f"{row['r']:5.2f} {row['r_z']:6.2f} {row['coverage']:6.2f} {row['bias']:6.2f}"
            print(f"{family.key:24} {count:6}  {row['parameter']:34} {figures}", flush=True)
        print(f"{family.key:24} {(process_time() - before) / asked.people:.2f} s of work per person", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))


def recovered(family: Family, people: int, count: int, *, group: bool = False) -> list[Row]:
    """One row per parameter, and one for each of what they do together."""
    true, trials = _made(family, people, count)
    fits = fit_group(family, trials).people if group else [fit(family, each) for each in trials]
    rough = sum("Pareto" in warning for each in fits for warning in each.warnings)
    if rough:
        print(f"{family.key}: {rough} of {people} posteriors were not seen well (Pareto k above {UNRELIABLE}).")
    rows: list[Row] = []
    for i, name in enumerate(family.names):
        told = [each.estimates[name] for each in fits]
        spans = np.array([(each.low, each.value, each.high) for each in told])
        rows.append(_row(family, count, i, true, np.array([each.z for each in told]), spans))
    found = np.array([each.z for each in fits])
    for name, of in TOGETHER.get(family.key, {}).items():
        r = float(np.corrcoef([[of(values) for values in _by_name(family, z)] for z in (true, found)])[0, 1])
        together: Row = {"model": family.key, "trials": count, "parameter": name, "r": r}
        rows.append(together | {"r_z": nan, "coverage": nan, "bias": nan})
    return rows


def followed(family: Family, people: int, count: int) -> list[Row]:
    """One row per parameter that a filter follows, the others being at their prior mean."""
    true, trials = _made(family, people, count)
    beliefs = [live.belief_about(family, live.after(family, each), each.n) for each in trials]
    mean, sd = np.array([each.mean for each in beliefs]), np.array([each.sd for each in beliefs])
    ends = np.stack([natural(family.free, mean + side * sd) for side in (-1.96, 0.0, 1.96)], axis=-1)
    return [_row(family, count, i, true, mean[:, i], ends[:, i]) for i in range(len(family.names))]


def _made(family: Family, people: int, count: int) -> tuple[Floats, list[Trials]]:
    mean, sd = prior_of(family.free)
    rng = np.random.default_rng(SEED)
    true = mean + sd * rng.normal(size=(people, len(mean)))
    return true, [family.simulate(each, rng, count) for each in _by_name(family, true)]


def _by_name(family: Family, z: Floats) -> list[dict[str, float]]:
    return [dict(zip(family.names, x, strict=True)) for x in natural(family.free, z).tolist()]


def _row(family: Family, count: int, i: int, true: Floats, z: Floats, spans: Floats) -> Row:
    """Of parameter i: found z (N,), and lower end, value and upper end (N, 3)."""
    x = natural(family.free, true)[:, i]
    return {
        "model": family.key,
        "trials": count,
        "parameter": family.names[i],
        "r": float(np.corrcoef(x, spans[:, 1])[0, 1]),
        "r_z": float(np.corrcoef(true[:, i], z)[0, 1]),
        "coverage": float(((spans[:, 0] < x) & (x < spans[:, 2])).mean()),
        "bias": float((z - true[:, i]).mean()),
    }


if __name__ == "__main__":
    main()
