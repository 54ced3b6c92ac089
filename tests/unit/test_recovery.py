"""Parameter recovery as a tool: what a design can tell, said before a study."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hagame.cli import app
from hagame.cli.recover_run import Plan, group_of, run, verdict
from hagame.errors import InvalidInput
from hagame.mind.cognition.parameters import natural, prior_of
from hagame.mind.cognition.recovery import Design, enough, lengthen, made_up, recover, repeated
from hagame.mind.cognition.registry import families, family
from hagame.mind.cognition.rows import LEGAL


@pytest.mark.parametrize(
    "key",
    [
        "two-step-weights", "two-step:four-parameters", "orl:fixed-decay", "ewa:cumulative", "pvl-delta:square-root",
        "q-learning", "q-learning:fading", "prospect-theory:one-weighting",
    ],
)  # fmt: skip
def test_what_is_recommended_can_be_told(key: str) -> None:
    """At the length of a usual session; of 24 people, so that .8 shows as .6 or more."""
    model = family(key)
    found = recover(model, Design(24, model.session))
    assert not found.untold(0.6), found
    assert 0.88 <= np.mean([each.coverage for each in found.parameters]) <= 1.0


def test_what_cannot_be_told_is_said_and_what_it_does_together_is_known() -> None:
    found = recover(family("orl"), Design(30, 100))
    assert "perseverance_decay" in found.untold(0.8)
    assert found.derived[0].name == "pull_of_last_deck"
    assert found.derived[0].r > 0.7
    told = list(verdict([found], 0.8))
    assert any("perseverance_decay cannot be told with 100 trials" in line for line in told)


def test_sessions_are_doubled_until_everything_is_told() -> None:
    model = family("hyperbolic-discounting")
    first = recover(model, Design(30, 10))
    assert first.untold(0.9)
    longer = list(lengthen(first, lambda trials: recover(model, Design(30, trials)), 1000, 0.9))
    assert [each.trials for each in longer][:2] == [20, 40]
    assert not set(longer[-1].untold(0.9)) & set.intersection(*(set(each.untold(0.9)) for each in [first, *longer]))
    assert all(count is not None and count <= longer[-1].trials for count in enough([first, *longer], 0.9).values())


def test_the_same_people_are_made_up_whatever_the_number_of_trials() -> None:
    model = family("loss-aversion")
    short, long = made_up(model, Design(5, 10))[0], made_up(model, Design(5, 40))[0]
    assert np.array_equal(short, long)
    mean, sd = prior_of(model.free)
    many = made_up(model, Design(4000, 1))[0]
    assert np.abs((many - mean) / sd).mean() == pytest.approx(np.sqrt(2 / np.pi), abs=0.03)
    assert np.isfinite(natural(model.free, many)).all()


def test_intervals_of_correlations_are_those_of_fisher() -> None:
    # Fisher's z: r = .8 of 28 people is known to atanh(.8) -+ 1.96 / 5, thus .609 to .903.
    each = recover(family("memory-one"), Design(28, 60)).parameters[0]
    reach = 1.96 / 5
    assert (each.r_low, each.r_high) == pytest.approx(np.tanh(np.arctanh(each.r) + np.array([-reach, reach])))


def test_a_design_of_ones_own_is_what_people_face(tmp_path: Path) -> None:
    """Gambles over gains alone say nothing of losses, which the table shows before anybody is asked."""
    lines = ["amounts_a,probabilities_a,amounts_b"]
    lines += [f"0 {best},{1 - p:g} {p:g},{p * best * share:g}" for best in (5, 20) for p in (0.1, 0.5, 0.9)
              for share in (0.6, 0.9, 1.2)]  # fmt: skip
    (tmp_path / "design.csv").write_text("\n".join(lines))
    model = family("prospect-theory:one-weighting")
    run(Plan(model, 20, 90, 90, 0.8, 1, group=False, design=tmp_path / "design.csv"), tmp_path / "told.json")
    told = json.loads((tmp_path / "told.json").read_text())
    figures = told["lengths"][0]["parameters"]
    assert abs(figures["loss_aversion"]["r_z"]) < 0.5 < figures["choice_sensitivity"]["r_z"]
    assert told["enough_trials"]["loss_aversion"] is None
    assert told["held"] == {"weighting_loss": "weighting_gain"}


def test_the_rows_of_a_design_come_round_again() -> None:
    model = family("hyperbolic-discounting")
    names = ("amount_sooner", "delay_sooner", "amount_later", "delay_later")
    offers = dict(zip(names, ([5, 4], [0, 0], [10, 9], [30, 60]), strict=True))
    design = model.read({"action": [0, 1], **offers})
    rows = np.array(list(repeated(model, design)(np.random.default_rng(0), 5)))
    assert rows[:, LEGAL + 2].tolist() == [5, 4, 5, 4, 5]
    assert rows[:, 4].tolist() == [2, 0, 0, 0, 0]


@pytest.mark.parametrize("key", ["q-learning", "two-step", "drift-diffusion", "memory-one"])
def test_a_design_is_refused_where_choices_bring_what_no_table_tells(key: str) -> None:
    model = family(key)
    with pytest.raises(InvalidInput, match="cannot take its trials from a table"):
        repeated(model, made_up(model, Design(1, 10))[1][0])


def test_the_table_is_written_as_csv(tmp_path: Path) -> None:
    plan = Plan(family("loss-aversion"), 6, 20, 40, 0.99, 1, group=False, design=None)
    run(plan, tmp_path / "told.csv")
    rows = list(csv.DictReader((tmp_path / "told.csv").read_text().splitlines()))
    assert [row["trials"] for row in rows] == ["20"] * 3 + ["40"] * 3
    assert {row["parameter"] for row in rows} == {"risk_attitude", "loss_aversion", "choice_sensitivity"}
    with pytest.raises(InvalidInput, match=r"must end with \.json or \.csv, not 'told\.txt'"):
        run(plan, tmp_path / "told.txt")


def test_the_command_says_what_cannot_be_told_and_how_many_trials_would_do(tmp_path: Path) -> None:
    words = ["recover", "loss-aversion", "--hold=risk_attitude=1", "--made-by=loss-aversion", "--people=8"]
    found = CliRunner().invoke(app, [*words, "--trials=10", "--longest=40", f"--out={tmp_path / 'told.json'}"])
    assert found.exit_code == 0, found.output
    told = json.loads((tmp_path / "told.json").read_text())
    assert (told["model"], told["made_by"]) == ("loss-aversion:risk_attitude=1", "loss-aversion")
    assert "8 people of loss-aversion, 10 trials each" in found.output
    untold = [name for name, each in told["lengths"][0]["parameters"].items() if each["r_z"] < 0.8]
    assert untold
    for name in untold:
        enough = told["enough_trials"][name]
        said = f"{enough} would do" if enough else f"nor with {told['lengths'][-1]['trials']}"
        assert f"{name} cannot be told with 10 trials" in found.output
        assert said in found.output


def test_people_of_a_group_are_recovered_together() -> None:
    found = recover(family("loss-aversion"), Design(12, 40), group=True)
    assert found.people == 12
    assert found.parameters[1].r_z > 0.6


def test_what_is_held_wrongly_shows_in_people_of_the_whole_model() -> None:
    """Who feels amounts otherwise than as square roots is taken for somebody with another aversion to losses."""
    corner, whole = family("pvl-delta:square-root"), family("pvl-delta")
    right, wrong = recover(corner, Design(60, 200)), recover(corner, Design(60, 200), maker=whole)
    losses = [next(each for each in found.parameters if each.name == "card_loss_aversion") for found in (right, wrong)]
    assert losses[0].r_z > losses[1].r_z + 0.1
    assert losses[0].coverage > 0.9 > losses[1].coverage


def test_people_of_a_model_with_nothing_in_common_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no free parameter has the same name"):
        recover(family("two-step-weights"), Design(10, 50), maker=family("two-step:stickiness=0"))
    with pytest.raises(InvalidInput, match="read different data"):
        recover(family("loss-aversion"), Design(10, 50), maker=replace(family("loss-aversion"), columns=()))


def test_people_are_drawn_like_those_of_a_pilot(tmp_path: Path) -> None:
    model = family("loss-aversion")
    group = {name: {"mean": 0.3 * i, "sd": 0.2} for i, name in enumerate(model.names)}
    file = tmp_path / "fit.json"
    file.write_text(json.dumps({"model": model.key, "group": group}))
    like = group_of(file, model)
    z = made_up(model, Design(2000, 1, like=like))[0]
    assert z.mean(axis=0) == pytest.approx([0.0, 0.3, 0.6], abs=0.02)
    assert z.std(axis=0) == pytest.approx(0.2, abs=0.02)
    with pytest.raises(InvalidInput, match=r"is of loss-aversion; make the people by it: --made-by loss-aversion"):
        group_of(file, family("loss-aversion:risk_attitude=1"))
    with pytest.raises(InvalidInput, match=r"must be the fit\.json of `hagame fit --group --model orl`"):
        group_of(file, family("orl"))
    with pytest.raises(InvalidInput, match="cannot be read"):
        group_of(tmp_path / "none.json", model)


def test_what_has_no_people_or_too_few_is_refused() -> None:
    with pytest.raises(InvalidInput, match="strategies cannot be recovered so"):
        recover(family("strategies"), Design(10, 50))
    with pytest.raises(InvalidInput, match="at least four"):
        recover(family("loss-aversion"), Design(3, 50))


def test_every_family_of_people_says_how_long_a_usual_session_is() -> None:
    assert all(each.session >= each.fewest for each in families().values())
