"""What may precede a choice: the contexts in which the engine counts, and how they are numbered for one game.

A *feature* is a small number read off the last rounds: own or opponent's move k rounds ago, the outcome of that round,
or the shift from the move before it. A *context* is a tuple of features; each of its values is one row of counts. What
is counted in a row is a *symbol*: the move taken, or the move that would have been the best reply, coded either as
itself or as a cyclic shift from one's own or the opponent's last move.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hagame.rules.game import Situation

WINDOW = 5
"""Rounds remembered; no context looks further back."""

NO_ROUNDS = (0,) * WINDOW
"""The window before the first round."""

Symbol = Literal["taken", "reply"]
Coding = Literal["absolute", "own", "opponent"]
Payoffs = tuple[tuple[float, ...], ...]

LOSS, TIE, WIN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Context:
    """One family of rows. `features` are named as in `FEATURES`; `parent` is the key of the context it backs off to."""

    features: tuple[str, ...]
    coding: Coding = "absolute"
    symbol: Symbol = "taken"
    parent: str = ""

    @property
    def key(self) -> str:
        """E.g. `taken/own:own1+opponent1`; the empty context of the move itself is `taken/absolute:`."""
        return f"{self.symbol}/{self.coding}:{'+'.join(self.features)}"


def _family(symbol: Symbol, coding: Coding, *chains: str) -> tuple[Context, ...]:
    """Contexts of one symbol and coding; each chain adds features step by step, backing off to the step before."""
    made: dict[tuple[str, ...], Context] = {}
    for chain in chains:
        features: tuple[str, ...] = ()
        for step in ("", *chain.split()):
            parent = made.get(features)
            features = (*features, *(name for name in step.split("+") if name))
            made.setdefault(features, Context(features, coding, symbol, parent.key if parent else ""))
    return tuple(made.values())


CONTEXTS: tuple[Context, ...] = (
    *_family(
        "taken",
        "absolute",
        "own1 own2 own3",
        "opponent1 opponent2 opponent3",
        "own1 opponent1 own2+opponent2",
    ),
    *_family("taken", "own", "outcome1 outcome2 outcome3", "shift1 shift2 shift3", "outcome1 shift1 outcome2"),
    *_family("taken", "opponent", "drift1 drift2"),
    *_family("reply", "absolute", "opponent1 opponent2", "own1 own2", "own1 opponent1"),
    *_family("reply", "own", "shift1 shift2", "outcome1 shift1"),
    *_family("reply", "opponent", "drift1 drift2"),
)
"""Chosen by cross-validation; docs/LOG.md tells what longer contexts brought (nothing)."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The contexts of one game as arrays. E contexts, D features, R rows; n own and m opponent's actions.

    Row 0 is silent: contexts that reach behind the first round point to it, and it is never counted in.
    """

    n_actions: int
    n_opponent: int
    contexts: tuple[Context, ...]
    rows: int
    radix: NDArray[np.int64]
    """(E, D): row = base + radix @ features."""
    base: NDArray[np.int64]
    depth: NDArray[np.int64]
    """(E,): rounds that must have been played."""
    anchor: NDArray[np.int64]
    """(E,): 0 absolute, 1 own last move, 2 opponent's last move."""
    coded: NDArray[np.int64]
    """(E,): the anchor, plus 3 where the best reply is counted instead of the move."""
    levels: tuple[tuple[slice, NDArray[np.int64]], ...]
    """Contexts by distance from their root: which ones, and their parents (none in the first level)."""
    parents: tuple[int, ...]
    """(E,): what each context backs off to, -1 for uniform."""
    cells: NDArray[np.int64]
    """(n, 2, n): cells[r, k, a] = k n + (a - r) mod n, where action a is counted in memory k when codes start at r."""
    outcomes: tuple[tuple[int, ...], ...]
    """LOSS, TIE or WIN of own action i against j."""
    is_contest: bool
    """Whether one's gain is the other's loss, so that winning and losing mean something."""
    best_replies: tuple[int, ...]
    """(m,): own best reply to each opponent's action, the first one where several tie."""


FEATURES: tuple[str, ...] = tuple(
    f"{kind}{k}" for kind in ("own", "opponent", "outcome", "shift", "drift") for k in range(1, WINDOW)
)
_COLUMN = {name: d for d, name in enumerate(FEATURES)}
ROW_BUDGET = 24_000
"""Bytes of counts of all rows together; contexts that no longer fit are left out, so a state stays below 32 KiB."""


def features(layout: Layout, own: tuple[int, ...], opponent: tuple[int, ...]) -> NDArray[np.int64]:
    """Values of `FEATURES` after these rounds, newest first, `WINDOW` of each; shape (D,)."""
    n, m, outcomes = layout.n_actions, layout.n_opponent, layout.outcomes
    past = range(WINDOW - 1)
    return np.array(
        [
            *own[:-1],
            *opponent[:-1],
            *[outcomes[own[k]][opponent[k]] for k in past],
            *[(own[k] - own[k + 1]) % n for k in past],
            *[(opponent[k] - opponent[k + 1]) % m for k in past],
        ],
        dtype=np.int64,
    )


