"""What may precede a choice: the contexts in which the engine counts, and how they are numbered for one game.

A *feature* is a small number read off the last rounds: own move k rounds ago, what answered it (the opponent's move,
nature's, or the stage that a first choice led to), the outcome of that round, or the shift from the move before it. A
*context* is a tuple of features; each of its values is one row of counts. What
is counted in a row is a *symbol*: the move taken, or the move that would have been the best reply, coded either as
itself or as a cyclic shift from one's own or the opponent's last move.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

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
MOST_COUNTED = 10
"""With more described options than this, nothing is counted: their features must tell them apart."""
LABELS_MEAN_LITTLE = frozenset({"one-shot-game"})
"""Families whose choices share no labels, so that only the simplest habits are counted."""


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
        "opening0",
    ),
    *_family("taken", "own", "outcome1 outcome2 outcome3", "shift1 shift2 shift3", "outcome1 shift1 outcome2"),
    *_family("taken", "opponent", "drift1 drift2"),
    *_family("reply", "absolute", "opponent1 opponent2", "own1 own2", "own1 opponent1"),
    *_family("reply", "own", "shift1 shift2", "outcome1 shift1"),
    *_family("reply", "opponent", "drift1 drift2"),
)
"""Chosen by cross-validation; docs/LOG.md tells what longer contexts brought (nothing)."""
PAID_CONTEXTS: tuple[Context, ...] = (
    *_family("taken", "absolute", "own1 outcome1 own2+outcome2"),
    *_family("taken", "own", "outcome1 opponent1 own1", "opponent1 own1"),
)
"""In addition where what is paid does not follow from the moves."""
FEW: tuple[Context, ...] = _family("taken", "absolute", "own1")
"""Where labels mean little or features say what an option is."""


class Table(NamedTuple):
    """What a table of payoffs says of own action i against answer j; all empty without a table."""

    outcomes: NDArray[np.int64]
    """(n, m): LOSS, TIE or WIN."""
    replies: NDArray[np.int64]
    """(m,): own best reply to each answer, the first one where several tie."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The contexts of one game as arrays. E contexts, D features, R rows per stage; n own actions, m answers.

    Row 0 is silent: contexts that reach behind the first round point to it, and it is never counted in.
    """

    n_actions: int
    n_answers: int
    """Opponent's actions, or the stages that a first choice can lead to."""
    stages: int
    contexts: tuple[Context, ...]
    rows: int
    radix: NDArray[np.int64]
    """(E, D): row = base + radix @ features."""
    plan: NDArray[np.int64]
    """(E, 5): base, rounds that must have been played, anchor (0 absolute, 1 own last move, 2 last answer), whether the
    best reply is counted instead of the move, and the context it backs off to (-1: uniform). Parents come first."""
    parents: tuple[int, ...]
    """(E,): the last column of the plan."""
    table: Table
    is_contest: bool
    """Whether one's gain is the other's loss, so that winning and losing mean something."""
    midpoint: float
    """Payoffs above it count as won where no table tells."""
    unit: tuple[float, float]
    """Payoffs are learnt from as (payoff - first) / second."""

    @property
    def n_opponent(self) -> int:
        """Answers, as the words of explanations name them."""
        return self.n_answers


FEATURES: tuple[str, ...] = (
    *(f"{kind}{k}" for kind in ("own", "opponent", "outcome", "shift", "drift") for k in range(1, WINDOW)),
    "opening0",
)
_COLUMN = {name: d for d, name in enumerate(FEATURES)}
SPACE_PER_ACTION = 64
"""Bytes that learners need for each action and stage."""
ROW_BUDGET = 24_000
"""Bytes of learners and of counts of all rows together; contexts that no longer fit are left out, so a state
stays below 32 KiB."""


def values_in(layout: Layout, e: int, row: int) -> list[tuple[str, int]]:
    """The features of context `e` with their values where it visits `row`, as the context names them."""
    found, rest = [], row - int(layout.plan[e, 0])
    for feature in layout.contexts[e].features:
        rest, value = divmod(rest, _radix_of(feature, layout.n_actions, layout.n_answers))
        found.append((feature, value))
    return found


def layout_of(situation: Situation) -> Layout:
    """The numbering of this game's contexts."""
    n, m = len(situation.actions), len(situation.opponent_actions)
    few = bool(situation.features) or situation.family in LABELS_MEAN_LITTLE
    tables = ((), ()) if few else (situation.payoffs, situation.opponent_payoffs)
    return _layout(n, m or situation.stages - 1, situation.stages, *tables, situation.payoff_range, few)


