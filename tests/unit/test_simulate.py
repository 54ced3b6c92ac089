"""`hagame simulate`: matches without people."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from hagame.cli import simulate_run
from hagame.cli.simulate_job import Job
from hagame.cli.simulate_run import play_share
from hagame.errors import InvalidInput, NotFound
from hagame.mind.opponents import Adaptive, Random
from hagame.mind.predict import CountMixture
from hagame.rules.matrix import Matrix
from hagame.simulation import Side, play

SHORT = '{"rounds": 12}'


def job(matches: int = 6, **changes: str) -> Job:
    given = {"player": "humanlike", "opponent": "adaptive", "parameters": SHORT} | changes
    return Job.of(
        changes.get("game", "rps"),
        given["player"],
        given["opponent"],
        given["parameters"],
        changes.get("player_parameters", "{}"),
        changes.get("opponent_parameters", "{}"),
        matches=matches,
        seed=5,
    )


def test_a_match_depends_on_its_own_seed_alone() -> None:
    together = play_share(job(), 0, 6, steps=True).columns
    apart = play_share(job(), 4, 1, steps=True).columns
    assert together is not None
    assert apart is not None
    rows = [i for i, match in enumerate(together["match"]) if match == 4]
    assert {name: [column[i] for i in rows] for name, column in together.items()} == apart


def test_every_step_is_told_with_what_it_paid_and_how_well_it_was_foreseen() -> None:
    game = Matrix(preset="rock-paper-scissors", rounds=30)
    steps = list(play(game, (Side(Random()), Side(Adaptive(), CountMixture())), 1))
    assert [step.turn for step in steps] == list(range(1, 31))
    assert all(sum(step.payoffs) == 0 for step in steps)
    assert all(step.foreseen[0] is not None and 0 < step.foreseen[0] < 1 for step in steps)
    assert all(step.foreseen[1] is None for step in steps), "nobody predicts the AI"


def test_in_a_game_in_turns_one_side_acts_in_each_step() -> None:
    share = play_share(
        job(2, game="tic-tac-toe", player="random", opponent="search", parameters="{}"), 0, 2, steps=True
    )
    assert share.columns is not None
    pairs = zip(share.columns["player_action"], share.columns["opponent_action"], strict=True)
    assert all((own is None) != (other is None) for own, other in pairs)
    assert share.moves == share.steps


@pytest.mark.slow
def test_the_file_is_the_same_for_any_number_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=(tmp_path / "said").open("w"), width=120)
    monkeypatch.setattr(simulate_run, "console", screen)
    monkeypatch.setattr(simulate_run, "SHARE", 2)
    for jobs in (1, 2):
        simulate_run.report(job(), jobs, tmp_path / f"{jobs}.parquet")
    screen.file.close()
    one, two = (pq.read_table(tmp_path / f"{jobs}.parquet") for jobs in (1, 2))
    assert one.equals(two)
    assert one.num_rows == 6 * 12
    assert one.schema.names[:3] == ["match", "seed", "turn"]
    assert set(one["seed"].to_pylist()) == set(range(5, 11))
    said = (tmp_path / "said").read_text()
    assert "6 matches, 72 steps, 144 moves" in said
    assert "moves per second and core" in said


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"game": "chess"}, NotFound, "no built-in game 'chess'"),
        ({"player": "search"}, InvalidInput, "--player: 'search' cannot play"),
        ({"opponent": "nobody"}, NotFound, "no opponent 'nobody'"),
        ({"opponent_parameters": "{"}, InvalidInput, "is no JSON"),
        ({"player_parameters": "[1]"}, InvalidInput, "is no mapping"),
        ({"parameters": '{"rounds": 0}'}, InvalidInput, "/parameters/rounds"),
        ({"game": "public-goods", "parameters": "{}"}, InvalidInput, "Only games of two"),
    ],
)
def test_what_cannot_be_simulated_is_told_before_anything_starts(
    changes: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        job(**changes)
