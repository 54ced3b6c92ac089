"""Full posteriors by NUTS, whose libraries are too large to be among the dependencies of the tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.unit.test_cli_fit import table

from hagame.cli.fit_run import run
from hagame.errors import InvalidInput
from hagame.mind.cognition import nuts
from hagame.mind.cognition.hierarchical import fit_group
from hagame.mind.cognition.nuts import Sampling, sample_group
from hagame.mind.cognition.registry import family
from hagame.mind.cognition.rows import Trials

SHORT = Sampling(chains=2, warmup=100, draws=100)
installed = pytest.mark.skipif(nuts.missing(), reason="numpyro and jax (600 MB) are not installed")


def people(count: int, trials: int) -> list[Trials]:
    model, rng = family("hyperbolic-discounting"), np.random.default_rng(5)
    rates = np.exp(rng.normal(-4.0, 0.8, count))
    return [model.simulate({"discount_rate": k, "delay_sensitivity": 1.5}, rng, trials) for k in rates]


@installed
def test_a_group_is_sampled_as_em_finds_it_and_the_chains_are_judged() -> None:
    model, crowd = family("hyperbolic-discounting"), people(6, 50)
    em, found = fit_group(model, crowd), sample_group(model, crowd, SHORT)
    for name, group in found.population.groups.items():
        assert abs(group.mean - em.groups[name].mean) < group.mean_se
        assert group.low < group.value < group.high
    assert len(found.population.people) == 6
    assert set(found.diagnoses) == {f"{what} of {name}" for what in ("mean", "sd") for name in model.names} | {
        nuts.WORST
    }
    assert found.draws == 200
    assert found.divergences < 30


@installed
def test_the_command_samples_too_and_writes_how_it_went(tmp_path: Path) -> None:
    run(table(tmp_path / "trials.csv"), family("loss-aversion"), "person", tmp_path / "out", SHORT)
    told = json.loads((tmp_path / "out" / "fit.json").read_text())
    assert told["sampling"]["diagnoses"][nuts.WORST]["r_hat"] < 1.2
    assert set(told["people"]) == {"p0", "p1", "p2"}


def test_slopes_are_those_of_the_likelihood() -> None:
    model, crowd = family("hyperbolic-discounting"), people(2, 30)
    z, step = np.array([[-4.0, 0.2], [-3.0, 0.5]]), 1e-3
    value, rise = nuts._likelihoods(model, crowd)(z)
    assert value == pytest.approx(sum(model.log_likelihood(*pair) for pair in zip(z, crowd, strict=True)))
    for i, trials in enumerate(crowd):
        for k, shift in enumerate(step * np.eye(2)):
            up, down = model.log_likelihood(z[i] + shift, trials), model.log_likelihood(z[i] - shift, trials)
            assert rise[i, k] == pytest.approx((up - down) / (2 * step), rel=1e-3, abs=1e-4)


def test_what_cannot_be_sampled_is_said() -> None:
    if nuts.missing():
        with pytest.raises(InvalidInput, match=r"pip install 'hagame\[bayes\]'"):
            sample_group(family("hyperbolic-discounting"), people(2, 20))
    with pytest.raises(InvalidInput, match="no group of people to sample"):
        sample_group(family("strategies"), [])
