from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from hagame.mind.model import Decision
from hagame.mind.predict import pool
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.fitting import fit, pool_inputs
from hagame.mind.predict.population import COLD, GROUPS, MIXTURE, by_group, prior
from hagame.rules.game import Situation

TABLE = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))
NAMES = ("rock", "paper", "scissors")
RPS = Situation(NAMES, NAMES, (0, 1, 2), TABLE, tuple(zip(*TABLE, strict=True)), "rock-paper-scissors")


def test_a_certain_forecast_is_held_at_the_least_probability() -> None:
    p, scale = pool.predicted(np.array([40.0, 40.0, -80.0]), (0, 1, 2))
    assert p[2] == pytest.approx(pool.LEAST)
    assert scale < 1
    assert pool.predicted(np.array([1.0, 0.0, -1.0]), (0, 1, 2))[1] == 1


def test_a_single_legal_action_is_certain() -> None:
    p, scale = pool.predicted(np.array([0.0, 3.0]), (1,))
    assert p.tolist() == [0, 1]
    assert scale == 1


def test_fixed_share_deals_out_five_percent() -> None:
    """Two experts, likelihoods .9 and .1 from even shares: .9 * .95 + .05 / 2."""
    shares = pool.next_shares(np.full(2, 0.5, dtype=np.float32), np.array([0.9, 0.1]))
    assert shares == pytest.approx([0.88, 0.12])


def test_gains_follow_the_group_that_is_right_and_their_precision_grows() -> None:
    gains, precision = np.ones(2, dtype=np.float32), (np.eye(2) / pool.GAIN_SD**2).astype(np.float32)
    grouped = np.array([[1.0, -1.0], [-1.0, 1.0]])
    after, grown = pool.next_gains(gains, precision, grouped, np.array([0.5, 0.5]), 0)
    assert after[0] > 1 > after[1]
    assert np.trace(grown) > np.trace(precision)


def test_gains_without_evidence_return_to_one() -> None:
    gains, precision = np.array([3.0], dtype=np.float32), np.array([[50.0]], dtype=np.float32)
    for _ in range(5000):
        gains, precision = pool.next_gains(gains, precision, np.zeros((1, 2)), np.array([0.5, 0.5]), 0)
    assert gains[0] == pytest.approx(1, abs=1e-3)
    assert precision[0, 0] == pytest.approx(1 / pool.GAIN_SD**2, rel=1e-2)


def test_a_family_without_population_puts_all_weight_on_the_mixture() -> None:
    matrix = prior("nothing-like-it", layout_of(RPS))
    assert matrix[-1, -1] == 1
    assert np.count_nonzero(matrix) == 1
    assert np.array_equal(matrix, by_group(COLD, layout_of(RPS)))


def test_the_shipped_prior_says_where_it_is_from_and_fits_the_contexts() -> None:
    shipped = json.loads((files("hagame.mind.predict") / "population.json").read_text(encoding="utf-8"))
    family = shipped["families"]["rock-paper-scissors"]
    assert family["licence"] == "CC0-1.0"
    assert family["people"] == sum(source["people"] for source in family["sources"])
    assert all(len(source["sha256"]) == 64 for source in family["sources"])
    assert set(family["weights"]) <= {context.key for context in layout_of(RPS).contexts} | {MIXTURE}
    assert np.count_nonzero(prior("rock-paper-scissors", layout_of(RPS))) > GROUPS


def test_fitting_finds_whom_to_trust_and_is_deterministic() -> None:
    """People who always repeat: the fit trusts experts, so its loss on them is below the cold one."""
    rng = np.random.default_rng(3)
    people = [[Decision(k % 3, int(rng.integers(3)), 0, 0) for _ in range(25)] for k in range(6)]
    inputs = pool_inputs(people, RPS)
    weights = fit(people, inputs, RPS)
    assert weights == fit(people, inputs, RPS)
    x, y = np.concatenate(inputs), np.array([d.action for person in people for d in person])

    def loss(matrix: np.ndarray) -> float:
        z = x @ matrix.sum(0)
        return float((np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y]).mean())

    assert loss(by_group(weights, layout_of(RPS))) < loss(by_group(COLD, layout_of(RPS)))


def test_nobody_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="nobody"):
        fit([[Decision(0, 0, 0, 0)]], pool_inputs([[Decision(0, 0, 0, 0)]], RPS), RPS)
