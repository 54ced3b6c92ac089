"""The contract of a cognitive model: named parameters, and how choices follow from them.

A `Family` is three compiled functions over rows (`kernels`) and the facts around them. From these alone follow its
log-likelihood over a person's trials and over a cloud of points, its simulator, its one-step prediction, its estimates
(`estimate`), and its live filter (`live`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.cognition import kernels
from hagame.mind.cognition.kernels import Step
from hagame.mind.cognition.parameters import Parameter, natural
from hagame.mind.cognition.rows import Floats, Trials
from hagame.mind.model import Decision
from hagame.rules.game import Situation

MOST_ACTIONS = 256
"""Of one choice: each row of trials has a column for every action."""
MOST_CELLS = 4096
"""Of one table of payoffs: with more of them a fit to a single game may take minutes."""

Columns = Mapping[str, Any]
"""What one person did, by name of column: one value per trial, or one list of values."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the data that a family reads. `listed`: a list of numbers per trial, in files parted by spaces."""

    name: str
    meaning: str
    listed: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """How a family is kept during play.

    `row` gives the covariates of a decision (None: this one says nothing), `index` the model's number of the chosen
    action, and `free` the parameters that are followed; the others stay at their prior mean.
    """

    suits: Callable[[Situation], bool]
    row: Callable[[Situation], Floats | None]
    free: tuple[str, ...] = ()
    payoff: Callable[[Situation, float], float] = lambda _situation, payoff: payoff
    index: Callable[[Situation, int], int] = lambda _situation, action: action


@dataclass(frozen=True, slots=True)
class Variant:
    """A corner of a family with a name: parameters held at a value, or at that of another parameter, by its name."""

    name: str
    title: str
    hold: Mapping[str, float | str]
    why: str
    """What becomes known by it, and who has done so."""


