from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hagame.mind.predict import pool, population
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.kernels import share_out
from hagame.mind.predict.population import (
    MIXTURE,
    cards,
    cold,
    keys_of,
    packed,
    population_for,
    read_artefact,
    unpacked,
    write_artefact,
)
from hagame.rules.game import Situation

TABLE = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))
NAMES = ("rock", "paper", "scissors")
RPS = Situation(NAMES, NAMES, (0, 1, 2), TABLE, tuple(zip(*TABLE, strict=True)), "rock-paper-scissors")
ALL = np.ones(3, dtype=np.bool_)


def test_a_certain_forecast_is_held_at_the_least_probability() -> None:
    p = np.zeros(3)
    assert pool.chances(np.array([40.0, 40.0, -80.0]), ALL, p) < 1
    assert p[2] == pytest.approx(pool.LEAST)
    assert pool.chances(np.array([1.0, 0.0, -1.0]), ALL, p) == 1


def test_a_single_legal_action_is_certain() -> None:
    p = np.zeros(2)
    assert pool.chances(np.array([0.0, 3.0]), np.array([False, True]), p) == 1
    assert p.tolist() == [0, 1]


def test_fixed_share_deals_out_five_percent() -> None:
    """Two experts, likelihoods .9 and .1 from even shares: .9 * .95 + .05 / 2."""
    shares = np.full(2, 0.5, dtype=np.float32)
    share_out(shares, np.array([[0.9, 0.1], [0.1, 0.9]]), 0)
    assert shares == pytest.approx([0.88, 0.12])


def followed(y: np.ndarray, times: int, slopes: np.ndarray, precision: np.ndarray) -> None:
    prior = precision.copy()
    for _ in range(times):
        pool.follow(slopes, precision, prior, y, np.array([0.5, 0.5]), 0)


def test_slopes_follow_the_evidence_that_is_right_and_their_precision_grows() -> None:
    slopes, precision = np.zeros(2, dtype=np.float32), 3 * np.eye(2, dtype=np.float32)
    before = np.trace(precision)
    followed(np.array([[1.0, -1.0], [-1.0, 1.0]]), 1, slopes, precision)
    assert slopes[0] > 0 > slopes[1]
    assert np.trace(precision) > before


def test_slopes_without_evidence_return_to_those_of_the_population() -> None:
    slopes, precision = np.array([3.0], dtype=np.float32), np.array([[50.0]], dtype=np.float32)
    prior = np.array([[2.0]], dtype=np.float32)
    for _ in range(5000):
        pool.follow(slopes, precision, prior, np.zeros((1, 2)), np.array([0.5, 0.5]), 0)
    assert slopes[0] == pytest.approx(0, abs=1e-3)
    assert precision[0, 0] == pytest.approx(2, rel=1e-2)


def test_a_family_without_population_puts_all_weight_on_the_mixture() -> None:
    nobody = population_for(Situation(NAMES, NAMES, (0, 1, 2), TABLE, TABLE, "nothing-like-it"), layout_of(RPS))
    assert nobody.is_cold
    assert np.flatnonzero(nobody.pool.weights[0]).tolist() == [nobody.keys.index(MIXTURE)]
    assert not len(nobody.trees.roots)


def test_every_shipped_prior_says_where_it_is_from_and_that_it_may_ship() -> None:
    assert {"rock-paper-scissors", "prisoners-dilemma"} <= set(cards())
    for card in cards().values():
        assert {source["licence"] for source in card["sources"]} <= {"CC0-1.0", "MIT", "CC-BY-4.0"}
        assert all(len(source["sha256"]) == 64 and source["people"] > 0 for source in card["sources"])


def test_the_shipped_prior_of_rock_paper_scissors_fits_the_game_as_it_is_played() -> None:
    known = population_for(RPS, layout_of(RPS))
    assert not known.is_cold
    assert np.count_nonzero(known.pool.weights) > 50
    assert len(known.trees.roots)


def test_an_artefact_is_read_as_it_was_written_and_the_same_gives_the_same_bytes() -> None:
    known = population_for(RPS, layout_of(RPS))
    data = write_artefact(known, {"family": "f"})
    assert data == write_artefact(known, {"family": "f"})
    arrays, card = read_artefact(data)
    assert card["family"] == "f"
    again = unpacked(arrays, layout_of(RPS))
    assert all(np.array_equal(a, b) for a, b in zip(packed(known).values(), packed(again).values(), strict=True))


def test_weights_find_their_inputs_in_a_game_that_has_fewer() -> None:
    """A game of four by three actions has no contexts coded from the opponent's move; the others keep their weights."""
    known = population_for(RPS, layout_of(RPS))
    other = Situation(("a", "b", "c", "d"), NAMES, (0, 1, 2, 3), ((1.0, 0.0, 2.0),) * 4, ((0.0, 1.0, 2.0),) * 4, "")
    found = unpacked(packed(known), layout_of(other))
    assert len(found.keys) < len(known.keys)
    for key in ("taken/absolute:own1/long", MIXTURE):
        assert found.pool.weights[0, found.keys.index(key)] == known.pool.weights[0, known.keys.index(key)]
    assert not len(found.trees.roots)


def test_cold_slopes_are_those_of_the_mixture_learners_and_columns() -> None:
    nobody = cold(layout_of(RPS), 2)
    assert nobody.keys == keys_of(layout_of(RPS), 2)
    assert (np.diagonal(nobody.pool.precision[0]) > 0).all()


def test_a_directory_of_ones_own_comes_before_what_is_shipped(tmp_path: Path) -> None:
    known = population_for(RPS, layout_of(RPS))
    (tmp_path / "mine.safetensors").write_bytes(
        write_artefact(known, {"family": "rock-paper-scissors", "sources": [{"file": "mine"}]})
    )
    try:
        population.use(tmp_path)
        assert cards()["rock-paper-scissors"]["sources"] == [{"file": "mine"}]
    finally:
        population.forget()
    assert cards()["rock-paper-scissors"]["sources"] != [{"file": "mine"}]
