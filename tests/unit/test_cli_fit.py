"""`hagame fit` reads a table, fits, and writes a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from hagame.cli import app, trial_tables
from hagame.cli.fit_run import run
from hagame.errors import InvalidInput
from hagame.mind.cognition.registry import family


def table(path: Path) -> Path:
    model, rng = family("loss-aversion"), np.random.default_rng(2)
    lines = ["subject,action,amounts_a,amounts_b"]
    for subject in range(3):
        made = model.simulate({"risk_attitude": 0.9, "loss_aversion": 1.6, "choice_sensitivity": 1.0}, rng, 60)
        for row in made.rows:
            options = row[8:].reshape(2, 2, 3)
            cells = [" ".join(f"{x:g}" for x, p in zip(*option, strict=True) if p > 0) for option in options]
            lines.append(f"p{subject},{int(row[0])},{','.join(cells)}")
    path.write_text("\n".join(lines))
    return path


def fitted_people(out: Path) -> list[Any]:
    return list(json.loads((out / "fit.json").read_text())["people"].values())


def test_a_group_is_fitted_and_told(tmp_path: Path) -> None:
    run(table(tmp_path / "trials.csv"), family("loss-aversion"), "group", tmp_path / "out")
    found = json.loads((tmp_path / "out" / "fit.json").read_text())
    assert list(found["people"]) == ["p0", "p1", "p2"]
    assert 1.0 < found["group"]["loss_aversion"]["value"] < 2.5
    assert "Posterior predictive p-value" in (tmp_path / "out" / "report.md").read_text()
    for name in ("parameters.png", "predictive.png"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"\x89PNG")


def test_everybody_in_a_table_has_as_many_actions_as_anybody_took(tmp_path: Path) -> None:
    rows = [f"{who},{action},1" for who, actions in (("a", "0 1 9 10"), ("b", "0 1 0 1")) for action in actions.split()]
    (tmp_path / "trials.csv").write_text("\n".join(["subject,action,payoff", *rows]))
    names, people = trial_tables.read(tmp_path / "trials.csv", family("q-learning"))
    assert names == ["a", "b"]
    assert [each.n for each in people] == [11, 11]


def test_a_report_tells_people_and_each_warning_once(tmp_path: Path) -> None:
    lines = table(tmp_path / "trials.csv").read_text().splitlines()
    (tmp_path / "short.csv").write_text("\n".join([*lines[:61], *lines[61:69], *lines[121:129]]))
    run(tmp_path / "short.csv", family("loss-aversion"), "person", tmp_path / "out")
    report = (tmp_path / "out" / "report.md").read_text()
    values = [each["parameters"]["loss_aversion"]["value"] for each in fitted_people(tmp_path / "out")]
    assert f"| {np.median(values):.3f}, {min(values):.3f} to {max(values):.3f} | - |" in report
    assert "\n|---|---|---|---|---|\n" in report
    warned = [line for line in report.splitlines() if line.startswith("- Only 8 trials")]
    assert [line.rpartition(" (")[2] for line in warned] == ["2 of 3: p1, p2)"]


def test_a_model_is_set_beside_its_corners(tmp_path: Path) -> None:
    keys = ["loss-aversion", "loss-aversion:loss_aversion=1"]
    found = CliRunner().invoke(
        app, ["fit", str(table(tmp_path / "trials.csv")), *(f"--model={key}" for key in keys), f"--out={tmp_path}"]
    )
    assert found.exit_code == 0, found.output
    told = json.loads((tmp_path / "comparison.json").read_text())
    assert [each["model"] for each in told["models"]] == keys
    free, held = told["models"]
    assert held["held"]["loss_aversion"] == 1.0
    assert "loss_aversion" not in held["people"]["p0"]
    assert sum(free["bic"].values()) < sum(held["bic"].values())
    assert free["frequency"] + held["frequency"] == pytest.approx(1)


def test_what_is_held_is_told_in_the_report(tmp_path: Path) -> None:
    words = ["fit", str(table(tmp_path / "trials.csv")), "--model", "loss-aversion", "--hold", "risk_attitude=1"]
    found = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out")])
    assert found.exit_code == 0, found.output
    assert "risk_attitude = 1" in (tmp_path / "out" / "report.md").read_text()
    assert json.loads((tmp_path / "out" / "fit.json").read_text())["held"]["risk_attitude"] == 1.0


def test_several_models_are_refused_as_groups_and_twice_the_same(tmp_path: Path) -> None:
    path = table(tmp_path / "trials.csv")
    twice = CliRunner().invoke(app, ["fit", str(path), "--model=loss-aversion", "--model=loss-aversion"])
    assert isinstance(twice.exception, InvalidInput)
    assert "named twice" in str(twice.exception)
    group = CliRunner().invoke(app, ["fit", str(path), "--model=loss-aversion", "--model=orl", "--group"])
    assert "person by person" in str(group.exception)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none\.csv: it cannot be read: No such file"):
        run(tmp_path / "none.csv", family("q-learning"), "person", None)


def test_names_of_actions_are_refused_with_what_would_be_right(tmp_path: Path) -> None:
    (tmp_path / "trials.csv").write_text("subject,action,payoff\nada,rock,1\n")
    with pytest.raises(InvalidInput, match=r"subject ada: action: .*must be a number\. Actions .* counted from 0"):
        run(tmp_path / "trials.csv", family("q-learning"), "person", None)


def test_a_missing_column_is_named_with_what_it_means(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"column `payoff` is missing.*what it paid"):
        run(table(tmp_path / "trials.csv"), family("q-learning"), "person", None)