@lru_cache(maxsize=1024)
def table_of(payoffs: Payoffs, opponent_payoffs: Payoffs) -> Table:
    """Outcomes and best replies of a table of payoffs."""
    if not payoffs:
        return Table(np.zeros((0, 0), dtype=np.int64), np.zeros(0, dtype=np.int64))
    own = np.array(payoffs, dtype=np.float64)
    other = np.array(opponent_payoffs) if opponent_payoffs else np.full_like(own, (own.max() + own.min()) / 2)
    return Table(1 + np.sign(own - other).astype(np.int64), np.argmax(own, axis=0).astype(np.int64))


@lru_cache(maxsize=256)
def _layout(
    n: int,
    m: int,
    stages: int,
    payoffs: Payoffs,
    opponent_payoffs: Payoffs,
    payoff_range: tuple[float, float] | None,
    few: bool,
) -> Layout:
    table = table_of(payoffs, opponent_payoffs)
    contexts = _fitting(_sensible(n, m, table, few=few), n, m, stages)
    sizes = [_size(context, n, m) for context in contexts]
    order = {context.key: e for e, context in enumerate(contexts)}
    low, high = payoff_range or _range(payoffs)
    parents = tuple(order.get(context.parent, -1) for context in contexts)
    base = 1 + np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if sizes else np.zeros(0, dtype=np.int64)
    rest = [(_depth(c), _CODINGS.index(c.coding), c.symbol == "reply") for c in contexts]
    return Layout(
        n_actions=n,
        n_answers=m,
        stages=stages,
        contexts=contexts,
        rows=1 + sum(sizes),
        radix=np.array([_radix(c, n, m) for c in contexts], dtype=np.int64).reshape(-1, len(FEATURES)),
        plan=np.column_stack((base, np.array(rest, dtype=np.int64).reshape(-1, 3), np.array(parents, dtype=np.int64))),
        parents=parents,
        table=table,
        is_contest=bool(opponent_payoffs) and bool(np.ptp(np.array(payoffs) + np.array(opponent_payoffs)) < 1e-9),
        midpoint=0.0 if low < 0 < high else (low + high) / 2,
        unit=((low + high) / 2, (high - low) / 2 or 1.0),
    )


_CODINGS = ("absolute", "own", "opponent")


def _range(payoffs: Payoffs) -> tuple[float, float]:
    """Least and most that a table pays; without one, chances of 0 to 1."""
    cells = [cell for row in payoffs for cell in row]
    return (min(cells), max(cells)) if cells else (0.0, 1.0)


def _sensible(n: int, m: int, table: Table, *, few: bool) -> list[Context]:
    """The contexts that say something in a game of this structure."""
    if few:
        return list(FEW) if n <= MOST_COUNTED else []
    determined = len(table.replies) > 0
    barred = set()
    if not m:
        barred |= {"opponent", "drift"}
    wanted = {context.key: context for context in (*CONTEXTS, *(() if determined else PAID_CONTEXTS))}
    varied = len(set(table.replies.tolist())) > 1
    return [
        context
        for context in wanted.values()
        if (varied or context.symbol == "taken")
        and (n == m or context.coding != "opponent")
        and not barred & {feature[:-1] for feature in context.features}
    ]


def _fitting(sensible: list[Context], n: int, m: int, stages: int) -> tuple[Context, ...]:
    """Those that fit the budget, smallest first, parents before children."""
    chosen: dict[str, Context] = {}
    room = (ROW_BUDGET - SPACE_PER_ACTION * n * stages) // (2 * n * stages) - 1
    for context in sorted(sensible, key=lambda c: (len(c.features), _size(c, n, m))):
        size = _size(context, n, m)
        if size <= room and (not context.parent or context.parent in chosen):
            chosen[context.key] = context
            room -= size
    height = {"": -1}
    for key, context in chosen.items():
        height[key] = height[context.parent] + 1
    return tuple(sorted(chosen.values(), key=lambda c: height[c.key]))


def _radix_of(feature: str, n: int, m: int) -> int:
    return {"own": n, "shift": n, "opponent": m, "drift": m, "outcome": 3, "opening": 2}[feature[:-1]]


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
