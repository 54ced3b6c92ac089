"""Features of moves: what each one counts, and that people can be predicted from them."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from hagame.rules.board.features import FEATURES, NOTHING, move_features, square_features
from hagame.rules.board.grid import Grid, grid

FOUR_IN_A_ROW = grid(9, 4, 4)
CONNECT_FOUR = grid(7, 6, 4, gravity=True)
PUBLISHED = 2.0837
"""In-sample log-loss of a conditional logit with nine features on the same games, nats (baselines of the data set)."""


def mask(board: Grid, *squares: tuple[int, int]) -> int:
    return sum(1 << row * board.width + column for row, column in squares)


def of(board: Grid, square: tuple[int, int], own: int, other: int) -> dict[str, float]:
    values = square_features(board, own, other, square[0] * board.width + square[1])
    return {name: value for name, value in zip(FEATURES, values, strict=True) if value}


def test_the_middle_is_most_central() -> None:
    centrality = FOUR_IN_A_ROW.centrality
    assert max(centrality) == centrality[1 * 9 + 4] == centrality[2 * 9 + 4] == -0.5
    assert min(centrality) == centrality[0] == centrality[-1]


def test_every_line_is_found_once() -> None:
    assert len(grid(3, 3, 3).lines) == 8
    assert len(CONNECT_FOUR.lines) == 69
    assert len(FOUR_IN_A_ROW.lines) == 4 * 6 + 9 + 2 * 6


def test_a_third_and_a_fourth_stone_are_told_apart() -> None:
    two = mask(FOUR_IN_A_ROW, (0, 0), (0, 1))
    assert of(FOUR_IN_A_ROW, (0, 2), two, 0)["makes three"] == 1
    three = two | mask(FOUR_IN_A_ROW, (0, 2))
    assert of(FOUR_IN_A_ROW, (0, 3), three, 0)["completes a line"] == 1


def test_two_that_touch_and_two_apart_are_told_apart() -> None:
    one = mask(FOUR_IN_A_ROW, (0, 0))
    touching, apart = of(FOUR_IN_A_ROW, (0, 1), one, 0), of(FOUR_IN_A_ROW, (0, 2), one, 0)
    assert (touching["makes two, touching"], "makes two, apart" in touching) == (1, False)
    assert (apart["makes two, apart"], "makes two, touching" in apart) == (1, False)


def test_a_line_with_both_colours_counts_for_nobody() -> None:
    own, other = mask(FOUR_IN_A_ROW, (0, 0), (0, 1)), mask(FOUR_IN_A_ROW, (0, 3))
    assert "makes three" not in of(FOUR_IN_A_ROW, (0, 2), own, other)


@pytest.mark.parametrize(
    ("other", "feature"),
    [
        ([(0, 0), (0, 1), (0, 2)], "blocks all but one"),
        ([(0, 1), (0, 2)], "blocks two, touching"),
        ([(0, 0), (0, 2)], "blocks two, apart"),
        ([(0, 0)], "blocks one"),
    ],
)
def test_what_a_block_stops_is_told(other: list[tuple[int, int]], feature: str) -> None:
    assert of(FOUR_IN_A_ROW, (0, 3), 0, mask(FOUR_IN_A_ROW, *other))[feature] >= 1


def test_a_column_has_the_features_of_the_square_where_the_stone_lands() -> None:
    own = mask(CONNECT_FOUR, (5, 0), (4, 0), (3, 0))
    features = move_features(CONNECT_FOUR, own, 0)
    assert len(features) == 7
    assert features[0] == square_features(CONNECT_FOUR, own, 0, 2 * 7)
    assert features[0][FEATURES.index("completes a line")] == 1


def test_a_move_that_is_not_possible_has_no_features() -> None:
    features = move_features(FOUR_IN_A_ROW, 1, 2)
    assert features[0] == features[1] == NOTHING
    assert all(row != NOTHING for row in features[2:])


def test_people_are_predicted_better_than_by_the_published_logit() -> None:
    """A conditional logit on these features, fitted to the games of van Opheusden et al. (2023)."""
    directory = os.environ.get("HAGAME_DATA", "")
    path = Path(directory) / "fourinarow_vanopheusden_hvh.csv.gz"
    if not directory or not path.exists():
        pytest.skip("needs HAGAME_DATA: a folder with fourinarow_vanopheusden_hvh.csv.gz")
    features, legal, chosen = recorded(path)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        utility = np.where(legal, features @ weights, -np.inf)
        p = np.exp(utility - utility.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        rows = np.arange(len(chosen))
        slope = (np.einsum("ns,nsf->nf", p, features) - features[rows, chosen]).mean(axis=0)
        return float(-np.log(p[rows, chosen]).mean()), slope

    fitted = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    assert fitted.fun < PUBLISHED


def recorded(path: Path) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    """Features (n, 36, F), what was legal (n, 36) and the square chosen (n,)."""
    features, legal, chosen = [], [], []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            black, white = int(row["black_pieces"]), int(row["white_pieces"])
            own, other = (black, white) if row["color"] == "Black" else (white, black)
            features.append(move_features(FOUR_IN_A_ROW, own, other))
            legal.append([not (black | white) >> square & 1 for square in range(36)])
            chosen.append(int(row["move_square"]))
    return np.array(features), np.array(legal), np.array(chosen)
