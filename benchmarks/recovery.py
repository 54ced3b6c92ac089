"""Parameter recovery: people are made up with known parameters, and fitted again.

    python -m benchmarks.recovery [--people 60] [--models q-learning,orl] [--json OUT]

Prints, for each parameter of each family: the correlation of true and fitted value, the share of 95 % intervals that
hold the truth, and the mean error on the unbounded scale. True parameters are draws around the prior mean with 0.8 of
the prior's standard deviation; families of a population are not in the table, see the tests.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.family import Family
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--models", default="")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    wanted = set(filter(None, asked.models.split(",")))
    rows = []
    print(f"{'model':25} {'trials':>6}  {'parameter':28} {'r':>5} {'holds':>6} {'bias':>6}")
    for key, count in TRIALS.items():
        if wanted and key not in wanted:
            continue
        for row in recovered(families()[key], asked.people, count):
            rows.append(row)
            figures = f"{row['r']:5.2f} {row['coverage']:6.2f} {row['bias']:6.2f}"
            print(f"{key:25} {count:6}  {row['parameter']:28} {figures}", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))


def recovered(family: Family, people: int, count: int, seed: int = 11) -> list[dict[str, float | str | int]]:
    """One row per parameter."""
    mean, sd = prior_of(family.free)
    rng = np.random.default_rng(seed)
    true = mean + SPREAD * sd * rng.normal(size=(people, len(mean)))
    found, errors = np.empty_like(true), np.empty_like(true)
    for i, z in enumerate(true):
        values = dict(zip(family.names, natural(family.free, z).tolist(), strict=True))
        fitted = fit(family, family.simulate(values, rng, count))
        found[i], errors[i] = fitted.z, np.sqrt(np.diag(fitted.covariance))
    held = np.abs(found - true) < 1.96 * errors
    x, y = natural(family.free, true), natural(family.free, found)
    return [
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


if __name__ == "__main__":
    main()
