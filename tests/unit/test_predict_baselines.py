from __future__ import annotations

import numpy as np
import pytest

from hagame.mind.predict import BASELINES
from hagame.mind.predict.baselines import Counts, Hedge


@pytest.mark.parametrize("name", list(BASELINES))
def test_every_rival_starts_uniform_and_stays_a_distribution(name: str) -> None:
    rival = BASELINES[name](3)
    assert rival.predict() == pytest.approx([1 / 3] * 3)
    for own, other in np.random.default_rng(0).integers(3, size=(40, 2)).tolist():
        rival.update(own, other)
        assert rival.predict().sum() == pytest.approx(1)
        assert (rival.predict() > 0).all()


def test_the_marginal_is_laplace_counts() -> None:
    rival = BASELINES["marginal"](3)
    for own in (0, 0, 2):
        rival.update(own, 1)
    assert rival.predict() == pytest.approx([3 / 6, 1 / 6, 2 / 6])


def test_markov_counts_what_followed_the_last_move() -> None:
    rival = BASELINES["markov1"](2)
    for own in (0, 1, 0, 1, 0):
        rival.update(own, 0)
    assert rival.predict() == pytest.approx([1 / 4, 3 / 4])


def test_joint_counts_look_at_both() -> None:
    rival = Counts(2, own_lags=1, opponent_lags=1)
    for own, other in ((0, 0), (1, 1), (0, 0), (1, 0), (0, 0)):
        rival.update(own, other)
    assert rival.predict() == pytest.approx([1 / 4, 3 / 4])


def test_the_hedge_trusts_whoever_was_right() -> None:
    rival = Hedge(2)
    for t in range(60):
        rival.update(t % 2, 0)
    assert rival.predict()[0] > 0.9
