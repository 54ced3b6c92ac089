"""Families of cognitive models: the contract, recovery of what made the data, and densities against other sources."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from hagame.errors import InvalidInput, NotFound
from hagame.mind.cognition.comparison import held_out, rivals, select
from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import fit_group, fit_pooled
from hagame.mind.cognition.models.diffusion import density, ez
from hagame.mind.cognition.models.risk import weighted
from hagame.mind.cognition.parameters import free, natural, prior_of
from hagame.mind.cognition.registry import families, family
from hagame.mind.cognition.rows import FIRST, FRESH, LEGAL, NEXT, Trials
from hagame.testing import ContractBroken, check_family

KEYS = list(families())


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def recovered(model: Family, people: int, trials: int, seed: int = 1) -> tuple[Any, Any, Any]:
    """True z and posterior means, and whether the 95 % interval holds the truth; each (people, P)."""
    mean, sd = prior_of(model.free)
    generator = rng(seed)
    true = mean + sd * generator.normal(size=(people, len(mean)))
    fits = [
        fit(
            model,
            model.simulate(dict(zip(model.names, natural(model.free, z).tolist(), strict=True)), generator, trials),
        )
        for z in true
    ]
    found = np.array([each.z for each in fits])
    ends = np.array([[(each.low, each.high) for each in fitted.estimates.values()] for fitted in fits])
    x = natural(model.free, true)
    return true, found, (ends[..., 0] < x) & (x < ends[..., 1])


@pytest.mark.parametrize("key", KEYS)
def test_every_family_keeps_the_contract(key: str) -> None:
    check_family(family(key))


def test_the_contract_notices_a_likelihood_that_looks_ahead() -> None:
    class Ahead(Family):
        def predict(self, z: Any, trials: Any) -> Any:
            return super().predict(z, trials) + len(trials) * 1e-3

    honest = family("q-learning")
    broken = Ahead(**{name: getattr(honest, name) for name in honest.__dataclass_fields__})
    with pytest.raises(ContractBroken):
        check_family(broken)


@pytest.mark.parametrize(
    ("key", "trials", "names"),
    [
        ("q-learning", 300, ("inverse_temperature", "perseveration")),
        ("exploration", 300, ("value_weight", "directed_exploration", "random_exploration")),
        ("memory-one", 200, ("opening", "after_mutual", "after_exploited", "after_exploiting", "after_conflict")),
        ("loss-aversion", 150, ("risk_attitude", "loss_aversion", "choice_sensitivity")),
        ("hyperbolic-discounting", 100, ("discount_rate", "delay_sensitivity")),
        ("drift-diffusion", 200, ("drift", "boundary", "non_decision_time")),
    ],
)
def test_parameters_are_recovered_and_intervals_hold_them(key: str, trials: int, names: tuple[str, ...]) -> None:
    model = family(key)
    true, found, held = recovered(model, 20, trials, seed=5)
    for i, name in enumerate(model.names):
        if name in names:
            assert np.corrcoef(true[:, i], found[:, i])[0, 1] > 0.6, name
    assert 0.85 <= held.mean() <= 1.0


def test_the_density_of_a_diffusion_integrates_to_one_and_matches_an_independent_value() -> None:
    drift, bound, start = 0.7, 1.4, 0.4
    lower = integrate.quad(lambda t: density(t, drift, bound, start), 1e-9, 30, limit=400)[0]
    upper = integrate.quad(lambda t: density(t, -drift, bound, 1 - start), 1e-9, 30, limit=400)[0]
    assert lower + upper == pytest.approx(1, abs=1e-6)
    # Closed form: P(upper) of Brownian motion with drift between absorbing bounds.
    x = -2 * drift * bound
    assert upper == pytest.approx((1 - np.exp(x * start)) / (1 - np.exp(x)), abs=1e-6)
    # One bound far away leaves the inverse Gaussian distribution of a first passage.
    t, distance, speed = 0.6, 0.9, 1.1
    exact = stats.invgauss.pdf(t, mu=1 / (speed * distance), scale=distance**2)
    assert density(t, -speed, 60.0, distance / 60.0) == pytest.approx(exact, rel=1e-6)


def test_ez_gives_the_worked_example_of_its_paper() -> None:
    # Wagenmakers et al. (2007): Pc .802, VRT .112, MRT .723, s = .1 gives v .0999, a .1400, Ter .2999; here s = 1.
    assert ez(0.802, 0.112, 0.723) == pytest.approx((0.999, 1.40, 0.300), abs=2e-3)


def test_prospect_theory_weighs_as_its_paper_does() -> None:
    # Tversky & Kahneman (1992), figure 1: gamma .61 puts w(.5) near .42 and w(.01) near .055.
    assert weighted(0.5, 0.61) == pytest.approx(0.421, abs=2e-3)
    assert weighted(0.01, 0.61) == pytest.approx(0.055, abs=2e-3)


def test_made_up_games_part_levels_of_thinking_and_stakes_rise() -> None:
    model = family("level-k")
    games = Trials(np.array(list(model.task(rng(), 30))), 3)
    one, two = (np.exp(model.predict(free(model.free, (1e-6, share, 20.0)), games)) for share in (1 - 1e-9, 1e-9))
    assert np.mean(one.argmax(axis=1) != two.argmax(axis=1)) > 0.9
    assert one.max(axis=1).min() > 0.9
    payoffs = games.rows[:, LEGAL + 3 :]
    assert payoffs[0::3].max() < 10 < payoffs[1::3].max() < 40 < payoffs[2::3].max() < 160


def test_matches_of_learners_end_by_chance() -> None:
    fresh = (
        family("ewa")
        .simulate(dict(zip(family("ewa").names, (0.8, 0.5, 0.5, 1.0), strict=True)), rng(), 2000)
        .rows[:, FRESH]
    )
    assert fresh[0] == FIRST
    assert np.mean(fresh[1:] == NEXT) == pytest.approx(0.25, abs=0.03)


def test_too_few_trials_and_edges_are_said() -> None:
    model = family("q-learning")
    made = model.simulate(dict(zip(model.names, (0.3, 0.3, 2.0, 0.0, 0.1), strict=True)), rng(), 8)
    assert any("Only 8 trials" in each for each in fit(model, made).warnings)
    always = family("memory-one").read({"action": [0] * 80, "other": [0] * 80})
    told = fit(family("memory-one"), always)
    assert any("after_conflict" in each and "next to nothing" in each for each in told.warnings)


def test_a_missing_or_wrong_column_is_named() -> None:
    with pytest.raises(InvalidInput, match="payoff: this column is missing"):
        family("q-learning").read({"action": [0, 1]})
    with pytest.raises(InvalidInput, match="action: needs whole numbers from 0 to 1"):
        family("memory-one").read({"action": [0, 2], "other": [0, 1]})
    with pytest.raises(NotFound, match="two-step"):
        family("none")


def test_a_group_finds_mean_and_spread_of_its_people() -> None:
    model = family("q-learning").fixing(
        "two", "Two parameters", learning_rate_loss=0.3, perseveration=0.0, forgetting=0.0
    )
    generator = rng(3)
    z = np.array([-0.5, 1.0]) + np.array([0.8, 0.4]) * generator.normal(size=(30, 2))
    people = [
        model.simulate(dict(zip(model.names, natural(model.free, each).tolist(), strict=True)), generator, 100)
        for each in z
    ]
    found = fit_group(model, people)
    assert found.converged
    for i, group in enumerate(found.groups.values()):
        assert abs(group.mean - z[:, i].mean()) < 3 * group.mean_se
        assert abs(group.sd - z[:, i].std()) < 0.35


def test_a_mixture_finds_the_shares_of_a_population() -> None:
    """Twenty who always defect, twenty who play tit for tat, and slips of five in a hundred."""
    model, generator = family("strategies"), rng(4)
    kinds = [{"tft": -9.0}, {"tft": 9.0}] * 20
    people = []
    for kind in kinds:
        values = dict.fromkeys(model.names, -9.0) | kind | {"slips": 0.05}
        people.append(model.simulate(values, generator, 60))
    shares = fit_pooled(model, people).derived
    assert shares["share_alld"] == pytest.approx(0.5, abs=0.15)
    assert shares["share_tft"] + shares["share_stft"] == pytest.approx(0.5, abs=0.15)


def test_selection_protects_against_chance() -> None:
    noise = select(rng(0).normal(size=(20, 3)), rng(1))
    assert max(noise.protected) < 0.6
    assert noise.omnibus_risk > 0.5
    clear = select(rng(0).normal(size=(20, 3)) + np.array([4.0, 0.0, 0.0]), rng(1))
    assert clear.protected[0] > 0.95
    assert sum(clear.frequencies) == pytest.approx(1)


def test_the_true_model_predicts_held_out_trials_better_than_simple_rivals() -> None:
    model = family("q-learning")
    made = model.simulate(dict(zip(model.names, (0.5, 0.3, 3.0, 0.5, 0.1), strict=True)), rng(2), 400)
    assert held_out(model, made) < min(rivals(made).values())


@pytest.mark.parametrize(
    ("model", "columns", "pointer"),
    [
        ("q-learning", {"action": [0, 2_000_000_000], "payoff": [0, 1]}, "/action"),
        ("q-learning", {"action": [0, 1], "payoff": [0, 1], "actions": [2_000_000_000]}, "/actions"),
        ("q-learning", {"action": [0, 1], "payoff": [0, 1], "actions": [0]}, "/actions"),
        ("level-k", {"action": [0], "payoffs": [[1] * 4], "other_payoffs": [[1] * 4], "actions": [2_000_000_000]},
         "/actions"),
        ("level-k", {"action": [0], "payoffs": [[1] * 4], "other_payoffs": [[1] * 6]}, "/other_payoffs"),
        ("level-k", {"action": [0], "payoffs": [[1] * 6], "other_payoffs": [[1] * 6]}, "/payoffs"),
        ("ewa", {"action": [0], "other": [0], "payoffs": [[1] * 6]}, "/payoffs"),
        ("level-k", {"action": [0], "payoffs": [[1] * 65**2], "other_payoffs": [[1] * 65**2]}, "/payoffs"),
        ("ewa", {"action": [0], "other": [0], "payoffs": [[1] * 6], "actions": [4]}, "/payoffs"),
    ],
)  # fmt: skip
def test_tables_and_numbers_of_actions_that_cannot_be_are_refused(
    model: str, columns: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        family(model).read(columns)
    assert refused.value.field == pointer


def test_own_actions_of_a_square_table_are_known_though_the_last_was_never_taken() -> None:
    table = [0, -1, 1, 1, 0, -1, -1, 1, 0]
    trials = family("ewa").read({"action": [0, 1] * 5, "other": [2, 1] * 5, "payoffs": [table] * 10})
    assert trials.n == 3
    wide = family("ewa").read({"action": [0, 1] * 5, "other": [2, 1] * 5, "payoffs": [table[:6]] * 10, "actions": [2]})
    assert wide.n == 2


def test_other_threads_go_on_while_many_points_are_looked_at() -> None:
    model = family("quantal-response")
    table = rng().integers(0, 9, 64 * 64).tolist()
    trials = model.read({"action": [0], "payoffs": [table], "other_payoffs": [table]})
    mean, sd = prior_of(model.free)
    points = mean + sd * rng().normal(size=(512, len(mean)))
    model.log_likelihoods(points[:1], trials)
    looking = threading.Thread(target=model.log_likelihoods, args=(points, trials))
    looking.start()
    turns = 0
    while looking.is_alive():
        time.sleep(0.001)
        turns += 1
    assert turns > 10
