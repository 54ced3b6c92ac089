"""The population prior: what the engine takes from other people's decisions, per family of games.

An artefact is one safetensors file of arrays and a card in JSON that says whose decisions it comes from. Inputs are
named, so that a game with a few more or fewer contexts than those learnt from still finds its weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hagame.errors import CorruptState
from hagame.mind.learn.artefact import arrays_of, tensors
from hagame.mind.model import Arrays
from hagame.mind.predict.contexts import Layout, Payoffs
from hagame.mind.predict.kernels import N_LEARNERS, N_REACTIONS, REACTIONS
from hagame.mind.predict.learners import LEARNERS
from hagame.mind.predict.pool import Pool
from hagame.mind.predict.strategy import COLUMNS as STRATEGY
from hagame.mind.predict.strategy import PRECISIONS, SUSTAINED, hierarchies, strategic, sustained
from hagame.mind.predict.trees import NONE, Forest, Trees, forest_of
from hagame.rules.game import Situation

FORMAT = "hagame-population/1"
SUFFIX = ".safetensors"
COLD_SD = {"bayes": 0.6, "learner": 0.3, "reaction": 0.3, "column": 1.0}
"""Without a population: standard deviations of the slopes of the mixture, of learners, and of columns that are scaled
to 1 at their widest."""
MIXTURE = "bayes"
"""Key of the fixed-share Bayesian mixture among the inputs."""
GROUPS = ("habits", "recent-habits", "replies", "recent-replies", "bayes", "values", "tendencies", "options")
"""Moves taken and best replies, each in long and short memory; the mixture; values learnt from payoffs; tendencies
such as
repeating; and what the situation says of its options."""
ONCE = "one-shot-game"
STRATEGIC = frozenset({ONCE, "prisoners-dilemma"})
"""Families in which the table of payoffs differs from game to game, so that what it says is told to the pool."""
SINGLE_LEARNERS = ("medium", "average", "fictitious", "planner", "latest", "novelty", "habit-slow", "habit-fast")
SINGLE_REACTIONS = ("stay", "win-stay-lose-shift", "copy")
"""Learners and reactions that each person may lean on more or less."""


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The prior of one family. H columns of the situation."""

    keys: tuple[str, ...]
    """(K,): of the pool's inputs."""
    pool: Pool
    trees: Trees
    defaults: NDArray[np.float64]
    """(H,): what stands for a column that a situation does not tell."""
    is_cold: bool = False
    """Whether nobody was learnt from."""
    forest: Forest = field(init=False, repr=False)
    """The trees, as they are read during play."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "forest", forest_of(self.trees))


_directories: list[Path] = []


def use(directory: Path) -> None:
    """Lets populations trained on this machine come before the shipped ones; their files are named by family."""
    if directory not in _directories:
        _directories.insert(0, directory)
        _reread()


def forget() -> None:
    """Only the shipped populations again."""
    _directories.clear()
    _reread()


def _reread() -> None:
    _shelf.cache_clear()
    _population.cache_clear()


def population_for(situation: Situation, layout: Layout) -> Population:
    """What other people teach of this game: that of its family, or next to nothing."""
    return _population(situation.family, layout, _width(situation))


@lru_cache(maxsize=256)
def _population(family: str, layout: Layout, width: int) -> Population:
    artefact = _shelf().get(family)
    return cold(layout, width) if artefact is None else unpacked(artefact[0], layout)


@cache
def _shelf() -> dict[str, tuple[Arrays, dict[str, Any]]]:
    """Arrays and card of each family's artefact."""
    places: list[Traversable | Path] = [files("hagame.mind.predict") / "populations", *reversed(_directories)]
    found = {}
    for place in places:
        for file in sorted(place.iterdir(), key=lambda f: f.name) if place.is_dir() else ():
            if file.name.endswith(SUFFIX):
                arrays, card = read_artefact(file.read_bytes())
                found[str(card["family"])] = (arrays, card)
    return found