@dataclass(frozen=True, eq=False)
class Family:
    """Facts of a family, then its three functions and how it reads data.

    `level`: whether each person has parameters of their own, or all share them and differ by a hidden kind. `memory` is
    the size of the state for n actions. `own_state`: whether parameters show in the state. `read` turns columns into
    trials, `task` gives what a simulated person faces. `fixed` holds parameters that are not estimated: at a value, or
    at that of another parameter, by its name.
    """

    key: str
    version: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sources: tuple[str, ...]
    begin: Step
    score: Step
    learn: Step
    memory: Callable[[int], int]
    read: Callable[[Columns], Trials]
    task: Callable[[np.random.Generator, int], Any]
    level: Literal["person", "population"] = "person"
    own_state: bool = True
    timed: bool = False
    """Whether response times are part of what is explained: `score` then gives densities (per second)."""
    live: Live | None = None
    reading: Live | None = None
    """How decisions in games are read where they are not followed live."""
    fixed: Mapping[str, float | str] = field(default_factory=dict)
    derived: Callable[[Mapping[str, float]], Mapping[str, float]] | None = None
    """Further quantities that follow from the parameters, e.g. shares."""
    fewest: int = 20
    """Trials below which a result says that they are too few."""
    session: int = 200
    """Trials of a usual session, which `recovery` takes unless told otherwise."""
    variants: tuple[Variant, ...] = ()
    """Recommended corners of the family, whose parameters can be told where those of the whole family cannot."""

    @cached_property
    def free(self) -> tuple[Parameter, ...]:
        """Parameters that are estimated."""
        return tuple(each for each in self.parameters if each.name not in self.fixed)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the free parameters, in the order of every theta and z."""
        return tuple(each.name for each in self.free)

    @property
    def posed(self) -> Live | None:
        """How decisions in games are read; None where they cannot be."""
        return self.live or self.reading

    @cached_property
    def steps(self) -> tuple[Step, Step, Step]:
        """`begin`, `score` and `learn` as machine code."""
        return kernels.step(self.begin), kernels.step(self.score), kernels.step(self.learn)

    def fixing(self, key: str, title: str, **values: float | str) -> Family:
        """The corner of this family in which these parameters have these values, or those of the parameters named.

        Raises `InvalidInput` that names the parameter.
        """
        fixed = {**self.fixed, **{name: self._held(name, value) for name, value in values.items()}}
        for name, value in fixed.items():
            if isinstance(value, str) and value in fixed:
                raise _not_held(name, f"{value} is held itself; hold {name} at the same")
        if len(fixed) == len(self.parameters):
            raise InvalidInput(f"hold: one parameter of {self.key} at least must be left free.", field="/hold")
        return replace(
            self, key=key, title=title, fixed=fixed, live=None, reading=self.posed, variants=(),
        )  # fmt: skip

    def _held(self, name: str, value: float | str) -> float | str:
        known = {each.name: each for each in self.parameters}
        if name not in known:
            raise _not_held(name, f"{self.key} has no such parameter; there are {', '.join(self.names)}")
        if not isinstance(value, str):
            try:
                return known[name].held_at(float(value))
            except ValueError as error:
                raise _not_held(name, str(error)) from error
        same = [each.name for each in self.free if each.name != name and each.like(known[name])]
        if value not in same:
            right = f"a number or one of {', '.join(same)}" if same else "a number"
            raise _not_held(name, f"it can be held at {right}, not at {value!r}")
        return value

    def complete(self, values: Mapping[str, float]) -> dict[str, float]:
        """All parameters by name, of the free ones. Raises `InvalidInput` for missing ones."""
        found = {}
        for each in self.parameters:
            held = self.fixed.get(each.name, each.name)
            value = values.get(held) if isinstance(held, str) else held
            if value is None or not each.low <= value <= each.high:
                right = f"a number from {each.low:g} to {each.high:g}"
                raise InvalidInput(
                    f"{each.name}: {self.key} needs {right}, not {value}.", field=f"/parameters/{each.name}"
                )
            found[each.name] = float(value)
        return found

    def thetas(self, z: Floats) -> Floats:
        """All parameters, fixed ones included, of points (..., free) on the unbounded scale; shape (..., P)."""
        found = np.empty((*z.shape[:-1], len(self.parameters)))
        values = natural(self.free, z)
        place = {name: i for i, name in enumerate(self.names)}
        for i, each in enumerate(self.parameters):
            held = self.fixed.get(each.name, each.name)
            found[..., i] = values[..., place[held]] if isinstance(held, str) else held
        return found

    def theta_of(self, values: Mapping[str, float]) -> Floats:
        """All parameters of values by name, shape (P,). Raises `InvalidInput` for missing or impossible ones."""
        return np.array(list(self.complete(values).values()))

    def log_likelihoods(self, z: Floats, trials: Trials, weights: Floats | None = None) -> Floats:
        """Log-likelihood (nats) at each point of a cloud z (N, free), shape (N,); `weights` (T,) of the trials."""
        weighing = np.ones(len(trials)) if weights is None else weights
        thetas = np.ascontiguousarray(self.thetas(z))
        begin, score, learn = self.steps
        size = max(self.memory(trials.n), 1)
        found: Floats = kernels.likelihoods(begin, score, learn, thetas, trials.rows, weighing, size, trials.n)
        return found

    def log_likelihood(self, z: Floats, trials: Trials) -> float:
        """Log-likelihood (nats) of a person's trials at one point z (free,)."""
        return float(self.log_likelihoods(z[np.newaxis], trials)[0])

    def predict(self, z: Floats, trials: Trials) -> Floats:
        """Log-probability of each action before each trial, given all trials before it; shape (T, n)."""
        size = max(self.memory(trials.n), 1)
        found: Floats = kernels.predictions(*self.steps, self.thetas(z), trials.rows, size, trials.n)
        return found

    def simulate(self, values: Mapping[str, float], rng: np.random.Generator, count: int) -> Trials:
        """A made-up person with these parameters in the family's own task. Raises `InvalidInput`."""
        return self.act(self.theta_of(values), self.task(rng, count), rng)

    def act(self, theta: Floats, task: Any, rng: np.random.Generator) -> Trials:
        """What a person with all parameters theta (P,) does in a task."""
        begin, score, learn = self.steps
        state, out = np.zeros(max(self.memory(task.n), 1)), np.zeros(task.n)
        rows = []
        for row in task:
            if row[4] > 0:
                begin(theta, state, row, out)
            score(theta, state, row, out)
            action = int(np.searchsorted(np.cumsum(np.exp(out)), rng.random() * np.exp(out).sum(), side="right"))
            task.answer(row, min(action, task.n - 1), rng)
            learn(theta, state, row, out)
            rows.append(row)
        return Trials(np.array(rows), task.n)


def _not_held(name: str, right: str) -> InvalidInput:
    return InvalidInput(f"hold/{name}: {right}.", field=f"/hold/{name}")


