"""Strategic depth in games played once: level-k, cognitive hierarchy, quantal response, quantal cognitive hierarchy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.cognition.choosing import IMPOSSIBLE, log_with_lapse, nothing
from hagame.mind.cognition.family import Column, Columns, Family, Live, indices, lists, rows_of_table, same_length
from hagame.mind.cognition.kernels import Step
from hagame.mind.cognition.parameters import Parameter, positive, share
from hagame.mind.cognition.rows import LEGAL, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import Task
from hagame.mind.predict.compiled import compiled
from hagame.rules.game import Situation

LEVELS = 6
"""Depths of a cognitive hierarchy, 0 to 5; with a mean of 2.5 steps less than 5 % lie above."""
ROUNDS = 80
STAKES = (1.0, 4.0, 16.0)
APART, DRAWN = 0.25, 10_000
"""Of payoffs up to 10, by how much the reply of a level is the better one; games drawn at a time."""
NEARLY_EXACT = 3.0
"""Precision that stands for best replies: without any smoothness nothing could be said of how sure an estimate is."""


@compiled
def respond(row: Floats, own: Floats, other: Floats, precision: float, side: int) -> None:
    """Write into `own` the logit reply of one side to the mixed action `other` of the other side.

    Tables follow the legal columns: own payoffs (n, m), then those of the other side (n, m).
    """
    k, j = own.shape[0], other.shape[0]
    n, m = (k, j) if side == 0 else (j, k)
    base = LEGAL + (k if side == 0 else j) + side * n * m
    for a in range(k):
        own[a] = 0.0
        for b in range(j):
            own[a] += other[b] * row[base + (a * m + b if side == 0 else b * m + a)]
    top = own.max()
    for a in range(k):
        own[a] = np.exp(precision * (own[a] - top))
    own /= own.sum()


@compiled
def hierarchy(row: Floats, out: Floats, steps: float, precision: float) -> None:
    """A Poisson cognitive hierarchy: each level answers the mixture of the lower ones (Camerer et al. 2004)."""
    n = out.shape[0]
    m = (row.shape[0] - LEGAL - n) // (2 * n)
    below_own, below_other = np.full(n, 1.0 / n), np.full(m, 1.0 / m)
    own, other = np.empty(n), np.empty(m)
    share_k, total = np.exp(-steps), np.exp(-steps)
    for k in range(1, LEVELS):
        respond(row, own, below_other, precision, 0)
        respond(row, other, below_own, precision, 1)
        share_k *= steps / k
        total += share_k
        below_own += share_k / total * (own - below_own)
        below_other += share_k / total * (other - below_other)
    out[:] = below_own


@compiled
def logs(row: Floats, out: Floats) -> None:
    """Turn probabilities into their logarithms, in place."""
    for a in range(out.shape[0]):
        out[a] = np.log(max(out[a], 1e-300)) if row[LEGAL + a] > 0 else IMPOSSIBLE


def level_k(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """A share theta[0] draws evenly, theta[1] of the others answer those, the rest answer these; logit replies."""
    n = out.shape[0]
    m = (row.shape[0] - LEGAL - n) // (2 * n)
    first_own, second_own, first_other = np.empty(n), np.empty(n), np.empty(m)
    respond(row, first_own, np.full(m, 1.0 / m), theta[2], 0)
    respond(row, first_other, np.full(n, 1.0 / n), theta[2], 1)
    respond(row, second_own, first_other, theta[2], 0)
    thinking = 1.0 - theta[0]
    for a in range(n):
        out[a] = theta[0] / n + thinking * (theta[1] * first_own[a] + (1.0 - theta[1]) * second_own[a])
    logs(row, out)


def cognitive_hierarchy(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Nearly exact best replies of each level, and a share theta[1] of slips."""
    hierarchy(row, out, theta[0], NEARLY_EXACT)
    logs(row, out)
    log_with_lapse(row, out, theta[1])


