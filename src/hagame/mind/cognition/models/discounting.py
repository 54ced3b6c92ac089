"""Now or later: hyperbolic and exponential discounting."""

from __future__ import annotations

import numpy as np

from hagame.mind.cognition.choosing import log_softmax, nothing
from hagame.mind.cognition.family import Column, Columns, Family, Live, indices, numbers, same_length
from hagame.mind.cognition.parameters import Parameter, positive
from hagame.mind.cognition.rows import LEGAL, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import Task
from hagame.rules.game import Situation


def hyperbolic(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """V = A / (1 + k D); Mazur (1987). Covariates: amount and delay of each option."""
    for a in range(2):
        amount, delay = row[LEGAL + 2 + 2 * a], row[LEGAL + 3 + 2 * a]
        out[a] = theta[1] * amount / (1.0 + theta[0] * delay)
    log_softmax(row, out)


def exponential(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """V = A exp(-k D); Samuelson (1937)."""
    for a in range(2):
        amount, delay = row[LEGAL + 2 + 2 * a], row[LEGAL + 3 + 2 * a]
        out[a] = theta[1] * amount * np.exp(-theta[0] * delay)
    log_softmax(row, out)


def read(columns: Columns) -> Trials:
    """Two offers per trial; `action` 0 for the sooner one."""
    names = ("amount_sooner", "delay_sooner", "amount_later", "delay_later")
    same_length(columns, ("action", *names))
    return trials_of(
        2, indices(columns, "action", 2), covariates=np.column_stack([numbers(columns, name) for name in names])
    )


def task(rng: np.random.Generator, count: int) -> Task:
    """Money today against more in up to half a year, indifferent at discount rates spread evenly in logarithms."""
    later, delay = rng.uniform(2, 10, count), rng.uniform(5, 180, count)
    sooner = later / (1 + np.exp(rng.uniform(np.log(0.001), np.log(0.25), count)) * delay)
    return Task(2, count, np.column_stack([sooner, np.zeros(count), later, delay]))


def suits(situation: Situation) -> bool:
    """Now or later."""
    return situation.family == "delay"


def row(situation: Situation) -> Floats:
    """Both offers; amounts scaled so that the larger one is 10."""
    (a, s), (b, t) = situation.features
    unit = 10.0 / (max(abs(a), abs(b)) or 1.0)
    return np.array([a * unit, s, b * unit, t])


COLUMNS = (
    Column("action", "0 for the sooner offer, 1 for the later"),
    Column("amount_sooner", "in units in which amounts are about 10"),
    Column("delay_sooner", "days"),
    Column("amount_later", "in the same units"),
    Column("delay_later", "days"),
)
MAZUR = (
    "Mazur (1987). An adjusting procedure for studying delayed reinforcement. In Quantitative Analyses of Behavior 5."
)
_SENSITIVITY = positive(
    "delay_sensitivity",
    "Choosing the better offer",
    "How strictly you choose what is worth more to you now.",
    middle=1.0,
    sd=1.0,
    unit="1 / amount",
    source="Luce (1959). Individual Choice Behavior. Wiley.",
    says_not="Not skill; it depends on the unit of amounts.",
)


def _rate(name: str, source: str) -> Parameter:
    return Parameter(
        name,
        "Impatience",
        "How fast money loses worth with waiting, per day: at 0.01 a delay of 100 days about halves it.",
        0.0,
        mean=-4.0,
        sd=1.5,
        unit="1 / day",
        source=source,
        says_not="Not self-control: needs, prices and trust in being paid show here, too.",
    )


HYPERBOLIC = Family(
    key="hyperbolic-discounting",
    version="1",
    title="Hyperbolic discounting",
    summary="Worth falls with delay, fast at first and slowly later.",
    parameters=(_rate("discount_rate", MAZUR), _SENSITIVITY),
    columns=COLUMNS,
    sources=(MAZUR,),
    begin=nothing,
    score=hyperbolic,
    learn=nothing,
    memory=lambda n: 0,  # noqa: ARG005
    read=read,
    task=task,
    own_state=False,
    live=Live(suits, row),
    fewest=20,
    session=100,
)
_SAMUELSON = "Samuelson (1937). A note on measurement of utility. Review of Economic Studies 4, 155-161."
EXPONENTIAL = Family(
    key="exponential-discounting",
    version="1",
    title="Exponential discounting",
    summary="Worth falls by the same share each day.",
    parameters=(_rate("daily_rate", _SAMUELSON), _SENSITIVITY),
    columns=COLUMNS,
    sources=(_SAMUELSON,),
    begin=nothing,
    score=exponential,
    learn=nothing,
    memory=lambda n: 0,  # noqa: ARG005
    read=read,
    task=task,
    own_state=False,
    reading=Live(suits, row),
    fewest=20,
    session=100,
)