def numbers(columns: Columns, name: str, *, whole: bool = False) -> NDArray[np.float64]:
    """A column as numbers, shape (T,). Raises `InvalidInput` that names it."""
    if name not in columns:
        raise InvalidInput(f"{name}: this column is missing.", field=f"/{name}")
    try:
        found = np.asarray(columns[name], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{name}: every value must be a number.", field=f"/{name}") from error
    if found.ndim != 1 or not np.isfinite(found).all():
        raise InvalidInput(f"{name}: needs one finite number per trial.", field=f"/{name}")
    if whole and (found != np.round(found)).any():
        raise InvalidInput(f"{name}: needs whole numbers.", field=f"/{name}")
    return found


def indices(columns: Columns, name: str, n: int, least: int = 0) -> NDArray[np.float64]:
    """A column of whole numbers from `least` to n - 1. Raises `InvalidInput` that names it."""
    found = numbers(columns, name, whole=True)
    if len(found) and not (least <= found.min() and found.max() < n):
        raise InvalidInput(f"{name}: needs whole numbers from {least} to {n - 1}.", field=f"/{name}")
    return found


def lists(columns: Columns, name: str) -> list[Floats]:
    """A column of lists of numbers. Raises `InvalidInput` that names it."""
    if name not in columns:
        raise InvalidInput(f"{name}: this column is missing.", field=f"/{name}")
    try:
        found = [np.asarray(value, dtype=np.float64).ravel() for value in columns[name]]
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{name}: every value must be a list of numbers.", field=f"/{name}") from error
    if not all(len(value) and np.isfinite(value).all() for value in found):
        raise InvalidInput(f"{name}: needs a list of finite numbers per trial.", field=f"/{name}")
    return found


def starts(columns: Columns, count: int) -> Floats:
    """`FRESH` from the optional column `match`: 1 where its value changes."""
    if "match" not in columns:
        return np.zeros(count)
    match = columns["match"]
    return np.array([float(t > 0 and match[t] != match[t - 1]) for t in range(count)])


def number_of_actions(columns: Columns, least: int = 2) -> int:
    """N from the optional column `actions` (its first number), else the highest action seen. Raises `InvalidInput`."""
    if "actions" in columns:
        return _few(int(numbers(columns, "actions", whole=True)[0]), "/actions")
    return _few(max(int(numbers(columns, "action", whole=True).max(initial=0)) + 1, least), "/action")


def rows_of_table(columns: Columns, cells: int) -> int:
    """Own actions of tables of so many payoffs: `actions`, else what makes them square. Raises `InvalidInput`."""
    if cells > MOST_CELLS:
        raise InvalidInput(f"payoffs: a table may have {MOST_CELLS} payoffs, not {cells}.", field="/payoffs")
    told = "actions" in columns
    n = number_of_actions(columns) if told else _few(max(round(cells**0.5), 1), "/payoffs")
    if cells < n or cells % n or not (told or n * n == cells):
        right = "the number of own actions must divide it; tables that are not square need it in the column `actions`"
        raise InvalidInput(f"payoffs: {cells} numbers are no table of {n} own actions: {right}.", field="/payoffs")
    return n


def with_actions(read: Sequence[Column], people: Sequence[Columns]) -> list[Columns]:
    """People's columns, all with the highest action of any, where a model counts those seen and nobody says how many.

    Whoever never took the last action could have taken it.
    """
    names = {each.name for each in read}
    if "actions" not in names or "payoffs" in names or any("actions" in each for each in people):
        return list(people)
    try:
        n = max((number_of_actions(each) for each in people), default=0)
    except InvalidInput:
        # Reading them tells whose and which column it is.
        return list(people)
    return [{**each, "actions": [n]} for each in people]


def _few(n: int, field: str) -> int:
    if not 1 <= n <= MOST_ACTIONS:
        raise InvalidInput(f"{field[1:]}: there may be 1 to {MOST_ACTIONS} actions, not {n}.", field=field)
    return n


def same_length(columns: Columns, names: Iterable[str]) -> int:
    """Trials. Raises `InvalidInput` where columns differ in length."""
    lengths = {name: len(columns[name]) for name in names if name in columns}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise InvalidInput(f"All columns need the same number of trials: {told}.", field=f"/{next(iter(lengths))}")
    return next(iter(lengths.values()), 0)


__all__ = ["Column", "Columns", "Decision", "Family", "Live"]
