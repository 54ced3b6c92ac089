"""Recorded decisions are read as the manifest says, and what is wrong with one file is told and costs no other."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hagame.cli.datasets import Dataset, read_dataset, read_manifest
from hagame.cli.datasets.manifest import Entry
from hagame.cli.datasets.options import _spread_out
from hagame.cli.datasets.populations import (
    alike,
    cold_predictions,
    cross_fitted,
    crossed,
    fitted,
    folds_of,
    members,
    shape_of,
    teachers_of,
)
from hagame.cli.datasets.scores import Case, scores
from hagame.errors import InvalidInput
from hagame.mind.predict.fitting import predictions

PENNIES = {
    "family": "repeated-game",
    "columns": {"person": "who", "action": "move", "opponent_action": "met"},
    "actions": ["h", "t"],
    "payoffs": [[1, -1], [-1, 1]],
    "opponent_payoffs": [[-1, 1], [1, -1]],
}
PAID = [[1, -1, 0]] * 3
MOVES = "who,move,met,spare\n" + "".join(
    f"{who},{'ht'[(t + who) % 2]},{'ht'[t % 3 == 0]},x\n" for who in range(6) for t in range(12)
)


def directory(tmp_path: Path, entry: dict[str, Any], text: str, name: str = "a.csv") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "files": {name: entry}}), encoding="utf-8")
    return tmp_path


def read(tmp_path: Path, entry: dict[str, Any], text: str) -> Dataset:
    entries, wrong = read_manifest(directory(tmp_path, entry, text))
    assert not wrong
    return read_dataset(tmp_path, "a.csv", entries["a.csv"])


def test_decisions_are_read_person_by_person_and_scored_from_the_fourth_trial_on(tmp_path: Path) -> None:
    found = read(tmp_path, PENNIES, MOVES)
    assert [person.person for person in found.people] == ["0", "1", "2", "3", "4", "5"]
    first = found.people[0]
    assert first.stream.action.tolist() == [0, 1] * 6
    assert first.stream.payoff[:2].tolist() == [-1, -1]
    assert first.scored[""].tolist() == [False] * 3 + [True] * 9


def test_rows_without_a_choice_are_trials_but_no_decisions(tmp_path: Path) -> None:
    text = "who,move,met\na,N,h\n" + "a,h,h\n" * 4
    found = read(tmp_path, PENNIES | {"missing": ["N"]}, text)
    assert found.people[0].scored[""].tolist() == [False, False, True, True]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_files_are_found_compressed_or_not(tmp_path: Path, name: str) -> None:
    directory(tmp_path, PENNIES, MOVES)
    entries, _ = read_manifest(tmp_path)
    if name.endswith(".gz"):
        (tmp_path / "a.csv").unlink()
        (tmp_path / name).write_bytes(gzip.compress(MOVES.encode()))
    assert len(read_dataset(tmp_path, "a.csv", entries["a.csv"]).people) == 6


def test_a_directory_without_manifest_is_read_with_another_one(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    directory(other, PENNIES, MOVES)
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.csv").write_text(MOVES, encoding="utf-8")
    assert list(read_manifest(data, other / "manifest.json")[0]) == ["a.csv"]
    with pytest.raises(InvalidInput, match=r"manifest\.json"):
        read_manifest(data)


def test_one_wrong_entry_is_told_and_the_others_stay(tmp_path: Path) -> None:
    files = {"a.csv": PENNIES, "b.csv": PENNIES | {"familly": "x"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    entries, wrong = read_manifest(tmp_path)
    assert list(entries) == ["a.csv"]
    assert "familly" in wrong["b.csv"]


@pytest.mark.parametrize(
    ("entry", "text", "told"),
    [
        (PENNIES, "who,move\na,h\n", "no column 'met'"),
        (PENNIES | {"columns": {"person": "who"}}, MOVES, "columns/action"),
        (PENNIES | {"payoffs": [["x", 0], [0, 0]]}, "who,move,met,x\na,h,h,much\n", "row 2, column x: 'much'"),
        (PENNIES, "who,move,met\n", "no decision"),
        (PENNIES, "", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, entry: dict[str, Any], text: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read(tmp_path, entry, text)


def test_a_trial_of_two_steps_is_two_decisions(tmp_path: Path) -> None:
    columns = {"person": "w", "action": "a", "state": "s", "second_action": "b", "reward": "r"}
    entry = {"family": "two-step", "columns": columns, "actions": ["0", "1"]}
    found = read(tmp_path, entry, "w,a,s,b,r\n" + "p,0,1,1,1\np,1,0,0,0\n" * 3).people[0]
    assert found.stream.stage[:4].tolist() == [0, 2, 0, 1]
    assert found.stream.payoff[:4].tolist() == [0, 1, 0, 0]
    assert found.scored[""].sum() == found.scored["second-choices"].sum() == 3


def test_tables_of_one_shot_games_give_one_row_per_role(tmp_path: Path) -> None:
    columns = {"row_payoffs": "r", "column_payoffs": "c", "row_choices": "x", "column_choices": "y"}
    text = "r,c,x,y\n1 2; 3 4,,0.25; 0.75,\n1 2 3; 4 5 6,1 1 1; 2 2 2,3 10; 7 10,1; 1\n"
    found = read(tmp_path, {"family": "one-shot-game", "columns": columns}, text).people
    assert [person.person for person in found] == ["1a", "2a"]
    assert found[0].stream.target[0, :2].tolist() == [0.25, 0.75]
    assert found[1].weight.tolist() == [10]
    assert found[0].stream.legal[0].sum() == 2


def test_shares_of_blocks_are_problems_without_learning(tmp_path: Path) -> None:
    options = {"A": [[1, "sure"]], "B": [[0.5, "up"], [0.5, 0]]}
    entry = {"family": "choice-rates", "columns": {"rate": ["b1", "b2"]}, "options": options}
    found = read(tmp_path, entry, "sure,up,b1,b2\n3,8,0.5,0.75\n1,9,,0.9\n")
    assert found.is_rates
    assert [len(person.stream) for person in found.people] == [2, 1]
    assert found.people[0].stream.target[1].tolist() == [0.25, 0.75]
    assert found.people[1].stream.columns[0, 0, -2:].tolist() == [1, 2]


def test_lotteries_of_the_competition_keep_the_expected_value_of_their_high_outcome() -> None:
    """Erev et al. (2017): the lottery that replaces the high outcome has that outcome as its mean."""
    for shape in ("Symm", "R-skew", "L-skew"):
        for outcomes in (1, 2, 3, 5):
            points, chances = _spread_out(20.0, shape, outcomes)
            assert chances.sum() == pytest.approx(1)
            assert points @ chances == pytest.approx(20)


def test_a_move_to_a_taken_square_is_told(tmp_path: Path) -> None:
    columns = {"person": "w", "action": "m", "colour": "c", "black_pieces": "b", "white_pieces": "o"}
    entry = {"family": "four-in-a-row", "columns": columns}
    assert read(tmp_path, entry, "w,m,c,b,o\np,3,Black,1,2\n").people[0].stream.legal.sum() == 34
    with pytest.raises(InvalidInput, match="not free"):
        read(tmp_path, entry, "w,m,c,b,o\np,0,Black,1,2\n")


def test_nobody_teaches_what_he_is_predicted_by(tmp_path: Path) -> None:
    """All but one person alternate; whoever is predicted, what he did later changes nothing in it."""
    people = members([read(tmp_path, PENNIES, MOVES)])
    folds = folds_of(people, folds=3)
    predicted = cross_fitted(people, folds)
    assert all(np.allclose(rows.sum(axis=1), 1) for rows in predicted)
    changed = read(tmp_path, PENNIES, MOVES[:-6] + "h,h,x\n" if MOVES[-6] == "t" else MOVES[:-6] + "t,h,x\n")
    again = cross_fitted(members([changed]), folds)
    assert np.array_equal(predicted[-1], again[-1])


def test_files_with_other_conditions_teach_what_they_share(tmp_path: Path) -> None:
    """One file tells a condition that the other has not: it is learnt from as if that had always been the same."""
    plain, told = (tmp_path / name for name in ("plain", "told"))
    plain.mkdir()
    told.mkdir()
    pupil = read(told, PENNIES | {"conditions": [0.25, 0.5]}, MOVES)
    teacher = read(plain, PENNIES | {"conditions": [1]}, MOVES)
    assert teachers_of([pupil], [teacher, pupil]) == [pupil]
    (found,) = teachers_of([pupil], [teacher])
    assert shape_of(found) == shape_of(pupil)
    assert found.people[0].stream.columns[0].tolist() == [[1, 0.5], [1, 0.5]]
    population = fitted(members([found]), [None] * len(found.people))
    predicted = [predictions(m.observed(), population) for m in members([pupil])]
    assert all(np.allclose(rows.sum(axis=1), 1) for rows in predicted)
    three = read(plain, PENNIES | {"actions": ["h", "t", "e"], "payoffs": PAID, "opponent_payoffs": PAID}, MOVES)
    assert teachers_of([pupil], [three]) == []


def test_an_excerpt_and_the_file_that_it_is_of_teach_each_other_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(MOVES, encoding="utf-8")
    whole = read(tmp_path, PENNIES, MOVES)
    entry = Entry.model_validate(PENNIES | {"excerpt_of": whole.name})
    excerpt = read_dataset(tmp_path, "b.csv", entry)
    assert alike([whole, excerpt]) == [[whole, excerpt]]
    assert crossed([whole, excerpt]) == [[whole], [excerpt]]
    assert crossed([excerpt]) == [[excerpt]]
    assert teachers_of([excerpt], [whole, excerpt]) == [excerpt]
    assert teachers_of([whole], [excerpt]) == []


def test_the_cold_engine_gives_every_person_the_same_first_prediction(tmp_path: Path) -> None:
    for rows in cold_predictions(members([read(tmp_path, PENNIES, MOVES)])):
        assert rows[0] == pytest.approx([0.5, 0.5])


def test_scores_of_a_known_case() -> None:
    """Two people, one decision each: .8 given to what happened, and .4; the error is that of their mean."""
    legal = np.ones((1, 2), dtype=np.bool_)
    target, weight = np.array([[1.0, 0.0]]), np.ones(1)
    cases = [Case(str(p), np.array([[p, 1 - p]]), target, legal, weight) for p in (0.8, 0.4)]
    found = scores(cases, rates=False)
    losses = -np.log([0.8, 0.4])
    assert found["log_loss"] == pytest.approx(losses.mean())
    assert found["se"] == pytest.approx(losses.std(ddof=1) / np.sqrt(2))
    assert (found["accuracy"], found["n_people"], found["n"]) == (0.5, 2, 2)
    assert found["brier"] == pytest.approx((2 * 0.2**2 + 2 * 0.6**2) / 2)
    assert found["ece"] == pytest.approx((0.2 + 0.6) / 2)
