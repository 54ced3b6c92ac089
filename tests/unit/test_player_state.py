"""The live state of a player's judgments: recounted by hand, honest about its rival, silent about open questions."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import cos, log, radians, sin
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.unit.random_play import played

from hagame import plugins
from hagame.mind import quantum
from hagame.mind.quantum import news, player
from hagame.rules.builtin_social import DEFINITIONS
from hagame.rules.judging import Answers, Dilemmas, JudgedBlock, Pair
from hagame.rules.questions import Questions

MOORE = Pair((219.0, 20.0, 79.0, 129.0), (243.0, 11.0, 86.0, 92.0), "Moore (2002)")
ALIKE = Pair((183.0, 8.0, 74.0, 194.0), (195.0, 67.0, 29.0, 195.0), "Moore (2002)")
"""Clinton and Gore; whites and blacks. Wang & Busemeyer (2013), table 1."""


def built_in(key: str) -> Any:
    (found,) = (item for item in DEFINITIONS if item["key"] == key)
    return plugins.make_game(found["engine"], found["parameters"])


def answered(pair: Pair, *given_answers: tuple[int, int, bool], over: bool = True) -> player.QuestionnaireState:
    return player.questionnaire_state(Answers((JudgedBlock(("a", "b"), None, pair),), given_answers, over=over))


def test_the_state_is_recounted_with_plain_matrices() -> None:
    """Projectors, Lueders' rule and entropies written out, from the published numbers of people."""
    first, second = answered(MOORE, (0, 0, True), (0, 1, False)).blocks[0].answers
    same = (219 + 129 + 243 + 92) / (447 + 432)
    angle = np.arccos(np.sqrt(same))
    a, b = 2 * (219 + 20) / 447 - 1, 2 * (243 + 86) / 432 - 1
    z, x = a, (b - a * cos(2 * angle)) / sin(2 * angle)
    rho = np.array([[1 + z, x], [x, 1 - z]]) / 2
    yes_a, line = np.diag([1.0, 0.0]), np.array([cos(angle), sin(angle)])
    no_b = np.eye(2) - np.outer(line, line)
    assert first.probability == pytest.approx(np.trace(yes_a @ rho))
    assert first.probability == pytest.approx(239 / 447)
    assert first.entropy_before == pytest.approx(-sum(p * np.log2(p) for p in np.linalg.eigvalsh(rho)))
    after = yes_a @ rho @ yes_a / np.trace(yes_a @ rho)
    assert second.probability == pytest.approx(np.trace(no_b @ after))
    assert second.probability == pytest.approx(1 - same)
    assert second.alone == pytest.approx(1 - 329 / 432)
    assert second.before == pytest.approx(first.after) == (0, 0, 1)
    assert second.after == pytest.approx((-sin(2 * angle), 0, -cos(2 * angle)))
    assert (first.entropy_after, second.entropy_after) == pytest.approx((0, 0), abs=1e-9)
    assert first.classical == pytest.approx((219 + 20 + 243 + 11) / 879)
    assert second.classical == pytest.approx((20 + 11) / (219 + 20 + 243 + 11))


@given(st.lists(st.booleans(), min_size=8, max_size=8), st.integers(0, 2**32 - 1))
def test_the_same_answers_give_the_same_state_and_entropies_add_up(yes: list[bool], seed: int) -> None:
    game = built_in("question-order")
    state = game.start(np.random.default_rng(seed))
    for answer in yes:
        state = game.apply(state, {0: game.answers[0 if answer else 1]}, np.random.default_rng(0))
    found = player.questionnaire_state(game.judged(state))
    assert found == player.questionnaire_state(game.judged(state))
    assert found.entropy_start == pytest.approx(sum(block.start_entropy for block in found.blocks))
    assert found.entropy_now == pytest.approx(0, abs=1e-9)
    for answer in (a for block in found.blocks for a in block.answers):
        assert np.hypot(answer.after[0], answer.after[2]) == pytest.approx(1)
        assert 0 <= answer.probability <= 1


def test_an_open_question_is_never_told_of() -> None:
    game = built_in("question-order")
    for step in played(game, 4):
        told = json.dumps(asdict(player.questionnaire_state(game.judged(step.before))))
        unasked = {q.key for b in game.blocks for q in b.questions} - {game._all[i].key for i, _ in step.before.given}
        assert not any(f'"{key}"' in told for key in unasked)
        assert '"people": {' not in told or step.before.given


@pytest.mark.parametrize(("pair", "winner"), [(MOORE, "classical"), (ALIKE, "quantum")])
def test_whichever_model_does_better_on_people_is_named(pair: Pair, winner: str) -> None:
    people = answered(pair, (0, 0, True), (0, 1, True)).blocks[0].people
    assert people is not None
    assert people.verdict.startswith(f"the {winner} model does better")
    assert answered(pair, (0, 0, True), over=False).blocks[0].people is None


