"""Planning and habit in the two-step task: the hybrid of Daw et al. (2011)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hagame.mind.cognition.choosing import log_softmax
from hagame.mind.cognition.family import Column, Columns, Family, Live, Variant, indices, numbers, same_length, starts
from hagame.mind.cognition.parameters import Parameter, positive, share
from hagame.mind.cognition.rows import ACTION, LEGAL, PAYOFF, STAGE, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import TwoStepTask
from hagame.rules.game import Situation

# State: Q of the first stage (2), Q of both second states (2, 2), the last first choice.
_LAST = 6


def begin(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Values of 0, and no choice to repeat."""
    state[:] = 0.0
    state[_LAST] = -1.0


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """beta2 Q2 in a second state; in the first one beta1 (w Q_MB + (1 - w) Q_MF + p [a was chosen last])."""
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
        net = theta[4] * planned + (1.0 - theta[4]) * state[a]
        out[a] = theta[2] * (net + (theta[6] if int(state[_LAST]) == a else 0.0))
    log_softmax(row, out)


def learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """SARSA(lambda): Q1 moves towards Q2 and, with lambda, towards the reward; Q2 towards the reward."""
    stage, a = int(row[STAGE]), int(row[ACTION])
    if stage == 0:
        state[_LAST] = a
        return
    first = int(state[_LAST])
    place = 2 * stage + a
    surprise = row[PAYOFF] - state[place]
    if first >= 0:
        state[first] += theta[0] * (state[place] - state[first]) + theta[0] * theta[5] * surprise
    state[place] += theta[1] * surprise


def read(columns: Columns) -> Trials:
    """Two rows per trial: `first`, then `second` in `state`, with `reward`."""
    count = same_length(columns, ("first", "state", "second", "reward", "match"))
    first, second = indices(columns, "first", 2), indices(columns, "second", 2)
    state, reward = indices(columns, "state", 3, 1), numbers(columns, "reward")
    action = np.column_stack([first, second]).ravel()
    stage = np.column_stack([np.zeros(count), state]).ravel()
    payoff = np.column_stack([np.zeros(count), reward]).ravel()
    fresh = np.column_stack([starts(columns, count), np.zeros(count)]).ravel()
    common = float(numbers(columns, "common")[0]) if "common" in columns else 0.7
    return trials_of(2, action, payoff=payoff, stage=stage, fresh=fresh, covariates=np.full((2 * count, 1), common))


def task(rng: np.random.Generator, count: int) -> TwoStepTask:
    """Chances of reward that drift, faster than in the original."""
    return TwoStepTask(2 * count, rng)


def suits(situation: Situation) -> bool:
    """The two-step task."""
    return situation.family == "two-step"


def pulls(values: Mapping[str, float]) -> dict[str, float]:
    """What planning and habit do together with how strictly values are followed: beta1 w, beta1 (1 - w) alpha1."""
    strict, planning = values["inverse_temperature_first"], values["planning"]
    return {
        "pull_of_planning": strict * planning,
        "pull_of_habit": strict * (1.0 - planning) * values["learning_rate_first"],
    }


COLUMNS = (
    Column("first", "first choice, 0 or 1; option 0 leads mostly to state 1"),
    Column("state", "the state it led to, 1 or 2"),
    Column("second", "second choice, 0 or 1"),
    Column("reward", "what it brought, 0 or 1"),
    Column("common", "chance of a common transition, the same in all trials; 0.7 unless given", optional=True),
    Column("match", "changes where a session begins", optional=True),
)
DAW = "Daw, Gershman, Seymour, Dayan & Dolan (2011). Neuron 69, 1204-1215."
FAMILY = Family(
    key="two-step",
    version="1",
    title="Planning and habit",
    summary="First choices follow a mixture of planning through the task's transitions and of habit from past reward.",
    parameters=(
        share(
            "learning_rate_first",
            "Learning of first choices",
            "How far a round moves what you expect of a first choice.",
            source=DAW,
            says_not="Not intelligence: high rates follow noise.",
        ),
        share(
            "learning_rate_second",
            "Learning of second choices",
            "How far one reward moves what you expect of a second choice.",
            source=DAW,
            says_not="Not intelligence: high rates follow noise.",
        ),
        positive(
            "inverse_temperature_first",
            "Following values, first choice",
            "How strictly you choose the better first option.",
            middle=4.0,
            source=DAW,
            says_not="Not skill.",
        ),
        positive(
            "inverse_temperature_second",
            "Following values, second choice",
            "How strictly you choose the better second option.",
            middle=3.0,
            source=DAW,
            says_not="Not skill.",
        ),
        share(
            "planning",
            "Planning",
            "How far first choices come from thinking through where they lead (1) rather than from habit (0).",
            source=DAW,
            says_not="Not planning in life: planners by other rules than the model's can look like creatures of habit.",
        ),
        share(
            "eligibility",
            "Credit to the first choice",
            "How far a reward speaks directly for the first choice that led to it.",
            source=DAW,
            says_not="Hard to know from one session; its interval is often wide.",
        ),
        Parameter(
            "stickiness",
            "Repeating the first choice",
            "How much you repeat a first choice whatever came of it; below 0 you switch.",
            sd=0.5,
            unit="units of reward",
            source=DAW,
            says_not="Not stubbornness in general.",
        ),
    ),
    columns=COLUMNS,
    sources=(DAW, "Kool, Cushman & Gershman (2016). PLoS Computational Biology 12, e1005090."),
    begin=begin,
    score=score,
    learn=learn,
    memory=lambda n: 7,  # noqa: ARG005
    read=read,
    task=task,
    live=Live(
        suits,
        lambda situation: np.array([0.7]),  # noqa: ARG005
        ("learning_rate_second", "inverse_temperature_first", "inverse_temperature_second", "planning", "stickiness"),
    ),
    derived=pulls,
    fewest=100,
    session=300,
    variants=(
        Variant(
            "four-parameters",
            "Planning and habit, four parameters",
            {
                "learning_rate_first": "learning_rate_second",
                "inverse_temperature_first": "inverse_temperature_second",
                "eligibility": 1.0,
            },
            "One rate and one temperature for both choices, and rewards speak in full for the first one: the form "
            "ts_par4 of hBayesDM (Ahn, Haines & Zhang 2017, Computational Psychiatry 1, 24-57). Where the two choices "
            "follow values differently, take two-step-weights.",
        ),
    ),
)
