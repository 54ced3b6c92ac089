"""Quantum probability of judgment: published figures, what must hold in every state, and rivals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagame.cli.science import SURVEYS
from hagame.errors import InvalidInput
from hagame.mind import quantum
from hagame.mind.quantum import DilemmaCounts, OrderTable, Question, dilemma, order_models

CLINTON, WHITES, ROSE = (survey.table for survey in SURVEYS)
angles = st.floats(0, float(np.pi))


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.title)
def test_the_published_question_order_tables_give_the_published_q(survey: object) -> None:
    """Wang & Busemeyer (2013), table 1."""
    test = quantum.qq_test(survey.table)  # type: ignore[attr-defined]
    assert round(test.q, 3) == survey.q  # type: ignore[attr-defined]


def test_the_qq_equality_is_rejected_for_rose_and_jackson_alone() -> None:
    tests = [quantum.qq_test(table) for table in (CLINTON, WHITES, ROSE)]
    assert [test.p_value < 0.05 for test in tests] == [False, False, True]
    assert round(tests[2].z, 2) == 5.30
    assert all(test.order_effect_p_value < 0.05 for test in tests), "order did matter in all three"


@given(
    st.lists(st.tuples(st.floats(0.01, 1), angles, angles), min_size=1, max_size=3),
    st.integers(1, 10_000),
)
def test_projections_of_one_state_obey_the_qq_equality(planes: list[tuple[float, float, float]], n: int) -> None:
    weights, state, between = (np.array(column) for column in zip(*planes, strict=True))
    shares = order_models.projected(weights / weights.sum(), state, between) * n
    assert shares.min() >= -1e-9
    table = OrderTable(tuple(np.maximum(shares[:4], 0)), tuple(np.maximum(shares[4:], 0)))  # type: ignore[arg-type]
    assert quantum.qq_test(table).q == pytest.approx(0, abs=1e-9)
    effect_a, effect_b = quantum.order_effects(table)
    ab, ba = table.shares
    similarity = quantum.similarity_index(table)
    assert effect_b == pytest.approx(2 * (similarity - ab[0]), abs=1e-9)
    assert effect_a == pytest.approx(2 * (similarity - ba[0]), abs=1e-9)


def test_the_planes_are_what_projectors_and_lueders_rule_give() -> None:
    state, between = 0.7, 0.4
    a, b = Question.at_angle("a", 0.0), Question.at_angle("b", between)
    psi = np.array([np.cos(state), np.sin(state)], dtype=np.complex128)
    rho = np.outer(psi, psi.conj())
    expected = []
    for first, second in ((a, b), (b, a)):
        for answers in ((True, True), (True, False), (False, True), (False, False)):
            given_first, given_second = answers if first is a else answers[::-1]
            p, after = quantum.ask(rho, first, given_first)
            expected.append(p * quantum.ask(after, second, given_second)[0])
    got = order_models.projected(np.array([1.0]), np.array([state]), np.array([between]))
    assert got == pytest.approx(np.array(expected))


def test_a_quantum_fit_recovers_what_made_the_answers() -> None:
    true = order_models.projected(np.array([0.6, 0.4]), np.array([0.3, 1.2]), np.array([0.5, 0.9])) * 1e6
    fits = quantum.fit_order_models(OrderTable(tuple(true[:4]), tuple(true[4:])))  # type: ignore[arg-type]
    assert np.array(fits.quantum_4d.predicted) * 1e6 == pytest.approx(true, abs=2000)
    assert fits.quantum_4d.bic < fits.saturated.bic


def test_classical_models_win_where_they_should() -> None:
    same = (300.0, 120.0, 80.0, 500.0)
    fits = quantum.fit_order_models(OrderTable(same, same))
    assert min(fits.all, key=lambda fit: fit.bic).model == "no order effect"
    assert len(fits.anchoring.parameters) == len(fits.quantum_4d.parameters) == 5
    assert max(fit.log_likelihood for fit in fits.all) <= fits.saturated.log_likelihood + 1e-6
    assert "lowest BIC" in fits.verdict


def test_the_dilemma_gives_the_published_defection() -> None:
    """Pothos & Busemeyer (2009): .81, .65, .57 at mu = .51, gamma = 2.09."""
    assert [round(p, 2) for p in quantum.quantum_dilemma(0.51, 2.09)] == [0.81, 0.65, 0.57]


@given(st.floats(0, 50), st.floats(0, 50))
def test_the_markov_rival_obeys_the_law_of_total_probability(first: float, second: float) -> None:
    known_defect, known_cooperate, unknown = quantum.markov_dilemma(first, second)
    assert unknown == pytest.approx((known_defect + known_cooperate) / 2)
    assert 0 <= known_defect <= 1


@given(st.floats(0, 20), st.floats(0, 20))
def test_the_quantum_dilemma_gives_probabilities(mu: float, gamma: float) -> None:
    assert all(-1e-9 <= p <= 1 + 1e-9 for p in quantum.quantum_dilemma(mu, gamma))


def test_shafir_and_tversky_cannot_be_had_by_a_markov_process() -> None:
    """Shafir & Tversky (1992): 97 %, 84 % and 63 % of 444 defected."""
    found = quantum.fit_dilemma(DilemmaCounts((430, 371, 280), (444, 444, 444)))
    assert found.violation == pytest.approx(280 / 444 - 371 / 444)
    assert found.quantum.bic < found.markov.bic
    assert "quantum does better" in found.verdict


def test_a_dilemma_that_obeys_total_probability_is_left_to_the_markov_process() -> None:
    found = quantum.fit_dilemma(DilemmaCounts((900, 300, 600), (1000, 1000, 1000)))
    assert found.violation == 0
    assert found.markov.bic < found.quantum.bic


def test_a_dilemma_where_more_defected_than_were_asked_is_refused() -> None:
    with pytest.raises(InvalidInput, match="known_cooperate: 5 of 4"):
        DilemmaCounts((1, 5, 1), (4, 4, 4))
    assert dilemma.CONDITIONS == ("known_defect", "known_cooperate", "unknown")


def test_the_state_stays_a_density_matrix_under_ten_thousand_random_questions() -> None:
    rng = np.random.default_rng(1)
    sequences, length = 1000, 10
    for _ in range(sequences):
        n = int(rng.integers(2, 7))
        rho = quantum.maximally_mixed(n)
        for _ in range(length):
            vectors = rng.normal(size=(int(rng.integers(1, n)), n)) + 1j * rng.normal(size=(1, n))
            question = Question.spanned("q", vectors.tolist())
            yes = quantum.probability_of_yes(rho, question)
            p, rho = quantum.ask(rho, question, yes > rng.random())
            assert 0 < p <= 1
            assert quantum.is_density_matrix(rho)
            assert 0 <= quantum.entropy_bits(rho) <= np.log2(n) + 1e-9


@given(st.permutations(range(4)), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_commuting_questions_show_no_order_effect(axes: list[int], i: int, j: int, seed: int) -> None:
    basis = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))[0]
    a = Question.spanned("a", basis[axes[:i]].tolist())
    b = Question.spanned("b", basis[sorted(axes)[:j]].tolist())
    assert quantum.incompatibility(a, b) == pytest.approx(0, abs=1e-9)
    rho = np.diag([0.4, 0.3, 0.2, 0.1]).astype(np.complex128)
    rho = basis.T @ rho @ basis * 0.5 + np.eye(4) / 8
    for first, second in ((True, True), (True, False), (False, True), (False, False)):
        assert _joint(rho, a, first, b, second) == pytest.approx(_joint(rho, b, second, a, first), abs=1e-9)


def test_questions_at_45_degrees_disturb_each_other_most() -> None:
    a = Question.at_angle("a", 0.0)
    most = [quantum.incompatibility(a, Question.at_angle("b", angle)) for angle in np.linspace(0, np.pi / 4, 5)]
    assert all(x < y for x, y in pairwise(most))
    assert most[-1] == pytest.approx(0.5)


def test_answers_take_a_state_from_ignorance_to_certainty_and_back() -> None:
    questions = {"a": Question.at_angle("a", 0.0), "b": Question.at_angle("b", np.pi / 4)}
    rho, steps = quantum.journey(quantum.maximally_mixed(2), questions, [("a", True), ("b", False), ("a", True)])
    assert [round(step.probability, 6) for step in steps] == [0.5, 0.5, 0.5]
    assert steps[0].entropy_before == pytest.approx(1)
    assert [step.entropy_after for step in steps] == pytest.approx([0, 0, 0], abs=1e-9)
    assert quantum.bloch_vector(rho) == pytest.approx((0, 0, 1))


@pytest.mark.parametrize(
    ("vectors", "says"),
    [
        ([[0, 0]], "span 0 of 2"),
        ([[1, 0], [0, 1]], "span 2 of 2"),
        ([[1]], "length between 2 and 16"),
        ([[float("nan"), 0]], "length between"),
    ],
)
def test_a_question_without_a_yes_and_a_no_is_refused(vectors: list[list[float]], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        Question.spanned("q", vectors)


def test_an_impossible_answer_is_refused() -> None:
    a = Question.at_angle("a", 0.0)
    _, rho = quantum.ask(quantum.maximally_mixed(2), a, answer=True)
    with pytest.raises(InvalidInput, match="probability 0"):
        quantum.ask(rho, a, answer=False)


def test_interference_is_told_with_an_interval_that_covers_nothing_where_there_is_none() -> None:
    rng = np.random.default_rng(3)
    none = quantum.interference((60, 100), [(70, 100), (50, 100)], (0.5, 0.5), rng)
    assert none.value == pytest.approx(0)
    assert none.interval[0] < 0 < none.interval[1]
    some = quantum.interference((280, 444), [(430, 444), (371, 444)], (0.5, 0.5), rng)
    assert some.interval[1] < 0
    with pytest.raises(InvalidInput, match="weights"):
        quantum.interference((1, 2), [(1, 2)], (0.4,), rng)


def _joint(rho: np.ndarray, first: Question, yes: bool, second: Question, then: bool) -> float:
    try:
        p, after = quantum.ask(rho, first, yes)
        return p * quantum.ask(after, second, then)[0]
    except InvalidInput:
        return 0.0
