"""Readers of repeated choices: games against an opponent or nature, bandits, and tasks of two steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hagame.cli.datasets.manifest import Cells, Entry
from hagame.cli.datasets.records import MAIN, Recorded
from hagame.cli.datasets.tables import Strings, Table
from hagame.errors import InvalidInput
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.population import told_columns
from hagame.mind.predict.streams import Stream
from hagame.rules.game import Situation

FIRST_SCORED = 4
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def needed(table: Table, entry: Entry, role: str) -> str:
    """The column of a role. Raises `InvalidInput` when the manifest names none."""
    column = getattr(entry.columns, role)
    if column is None:
        raise InvalidInput(f"{table.name}: its entry must name columns/{role}.", field=f"/columns/{role}")
    return str(column)


def people_of(table: Table, entry: Entry) -> Strings:
    """Who decided, by row; each row alone where nobody is named."""
    if entry.columns.person is None:
        return np.arange(table.rows).astype(str).astype(object)
    return table.keys(entry.columns.person)


def by_person(table: Table, entry: Entry, kept: NDArray[np.bool_]) -> Iterator[tuple[str, Integers]]:
    """Each person with the rows kept, in the order of the trials (of the file, where they are not numbered)."""
    people = people_of(table, entry)
    rows: dict[str, list[int]] = {}
    for i in np.flatnonzero(kept):
        rows.setdefault(str(people[i]), []).append(int(i))
    for person, own in rows.items():
        yield person, np.array(own, dtype=np.int64)


def coded(table: Table, column: str, names: list[str], missing: list[str]) -> Integers:
    """Index of each cell among `names`; -1 where missing or not among them."""
    index = {name: i for i, name in enumerate(names)} | {f"{name}.0": i for i, name in enumerate(names)}
    return np.array([-1 if c in missing else index.get(c, -1) for c in table.text(column)], dtype=np.int64)


def action_names(table: Table, entry: Entry, column: str) -> list[str]:
    """The actions as the manifest names them, or all that occur."""
    return entry.actions or sorted(set(table.text(column)) - set(entry.missing))


def split_of(table: Table, entry: Entry) -> Strings:
    """What decisions may not share between those learnt from and those scored."""
    return people_of(table, entry) if entry.split is None else table.keys(entry.split)


def conditions_of(table: Table, entry: Entry) -> Floats:
    """Known conditions of each row, shape (rows, C); -1 where a cell is empty."""
    if not entry.conditions:
        return np.zeros((table.rows, 0))
    return np.nan_to_num(np.column_stack([table.numbers(cell) for cell in entry.conditions]), nan=-1.0)


def moves(table: Table, entry: Entry) -> list[Recorded]:
    """Repeated choices, with or without an opponent."""
    column = needed(table, entry, "action")
    names = action_names(table, entry, column)
    action = coded(table, column, names, entry.missing)
    n = len(names)
    answer = np.full(table.rows, -1, dtype=np.int64)
    answers: list[str] = []
    if entry.columns.opponent_action is not None:
        answers = entry.opponent_actions or names
        answer = coded(table, entry.columns.opponent_action, answers, entry.missing)
    payoffs, others = cells_of(table, entry.payoffs), cells_of(table, entry.opponent_payoffs)
    reward = _reward(table, entry, action, answer, payoffs)
    fresh, period = matches(table, entry)
    conditions = conditions_of(table, entry)
    split = split_of(table, entry)
    number = _numbers(table, entry)
    people = []
    for person, rows in by_person(table, entry, action >= 0):
        first = int(rows[0])
        situation = Situation(
            tuple(names), tuple(answers), tuple(range(n)), _tuple(payoffs, first), _tuple(others, first),
            entry.family, payoff_range=entry.payoff_range,
        )  # fmt: skip
        t = len(rows)
        foregone = np.full((t, n), np.nan)
        if payoffs is not None and answers:
            known = answer[rows] >= 0
            foregone[known] = payoffs[rows[known], :, answer[rows[known]]]
        stream = Stream(
            layout=layout_of(situation),
            fresh=fresh[rows],
            stage=np.zeros(t, dtype=np.int64),
            legal=np.ones((t, n), dtype=np.bool_),
            action=action[rows],
            answer=answer[rows],
            payoff=np.nan_to_num(reward[rows]),
            foregone=foregone,
            columns=_columns(situation, conditions[rows]),
            target=np.eye(n, dtype=np.float32)[action[rows]],
        )
        people.append(Recorded(person, stream, _scored(entry, period[rows], number[rows]), split[rows], np.ones(t)))
    return people


def _scored(entry: Entry, period: Integers, number: Integers) -> dict[str, NDArray[np.bool_]]:
    """Which decisions are scored: from the fourth on; in repeated dilemmas from the second round of each match on."""
    if entry.family == "prisoners-dilemma":
        return {MAIN: period >= (entry.score_from or 2), "first-periods": period == 1}
    return {MAIN: number >= (entry.score_from or FIRST_SCORED)}


def _numbers(table: Table, entry: Entry) -> Integers:
    """Each row's number among those of its person, from 1, rows without a choice included."""
    seen: dict[str, int] = {}
    found = np.empty(table.rows, dtype=np.int64)
    for i, person in enumerate(people_of(table, entry)):
        found[i] = seen[person] = seen.get(person, 0) + 1
    return found


