"""Files of one family as one population: who teaches what, and predictions of people who were not learnt from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hagame.cli.datasets.records import Dataset, Recorded
from hagame.mind.predict.boosting import Growth
from hagame.mind.predict.fitting import Observed, fit_population, predictions
from hagame.mind.predict.population import Population, cold, keys_of
from hagame.mind.predict.streams import Said, replayed

BAGS = 2
MOST_STREAMS = 6_000
"""Short matches of unnamed people are many and much alike; more of them teach nothing new."""
Floats = NDArray[np.float64]
Shape = tuple[str, int, int, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One person of one file, with what the experts said of each decision."""

    dataset: str
    recorded: Recorded
    said: Said
    unit: NDArray[np.int64]
    """(T,): number of the split of each decision."""
    folds: int
    """In how many parts the file is cross-fitted."""

    def observed(self, left_out: NDArray[np.bool_] | None = None) -> Observed:
        """For a fit that leaves these decisions (T,) out."""
        weight = self.recorded.weight
        kept = weight if left_out is None else np.where(left_out, 0.0, weight)
        return Observed(self.recorded.stream, self.said, kept, self.unit)


def shape_of(dataset: Dataset) -> Shape:
    """What two files must share to be learnt from together: family, actions, stages and inputs."""
    stream = dataset.people[0].stream
    keys = keys_of(stream.layout, stream.columns.shape[2])
    return dataset.entry.family, stream.legal.shape[1], stream.layout.stages, keys


def alike(datasets: Sequence[Dataset]) -> list[list[Dataset]]:
    """Files of one shape, which can be learnt from together."""
    return _grouped(datasets, shape_of)


def crossed(datasets: Sequence[Dataset]) -> list[list[Dataset]]:
    """Files that are learnt from and scored together: of one shape, but an excerpt apart from what it is of."""
    names = {dataset.name for dataset in datasets}
    return _grouped(datasets, lambda d: (shape_of(d), d.name if d.entry.excerpt_of in names else ""))


def _grouped(datasets: Sequence[Dataset], key: Callable[[Dataset], Hashable]) -> list[list[Dataset]]:
    groups: dict[Hashable, list[Dataset]] = {}
    for dataset in datasets:
        groups.setdefault(key(dataset), []).append(dataset)
    return list(groups.values())


def teachers_of(pupils: Sequence[Dataset], others: Sequence[Dataset]) -> list[Dataset]:
    """Those of `others` that these files of one shape can learn from: of their shape, else alike but for columns.

    Conditions come last among columns: those that are not told here go; those told here alone are the same for all
    others (the median here), so that nothing is learnt of them. No file that has a pupil's decisions in it teaches.
    """
    able = [other for other in others if not any(_overlap(other, pupil) for pupil in pupils)]
    first = pupils[0]
    same = [other for other in able if shape_of(other) == shape_of(first)]
    return same or [_refitted(other, first) for other in able if _core(other) == _core(first)]


def _overlap(a: Dataset, b: Dataset) -> bool:
    return a.name == b.entry.excerpt_of or b.name == a.entry.excerpt_of


def _core(dataset: Dataset) -> Shape:
    family, n, stages, keys = shape_of(dataset)
    return family, n, stages, tuple(key for key in keys if not key.startswith("column:"))


def _refitted(other: Dataset, dataset: Dataset) -> Dataset:
    wanted = np.concatenate([person.stream.columns[:1] for person in dataset.people])
    usual = np.median(wanted, axis=(0, 1))
    shared = min(len(usual), other.people[0].stream.columns.shape[2])

    def refitted(person: Recorded) -> Recorded:
        columns = np.tile(usual, (*person.stream.legal.shape, 1))
        columns[:, :, :shared] = person.stream.columns[:, :, :shared]
        return replace(person, stream=replace(person.stream, columns=columns))

    return replace(other, people=tuple(refitted(person) for person in other.people))


def members(datasets: Sequence[Dataset]) -> list[Member]:
    """Everybody in these files."""
    numbers: dict[tuple[str, str], int] = {}

    def unit(dataset: str, recorded: Recorded) -> NDArray[np.int64]:
        keys = [(dataset, str(key)) for key in recorded.split]
        return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)

    return [Member(d.name, p, replayed(p.stream), unit(d.name, p), d.entry.folds) for d in datasets for p in d.people]


