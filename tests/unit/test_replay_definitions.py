"""Which definition is played, and what is said when a recording does not fit in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hagame.cli import definitions
from hagame.cli.files import check_writable, replacing
from hagame.cli.recordings import read
from hagame.cli.replay_run import in_sample
from hagame.errors import InvalidInput, NotFound
from hagame.mind.predict import CountMixture

EXCERPT = Path(__file__).parents[1] / "data" / "rps_stable_bot_excerpt.csv"


@pytest.mark.parametrize(("decisions", "key"), [(60, "rock-paper-scissors"), (101, "rock-paper-scissors-300")])
def test_a_short_name_plays_the_shortest_built_in_game_that_holds_the_recording(decisions: int, key: str) -> None:
    assert definitions.long_enough("rps", decisions).key == key


def test_a_whole_key_plays_that_definition_and_no_other() -> None:
    assert definitions.long_enough("rock-paper-scissors-300", 1).key == "rock-paper-scissors-300"
    with pytest.raises(InvalidInput, match="has 101 decisions, and rock-paper-scissors has 100 rounds"):
        definitions.long_enough("rock-paper-scissors", 101)


def test_a_recording_longer_than_every_built_in_game_is_told_the_limit_and_the_way_out() -> None:
    with pytest.raises(InvalidInput, match=r"301 decisions.* 300 rounds.*POST /games/definitions.*--game KEY"):
        definitions.long_enough("rps", 301)


def test_a_game_of_drawn_length_cannot_hold_a_recording() -> None:
    with pytest.raises(InvalidInput, match="a length that is drawn"):
        definitions.long_enough("pd", 5)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"rps, pennies, pd, .*rock-paper-scissors"):
        definitions.built_in("go")


def test_a_file_that_nothing_was_fitted_on_is_not_in_sample() -> None:
    recording = read(EXCERPT, ("rock", "paper", "scissors"), ("rock", "paper", "scissors"))
    info = CountMixture.info
    assert in_sample(recording, info.key, info.version) is False


def test_whether_a_file_is_in_sample_cannot_be_told_of_another_version() -> None:
    recording = read(EXCERPT, ("rock", "paper", "scissors"), ("rock", "paper", "scissors"))
    assert in_sample(recording, CountMixture.info.key, "some other version") is None


def test_a_file_is_replaced_whole_or_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "figures.json"
    with replacing(path) as part:
        part.write_text("old")
    with pytest.raises(UnicodeEncodeError), replacing(path) as part:
        part.write_text("half \ud800", encoding="utf-8")
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="cannot be written"), replacing(tmp_path / "file" / "out.json") as part:
        part.write_text("x")
    with pytest.raises(InvalidInput, match="cannot be written"):
        check_writable(tmp_path / "file" / "out.json")


def test_finding_out_whether_a_file_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("old")
    check_writable(tmp_path / "out.json")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]