def _columns(situation: Situation, conditions: Floats) -> Floats:
    """What the situation brings, shape (T, n, H): as `told_columns` says it of each round's conditions."""
    distinct, which = np.unique(conditions, axis=0, return_inverse=True)
    told = [told_columns(replace(situation, conditions=tuple(row.tolist()))) for row in distinct]
    return np.ascontiguousarray(np.array(told)[which.reshape(-1)])


def matches(table: Table, entry: Entry) -> tuple[NDArray[np.bool_], Integers]:
    """Where each person's matches begin, and the round of each row in its match, from 1."""
    people = people_of(table, entry)
    match = np.full(table.rows, "", dtype=object) if entry.columns.match is None else table.keys(entry.columns.match)
    fresh, period = np.zeros(table.rows, dtype=np.bool_), np.ones(table.rows, dtype=np.int64)
    last: dict[str, tuple[str, int]] = {}
    for i, (person, name) in enumerate(zip(people, match, strict=True)):
        before, count = last.get(person, ("\0", 0))
        fresh[i] = before != name
        period[i] = 1 if fresh[i] else count + 1
        last[person] = (name, int(period[i]))
    return fresh, period


def cells_of(table: Table, cells: Cells | None) -> Floats | None:
    """Payoffs of each row, shape (rows, n, m)."""
    if cells is None:
        return None
    return np.stack([np.stack([table.numbers(cell) for cell in row], axis=1) for row in cells], axis=1)


def _tuple(payoffs: Floats | None, row: int) -> tuple[tuple[float, ...], ...]:
    return () if payoffs is None else tuple(tuple(line) for line in payoffs[row].tolist())


def _reward(table: Table, entry: Entry, action: Integers, answer: Integers, payoffs: Floats | None) -> Floats:
    """What each decision paid: written (several columns are summed), or by the table."""
    column = entry.columns.reward
    if column is not None:
        names = [column] if isinstance(column, str) else column
        return np.asarray(np.sum([np.nan_to_num(table.numbers(name)) for name in names], axis=0))
    found = np.zeros(table.rows)
    if payoffs is not None:
        known = (action >= 0) & (answer >= 0)
        found[known] = payoffs[np.flatnonzero(known), action[known], answer[known]]
    return found


def two_step(table: Table, entry: Entry) -> list[Recorded]:
    """Two choices a trial: the first leads to one of two states, the second is paid.

    Only first choices are the main part.
    """
    first, second = needed(table, entry, "action"), needed(table, entry, "second_action")
    names = action_names(table, entry, first)
    n = len(names)
    action, action2 = (coded(table, c, names, entry.missing) for c in (first, second))
    states = sorted(set(table.text(needed(table, entry, "state"))) - set(entry.missing))
    state = coded(table, needed(table, entry, "state"), states, entry.missing)
    reward = np.nan_to_num(table.numbers(needed(table, entry, "reward")))
    situation = Situation(
        tuple(names), (), tuple(range(n)), (), (), entry.family, stages=3, payoff_range=entry.payoff_range or (0.0, 1.0)
    )
    split = split_of(table, entry)
    people = []
    for person, rows in by_person(table, entry, (action >= 0) & (action2 >= 0) & (state >= 0)):
        both = np.repeat(rows, 2)
        odd = np.arange(len(both)) % 2
        chosen = np.where(odd, action2[both], action[both])
        number = np.repeat(np.arange(1, len(rows) + 1), 2)
        late = number >= (entry.score_from or FIRST_SCORED)
        stream = Stream(
            layout=layout_of(situation),
            fresh=np.zeros(len(both), dtype=np.bool_),
            stage=odd * (1 + state[both].clip(0, 1)),
            legal=np.ones((len(both), n), dtype=np.bool_),
            action=chosen,
            answer=np.full(len(both), -1, dtype=np.int64),
            payoff=np.where(odd, reward[both], 0.0),
            foregone=np.full((len(both), n), np.nan),
            columns=np.zeros((len(both), n, 0)),
            target=np.eye(n, dtype=np.float32)[chosen],
        )
        scored = {MAIN: late & (odd == 0), "second-choices": late & (odd == 1)}
        people.append(Recorded(person, stream, scored, split[both], np.ones(len(both))))
    return people
