"""Lueders' rule, entropies and commutators against QuTiP, which is too large (120 MB) to be a dependency of the tests.

`pip install qutip` beside this project, and they run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hagame.mind import quantum
from hagame.mind.quantum import Question
from hagame.mind.quantum.dilemma import dilemma_states

qutip: Any = pytest.importorskip("qutip", reason="qutip (120 MB) is not installed")


def test_answers_change_states_as_in_qutip() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        n = int(rng.integers(2, 7))
        rho, theirs = quantum.maximally_mixed(n), qutip.maximally_mixed_dm(n)
        for _ in range(5):
            vectors = rng.normal(size=(int(rng.integers(1, n)), n)) + 1j * rng.normal(size=(1, n))
            question, yes = Question.spanned("q", vectors.tolist()), bool(rng.random() < 0.5)
            projector = qutip.Qobj(question.projector if yes else np.eye(n) - question.projector)
            expected = (projector * theirs).tr().real
            if expected < 1e-6:
                break
            p, rho = quantum.ask(rho, question, yes)
            theirs = projector * theirs * projector / expected
            assert p == pytest.approx(expected)
            assert np.abs(rho - theirs.full()).max() < 1e-9
            assert quantum.entropy_bits(rho) == pytest.approx(qutip.entropy_vn(theirs, base=2), abs=1e-9)


def test_questions_clash_as_in_qutip() -> None:
    for angle in np.linspace(0, np.pi, 13):
        a, b = Question.at_angle("a", 0.0), Question.at_angle("b", float(angle))
        norm = np.linalg.norm(qutip.commutator(qutip.Qobj(a.projector), qutip.Qobj(b.projector)).full(), ord=2)
        assert quantum.incompatibility(a, b) == pytest.approx(norm, abs=1e-12)


def test_a_belief_is_traced_out_as_in_qutip() -> None:
    mu, gamma = 0.51, 2.09
    gain = qutip.Qobj([[mu, 1], [1, -mu]]) / np.sqrt(1 + mu * mu)
    consonance = np.array([[1, 0, 1, 0], [0, -1, 0, 1], [1, 0, -1, 0], [0, 1, 0, 1]]) / np.sqrt(2)
    hamiltonian = qutip.tensor(qutip.qeye(2), gain) - gamma * qutip.Qobj(consonance, dims=[[2, 2], [2, 2]])
    evolution = (-1j * hamiltonian * np.pi / 2).expm()
    even = (qutip.basis(2, 0) + qutip.basis(2, 1)).unit()
    beliefs = (qutip.basis(2, 0), qutip.basis(2, 1), even)
    for belief, rho in zip(beliefs, dilemma_states(mu, gamma), strict=True):
        psi = evolution * qutip.tensor(belief, even)
        assert np.abs(psi.ptrace(1).full() - rho).max() < 1e-9
        assert quantum.entropy_bits(rho) == pytest.approx(qutip.entropy_vn(psi.ptrace(1), base=2))
