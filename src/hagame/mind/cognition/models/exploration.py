"""Directed and random exploration on the beliefs of a Kalman filter (Gershman 2018)."""

from __future__ import annotations

import numpy as np

from hagame.mind.cognition.choosing import log_softmax
from hagame.mind.cognition.family import (
    Column,
    Columns,
    Family,
    Live,
    indices,
    lists,
    number_of_actions,
    numbers,
    same_length,
    starts,
)
from hagame.mind.cognition.models.q_learning import scaled
from hagame.mind.cognition.parameters import Parameter
from hagame.mind.cognition.rows import ACTION, LEGAL, PAYOFF, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import NoisyArms
from hagame.rules.game import Situation


def begin(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Means of 0, and the prior variances of the row."""
    n = out.shape[0]
    state[:n] = 0.0
    for a in range(n):
        state[n + a] = row[LEGAL + n + a]


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """softmax(w1 m(a) + w2 s(a) + w3 m(a) / TU), TU^2 the sum of variances; equation 9 for n arms."""
    n = out.shape[0]
    total = 1e-9
    for a in range(n):
        total += state[n + a]
    total = np.sqrt(total)
    for a in range(n):
        out[a] = theta[0] * state[a] + theta[1] * np.sqrt(state[n + a]) + theta[2] * state[a] / total
    log_softmax(row, out)


def learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """The Kalman gain of the chosen arm; the noise variances stand in the row."""
    n, a = out.shape[0], int(row[ACTION])
    gain = state[n + a] / (state[n + a] + row[LEGAL + 2 * n + a] + 1e-12)
    state[a] += gain * (row[PAYOFF] - state[a])
    state[n + a] *= 1.0 - gain


def read(columns: Columns) -> Trials:
    """Trials of `action`, `payoff` and the variances of each arm."""
    count = same_length(columns, ("action", "payoff", "match", "prior_variance", "noise_variance"))
    n = number_of_actions(columns)
    prior = np.array([np.broadcast_to(each, n) for each in lists(columns, "prior_variance")]).reshape(count, n)
    noise = np.array([np.broadcast_to(each, n) for each in lists(columns, "noise_variance")]).reshape(count, n)
    return trials_of(
        n,
        indices(columns, "action", n),
        payoff=numbers(columns, "payoff"),
        fresh=starts(columns, count),
        covariates=np.hstack([prior, noise]),
    )


def task(rng: np.random.Generator, count: int) -> NoisyArms:  # noqa: ARG001
    """Two arms, one twice as noisy, in blocks of ten pulls."""
    return NoisyArms(2, count, 10, np.array([1.0, 1.0]), np.array([0.1, 1.0]))


def suits(situation: Situation) -> bool:
    """Bandits."""
    return situation.family in {"bandit", "graded-bandit"}


def row(situation: Situation) -> Floats:
    """Payoffs scaled to -1..1: means vary by a quarter, and single rewards by as much again unless graded."""
    n = len(situation.actions)
    noise = 0.25 if situation.family == "bandit" else 0.05
    return np.concatenate([np.full(n, 0.25), np.full(n, noise)])


GERSHMAN = "Gershman (2018). Deconstructing the human algorithms for exploration. Cognition 173, 34-42."
FAMILY = Family(
    key="exploration",
    version="1",
    title="Directed and random exploration",
    summary="Ideal beliefs about each arm; choices weigh the expected reward, how uncertain it is, and both together.",
    parameters=(
        Parameter(
            "value_weight",
            "Weight of value",
            "How strictly you choose the arm you should believe best, however uncertain you are.",
            sd=2.0,
            unit="log-odds per unit of reward",
            source=GERSHMAN,
            says_not="Not understanding: beliefs here are those of an ideal observer, not what you said.",
        ),
        Parameter(
            "directed_exploration",
            "Looking for news",
            "How much an arm draws you because you know little about it; below 0 you avoid the unknown.",
            sd=2.0,
            unit="log-odds per unit of standard deviation",
            source=GERSHMAN,
            says_not="Not curiosity in life: in short games looking around pays less, and people do it less.",
        ),
        Parameter(
            "random_exploration",
            "Caution in doubt",
            "How much more at random you choose the less is known; 0 is no such change.",
            sd=2.0,
            unit="log-odds per unit of value over uncertainty",
            source=GERSHMAN,
            says_not="Not carelessness: choosing more at random when little is known is a good way to find out.",
        ),
    ),
    columns=(
        Column("action", "index of the chosen arm, from 0"),
        Column("payoff", "its reward, the mean over arms being 0"),
        Column("prior_variance", "of the means of the arms, one number or one per arm", listed=True),
        Column("noise_variance", "of rewards around the mean of their arm, one number or one per arm", listed=True),
        Column("match", "changes where a block with new arms begins", optional=True),
        Column("actions", "how many arms there are; else the highest that anybody took", optional=True),
    ),
    sources=(GERSHMAN,),
    begin=begin,
    score=score,
    learn=learn,
    memory=lambda n: 2 * n,
    read=read,
    task=task,
    own_state=False,
    live=Live(suits, row, (), scaled),
    fewest=80,
    session=400,
)
