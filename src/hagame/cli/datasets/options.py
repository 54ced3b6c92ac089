"""Readers of choices between described options: lotteries, shares of choices, and options with features of any kind."""

from __future__ import annotations

import json
from math import comb

import numpy as np
from numpy.typing import NDArray

from hagame.cli.datasets.manifest import Cpc, Entry
from hagame.cli.datasets.moves import (
    FIRST_SCORED,
    action_names,
    by_person,
    coded,
    conditions_of,
    matches,
    needed,
    split_of,
)
from hagame.cli.datasets.records import MAIN, Recorded
from hagame.cli.datasets.tables import Table
from hagame.errors import InvalidInput
from hagame.mind.predict.contexts import Layout, layout_of
from hagame.mind.predict.lotteries import Lottery, lottery_columns
from hagame.mind.predict.streams import Stream
from hagame.rules.game import Situation

Floats = NDArray[np.float64]


def gambles(table: Table, entry: Entry) -> list[Recorded]:
    """Choices of people between lotteries; every decision is scored."""
    return _people(table, entry, _lotteries(table, entry), first=1)


def options(table: Table, entry: Entry) -> list[Recorded]:
    """Choices of people between options with features; learning from payoffs where a reward is written."""
    if entry.features is None or entry.actions is None:
        raise InvalidInput(f"{table.name}: its entry must tell actions and features of each.", field="/features")
    cells = [[table.numbers(cell) for cell in entry.features[name]] for name in entry.actions]
    columns = np.array(cells).transpose(2, 0, 1)
    return _people(table, entry, np.nan_to_num(columns), first=FIRST_SCORED)


def _people(table: Table, entry: Entry, columns: Floats, first: int) -> list[Recorded]:
    """`columns` (rows, n, H) are those of the options."""
    column = needed(table, entry, "action")
    names = list(entry.options) if entry.options else action_names(table, entry, column)
    action = coded(table, column, names, entry.missing)
    n = len(names)
    columns = _with_conditions(columns, conditions_of(table, entry))
    paid = np.zeros(table.rows)
    if isinstance(entry.columns.reward, str):
        paid = np.nan_to_num(table.numbers(entry.columns.reward))
    fresh, _ = matches(table, entry)
    split = split_of(table, entry)
    found = []
    for person, rows in by_person(table, entry, action >= 0):
        t = len(rows)
        stream = Stream(
            layout=_layout(names, entry),
            fresh=fresh[rows],
            stage=np.zeros(t, dtype=np.int64),
            legal=np.ones((t, n), dtype=np.bool_),
            action=action[rows],
            answer=np.full(t, -1, dtype=np.int64),
            payoff=paid[rows],
            foregone=np.full((t, n), np.nan),
            columns=columns[rows],
            target=np.eye(n, dtype=np.float32)[action[rows]],
        )
        scored = {MAIN: np.arange(1, t + 1) >= (entry.score_from or first)}
        found.append(Recorded(person, stream, scored, split[rows], np.ones(t)))
    return found


def _layout(names: list[str], entry: Entry) -> Layout:
    features = tuple((0.0,) for _ in names)
    return layout_of(
        Situation(
            tuple(names),
            (),
            tuple(range(len(names))),
            (),
            (),
            entry.family,
            features=features,
            payoff_range=entry.payoff_range,
        )
    )


def _with_conditions(columns: Floats, conditions: Floats) -> Floats:
    rows, n, _ = columns.shape
    spread = np.broadcast_to(conditions[:, None, :], (rows, n, conditions.shape[1]))
    return np.ascontiguousarray(np.concatenate((columns, spread), axis=2))


