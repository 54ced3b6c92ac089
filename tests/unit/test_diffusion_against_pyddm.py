"""First-passage densities against PyDDM (Shinn, Lam & Murray 2020), which solves the Fokker-Planck equation on a grid.

PyDDM brings a plotting stack along, so it is no dependency of the tests: `pip install pyddm` beside this project, and
they run. Times are made up; the recorded ones are in `benchmarks.diffusion`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hagame.mind.cognition.registry import family
from hagame.mind.cognition.rows import ACTION, TIME

pyddm: Any = pytest.importorskip("pyddm", reason="pyddm is not installed")

CASES = [
    {"drift": 1.2, "boundary": 1.6, "non_decision_time": 0.3, "start": 0.5},
    {"drift": -0.4, "boundary": 2.2, "non_decision_time": 0.2, "start": 0.5},
    {"drift": 0.8, "boundary": 1.4, "non_decision_time": 0.35, "start": 0.6},
]


def on_grid(values: dict[str, float], rows: np.ndarray, step: float) -> float:
    """PyDDM's log-likelihood: bounds at plus and minus half of ours, the start as a share of the way."""
    model = pyddm.gddm(
        drift=values["drift"],
        noise=1.0,
        bound=values["boundary"] / 2,
        nondecision=values["non_decision_time"],
        starting_position=2 * values["start"] - 1,
        mixture_coef=0.0,
        T_dur=10.0,
        dx=step,
        dt=step,
    )
    solved, at = model.solve(), model.t_domain()
    upper, lower = rows[rows[:, ACTION] == 1][:, TIME], rows[rows[:, ACTION] == 0][:, TIME]
    found = np.interp(upper, at, solved.pdf("correct")), np.interp(lower, at, solved.pdf("error"))
    return float(np.log(np.concatenate(found)).sum())


def theirs(values: dict[str, float], rows: np.ndarray) -> float:
    """As the grid gets finer: its error falls with the step (Richardson)."""
    return 2 * on_grid(values, rows, 0.0005) - on_grid(values, rows, 0.001)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("values", CASES)
def test_the_same_times_are_as_likely_as_in_pyddm(values: dict[str, float]) -> None:
    model = family("drift-diffusion")
    trials = model.simulate(values, np.random.default_rng(11), 300)
    z = np.array([each.free(values[each.name]) for each in model.free])
    ours = model.log_likelihood(z, trials)
    assert ours == pytest.approx(theirs(values, trials.rows), abs=0.1)