def cards() -> dict[str, dict[str, Any]]:
    """What each known artefact says of itself, by family."""
    return {family: card for family, (_, card) in _shelf().items()}


def read_artefact(data: bytes) -> tuple[Arrays, dict[str, Any]]:
    """Arrays and card of an artefact. Raises `CorruptState`."""
    arrays, text = arrays_of(data)
    card: dict[str, Any] = json.loads(text)
    if card.get("format") != FORMAT:
        raise CorruptState(f"a population must have the format {FORMAT!r}, not {card.get('format')!r}")
    return arrays, card


def write_artefact(population: Population, card: Mapping[str, Any]) -> bytes:
    """The artefact as bytes; the same population and card give the same ones."""
    text = json.dumps({"format": FORMAT, **card}, sort_keys=True, ensure_ascii=False)
    return tensors(packed(population), text)


def packed(population: Population) -> dict[str, NDArray[Any]]:
    """A population as arrays by name."""
    pool, trees = population.pool, population.trees
    return {
        "keys": np.frombuffer("\n".join(population.keys).encode(), dtype=np.uint8),
        "weights": pool.weights,
        "units": pool.units,
        "precision": pool.precision,
        "defaults": population.defaults,
        **{f"trees.{name}": getattr(trees, name) for name in Trees._fields},
    }


def unpacked(arrays: Arrays, layout: Layout) -> Population:
    """The population that these arrays hold, for a game of this layout.

    Inputs that were not learnt have no weight. Trees look at columns by place, so they serve only the very same inputs.
    """
    try:
        keys = tuple(arrays["keys"].tobytes().decode().split("\n"))
        defaults = arrays["defaults"]
        wanted = keys_of(layout, len(defaults))
        empty = empty_pool(layout, len(defaults))
        at = {key: k for k, key in enumerate(keys)}
        places = np.array([at.get(key, -1) for key in wanted])
        known = places >= 0
        weights, units = empty.weights.copy(), empty.units.copy()
        parts = min(len(weights), len(arrays["weights"]))
        weights[:parts] = np.where(known, arrays["weights"][:parts, places], 0.0)
        units[:] = np.where(known, arrays["units"][places], 1.0)
        alike = arrays["precision"].shape == empty.precision.shape
        precision = np.ascontiguousarray(arrays["precision"] if alike else empty.precision, dtype=np.float32)
        trees = Trees(*(arrays[f"trees.{name}"] for name in Trees._fields)) if wanted == keys and alike else NONE
        pool = empty._replace(weights=weights, units=units, precision=precision)
        return Population(wanted, pool, trees, np.asarray(defaults, dtype=np.float64))
    except (KeyError, IndexError, ValueError) as error:
        raise CorruptState(f"these arrays are no population: {error}") from error


def cold(layout: Layout, columns: int) -> Population:
    """Nobody learnt from: all weight is on the Bayesian mixture; the rest is the person's to show."""
    pool, keys = empty_pool(layout, columns), keys_of(layout, columns)
    weights = pool.weights.copy()
    weights[:, keys.index(MIXTURE)] = 1.0
    kinds = ["bayes"] * len(GROUPS) + [keys[k].split(":")[0] for k in pool.singles]
    precision = np.diag([1 / COLD_SD[kind] ** 2 for kind in kinds])
    broad = np.broadcast_to(precision, (len(weights), *precision.shape)).astype(np.float32)
    return Population(keys, pool._replace(weights=weights, precision=broad), NONE, np.zeros(columns), is_cold=True)


def columns_of(situation: Situation, population: Population) -> NDArray[np.float64]:
    """What this situation says of its options, shape (n, H)."""
    return _fitting(*_facts(situation), population)


def told_columns(situation: Situation) -> NDArray[np.float64]:
    """The same as the situation tells it, whoever was learnt from; shape (n, H)."""
    return _told(*_facts(situation))


Facts = tuple[int, Payoffs, Payoffs, tuple[tuple[float, ...], ...], tuple[float, ...], bool]