def rates(table: Table, entry: Entry) -> list[Recorded]:
    """Shares of people who chose the second of two lotteries.

    Several columns of shares are blocks in turn, all but the first one with feedback: two more conditions, feedback and
    block.
    """
    columns = _with_conditions(_lotteries(table, entry), conditions_of(table, entry))
    wanted = entry.columns.rate
    if wanted is None or not entry.options or len(entry.options) != 2:
        raise InvalidInput(f"{table.name}: its entry must tell columns/rate and two options.", field="/columns/rate")
    blocks = [wanted] if isinstance(wanted, str) else wanted
    shares = np.column_stack([table.numbers(block) for block in blocks])
    split = split_of(table, entry)
    layout = _layout(list(entry.options), entry)
    found = []
    for i in range(table.rows):
        kept = np.flatnonzero(~np.isnan(shares[i]))
        t = len(kept)
        if not t:
            continue
        own = np.repeat(columns[i : i + 1], t, axis=0)
        if len(blocks) > 1:
            block = np.column_stack((kept > 0, kept + 1.0)).astype(np.float64)
            own = np.concatenate((own, np.broadcast_to(block[:, None], (t, 2, 2))), axis=2)
        stream = Stream(
            layout=layout,
            fresh=np.zeros(t, dtype=np.bool_),
            stage=np.zeros(t, dtype=np.int64),
            legal=np.ones((t, 2), dtype=np.bool_),
            action=np.full(t, -1, dtype=np.int64),
            answer=np.full(t, -1, dtype=np.int64),
            payoff=np.zeros(t),
            foregone=np.full((t, 2), np.nan),
            columns=np.ascontiguousarray(own),
            target=np.column_stack((1 - shares[i, kept], shares[i, kept])).astype(np.float32),
        )
        found.append(
            Recorded(str(i + 1), stream, {MAIN: np.ones(t, dtype=np.bool_)}, np.repeat(split[i : i + 1], t), np.ones(t))
        )
    return found


def _lotteries(table: Table, entry: Entry) -> Floats:
    """Columns of each option of each row, shape (rows, n, H)."""
    if not entry.options:
        raise InvalidInput(f"{table.name}: its entry must tell the options as lotteries.", field="/options")
    drawn = [_drawn(table, spec) for spec in entry.options.values()]
    unclear = [
        table.numbers(entry.ambiguous[name]) > 0 if name in entry.ambiguous else np.zeros(table.rows, dtype=np.bool_)
        for name in entry.options
    ]
    known: dict[str, Floats] = {}
    rows = []
    for i in range(table.rows):
        lotteries = [option[i] for option in drawn]
        flags = [bool(flag[i]) for flag in unclear]
        key = repr([(o.x.tolist(), o.p.tolist()) for o in lotteries]) + repr(flags)
        if key not in known:
            known[key] = lottery_columns(lotteries, flags)
        rows.append(known[key])
    return np.array(rows)


def _drawn(table: Table, spec: list[tuple[float | str, float | str]] | str | Cpc) -> list[Lottery]:
    """One option of every row."""
    if isinstance(spec, str):
        return [_written(table, i, cell) for i, cell in enumerate(table.text(spec))]
    if isinstance(spec, Cpc):
        return _cpc(table, spec)
    chances = np.column_stack([table.numbers(p) for p, _ in spec])
    outcomes = np.column_stack([table.numbers(x) for _, x in spec])
    return [Lottery(p, x) for p, x in zip(chances, outcomes, strict=True)]


def _written(table: Table, row: int, cell: str) -> Lottery:
    try:
        pairs = json.loads(cell)
        return Lottery([p for p, _ in pairs], [x for _, x in pairs])
    except (ValueError, TypeError):
        problem = f"{cell!r} is no list of [chance, outcome]"
        raise InvalidInput(f"{table.name}, row {row + 2}: {problem}.") from None


def _cpc(table: Table, spec: Cpc) -> list[Lottery]:
    high, chance, low = (table.numbers(name) for name in (spec.high, spec.chance, spec.low))
    shape = table.text(spec.shape) if spec.shape else np.full(table.rows, "-", dtype=object)
    number = table.numbers(spec.outcomes) if spec.outcomes else np.ones(table.rows)
    found = []
    for h, p, low_, kind, k in zip(high, chance, low, shape, number, strict=True):
        points, weights = _spread_out(h, str(kind), int(np.nan_to_num(k, nan=1.0)))
        chances, values = (np.append(p * weights, 1 - p), np.append(points, low_)) if p < 1 else (weights, points)
        found.append(Lottery(chances, values))
    return found


def _spread_out(high: float, shape: str, outcomes: int) -> tuple[Floats, Floats]:
    """Outcomes and chances of the lottery that stands for the high outcome (Erev et al. 2017, appendix)."""
    if outcomes <= 1 or shape in ("-", "0", "", "nan"):
        return np.array([high]), np.ones(1)
    if shape in ("Symm", "2"):
        k = outcomes - 1
        points = high - k / 2 + np.arange(outcomes)
        chance = np.array([comb(k, i) for i in range(outcomes)]) / 2.0**k
        return points.astype(np.float64), chance.astype(np.float64)
    i = np.arange(1, outcomes + 1)
    halves = 2.0**-i
    halves[-1] *= 2
    sign = 1.0 if shape in ("R-skew", "1") else -1.0
    return np.asarray(high + sign * (2.0**i - outcomes - 1)), np.asarray(halves)
