"""Drift-diffusion fits of recorded people beside PyDDM (Shinn, Lam & Murray 2020) on the same times.

    HAGAME_DATA=DIR python -m benchmarks.diffusion [--people 3]

Prints, per person, the log-likelihood of the first file's times at our estimates by our series and by PyDDM's grid, and
PyDDM's own estimates (simplex search from ours, likelihood without a lapse). Needs `pip install pyddm`.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cognition import _people, _times
from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.registry import family
from hagame.mind.cognition.rows import ACTION, TIME, Floats

FILE = "rt_cavanagh2011.csv.gz"
STEPS = (0.002, 0.001)


def main() -> None:
    """Print one line for each person and side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=3)
    asked = parser.parse_args()
    folder = os.environ.get("HAGAME_DATA")
    if folder is None:
        sys.exit("Set HAGAME_DATA to the directory of the files.")
    model = family("drift-diffusion")
    for i, rows in enumerate(_people(Path(folder) / FILE, asked.people)):
        trials = model.read(_times(rows))
        ours = fit(model, trials)
        values = [ours.values[each.name] for each in model.free]
        coarse, fine = (likelihood(values, trials.rows, step) for step in STEPS)
        print(
            f"person {i}, {len(trials)} times: log-likelihood {ours.log_likelihood:.2f}, PyDDM {2 * fine - coarse:.2f} "
            f"(at steps {coarse:.2f}, {fine:.2f})"
        )
        print("   ours ", *(f"{name} {value:.3f}" for name, value in zip(model.names, values, strict=True)))
        print(
            "   PyDDM",
            *(f"{name} {value:.3f}" for name, value in zip(model.names, fitted(values, trials.rows), strict=True)),
            flush=True,
        )


def _model(values: Any, step: float) -> Any:
    """Bounds at plus and minus half of ours, the start as a share of the way."""
    drift, bound, rest, start = values
    return import_module("pyddm").gddm(
        drift=drift, noise=1.0, bound=bound / 2, nondecision=rest, starting_position=2 * start - 1, mixture_coef=0.0,
        T_dur=10.0, dx=step, dt=step,
    )  # fmt: skip


def likelihood(values: Any, rows: Floats, step: float) -> float:
    """PyDDM's log-likelihood of the times, nats, on a grid of this step."""
    model = _model(values, step)
    solved, at = model.solve(), model.t_domain()
    upper, lower = rows[rows[:, ACTION] == 1][:, TIME], rows[rows[:, ACTION] == 0][:, TIME]
    found = np.interp(upper, at, solved.pdf("correct")), np.interp(lower, at, solved.pdf("error"))
    return float(np.log(np.maximum(np.concatenate(found), 1e-13)).sum())


def fitted(start: list[float], rows: Floats) -> list[float]:
    """The best values by PyDDM's likelihood."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to import

    def loss(x: Floats) -> float:
        inside = x[1] > 0.2 and 0 <= x[2] < 2 and 0.05 < x[3] < 0.95
        return -likelihood(x, rows, 0.002) if inside else 1e9

    found: list[float] = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 250, "xatol": 1e-3}).x.tolist()
    return found


if __name__ == "__main__":
    main()
