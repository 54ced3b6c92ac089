"""Parameter recovery: what a design could tell of people, before any of them is asked.

People are made up with known parameters, drawn from the prior of the family, act in a task, and are fitted (Wilson &
Collins 2019, eLife 8, e49547). A parameter can be told where what is found goes with what is true, and an interval can
be trusted where it holds the truth as often as it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import atanh, inf, nan, sqrt, tanh
from typing import Any, Literal

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.cognition.choosing import nothing
from hagame.mind.cognition.estimate import Estimate, Fit, fit
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import Report, fit_group
from hagame.mind.cognition.parameters import Floats, Parameter, natural, prior_of
from hagame.mind.cognition.rows import ACTION, FIRST, FRESH, Trials
from hagame.mind.cognition.tasks import Rows

LEAST_R = 0.8
"""Correlation of true and found values from which a parameter counts as told, unless asked otherwise."""
SEED = 11

Faced = Callable[[np.random.Generator, int], Any]
"""Gives the task of so many trials."""
Spread = tuple[Floats, Floats]
"""Mean and standard deviation of a group on the unbounded scale, (P,) each, in the order of the free parameters."""


@dataclass(frozen=True, slots=True)
class Design:
    """How many people with how many trials each.

    They are drawn from the prior of their model, or `like` a group that is known, and face the task of the model or
    what `faced` gives. Fits use the prior of the model in any case.
    """

    people: int
    trials: int
    like: Spread | None = None
    faced: Faced | None = None
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Recovered:
    """One parameter: correlations of true and found values with 95 % intervals, on its own scale and on that of z.

    `coverage`: share of 95 % intervals that hold the truth. `bias`: mean error on the scale of z, in deviations of the
    prior. `r` of what is no parameter, but follows from some, stands without the rest.
    """

    name: str
    scale: Literal["identity", "log", "logit"]
    r: float
    r_low: float
    r_high: float
    r_z: float = nan
    coverage: float = nan
    bias: float = nan

    @property
    def known(self) -> float:
        """The correlation that counts: of logarithms, where a parameter has no upper bound."""
        return self.r_z if self.scale == "log" else self.r


@dataclass(frozen=True, slots=True)
class Recovery:
    """What so many trials tell of so many people; `derived` is of what parameters do together.

    `rough` counts posteriors that were not seen well (Pareto k above .7).
    """

    model: str
    trials: int
    people: int
    parameters: tuple[Recovered, ...]
    derived: tuple[Recovered, ...]
    rough: int

    def untold(self, least: float = LEAST_R) -> tuple[str, ...]:
        """Parameters that this many trials do not tell."""
        return tuple(each.name for each in self.parameters if not each.known >= least)


def recover(
    family: Family,
    design: Design,
    *,
    maker: Family | None = None,
    group: bool = False,
    report: Report = lambda _part: None,
) -> Recovery:
    """Make up people and fit them, each alone or as a group.

    `maker` makes the people instead, so that one sees what a model finds of people of another one; told are the free
    parameters of the same name. Raises `InvalidInput` with fewer than four people, where no parameter has the same
    name, and for families whose parameters are those of a population.
    """
    made_by = maker or family
    shared = [name for name in family.names if name in made_by.names]
    _check(family, made_by, design.people, shared)
    true, made = made_up(made_by, design)
    fits = fit_group(family, made, report).people if group else tuple(_each(family, made, report))
    parameters = tuple(
        _recovered(family, name, true[:, made_by.names.index(name)], [each.estimates[name] for each in fits])
        for name in shared
    )
    derived = _derived(made_by, true, family, np.array([each.z for each in fits]))
    rough = sum(any("Pareto" in warning for warning in each.warnings) for each in fits)
    return Recovery(family.key, design.trials, design.people, parameters, derived, rough)


def lengthen(first: Recovery, again: Callable[[int], Recovery], most: int, least: float) -> Iterator[Recovery]:
    """Recoveries with twice the trials, and twice again, up to `most`, while some parameter is not told."""
    untold, trials = set(first.untold(least)), 2 * first.trials
    while untold and trials <= most:
        found = again(trials)
        yield found
        untold &= set(found.untold(least))
        trials *= 2


def enough(recoveries: Sequence[Recovery], least: float = LEAST_R) -> dict[str, int | None]:
    """The fewest of the trials tried that tell each parameter; None where none do."""
    names = [each.name for each in recoveries[0].parameters]
    return {name: next((each.trials for each in recoveries if name not in each.untold(least)), None) for name in names}


def made_up(family: Family, design: Design) -> tuple[Floats, list[Trials]]:
    """Z of people (N, P), and what they do. The same seed makes the same people, whatever the number of trials."""
    mean, sd = design.like or prior_of(family.free)
    rng = np.random.default_rng(design.seed)
    true = mean + sd * rng.normal(size=(design.people, len(mean)))
    task = design.faced or family.task
    return true, [family.act(theta, task(rng, design.trials), rng) for theta in family.thetas(true)]


def recovered(each: Parameter, true: Floats, z: Floats, spans: Floats) -> Recovered:
    """Of one parameter: true z (N,), found z (N,), and lower end, value and upper end (N, 3)."""
    x = natural([each], true[:, np.newaxis])[:, 0]
    return Recovered(
        each.name,
        each.scale,
        *_correlation(x, spans[:, 1]),
        r_z=_correlation(true, z)[0],
        coverage=float(((spans[:, 0] < x) & (x < spans[:, 2])).mean()),
        bias=float((z - true).mean() / each.sd),
    )


def repeated(family: Family, design: Trials) -> Faced:
    """The task that puts the rows of a table, in its order and over and over, whatever was chosen.

    Raises `InvalidInput` for families that learn from what choices bring: a table cannot tell what they would have.
    """
    if family.learn is not nothing or family.timed:
        right = "the outcomes of choices that were not made are not in it; leave it out for the task of the model"
        raise InvalidInput(f"design: {family.key} cannot take its trials from a table: {right}.", field="/design")

    def task(_rng: np.random.Generator, count: int) -> Rows:
        rows = np.resize(design.rows, (count, design.rows.shape[1]))
        rows[:, ACTION] = rows[:, FRESH] = 0.0
        rows[0, FRESH] = FIRST
        return Rows(rows, design.n)

    return task


def _each(family: Family, made: Sequence[Trials], report: Report) -> Iterator[Fit]:
    for i, trials in enumerate(made, 1):
        yield fit(family, trials)
        report(i / len(made))


def _check(family: Family, maker: Family, people: int, shared: Sequence[str]) -> None:
    if people < 4:
        raise InvalidInput("people: a correlation needs at least four.", field="/people")
    for each in (family, maker):
        if each.level == "population":
            right = "its parameters are a population's; recovery is of people"
            raise InvalidInput(f"model: {each.key} cannot be recovered so: {right}.", field="/model")
    if not shared:
        told = f"{maker.key} has {', '.join(maker.names)}, {family.key} has {', '.join(family.names)}"
        raise InvalidInput(f"made_by: no free parameter has the same name: {told}.", field="/made_by")
    if {each.name for each in family.columns} != {each.name for each in maker.columns}:
        raise InvalidInput(f"made_by: {maker.key} and {family.key} read different data.", field="/made_by")


def _recovered(family: Family, name: str, true: Floats, told: Sequence[Estimate]) -> Recovered:
    each = family.free[family.names.index(name)]
    spans = np.array([(one.low, one.value, one.high) for one in told])
    return recovered(each, true, np.array([one.z for one in told]), spans)


def _derived(maker: Family, true: Floats, family: Family, found: Floats) -> tuple[Recovered, ...]:
    """What follows from the parameters of both, by the same name."""
    if maker.derived is None or family.derived is None:
        return ()
    made = [maker.derived(values) for values in _by_name(maker, true)]
    told = [family.derived(values) for values in _by_name(family, found)]
    pairs = {name: [np.array([each[name] for each in side]) for side in (made, told)] for name in made[0]}
    return tuple(Recovered(name, "identity", *_correlation(*pair)) for name, pair in pairs.items())


def _by_name(family: Family, z: Floats) -> list[dict[str, float]]:
    names = [each.name for each in family.parameters]
    return [dict(zip(names, x, strict=True)) for x in family.thetas(z).tolist()]


def _correlation(true: Floats, found: Floats) -> tuple[float, float, float]:
    """Pearson's r and its 95 % interval (Fisher's z); 0 where one side is the same for all."""
    if np.ptp(found) < 1e-12 or np.ptp(true) < 1e-12:
        return 0.0, -1.0, 1.0
    r = float(np.corrcoef(true, found)[0, 1])
    centre = atanh(r) if abs(r) < 1 else inf * r
    reach = 1.96 / sqrt(max(len(true) - 3, 1))
    return r, tanh(centre - reach), tanh(centre + reach)
