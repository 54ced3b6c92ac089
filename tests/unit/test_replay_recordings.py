"""Reading recorded decisions: what is kept, and what a bad file is told."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from hagame.cli.recordings import Recording, Round, read
from hagame.errors import InvalidInput

RPS = ("rock", "paper", "scissors")
EXCERPT = Path(__file__).parents[1] / "data" / "rps_stable_bot_excerpt.csv"


def read_text(folder: Path, text: str, actions: tuple[str, ...] = RPS) -> Recording:
    path = folder / "some.csv"
    path.write_text(text)
    return read(path, actions, actions)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_text(folder, text)
    return caught.value.detail


def test_the_excerpt_holds_four_people_with_sixty_rounds_less_those_without_a_move() -> None:
    recording = read(EXCERPT, RPS, RPS)
    lines = EXCERPT.read_text().splitlines()[1:]
    unmoved = sum(",N," in line for line in lines)
    assert [person.subject for person in recording.people] == ["1", "87", "2", "9"]
    assert recording.decisions == 4 * 60 - unmoved
    assert recording.dropped == unmoved > 0
    assert recording.people[0].rounds[0] == Round(1, "rock", "scissors", 1941)


def test_a_round_without_a_move_is_no_decision_but_counts_as_a_round(tmp_path: Path) -> None:
    recording = read_text(tmp_path, "subject,round,move,opp_move\na,1,N,R\na,2,R,P\na,5,S,S\n")
    assert recording.people[0].rounds == (Round(2, "rock", "paper"), Round(3, "scissors", "scissors"))
    assert recording.dropped == 1


def test_a_missing_opponent_move_is_no_matter_where_no_move_was_made(tmp_path: Path) -> None:
    assert read_text(tmp_path, "subject,round,move,opp_move\na,1,N,\na,2,R,P\n").decisions == 1


def test_moves_may_be_whole_names_or_first_letters_in_any_case_and_order_of_columns(tmp_path: Path) -> None:
    recording = read_text(tmp_path, "opp_move,extra,move,round,subject\nPAPER,x,r,1,b\ns,y,Scissors,1,a\n")
    assert [p.subject for p in recording.people] == ["b", "a"]
    assert recording.people[0].rounds == (Round(1, "rock", "paper"),)
    assert recording.people[1].rounds == (Round(1, "scissors", "scissors"),)


def test_first_letters_are_not_taken_where_two_actions_share_one(tmp_path: Path) -> None:
    actions = ("swerve", "straight")
    assert read_text(tmp_path, "subject,round,move,opp_move\na,1,swerve,straight\n", actions).decisions == 1
    with pytest.raises(InvalidInput, match="must be one of swerve, straight"):
        read_text(tmp_path, "subject,round,move,opp_move\na,1,s,straight\n", actions)


@pytest.mark.parametrize(("written", "meant"), [("812", 812), ("812.6", 813), ("", None), ("NA", None), ("0", 0)])
def test_response_times_are_whole_milliseconds_or_unknown(tmp_path: Path, written: str, meant: int | None) -> None:
    recording = read_text(tmp_path, f"subject,round,move,opp_move,rt_ms\na,1,R,P,{written}\n")
    assert recording.people[0].rounds[0].response_time_ms == meant


def test_a_compressed_file_reads_the_same_and_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    packed = tmp_path / "some.csv.gz"
    packed.write_bytes(gzip.compress(EXCERPT.read_bytes(), mtime=0))
    recording = read(packed, RPS, RPS)
    assert recording.people == read(EXCERPT, RPS, RPS).people
    assert recording.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest()


def test_the_first_people_keep_their_own_count_of_dropped_rounds(tmp_path: Path) -> None:
    recording = read_text(tmp_path, "subject,round,move,opp_move\na,1,R,R\nb,1,N,R\nb,2,R,R\n")
    assert (recording.dropped, recording.first(1).dropped, recording.first(None)) == (1, 0, recording)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,2,X,P,9", "some.csv, row 3, column move: 'X' is no action; it must be one of R, P, S, rock"),
        ("a,2,,P,9", "column move: '' is no action"),
        ("a,2,R,,9", "row 3, column opp_move: it is missing; it must be one of"),
        ("a,2,R,N,9", "row 3, column opp_move: 'N' is no action"),
        ("a,1,R,P,9", "row 3, column round: 1 follows 1; the rounds of one subject must rise"),
        ("a,two,R,P,9", "row 3, column round: 'two' is no round number"),
        ("a,-1,R,P,9", "column round: '-1' is no round number"),
        (",2,R,P,9", "row 3, column subject: it is empty"),
        ("a,2,R,P,fast", "row 3, column rt_ms: 'fast' is no response time; it must be a number from 0 to 86,400,000"),
        ("a,2,R,P,-5", "column rt_ms: '-5' is no response time"),
        ("a,2,R,P,nan", "column rt_ms: 'nan' is no response time"),
        ("a,2,R,P,86400001", "column rt_ms"),
        ("a,2,R,P", "row 3: it has 4 cells; the header has 5"),
        ('a,2,R,P,"9', "it is not CSV"),
    ],
)
def test_a_bad_cell_is_named_with_file_row_and_column_and_what_would_be_right(
    tmp_path: Path, row: str, says: str
) -> None:
    assert says in refused(tmp_path, f"subject,round,move,opp_move,rt_ms\na,1,R,P,700\n{row}\n")


@pytest.mark.parametrize("text", ["", "\n", "subject,round,move\na,1,R\n", "a,1,R,P\n"])
def test_missing_columns_are_named(tmp_path: Path, text: str) -> None:
    assert "needed are subject, round, move, opp_move" in refused(tmp_path, text)


def test_a_file_without_a_single_move_is_refused(tmp_path: Path) -> None:
    assert "holds no decision" in refused(tmp_path, "subject,round,move,opp_move\na,1,N,R\n")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("some.csv.gz", b"subject,round", "is not a whole gzip file"),
        ("some.csv.gz", gzip.compress(b"subject,round,move,opp_move\n" * 99)[:-20], "is not a whole gzip file"),
        ("some.csv", b"subject,round,move,opp_move\n\xff", "must be UTF-8"),
        ("some.xlsx", b"", "must end with .csv or .csv.gz"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=says):
        read(tmp_path / name, RPS, RPS)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none\.csv: it cannot be read: No such file"):
        read(tmp_path / "none.csv", RPS, RPS)
