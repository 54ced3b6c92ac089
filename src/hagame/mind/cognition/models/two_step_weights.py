"""Planning and habit in the two-step task with a weight of its own for each, which can be told apart.

In the hybrid of `two_step` a share w divides one inverse temperature, so that of somebody who hardly follows values the
share cannot be known; and what is not weighed says little of a learning rate of first choices. Otto et al. (2013) and
Gillan et al. (2016) give planning and habit each a weight and one learning rate to all; here a reward speaks in full
for the first choice (lambda = 1), and rewards are worth 1/alpha (Camerer & Ho 1999), so that weights do not depend on
alpha.
"""

from __future__ import annotations

import numpy as np

from hagame.mind.cognition.choosing import log_softmax
from hagame.mind.cognition.family import Family, Live
from hagame.mind.cognition.models.two_step import COLUMNS, DAW, begin, read, suits, task
from hagame.mind.cognition.parameters import Parameter, share
from hagame.mind.cognition.rows import ACTION, LEGAL, PAYOFF, STAGE, Floats

# State, as in `two_step`: values of first choices (2), of both second states (2, 2), the last first choice.
_LAST = 6


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """b2 Q2 in a second state; in the first one b_mb Q_MB + b_mf Q_MF + p [a was chosen last]."""
    stage = int(row[STAGE])
    if stage > 0:
        for a in range(2):
            out[a] = theta[3] * state[2 * stage + a]
        log_softmax(row, out)
        return
    common = row[LEGAL + 2]
    best1, best2 = max(state[2], state[3]), max(state[4], state[5])
    for a in range(2):
        planned = common * (best1 if a == 0 else best2) + (1.0 - common) * (best2 if a == 0 else best1)
        out[a] = theta[1] * planned + theta[2] * state[a] + (theta[4] if int(state[_LAST]) == a else 0.0)
    log_softmax(row, out)


def learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Q = (1 - alpha) Q + r of both choices that were made."""
    stage, a = int(row[STAGE]), int(row[ACTION])
    if stage == 0:
        state[_LAST] = a
        return
    first, place, kept = int(state[_LAST]), 2 * stage + a, 1.0 - theta[0]
    if first >= 0:
        state[first] = kept * state[first] + row[PAYOFF]
    state[place] = kept * state[place] + row[PAYOFF]


OTTO = "Otto, Raio, Chiang, Phelps & Daw (2013). PNAS 110, 20941-20946."
GILLAN = "Gillan, Kosinski, Whelan, Phelps & Daw (2016). eLife 5, e11305."


def _weight(name: str, title: str, meaning: str, says_not: str) -> Parameter:
    return Parameter(name, title, meaning, mean=1.0, sd=1.0, unit="log-odds / reward", source=GILLAN, says_not=says_not)


FAMILY = Family(
    key="two-step-weights",
    version="1",
    title="Planning and habit, each with a weight",
    summary="First choices follow planning and habit, each by a weight of its own; one learning rate serves all.",
    parameters=(
        share(
            "learning_rate",
            "Learning",
            "How far one reward replaces what you expected of both choices that led to it.",
            source=GILLAN,
            says_not="Not intelligence: high rates follow noise.",
        ),
        _weight(
            "planning_weight",
            "Weight of planning",
            "How much it draws you to a first choice that it leads to where rewards are expected; 0 not at all.",
            "Not planning in life: planners by other rules than the model's can look like creatures of habit.",
        ),
        _weight(
            "habit_weight",
            "Weight of habit",
            "How much it draws you to a first choice that rewards came after it lately, wherever it led.",
            "Not addiction: some habit is what the task itself teaches.",
        ),
        _weight(
            "second_weight",
            "Following values, second choice",
            "How strictly you choose the second option that has paid lately.",
            "Not skill.",
        ),
        Parameter(
            "stickiness",
            "Repeating the first choice",
            "How much you repeat a first choice whatever came of it; below 0 you switch.",
            sd=1.0,
            unit="log-odds",
            source=GILLAN,
            says_not="Not stubbornness in general.",
        ),
    ),
    columns=COLUMNS,
    sources=(GILLAN, OTTO, DAW, "Camerer & Ho (1999). Econometrica 67, 827-874 (rewards worth 1/alpha)."),
    begin=begin,
    score=score,
    learn=learn,
    memory=lambda n: 7,  # noqa: ARG005
    read=read,
    task=task,
    reading=Live(suits, lambda situation: np.array([0.7])),  # noqa: ARG005
    fewest=100,
    session=300,
)