def quantal_hierarchy(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Logit replies of each level."""
    hierarchy(row, out, theta[0], theta[1])
    logs(row, out)


def quantal_response(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """The logit equilibrium, followed from precision 0 upwards by averaged replies (McKelvey & Palfrey 1995)."""
    n = out.shape[0]
    m = (row.shape[0] - LEGAL - n) // (2 * n)
    own, other = np.full(n, 1.0 / n), np.full(m, 1.0 / m)
    reply, answer = np.empty(n), np.empty(m)
    for i in range(ROUNDS):
        precision = theta[0] * min((i + 1) / (0.5 * ROUNDS), 1.0)
        respond(row, reply, other, precision, 0)
        respond(row, answer, own, precision, 1)
        pace = 0.5 / (1.0 + 0.05 * i)
        own += pace * (reply - own)
        other += pace * (answer - other)
    out[:] = own
    logs(row, out)


def read(columns: Columns) -> Trials:
    """One game per trial: `action`, and both tables. All games have the same numbers of actions."""
    same_length(columns, ("action", "payoffs", "other_payoffs"))
    own, other = lists(columns, "payoffs"), lists(columns, "other_payoffs")
    if {len(each) for each in own} != {len(each) for each in other} or len({len(each) for each in own}) > 1:
        raise InvalidInput("other_payoffs: all tables need as many payoffs as each other.", field="/other_payoffs")
    n = rows_of_table(columns, len(own[0]) if own else 1)
    table = np.hstack([np.array(own), np.array(other)])
    return trials_of(n, indices(columns, "action", n), covariates=table)


def task(rng: np.random.Generator, count: int) -> Task:
    """Three-by-three games in which levels choose differently, as those of Stahl & Wilson (1995), for three stakes.

    Payoffs lie between 0 and 10, 40 or 160 in turn; McKelvey, Palfrey & Weber (2000, J. Economic Behavior &
    Organization 42, 523-548) quadruple them, too. Small stakes tell of precision, high ones of levels.
    """
    return Task(3, count, separating(rng, count) * np.resize(STAKES, count)[:, np.newaxis])


def drawn(rng: np.random.Generator, count: int) -> Task:
    """Three-by-three games with payoffs drawn evenly from 0 to 10."""
    return Task(3, count, rng.uniform(0, 10, (count, 18)))


def separating(rng: np.random.Generator, count: int) -> Floats:
    """Both tables (count, 18) of games in which levels 1, 2 and 3 choose three different actions, each by `APART`."""
    found: list[Floats] = []
    while sum(map(len, found)) < count:
        own, other = rng.uniform(0, 10, (2, DRAWN, 3, 3))
        first, first_gap = _best(own.mean(axis=2))
        met, _ = _best(other.mean(axis=1))
        second, second_gap = _best(np.take_along_axis(own, met[:, None, None], axis=2)[:, :, 0])
        answer, _ = _best(np.take_along_axis(other, first[:, None, None], axis=1)[:, 0])
        third, third_gap = _best(np.take_along_axis(own, answer[:, None, None], axis=2)[:, :, 0])
        kept = (first != second) & (second != third) & (first != third)
        kept &= np.minimum(np.minimum(first_gap, second_gap), third_gap) > APART
        found.append(np.concatenate([own[kept].reshape(-1, 9), other[kept].reshape(-1, 9)], axis=1))
    games: Floats = np.vstack(found)[:count]
    return games


def _best(values: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The best action of values (N, n), and by how much it is better than the next."""
    ordered = np.sort(values, axis=1)
    return values.argmax(axis=1), ordered[:, -1] - ordered[:, -2]


def suits(situation: Situation) -> bool:
    """Games with tables, up to ten actions on either side."""
    return bool(situation.payoffs) and max(len(situation.actions), len(situation.opponent_actions)) <= 10


def row(situation: Situation) -> Floats:
    """Both tables, each scaled to 0..10, by own actions and then those of the other side."""
    return np.concatenate([_scaled(situation.payoffs), _scaled(situation.opponent_payoffs)])


def _scaled(payoffs: tuple[tuple[float, ...], ...]) -> Floats:
    table = np.array(payoffs, dtype=np.float64).ravel()
    found: Floats = (table - table.min()) * (10.0 / (float(np.ptp(table)) or 1.0))
    return found


COLUMNS = (
    Column("action", "index of the chosen action"),
    Column("payoffs", "own payoffs row by row, one row per own action", listed=True),
    Column("other_payoffs", "the other's payoffs in the same order", listed=True),
    Column("actions", "own actions, where tables are not square", optional=True),
)
CAMERER = "Camerer, Ho & Chong (2004). A cognitive hierarchy model of games. Quarterly J. Economics 119, 861-898."
STAHL = "Stahl & Wilson (1995). On players' models of other players. Games and Economic Behavior 10, 218-254."
MCKELVEY = "McKelvey & Palfrey (1995). Quantal response equilibria for normal form games. GEB 10, 6-38."
WRIGHT = "Wright & Leyton-Brown (2017). Predicting human behavior in unrepeated games. GEB 106, 16-37."

_PRECISION = positive(
    "precision",
    "Precision",
    "How strictly the better reply is chosen.",
    middle=0.5,
    sd=1.5,
    unit="1 / payoff",
    source=MCKELVEY,
    says_not="Not skill: it also falls when payoffs hardly matter to somebody.",
)
_STEPS = Parameter(
    "steps",
    "Steps of thinking",
    "How many steps ahead of an even draw you think on average.",
    0.0,
    5.0,
    mean=-0.8,
    sd=1.0,
    unit="steps",
    source=CAMERER,
    says_not="Not intelligence: whoever expects others to think little does best with few steps.",
)


def _family(
    key: str,
    title: str,
    summary: str,
    score: Step,
    parameters: tuple[Parameter, ...],
    *sources: str,
    **more: Any,
) -> Family:
    facts: dict[str, Any] = {"task": task, "session": 150} | more
    return Family(
        key=key, version="1", title=title, summary=summary, parameters=parameters, columns=COLUMNS, sources=sources,
        begin=nothing, score=score, learn=nothing, memory=lambda n: 0, read=read, own_state=False,  # noqa: ARG005
        reading=Live(suits, row), **facts,
    )  # fmt: skip


LEVEL_K = _family(
    "level-k",
    "Levels of thinking",
    "Level 0 draws evenly, level 1 answers level 0, level 2 answers level 1.",
    level_k,
    (
        share("level_0", "Even draws", "Share of choices that look like even draws.", source=STAHL),
        share("level_1", "One step", "Share, among the others, that answer even draws.", source=STAHL),
        _PRECISION,
    ),
    STAHL,
    derived=lambda x: {"level_2": (1.0 - x["level_0"]) * (1.0 - x["level_1"])},
)
HIERARCHY = _family(
    "cognitive-hierarchy",
    "Poisson cognitive hierarchy",
    "Depths follow a Poisson distribution; each level answers the true mixture of the lower ones, but for slips.",
    cognitive_hierarchy,
    (_STEPS, share("slips", "Slips", "Share of choices that are even draws.", mean=-1.5, source=CAMERER)),
    CAMERER,
)
QUANTAL_RESPONSE = _family(
    "quantal-response",
    "Quantal response equilibrium",
    "Everybody errs, less the more it costs, and expects others to err alike.",
    quantal_response,
    (_PRECISION,),
    MCKELVEY,
    task=drawn,
    session=60,
)
QUANTAL_HIERARCHY = _family(
    "quantal-hierarchy",
    "Quantal cognitive hierarchy",
    "A cognitive hierarchy in which every level errs, less the more it costs.",
    quantal_hierarchy,
    (_STEPS, _PRECISION),
    WRIGHT,
)
