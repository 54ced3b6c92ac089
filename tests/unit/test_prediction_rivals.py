"""Trained rivals of the engine take whatever people chose."""

from __future__ import annotations

import numpy as np
from benchmarks.rivals import fit_and_predict


def test_an_action_that_was_chosen_once_among_many_decisions_keeps_the_boosted_rival_going() -> None:
    """Above 10,000 rows scikit-learn holds out a share of every class, which one case cannot give."""
    x = np.random.default_rng(0).normal(size=(10_100, 1))
    target = np.eye(3)[(x[:, 0] > 0).astype(np.int64)]
    target[0] = [0, 0, 1]
    found = fit_and_predict("gboost", x, target, np.ones(len(x)), np.arange(len(x)), x[:50])
    assert np.allclose(found.sum(axis=1), 1)
    assert np.mean((found[1:, 1] > 0.5) == (x[1:50, 0] > 0)) > 0.9
