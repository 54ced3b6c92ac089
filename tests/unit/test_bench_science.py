"""`hagame bench`: figures that must come out as published, and what may not interfere."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hagame.cli import app
from hagame.cli.expert_pools import FILE
from hagame.cli.science_dilemmas import CONSTANT, DISJUNCTIONS, Disjunction, constant_player

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], tuple[float | None, float]]:
    """All that needs no recordings."""
    out = tmp_path_factory.mktemp("bench") / "figures.json"
    result = RUNNER.invoke(app, ["bench", "science", "--json", str(out)], env={"HAGAME_DATA": None})
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text())
    assert len(written["skipped"]) == 5
    return {(row["topic"], row["figure"], row["source"]): (row["published"], row["ours"]) for row in written["figures"]}


@pytest.mark.parametrize("study", DISJUNCTIONS, ids=lambda study: study.source)
def test_only_the_quantum_model_can_follow_a_disjunction_effect(study: Disjunction) -> None:
    """A Markov process keeps mixtures mixtures, so it must expect the mean of both known cases (Pothos 2009)."""
    found = study.fit()
    assert found.violation < 0
    assert found.markov.predicted[2] == pytest.approx(np.mean(found.markov.predicted[:2]))
    assert abs(found.quantum.predicted[2] - study.shares[2]) < abs(found.markov.predicted[2] - study.shares[2])
    assert found.quantum.log_likelihood > found.markov.log_likelihood


@pytest.mark.parametrize(("action", "name"), CONSTANT)
@pytest.mark.parametrize("seed", [1, 2])
def test_who_always_does_the_same_shows_no_interference(action: str, name: str, seed: int) -> None:
    found = constant_player(action, seed)
    assert found.interference is not None, name
    assert (found.interference.value, found.interference.low, found.interference.high) == (0, 0, 0)
    assert "nothing needs a quantum model" in found.interference.sentence
    assert [case.n for case in found.cases] == [6, 6, 6]


def test_opponents_who_play_as_published_have_the_published_means(
    figures: dict[tuple[str, str, str], tuple[float | None, float]],
) -> None:
    same = ("mean offer, of 5", "standard deviation of offers, of 5", "mean sent, of 10", "mean returned")
    found = {figure: pair for (_, figure, _), pair in figures.items()}
    for figure in same:
        published, ours = found[figure]
        assert ours == pytest.approx(published, abs=0.005), figure


def test_prospect_theory_is_found_again_from_made_up_choices(
    figures: dict[tuple[str, str, str], tuple[float | None, float]],
) -> None:
    rows = [pair for (topic, _, _), pair in figures.items() if topic == "prospect theory"]
    assert len(rows) == 4
    assert all(ours == pytest.approx(published, rel=0.1) for published, ours in rows)


def test_pools_of_the_engines_experts_are_printed_and_a_missing_file_is_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    lines = ["subject,round,move,opp_move"]
    lines += [f"s{s},{t},{'RPS'[rng.integers(3)]},{'RPS'[rng.integers(3)]}" for s in range(2) for t in range(1, 31)]
    with gzip.open(tmp_path / FILE, "wt") as file:
        file.write("\n".join(lines) + "\n")
    result = RUNNER.invoke(app, ["bench", "pools", "--data", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "performance-weighted" in result.output
    missing = RUNNER.invoke(app, ["bench", "pools", "--data", str(tmp_path / "nowhere")])
    assert FILE in str(missing.exception)