def fitted(people: Sequence[Member], left_out: Sequence[NDArray[np.bool_] | None], seed: int = 0) -> Population:
    """The population of these people without the decisions left out."""
    observed = [m.observed(out) for m, out in zip(people, left_out, strict=True)]
    useful = [o for o in observed if (o.weight > 0).any()]
    return fit_population(_evenly(useful, seed), Growth(), bags=BAGS, seed=seed)


def _evenly(people: list[Observed], seed: int) -> list[Observed]:
    """At most about `MOST_STREAMS` of them, as many from each game or problem where there are too many of one."""
    if len(people) <= MOST_STREAMS:
        return people
    first = np.array([p.unit[0] for p in people if p.unit is not None])
    each = _level(np.unique(first, return_counts=True)[1], MOST_STREAMS)
    order = np.random.default_rng(seed).permutation(len(people))
    kept: dict[int, list[int]] = {}
    for i in order:
        mine = kept.setdefault(int(first[i]), [])
        if len(mine) < each:
            mine.append(int(i))
    return [people[i] for i in sorted(i for own in kept.values() for i in own)]


def _level(sizes: NDArray[np.int64], total: int) -> int:
    """The largest bound (at least 1) on each size with which they sum to at most `total`: small ones leave room."""
    level = 1
    for size in np.unique(sizes):
        room = total - sizes[sizes < size].sum()
        level = max(level, min(int(size), int(room // (sizes >= size).sum())))
    return level


def folds_of(people: Sequence[Member], folds: int | None = None, seed: int = 0) -> list[NDArray[np.int64]]:
    """Each decision's fold; those that share a split key of the same file share it.

    Each file has as many as its manifest says, unless `folds` says how many all have.
    """
    fold: dict[tuple[str, str], int] = {}
    for dataset, own in {m.dataset: m.folds for m in people}.items():
        keys = sorted({str(key) for m in people if m.dataset == dataset for key in np.unique(m.recorded.split)})
        order = np.random.default_rng(seed).permutation(len(keys))
        fold |= {(dataset, keys[i]): at % (folds or own) for at, i in enumerate(order)}
    return [np.array([fold[m.dataset, str(key)] for key in m.recorded.split], dtype=np.int64) for m in people]


def cross_fitted(
    people: Sequence[Member], folds: Sequence[NDArray[np.int64]], note: Callable[[str], None] = lambda _: None
) -> list[Floats]:
    """The engine's predictions of each decision, (T, n), its population learnt from the other folds."""
    found = [np.zeros(m.recorded.stream.legal.shape) for m in people]
    for fold, inside in _each(folds):
        if sum(o.sum() for o in inside) == 0:
            continue
        population = fitted(people, inside, seed=fold)
        note(f"fold {fold + 1}: {len(population.trees.roots)} trees")
        for member, own, into in zip(people, inside, found, strict=True):
            if own.any():
                into[own] = predictions(member.observed(), population)[own]
    return found


def cold_predictions(people: Sequence[Member]) -> list[Floats]:
    """Predictions without any population."""
    found = []
    for member in people:
        stream = member.recorded.stream
        population = cold(stream.layout, stream.columns.shape[2])
        found.append(
            predictions(replace(member.observed(), said=_scaled(member.said, stream.columns.shape[2])), population)
        )
    return found


def _scaled(said: Said, columns: int) -> Said:
    """Columns scaled to 1 at their widest in each decision, as the engine has them where nobody was learnt from."""
    if not columns:
        return said
    inputs = said.inputs.copy()
    widest = np.abs(inputs[:, -columns:]).max(axis=2, keepdims=True)
    inputs[:, -columns:] /= np.where(widest > 0, widest, 1)
    return Said(inputs, said.cues)


def _each(folds: Sequence[NDArray[np.int64]]) -> Iterator[tuple[int, list[NDArray[np.bool_]]]]:
    for fold in range(int(max(f.max() for f in folds)) + 1):
        yield fold, [f == fold for f in folds]
