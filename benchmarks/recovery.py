"""Parameter recovery: people are made up with known parameters, and fitted again.

    python -m benchmarks.recovery [--people 60] [--models q-learning,orl] [--times 4] [--group] [--json OUT]

Prints, for each parameter of each family: the correlation of true and fitted value, the share of 95 % intervals that
hold the truth, and the mean error on the unbounded scale. True parameters are draws around the prior mean with 0.8 of
the prior's standard deviation; families of a population are not in the table, see the tests. With `--times` sessions
are so many times as long; with `--group` people are fitted together (empirical Bayes), as studies mostly do.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from math import nan
from pathlib import Path

import numpy as np

from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import fit_group
from hagame.mind.cognition.parameters import natural, prior_of
from hagame.mind.cognition.registry import families

TRIALS = {
    "q-learning": 400,
    "exploration": 400,
    "two-step": 300,
    "pvl-delta": 200,
    "orl": 200,
    "ewa": 300,
    "ewa-reinforcement": 300,
    "ewa-fictitious-play": 200,
    "level-k": 200,
    "cognitive-hierarchy": 100,
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
SPREAD = 0.8


def _settled(x: Mapping[str, float]) -> float:
    """Of experience-weighted attraction, once experience has settled: lambda (1 - rho), rho = phi (1 - kappa)."""
    return x["attraction_sensitivity"] * (1 - x["experience_kept"] * (1 - x["accumulation"]))


TOGETHER: Mapping[str, Mapping[str, Callable[[Mapping[str, float]], float]]] = {
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
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--models", default="")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--group", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    wanted = set(filter(None, asked.models.split(",")))
    rows = []
    print(f"{'model':25} {'trials':>6}  {'parameter':28} {'r':>5} {'holds':>6} {'bias':>6}")
    for key, usual in TRIALS.items():
        if wanted and key not in wanted:
            continue
        count = usual * asked.times
        for row in recovered(families()[key], asked.people, count, group=asked.group):
            rows.append(row)
            figures = f"{row['r']:5.2f} {row['coverage']:6.2f} {row['bias']:6.2f}"
            print(f"{key:25} {count:6}  {row['parameter']:28} {figures}", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))


def recovered(
    family: Family, people: int, count: int, seed: int = 11, *, group: bool = False
) -> list[dict[str, float | str | int]]:
    """One row per parameter."""
    mean, sd = prior_of(family.free)
    rng = np.random.default_rng(seed)
    true = mean + SPREAD * sd * rng.normal(size=(people, len(mean)))
    values = [dict(zip(family.names, natural(family.free, z).tolist(), strict=True)) for z in true]
    trials = [family.simulate(each, rng, count) for each in values]
    fits = fit_group(family, trials).people if group else [fit(family, each) for each in trials]
    found = np.array([each.z for each in fits])
    errors = np.sqrt(np.array([np.diag(each.covariance) for each in fits]))
    both = [
        [dict(zip(family.names, row, strict=True)) for row in z.tolist()]
        for z in (natural(family.free, true), natural(family.free, found))
    ]
    held = np.abs(found - true) < 1.96 * errors
    x, y = natural(family.free, true), natural(family.free, found)
    rows: list[dict[str, float | str | int]] = [
        {
            "model": family.key,
            "trials": count,
            "parameter": name,
            "r": float(np.corrcoef(x[:, i], y[:, i])[0, 1]),
            "coverage": float(held[:, i].mean()),
            "bias": float((found - true)[:, i].mean()),
        }
        for i, name in enumerate(family.names)
    ]
    for name, of in TOGETHER.get(family.key, {}).items():
        r = float(np.corrcoef([[of(values) for values in side] for side in both])[0, 1])
        rows.append({"model": family.key, "trials": count, "parameter": name, "r": r, "coverage": nan, "bias": nan})
    return rows


if __name__ == "__main__":
    main()