def _facts(situation: Situation) -> Facts:
    payoffs = situation.payoffs if situation.family in STRATEGIC and situation.opponent_payoffs else ()
    once = situation.family == ONCE
    return len(situation.actions), payoffs, situation.opponent_payoffs, situation.features, situation.conditions, once


def _told(
    n: int,
    payoffs: Payoffs,
    opponent_payoffs: Payoffs,
    features: tuple[tuple[float, ...], ...],
    conditions: tuple[float, ...],
    once: bool,
) -> NDArray[np.float64]:
    parts = []
    if payoffs:
        chance = conditions[0] if conditions else 0.0
        parts = [strategic(payoffs, opponent_payoffs), sustained(payoffs, opponent_payoffs, chance)]
        parts += [hierarchies(payoffs, opponent_payoffs)] if once else []
    parts += [np.array(features, dtype=np.float64)] if features else []
    parts.append(np.tile(np.array(conditions, dtype=np.float64), (n, 1)))
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


@lru_cache(maxsize=1024)
def _fitting(
    n: int,
    payoffs: Payoffs,
    opponent_payoffs: Payoffs,
    features: tuple[tuple[float, ...], ...],
    conditions: tuple[float, ...],
    once: bool,
    population: Population,
) -> NDArray[np.float64]:
    told = _told(n, payoffs, opponent_payoffs, features, conditions, once)
    found = np.tile(population.defaults, (n, 1))
    width = min(told.shape[1], found.shape[1])
    found[:, :width] = told[:, :width]
    if population.is_cold and width:
        widest = np.abs(found - found.mean(axis=0)).max(axis=0)
        found = (found - found.mean(axis=0)) / np.where(widest > 0, widest, 1.0)
    return np.ascontiguousarray(found)


def _width(situation: Situation) -> int:
    """Columns that a situation brings."""
    strategy = len(STRATEGY) + SUSTAINED if situation.family in STRATEGIC and situation.opponent_payoffs else 0
    strategy += len(PRECISIONS) if strategy and situation.family == ONCE else 0
    return strategy + (len(situation.features[0]) if situation.features else 0) + len(situation.conditions)


def keys_of(layout: Layout, columns: int) -> tuple[str, ...]:
    """Keys of the inputs: each context's long and short memory, the mixture, learners, columns."""
    contexts = [f"{context.key}/{memory}" for context in layout.contexts for memory in ("long", "short")]
    learners = [f"learner:{learner.key}" for learner in LEARNERS]
    reactions = [f"reaction:{reaction}" for reaction in REACTIONS]
    return (*contexts, MIXTURE, *learners, *reactions, *(f"column:{h}" for h in range(columns)))


def empty_pool(layout: Layout, columns: int) -> Pool:
    """A pool of the right shapes without any weight."""
    groups = [
        GROUPS.index(("recent-" if memory else "") + ("replies" if context.symbol == "reply" else "habits"))
        for context in layout.contexts
        for memory in range(2)
    ]
    values = [GROUPS.index("values" if k <= 10 or k == 12 else "tendencies") for k in range(N_LEARNERS)]
    groups += [GROUPS.index("bayes"), *values, *[GROUPS.index("tendencies")] * N_REACTIONS]
    groups += [GROUPS.index("options")] * columns
    first = 2 * len(layout.contexts) + 1
    singles = [first + k for k, learner in enumerate(LEARNERS) if learner.key in SINGLE_LEARNERS]
    singles += [first + N_LEARNERS + REACTIONS.index(reaction) for reaction in SINGLE_REACTIONS]
    singles += [first + N_LEARNERS + N_REACTIONS + h for h in range(columns)]
    parts = min(layout.stages, 2)
    slopes = len(GROUPS) + len(singles)
    return Pool(
        weights=np.zeros((parts, len(groups))),
        groups=np.array(groups, dtype=np.int64),
        singles=np.array(singles, dtype=np.int64),
        units=np.ones(len(groups)),
        precision=np.broadcast_to(np.eye(slopes, dtype=np.float32), (parts, slopes, slopes)).copy(),
    )
