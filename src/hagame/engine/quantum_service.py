"""Quantum probability of judgment on data in the body. Pure: called in a thread, for fits take a second."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from hagame.engine.quantum_schemas import (
    Answers,
    DilemmaIn,
    DilemmaOut,
    FitOut,
    InterferenceOut,
    KnownState,
    OrderEffectIn,
    OrderEffectOut,
    OrderOut,
    QQOut,
    QuantumQuestionIn,
    StateIn,
    StateOut,
    StepOut,
)
from hagame.errors import InvalidInput
from hagame.mind import quantum
from hagame.mind.quantum.state import Matrix

BOOTSTRAP_SEED = 20090604
"""The same counts always give the same interval."""


def order_effect(body: OrderEffectIn) -> OrderEffectOut:
    """Test and model an order effect. Raises `InvalidInput` where a group is empty."""
    table = quantum.OrderTable(_cells(body.ab), _cells(body.ba))
    test = quantum.qq_test(table)
    effect_a, effect_b = quantum.order_effects(table)
    fits = quantum.fit_order_models(table)
    return OrderEffectOut(
        qq=QQOut(q=test.q, z=test.z, p_value=test.p_value),
        order=OrderOut(a=effect_a, b=effect_b, g2=test.order_effect_g2, p_value=test.order_effect_p_value),
        similarity_index=quantum.similarity_index(table),
        models=[_fit(fit) for fit in fits.all],
        verdict=fits.verdict,
    )


def prisoners_dilemma(body: DilemmaIn) -> DilemmaOut:
    """Fit the belief-action model and its Markov rival. Raises `InvalidInput` where more defected than were asked."""
    given = (body.known_defect, body.known_cooperate, body.unknown)
    defected, asked = [float(x.defected) for x in given], [float(x.asked) for x in given]
    counts = quantum.DilemmaCounts((defected[0], defected[1], defected[2]), (asked[0], asked[1], asked[2]))
    found = quantum.fit_dilemma(counts)
    pairs = [(x.defected, x.asked) for x in given]
    gap = quantum.interference(pairs[2], pairs[:2], (0.5, 0.5), np.random.default_rng(BOOTSTRAP_SEED))
    names = ("known_defect", "known_cooperate", "unknown")
    return DilemmaOut(
        observed=dict(zip(names, found.observed, strict=True)),
        violation=found.violation,
        interference=InterferenceOut(value=gap.value, interval=gap.interval),
        models=[_fit(found.quantum), _fit(found.markov)],
        verdict=found.verdict,
    )


def state(body: StateIn) -> StateOut:
    """Follow a state through answers. Raises `InvalidInput` that names the question or answer that cannot be."""
    questions = {name: _question(name, given) for name, given in body.questions.items()}
    dimensions = {len(question.projector) for question in questions.values()}
    if len(dimensions) > 1:
        raise InvalidInput("All questions must have the same number of dimensions.", field="/questions")
    n = dimensions.pop()
    answers = [(given.question, given.answer) for given in body.answers]
    start = quantum.maximally_mixed(n)
    rho, steps = quantum.journey(start, questions, answers)
    before = quantum.journey(start, questions, answers[:-1])[0] if answers else None
    return StateOut(
        dimensions=n,
        steps=[StepOut(**asdict(step)) for step in steps],
        now=_known(rho, questions),
        without_last=None if before is None else _known(before, questions),
        density_real=rho.real.tolist(),
        density_imaginary=rho.imag.tolist(),
        incompatibility={
            a: {b: quantum.incompatibility(first, second) for b, second in questions.items() if b != a}
            for a, first in questions.items()
        },
    )


def _question(name: str, given: QuantumQuestionIn) -> quantum.Question:
    if (given.angle is None) == (given.vectors is None):
        raise InvalidInput(f"{name}: give either an angle or vectors.", field=f"/questions/{name}")
    if given.angle is not None:
        return quantum.Question.at_angle(name, given.angle)
    return quantum.Question.spanned(name, given.vectors or [])


def _known(rho: Matrix, questions: dict[str, quantum.Question]) -> KnownState:
    return KnownState(
        entropy_bits=quantum.entropy_bits(rho),
        yes={name: quantum.probability_of_yes(rho, question) for name, question in questions.items()},
        bloch=quantum.bloch_vector(rho) if len(rho) == 2 else None,
    )


def _fit(fit: quantum.Fit) -> FitOut:
    return FitOut(**(asdict(fit) | {"predicted": list(fit.predicted)}))


def _cells(answers: Answers) -> tuple[float, float, float, float]:
    return float(answers.yes_yes), float(answers.yes_no), float(answers.no_yes), float(answers.no_no)
