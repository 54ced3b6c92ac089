"""Posteriors by importance sampling: exact where they can be computed otherwise, calibrated, and honest when rough."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hagame.mind.cognition.estimate import fit, posterior, told
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.importance import UNRELIABLE, sample, smoothed
from hagame.mind.cognition.parameters import Floats, natural, prior_of
from hagame.mind.cognition.registry import family
from hagame.mind.cognition.rows import Trials

LEVELS = (0.025, 0.5, 0.975)


def made(model: Family, z: Floats, trials: int, rng: np.random.Generator) -> Trials:
    values = dict(zip(model.names, natural(model.free, z).tolist(), strict=True))
    return model.simulate(values, rng, trials)


@given(shift=st.floats(-1.5, 1.5), scale=st.floats(0.3, 3.0), turn=st.floats(-0.8, 0.8))
def test_a_normal_posterior_is_found_wherever_the_search_begins(shift: float, scale: float, turn: float) -> None:
    """A normal prior and normal data: mean, covariance and evidence have closed forms."""
    precision = np.linalg.inv(np.array([[1.0, turn], [turn, 1.0]])) + np.eye(2)
    exact = np.linalg.inv(precision)
    found = sample(
        lambda z: 3.0 - 0.5 * np.einsum("ni,ij,nj->n", z - 1.0, precision, z - 1.0),
        np.full(2, 1.0 + shift),
        scale * exact,
    )
    assert found.reliable
    assert found.mean(found.points) == pytest.approx(np.ones(2), abs=0.08)
    assert found.covariance() == pytest.approx(exact, abs=0.12)
    assert found.log_evidence == pytest.approx(3.0 + 0.5 * np.linalg.slogdet(2 * np.pi * exact)[1], abs=0.06)


def test_skew_and_tails_are_those_of_the_distribution_not_of_a_parabola() -> None:
    gamma = stats.loggamma(0.7)
    found = sample(lambda z: gamma.logpdf(z[:, 0]), np.array([np.log(0.7)]), np.array([[1 / 0.7]]))
    assert found.quantiles(LEVELS)[:, 0] == pytest.approx(gamma.ppf(LEVELS), abs=0.15 * gamma.std())
    assert found.mean(found.points)[0] == pytest.approx(gamma.mean(), abs=0.03)
    assert found.log_evidence == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("trials", [15, 80])
def test_a_fit_is_the_posterior_that_a_fine_grid_gives(trials: int) -> None:
    model = family("hyperbolic-discounting")
    mean, sd = prior_of(model.free)
    seen = made(model, mean + 0.5 * sd, trials, np.random.default_rng(6))
    found = fit(model, seen)
    axes = [m + s * np.linspace(-5, 5, 400) for m, s in zip(mean, sd, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    logs = posterior(model, seen, mean, sd)(grid.reshape(-1, 2)).reshape(grid.shape[:2])
    cell = float(np.prod([axis[1] - axis[0] for axis in axes]))
    mass = np.exp(logs - logs.max()) * cell
    assert found.log_evidence == pytest.approx(logs.max() + np.log(mass.sum()), abs=0.02)
    for i, each in enumerate(model.free):
        alone = mass.sum(axis=1 - i) / mass.sum()
        middle = float(alone @ axes[i])
        spread = float(np.sqrt(alone @ (axes[i] - middle) ** 2))
        low, high = np.interp((0.025, 0.975), np.cumsum(alone) - alone / 2, axes[i])
        estimate = found.estimates[each.name]
        assert estimate.z == pytest.approx(middle, abs=0.03 * spread)
        assert estimate.z_se == pytest.approx(spread, rel=0.04)
        assert each.free(estimate.low) == pytest.approx(low, abs=0.15 * spread)
        assert each.free(estimate.high) == pytest.approx(high, abs=0.15 * spread)


def test_the_same_trials_always_give_the_same_fit() -> None:
    model = family("q-learning")
    seen = made(model, prior_of(model.free)[0], 60, np.random.default_rng(2))
    assert fit(model, seen).estimates == fit(model, seen).estimates


def test_of_people_drawn_from_the_prior_intervals_hold_as_many_as_they_say() -> None:
    """Simulation-based calibration: where the truth lies in its posterior is evenly distributed (Talts et al. 2018)."""
    model, rng = family("hyperbolic-discounting"), np.random.default_rng(8)
    mean, sd = prior_of(model.free)
    true = mean + sd * rng.normal(size=(200, len(mean)))
    x = natural(model.free, true)
    fits = [fit(model, made(model, z, 40, rng)) for z in true]
    for i, name in enumerate(model.names):
        told_of = [each.estimates[name] for each in fits]
        held = np.mean([each.low < value < each.high for each, value in zip(told_of, x[:, i], strict=True)])
        assert 0.90 <= held <= 0.99, (name, held)
        away = [(value - each.z) / each.z_se for each, value in zip(told_of, true[:, i], strict=True)]
        assert np.std(away) == pytest.approx(1.0, abs=0.15), name


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_shape_of_a_tail_is_estimated(shape: float) -> None:
    logs = np.log(stats.genpareto.rvs(shape, size=200_000, random_state=3))
    assert smoothed(logs)[1] == pytest.approx(shape, abs=0.1)


def test_smoothing_changes_the_largest_weights_alone_and_makes_none_larger_than_the_largest() -> None:
    logs = np.random.default_rng(1).normal(size=2000) * 3
    smooth, _ = smoothed(logs)
    changed = smooth != logs
    assert changed.sum() <= 3 * np.sqrt(2000)
    assert logs[changed].min() > logs[~changed].max()
    assert smooth.max() <= logs.max()


def heavy(power: float) -> Callable[[Floats], Floats]:
    return lambda z: -power * np.log1p((z**2).sum(axis=1))


def test_what_sampling_cannot_see_is_said() -> None:
    model = family("hyperbolic-discounting")
    found = sample(heavy(1.05), np.zeros(2), np.eye(2))
    assert found.shape > UNRELIABLE
    _, sd = prior_of(model.free)
    seen = made(model, prior_of(model.free)[0], 60, np.random.default_rng(2))
    rough = told(model, seen, found, sd, best=np.zeros(2), converged=True)
    assert any("intervals are rough (Pareto k" in each for each in rough.warnings)
    assert not any("rough" in each for each in fit(model, seen).warnings)


@pytest.mark.parametrize("most", [200.0, 10_000.0, 1e9])
@pytest.mark.parametrize("key", ["loss-aversion", "prospect-theory", "expected-utility"])
def test_amounts_of_any_size_are_fitted(key: str, most: float) -> None:
    """Far from the top of the posterior powers of amounts are infinite, and their difference is no number."""
    model = family(key)
    gambles = {"amounts_a": [[most, -share * most] for share in (0.2, 0.5, 0.8, 1.1)] * 10, "amounts_b": [[0.0]] * 40}
    found = fit(model, model.read(gambles | {"action": [0, 0, 1, 1] * 10}))
    told = [(one.value, one.se, one.low, one.high) for one in found.estimates.values()]
    assert np.isfinite([*np.ravel(told), found.log_likelihood, found.log_evidence]).all()
    assert np.isfinite(model.predict(found.z, model.read(gambles | {"action": [0] * 40}))).all()


def test_payoffs_whose_differences_are_infinite_spoil_no_fit() -> None:
    model = family("q-learning")
    found = fit(model, model.read({"action": [0, 1] * 10, "payoff": [1.7e308, -1.7e308] * 10}))
    assert np.isfinite([one.value for one in found.estimates.values()]).all()
