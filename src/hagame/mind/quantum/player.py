"""The state of one player's judgments while questions are answered, beside a classical rival. A model, no physics.

Each block of questions has two levels, and blocks do not touch each other. That is a modelling choice, the smallest
one in which order can matter. In it every question is a line, yes, and the line square to it, no; the angle between
two questions is the definition's, or the one at which as many people repeat their answer as were seen to
(`cos^2 angle` do, whatever the first answer), or, where nothing was published, `TYPICAL_DEGREES`. A player starts as
the people who were asked: in the state that gives their share of yes to each question when asked first, or, where
nothing is known of them, in the maximally mixed one. From there Lueders' rule alone moves the state.

The classical rival is one joint distribution of both answers, whatever the order. Both have three parameters per pair
of questions, fitted on the same people, none on the player, so the likelihoods of a player's answers compare directly.
With two levels an answer leaves no entropy, and the next answer is uncertain all the same; that is what sets a quantum
state apart from a classical one. Wang & Busemeyer (2013), Topics in Cognitive Science 5:689, is the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import acos, degrees, log, radians
from typing import Literal, NamedTuple

import numpy as np

from hagame.mind.quantum.comparison import Comparison, People, compared
from hagame.mind.quantum.fits import LEAST_PROBABILITY, better, made
from hagame.mind.quantum.state import (
    Matrix,
    Question,
    bloch_vector,
    entropy_bits,
    incompatibility,
    maximally_mixed,
    probability_of_yes,
)
from hagame.rules.judging import Answers, JudgedBlock, Pair

TYPICAL_DEGREES = 27.0
"""Angle at which as many repeat their answer as in both tables of Moore (2002) that obey the QQ equality, together."""

Arrow = tuple[float, float, float]
Origin = Literal["definition", "published", "typical"]
"""Where the angles come from."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An answered question: the angle of its yes-line, and the arrow of the state that is sure to answer yes."""

    key: str
    text: str
    degrees: float
    yes: Arrow


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer. `probability` is what the state gave to it just before, `alone` had it been the block's first one.

    `before` is where the state would still be without this question. Entropies in bits, arrows in the Bloch ball.
    """

    key: str
    yes: bool
    probability: float
    alone: float
    classical: float | None
    entropy_before: float
    entropy_after: float
    before: Arrow
    after: Arrow


@dataclass(frozen=True, slots=True)
class Clash:
    """How far two questions disturb each other: the norm of their commutator, 0 to 1/2."""

    first: str
    second: str
    incompatibility: float


@dataclass(frozen=True, slots=True)
class BlockState:
    """A block as far as it is answered; nothing here tells of questions that are still to come."""

    origin: Origin
    source: str | None
    start: Arrow
    start_entropy: float
    questions: tuple[Placed, ...]
    answers: tuple[Answered, ...]
    clashes: tuple[Clash, ...]
    people: People | None


@dataclass(frozen=True, slots=True)
class QuestionnaireState:
    """The player after the answers so far. Entropies are sums over all blocks, in bits.

    `blocks` holds the one answered last, at the end all; `comparison` is over this player's answers to questions with
    published ones.
    """

    entropy_start: float
    entropy_now: float
    blocks: tuple[BlockState, ...]
    comparison: Comparison
    kind: Literal["questions"] = "questions"


class _Block(NamedTuple):
    """A block before anything is answered. `joint` (2, 2) are the classical shares, yes first."""

    questions: tuple[Question, ...]
    degrees: tuple[float, ...]
    origin: Origin
    start: Matrix
    joint: tuple[tuple[float, float], ...] | None
    people: People | None


def questionnaire_state(given: Answers) -> QuestionnaireState:
    """Follow the state through all answers. A pure function of them: the same answers give the same numbers."""
    blocks = [_block(block) for block in given.blocks]
    of: dict[int, list[tuple[int, bool]]] = {}
    for b, question, yes in given.given:
        of.setdefault(b, []).append((question, yes))
    found = {b: _followed(given.blocks[b], blocks[b], answers) for b, answers in of.items()}
    start = [entropy_bits(block.start) for block in blocks]
    left = [found[b].answers[-1].entropy_after if b in found else bits for b, bits in enumerate(start)]
    shown = list(found.values()) if given.over else list(found.values())[-1:]
    return QuestionnaireState(sum(start), sum(left), tuple(shown), _compared(found.values()))


@lru_cache(maxsize=512)
def _block(block: JudgedBlock) -> _Block:
    keys, pair = block.keys, block.pair
    origin: Origin
    angles: tuple[float, ...]
    if block.degrees is not None:
        origin, angles = "definition", block.degrees
    elif pair is not None:
        origin, angles = "published", (0.0, _angle(pair))
    else:
        origin, angles = "typical", tuple(i * TYPICAL_DEGREES for i in range(len(keys)))
    questions = tuple(Question.at_angle(key, radians(angle)) for key, angle in zip(keys, angles, strict=True))
    if pair is None:
        return _Block(questions, angles, origin, maximally_mixed(2), None, None)
    start = _prior(pair, angles)
    return _Block(questions, angles, origin, start, _joint(pair), _people(pair, questions, start))


def _angle(pair: Pair) -> float:
    """Degrees at which cos^2 is the share of people who gave the same answer twice, in either order."""
    counts = np.array([*pair.as_listed, *pair.reversed]).reshape(2, 4)
    same = float(counts[:, [0, 3]].sum() / counts.sum())
    return degrees(acos(np.sqrt(same)))


def _prior(pair: Pair, angles: Sequence[float]) -> Matrix:
    """The state that gives both shares of yes of those who were asked first; of the real ones there is one.

    Where no state can (its arrow would be longer than 1) it is the pure state that points the same way.
    """
    listed, turned = np.array(pair.as_listed), np.array(pair.reversed)
    along = np.array([listed[:2].sum() / listed.sum(), turned[[0, 2]].sum() / turned.sum()]) * 2 - 1
    axes = np.array([[np.cos(2 * radians(a)), np.sin(2 * radians(a))] for a in angles])
    z, x = np.linalg.lstsq(axes, along, rcond=None)[0]
    length = max(float(np.hypot(z, x)), 1.0)
    return np.array([[1 + z / length, x / length], [x / length, 1 - z / length]], dtype=np.complex128) / 2


def _joint(pair: Pair) -> tuple[tuple[float, float], ...]:
    """Shares of both answers over both orders: the likeliest distribution that knows no order."""
    yes_yes, yes_no, no_yes, no_no = (a + b for a, b in zip(pair.as_listed, pair.reversed, strict=True))
    n = yes_yes + yes_no + no_yes + no_no
    return (yes_yes / n, yes_no / n), (no_yes / n, no_no / n)


def _people(pair: Pair, questions: Sequence[Question], start: Matrix) -> People:
    """Both models on the people who were asked, three parameters each."""
    counts = np.array([*pair.as_listed, *pair.reversed])
    cells = [(a, b) for a in (True, False) for b in (True, False)]
    listed = [_both(start, questions, (0, a), (1, b)) for a, b in cells]
    turned = [_both(start, questions, (1, b), (0, a)) for a, b in cells]
    names = ("first_yes", "second_yes", "same")
    quantum = made("the quantum model", dict.fromkeys(names, 0.0), np.array([*listed, *turned]), counts)
    joint = np.array(_joint(pair)).ravel()
    classical = made("the classical model", dict.fromkeys(names, 0.0), np.tile(joint, 2), counts)
    return People(int(counts.sum()), quantum.bic, classical.bic, better((quantum, classical)))


def _both(start: Matrix, questions: Sequence[Question], *answers: tuple[int, bool]) -> float:
    rho, found = start, 1.0
    for i, yes in answers:
        probability, rho = _asked(rho, questions[i], yes=yes)
        found *= probability
    return found


def _asked(rho: Matrix, question: Question, *, yes: bool) -> tuple[float, Matrix]:
    """Lueders' rule with lines: whatever the state was, it is the answer's line now."""
    p = probability_of_yes(rho, question)
    after = question.projector if yes else np.eye(2) - question.projector
    return max(p if yes else 1 - p, LEAST_PROBABILITY), after


def _followed(told: JudgedBlock, block: _Block, answers: Sequence[tuple[int, bool]]) -> BlockState:
    rho, done = block.start, []
    for n, (i, yes) in enumerate(answers):
        question = block.questions[i]
        probability, after = _asked(rho, question, yes=yes)
        alone, _ = _asked(block.start, question, yes=yes)
        classical = _classically(block, answers[: n + 1])
        bits = entropy_bits(rho), entropy_bits(after)
        arrows = bloch_vector(rho), bloch_vector(after)
        done.append(Answered(question.name, yes, probability, alone, classical, *bits, *arrows))
        rho = after
    asked = [i for i, _ in answers]
    return BlockState(
        origin=block.origin,
        source=told.pair.source if told.pair else None,
        start=bloch_vector(block.start),
        start_entropy=entropy_bits(block.start),
        questions=tuple(_placed(told, block, i) for i in asked),
        answers=tuple(done),
        clashes=tuple(_clash(block.questions[i], block.questions[j]) for i, j in combinations(asked, 2)),
        # Of people who were asked the whole pair: told once the player has been, too.
        people=block.people if len(asked) == len(block.questions) else None,
    )


def _placed(told: JudgedBlock, block: _Block, i: int) -> Placed:
    question, text = block.questions[i], (told.texts or told.keys)[i]
    return Placed(question.name, text, block.degrees[i], bloch_vector(question.projector))


def _clash(first: Question, second: Question) -> Clash:
    return Clash(first.name, second.name, incompatibility(first, second))


def _classically(block: _Block, answers: Sequence[tuple[int, bool]]) -> float | None:
    """What the joint distribution gives to the last of these answers, by those before it."""
    if block.joint is None:
        return None
    joint = np.array(block.joint)
    index = [slice(None), slice(None)]
    for i, yes in answers[:-1]:
        index[i] = slice(0, 1) if yes else slice(1, 2)
    known = joint[tuple(index)].sum()
    i, yes = answers[-1]
    index[i] = slice(0, 1) if yes else slice(1, 2)
    return max(float(joint[tuple(index)].sum() / known), LEAST_PROBABILITY) if known > 0 else LEAST_PROBABILITY


def _compared(blocks: Iterable[BlockState]) -> Comparison:
    scored = [(a.probability, a.classical) for block in blocks for a in block.answers if a.classical is not None]
    return compared(len(scored), sum(log(q) for q, _ in scored), sum(log(c) for _, c in scored))
