"""Learning from reward: Rescorla-Wagner values with a softmax (Q-learning of one state)."""

from __future__ import annotations

import numpy as np

from hagame.mind.cognition.choosing import log_softmax
from hagame.mind.cognition.family import (
    Column,
    Columns,
    Family,
    Live,
    Variant,
    indices,
    number_of_actions,
    numbers,
    same_length,
    starts,
)
from hagame.mind.cognition.parameters import Parameter, positive, share
from hagame.mind.cognition.rows import ACTION, PAYOFF, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import Arms
from hagame.rules.game import Situation


def begin(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Values of 0, and no last choice."""
    state[:] = 0.0
    state[-1] = -1.0


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """softmax(beta Q(a) + kappa [a was chosen last])."""
    for a in range(out.shape[0]):
        out[a] = theta[2] * state[a] + (theta[3] if int(state[-1]) == a else 0.0)
    log_softmax(row, out)


def learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """Q(a) += alpha (r - Q(a)), alpha by the sign of the error; the others fade: Q(b) *= 1 - phi."""
    chosen = int(row[ACTION])
    error = row[PAYOFF] - state[chosen]
    for a in range(out.shape[0]):
        if a != chosen:
            state[a] *= 1.0 - theta[4]
    state[chosen] += (theta[0] if error >= 0 else theta[1]) * error
    state[-1] = chosen


def read(columns: Columns) -> Trials:
    """Trials of `action` and `payoff`."""
    count = same_length(columns, ("action", "payoff", "match"))
    n = number_of_actions(columns)
    action = indices(columns, "action", n)
    return trials_of(n, action, payoff=numbers(columns, "payoff"), fresh=starts(columns, count))


def task(rng: np.random.Generator, count: int) -> Arms:
    """Four drifting arms that win 1 or lose 1.

    As many as in Daw, O'Doherty, Dayan, Seymour & Dolan (2006, Nature 441, 876-879): with two arms forgetting cannot be
    told, because few are left for long enough.
    """
    return Arms(rng.uniform(0.1, 0.9, 4), count, drift=0.08, loss=-1.0)


def suits(situation: Situation) -> bool:
    """Bandits."""
    return situation.family in {"bandit", "graded-bandit"}


def scaled(situation: Situation, payoff: float) -> float:
    """Payoffs from -1 to 1, by the range of the game."""
    low, high = situation.payoff_range or (0.0, 1.0)
    return (2.0 * payoff - low - high) / ((high - low) or 1.0)


SUTTON = "Sutton & Barto (2018). Reinforcement Learning, 2nd ed. MIT Press, chapter 2."
FAMILY = Family(
    key="q-learning",
    version="1",
    title="Learning from reward",
    summary="Each action has a value that moves towards what it paid, faster or slower after good and bad surprises.",
    parameters=(
        share(
            "learning_rate_gain",
            "Learning from good surprises",
            "How far one reward above expectation moves what you expect: 0 is not at all, 1 is all the way.",
            source="Rescorla & Wagner (1972); Daw (2011). Trial-by-trial data analysis using computational models.",
            says_not="Not how clever you are: the best rate depends on how fast the world changes.",
        ),
        share(
            "learning_rate_loss",
            "Learning from bad surprises",
            "How far one reward below expectation moves what you expect.",
            source="Frank, Moustafa, Haughey, Curran & Hutchison (2007). PNAS 104, 16311-16316.",
            says_not="Not pessimism: it is about speed, not about what you expect in the end.",
        ),
        positive(
            "inverse_temperature",
            "Following values",
            "How strictly you choose what has paid best so far; near 0 choices are even draws.",
            middle=2.0,
            source=SUTTON,
            says_not="Not skill: low values are exploration, inattention or another strategy, which look alike here.",
        ),
        Parameter(
            "perseveration",
            "Perseveration",
            "How much you tend to repeat a choice whatever it paid; below 0 you tend to switch.",
            sd=1.0,
            unit="log-odds",
            source="Lau & Glimcher (2005). J. Experimental Analysis of Behavior 84, 555-579.",
            says_not="Not stubbornness in general: it is what is left of repeating when rewards are accounted for.",
        ),
        share(
            "forgetting",
            "Forgetting",
            "How far the value of what you did not choose fades back to 0 in one round.",
            mean=-1.5,
            source="Ito & Doya (2009). J. Neuroscience 29, 9861-9874.",
            says_not="Not memory at large: quick forgetting and perseveration look much alike.",
        ),
    ),
    columns=(
        Column("action", "index of the chosen action, from 0"),
        Column("payoff", "what it paid, in units in which good and bad outcomes are about 1 apart, around 0"),
        Column("match", "changes where a match or block begins", optional=True),
        Column("actions", "how many actions there are; else the highest that anybody took", optional=True),
    ),
    sources=(SUTTON, "Daw (2011). In Decision Making, Affect, and Learning. Oxford University Press."),
    begin=begin,
    score=score,
    learn=learn,
    memory=lambda n: n + 1,
    read=read,
    task=task,
    live=Live(
        suits,
        lambda _situation: np.zeros(0),
        ("learning_rate_gain", "learning_rate_loss", "inverse_temperature", "perseveration"),
        scaled,
    ),
    fewest=50,
    session=400,
    variants=(
        Variant(
            "no-forgetting",
            "Learning from reward, nothing forgotten",
            {"forgetting": 0.0},
            "The usual form (Daw 2011), where a comparison prefers it: people who do forget are misjudged by it.",
        ),
        Variant(
            "fading",
            "Learning from reward, fading at the rate of learning",
            {"forgetting": "learning_rate_gain", "learning_rate_loss": "learning_rate_gain"},
            "One rate for what is chosen and what is not (FQ-learning, Ito & Doya 2009).",
        ),
        Variant(
            "one-rate",
            "Learning from reward by one rate",
            {"forgetting": 0.0, "learning_rate_loss": "learning_rate_gain"},
            "The model of Rescorla & Wagner (1972), with perseveration.",
        ),
    ),
)