def values_in(layout: Layout, e: int, row: int) -> list[tuple[str, int]]:
    """The features of context `e` with their values where it visits `row`, as the context names them."""
    found, rest = [], row - int(layout.base[e])
    for feature in layout.contexts[e].features:
        rest, value = divmod(rest, _radix_of(feature, layout.n_actions, layout.n_opponent))
        found.append((feature, value))
    return found


def layout_of(situation: Situation) -> Layout:
    """The numbering of this game's contexts."""
    n, m = len(situation.actions), len(situation.opponent_actions)
    if situation.payoffs:
        return _layout(n, m, situation.payoffs, situation.opponent_payoffs)
    # Without a table nobody wins a round, and where nobody answers there is nobody to look at: one silent opponent.
    nothing = ((0.0,) * max(m, 1),) * n
    return _layout(n, max(m, 1), nothing, nothing, own_choices_alone=True)


@lru_cache(maxsize=256)
def _layout(n: int, m: int, payoffs: Payoffs, opponent_payoffs: Payoffs, *, own_choices_alone: bool = False) -> Layout:
    best = tuple(int(i) for i in np.argmax(np.array(payoffs), axis=0))
    contexts = _fitting(n, m, varied_replies=len(set(best)) > 1, own_choices_alone=own_choices_alone)
    sizes = [_size(context, n, m) for context in contexts]
    order = {context.key: e for e, context in enumerate(contexts)}
    anchor = np.array([("absolute", "own", "opponent").index(c.coding) for c in contexts], dtype=np.int64)
    return Layout(
        n_actions=n,
        n_opponent=m,
        contexts=contexts,
        rows=1 + sum(sizes),
        radix=np.array([_radix(context, n, m) for context in contexts], dtype=np.int64),
        base=1 + np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        depth=np.array([_depth(context) for context in contexts], dtype=np.int64),
        anchor=anchor,
        coded=anchor + 3 * np.array([c.symbol == "reply" for c in contexts], dtype=np.int64),
        levels=_levels(contexts, order),
        parents=tuple(order.get(context.parent, -1) for context in contexts),
        cells=np.array([0, n])[:, None] + ((np.arange(n) - np.arange(n)[:, None]) % n)[:, None, :],
        outcomes=_outcomes(payoffs, opponent_payoffs),
        is_contest=bool(np.ptp(np.array(payoffs) + np.array(opponent_payoffs)) < 1e-9),
        best_replies=best,
    )


def _fitting(n: int, m: int, *, varied_replies: bool, own_choices_alone: bool) -> tuple[Context, ...]:
    """The contexts that make sense and fit the budget, smallest first, parents before children."""
    chosen: dict[str, Context] = {}
    room = ROW_BUDGET // (2 * n) - 1
    for context in sorted(CONTEXTS, key=lambda c: (len(c.features), _size(c, n, m))):
        size = _size(context, n, m)
        sensible = (varied_replies or context.symbol == "taken") and (n == m or context.coding != "opponent")
        if own_choices_alone:
            own = all(feature[:-1] in ("own", "shift") for feature in context.features)
            sensible = sensible and own and context.coding != "opponent"
        if sensible and size <= room and (not context.parent or context.parent in chosen):
            chosen[context.key] = context
            room -= size
    height = {"": -1}
    for key, context in chosen.items():
        height[key] = height[context.parent] + 1
    return tuple(sorted(chosen.values(), key=lambda c: height[c.key]))


def _levels(contexts: tuple[Context, ...], order: dict[str, int]) -> tuple[tuple[slice, NDArray[np.int64]], ...]:
    heights: list[int] = []
    for context in contexts:
        heights.append(heights[order[context.parent]] + 1 if context.parent else 0)
    levels = []
    for level in range(max(heights) + 1):
        first, last = heights.index(level), len(heights) - heights[::-1].index(level)
        parents = np.array([order[c.parent] for c in contexts[first:last] if c.parent], dtype=np.int64)
        levels.append((slice(first, last), parents))
    return tuple(levels)


def _radix_of(feature: str, n: int, m: int) -> int:
    return {"own": n, "shift": n, "opponent": m, "drift": m, "outcome": 3}[feature[:-1]]


def _size(context: Context, n: int, m: int) -> int:
    size = 1
    for feature in context.features:
        size *= _radix_of(feature, n, m)
    return size


def _radix(context: Context, n: int, m: int) -> list[int]:
    row, step = [0] * len(FEATURES), 1
    for feature in context.features:
        row[_COLUMN[feature]] = step
        step *= _radix_of(feature, n, m)
    return row


def _depth(context: Context) -> int:
    reach = [int(f[-1]) + (f[:-1] in ("shift", "drift")) for f in context.features]
    return max([*reach, int(context.coding != "absolute")])


def _outcomes(payoffs: Payoffs, opponent_payoffs: Payoffs) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(1 + (a > b) - (a < b) for a, b in zip(mine, theirs, strict=True))
        for mine, theirs in zip(payoffs, opponent_payoffs, strict=True)
    )