def test_the_classical_rival_is_the_likeliest_joint_distribution() -> None:
    people = answered(MOORE, (0, 0, True), (0, 1, True)).blocks[0].people
    table = quantum.OrderTable(MOORE.as_listed, MOORE.reversed)
    assert people is not None
    assert people.classical_bic == pytest.approx(quantum.fit_order_models(table).no_order.bic)


def test_few_answers_decide_nothing_and_many_do() -> None:
    few = answered(MOORE, (0, 0, True)).comparison
    assert "does as well" in few.sentence
    blocks = tuple(JudgedBlock((f"a{i}", f"b{i}"), None, MOORE) for i in range(20))
    given_answers = tuple((i, q, True) for i in range(20) for q in (0, 1))
    many = player.questionnaire_state(Answers(blocks, given_answers, over=True)).comparison
    assert many.sentence.startswith("On 40 answers of yours the classical model does better")
    assert many.classical == pytest.approx(20 * log(462 / 879))


def test_the_typical_angle_is_that_of_the_published_tables() -> None:
    counts = np.array([*MOORE.as_listed, *MOORE.reversed, *ALIKE.as_listed, *ALIKE.reversed]).reshape(4, 4)
    same = counts[:, [0, 3]].sum() / counts.sum()
    assert np.degrees(np.arccos(np.sqrt(same))) == pytest.approx(player.TYPICAL_DEGREES, abs=0.2)


def test_angles_of_the_definition_count_and_square_questions_never_repeat() -> None:
    block = JudgedBlock(("a", "b", "c"), (0.0, 90.0, 45.0))
    given_answers = ((0, 0, True), (0, 1, True), (0, 2, False))
    found = player.questionnaire_state(Answers((block,), given_answers, over=True)).blocks[0]
    assert found.origin == "definition"
    assert found.answers[1].probability < 1e-9
    assert found.answers[1].after == pytest.approx((0, 0, -1))
    clashes = {(clash.first, clash.second): clash.incompatibility for clash in found.clashes}
    assert clashes[("a", "b")] == pytest.approx(0)
    assert clashes[("a", "c")] == pytest.approx(sin(radians(90)) / 2)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"questions": [{"key": "a", "text": "a?", "degrees": 10}, {"key": "b", "text": "b?"}]}, "degrees for all"),
        ({"crowd": {"n": 10, "first": 0.5, "second": 0.5, "both": 0.6}}, "both must lie between"),
    ],
)
def test_angles_and_shares_that_cannot_be_are_refused(change: dict[str, Any], says: str) -> None:
    block: dict[str, Any] = {"questions": [{"key": "a", "text": "a?"}, {"key": "b", "text": "b?"}]} | change
    if "crowd" in block:
        block["crowd"] = {"as_listed": block["crowd"], "reversed": block["crowd"], "source": "none"}
    with pytest.raises(ValidationError, match=says):
        Questions.model_validate({"blocks": [block]})


def test_the_dilemma_models_are_those_that_fit_the_published_triads_best() -> None:
    (unknown, defect, cooperate), n = [float(d) for d, _ in news.TRIADS], 444.0
    found = quantum.fit_dilemma(quantum.DilemmaCounts((defect, cooperate, unknown), (n, n, n)))
    assert list(found.quantum.parameters.values()) == pytest.approx(news.QUANTUM, abs=1e-3)
    assert list(found.markov.parameters.values()) == pytest.approx(news.MARKOV, rel=1e-3)
    people = news.news_state(Dilemmas((0, 0), (0, 0), (0, 0), None)).people
    assert (people.quantum_bic, people.classical_bic) == pytest.approx((found.quantum.bic, found.markov.bic), abs=1e-3)


def test_the_state_of_the_action_gives_the_probability_to_defect() -> None:
    for case in news.news_state(Dilemmas((0, 0), (0, 0), (0, 0), None)).cases:
        assert (1 + case.arrow[2]) / 2 == pytest.approx(case.quantum)
        length = float(np.linalg.norm(case.arrow))
        shares = np.array([1 + length, 1 - length]) / 2
        assert case.entropy == pytest.approx(-(shares * np.log2(shares)).sum())


def test_interference_is_told_once_all_cases_are_met_and_only_if_it_is_more_than_chance() -> None:
    assert news.news_state(Dilemmas((6, 2), (6, 5), (0, 0), (0, True))).interference is None
    few = news.news_state(Dilemmas((6, 3), (6, 4), (6, 4), (0, True))).interference
    many = news.news_state(Dilemmas((40, 10), (40, 36), (40, 34), (0, False)))
    assert few is not None
    assert "no more than chance" in few.sentence
    assert many.interference is not None
    assert many.interference.value == pytest.approx(10 / 40 - (36 / 40 + 34 / 40) / 2)
    assert many.interference.high < 0
    assert "more than a mixture" in many.interference.sentence
    assert many.comparison.sentence.startswith("On 120 answers of yours the quantum model does better")
