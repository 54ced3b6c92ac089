from __future__ import annotations

import numpy as np
import pytest

from hagame.mind.predict.contexts import CONTEXTS, PAID_CONTEXTS, WINDOW, Layout, layout_of, values_in
from hagame.mind.predict.counting import FULL, SHORT_ONE, count, counted, plan_of, rows_of
from hagame.mind.predict.state import ANSWER, FILLED, OUTCOME, OWN, State, new
from hagame.rules.game import Situation

PENNIES = ((1.0, -1.0), (-1.0, 1.0))
GAME = Situation(("h", "t"), ("h", "t"), (0, 1), PENNIES, tuple(tuple(-x for x in row) for row in PENNIES), "")
LAYOUT = layout_of(GAME)
PLAN = plan_of(LAYOUT)
LONG, SHORT = 0, 1
ORDER = {context.key: e for e, context in enumerate(LAYOUT.contexts)}


def fresh(layout: Layout = LAYOUT) -> State:
    return new(layout, np.ones((1, 1, 1), dtype=np.float32))


def counted_as(actions: list[int]) -> np.ndarray:
    """Counts of the context without features after these actions and nothing else."""
    state = fresh()
    for action in actions:
        count(PLAN, state, 0, action, 0)
    return state.counts[rows_of(PLAN, state, 0)[ORDER["taken/absolute:"]]]


def after(own: list[int], other: list[int]) -> State:
    """Rounds, newest first."""
    state = fresh()
    state.marks[FILLED] = WINDOW
    state.window[0, OWN], state.window[0, ANSWER] = own, other
    state.window[0, OUTCOME] = [2 if a == b else 0 for a, b in zip(own, other, strict=True)]
    return state


def test_the_long_memory_counts_whole_cases() -> None:
    assert counted_as([0, 0, 1, 0])[LONG].tolist() == [3, 1]


def test_the_short_memory_keeps_four_fifths_at_each_visit() -> None:
    """50 -> 50 * 205 // 256 = 40, then 32 + 50 after one more case of the same."""
    assert counted_as([0, 1])[SHORT].tolist() == [40, SHORT_ONE]
    assert counted_as([0, 1, 0])[SHORT].tolist() == [32 + SHORT_ONE, 40]


def test_a_full_row_is_halved_and_no_count_overflows() -> None:
    assert counted_as([1] * 40 + [0] * (FULL + 1))[LONG].tolist() == [FULL // 2 + 1, 20]
    assert counted_as([0] * 1000)[SHORT, 0] <= 251


def test_contexts_that_reach_behind_the_first_round_count_nothing() -> None:
    state = fresh()
    count(PLAN, state, 0, 1, 0)
    assert not state.counts[0].any()
    visited = {int(row) for row in rows_of(PLAN, fresh(), 0)} - {0}
    assert visited == {int(row) for row in np.flatnonzero(state.counts.any(axis=(1, 2)))}


def test_a_row_shrinks_to_its_parent_and_the_root_to_uniform() -> None:
    """Root with 3 of 4 cases and strength 24: (3 + 12) / 28; its empty child says the same."""
    state = after([0] * WINDOW, [0] * WINDOW)
    rows = rows_of(PLAN, state, 0)
    root, child = ORDER["taken/absolute:"], ORDER["taken/absolute:own1"]
    state.counts[rows[root], LONG] = [3, 1]
    found = np.zeros((2 * len(rows), 2))
    counted(PLAN, state, 0, rows, found)
    assert found[2 * root] == pytest.approx([15 / 28, 13 / 28])
    assert found[2 * child] == pytest.approx(found[2 * root])
    state.counts[rows[child], LONG] = [0, 6]
    counted(PLAN, state, 0, rows, found)
    assert found[2 * child, 1] == pytest.approx((6 + 24 * 13 / 28) / 30)


def test_rows_are_read_off_the_last_rounds_newest_first() -> None:
    rows = rows_of(PLAN, after([1, 0, 0, 1, 1], [0, 0, 1, 1, 0]), 0).tolist()
    told = {key: dict(values_in(LAYOUT, e, rows[e])) for key, e in ORDER.items()}
    assert told["taken/absolute:own1+own2+own3"] == {"own1": 1, "own2": 0, "own3": 0}
    assert told["taken/absolute:opponent1+opponent2+opponent3"]["opponent3"] == 1
    assert told["taken/own:outcome1+outcome2+outcome3"] == {"outcome1": 0, "outcome2": 2, "outcome3": 0}
    assert told["taken/own:shift1+shift2"] == {"shift1": 1, "shift2": 0}
    assert told["taken/opponent:drift1+drift2"] == {"drift1": 0, "drift2": 1}


def test_every_value_of_every_context_has_a_row_of_its_own() -> None:
    rows: dict[str, set[int]] = {context.key: set() for context in LAYOUT.contexts}
    rng = np.random.default_rng(0)
    for _ in range(1500):
        own, other = (rng.integers(2, size=WINDOW).tolist() for _ in range(2))
        for context, row in zip(LAYOUT.contexts, rows_of(PLAN, after(own, other), 0).tolist(), strict=True):
            rows[context.key].add(row)
    everything = [row for found in rows.values() for row in found]
    assert len(everything) == len(set(everything))
    assert min(everything) >= 1
    assert max(everything) < LAYOUT.rows


def test_parents_come_before_their_children() -> None:
    seen: set[str] = {""}
    for context in (*CONTEXTS, *PAID_CONTEXTS):
        assert context.parent in seen
        seen.add(context.key)


@pytest.mark.parametrize(("n", "m"), [(2, 2), (2, 10), (10, 2), (10, 10)])
def test_large_games_leave_contexts_out_but_keep_the_short_ones(n: int, m: int) -> None:
    table = tuple(tuple(float((i * j) % 3) for j in range(m)) for i in range(n))
    layout = layout_of(
        Situation(tuple(map(str, range(n))), tuple(map(str, range(m))), tuple(range(n)), table, table, "")
    )
    assert layout.rows * 2 * n <= 24_000
    assert {"taken/absolute:own1", "taken/absolute:opponent1"} <= {context.key for context in layout.contexts}


def test_without_an_opponent_nothing_is_counted_after_opponents_moves() -> None:
    layout = layout_of(Situation(("l", "r"), (), (0, 1), (), (), "", payoff_range=(0.0, 1.0)))
    features = {feature[:-1] for context in layout.contexts for feature in context.features}
    assert features == {"own", "outcome", "shift", "opening"}


def test_boards_count_nothing_and_described_options_only_the_simplest_habits() -> None:
    squares = tuple(map(str, range(36)))
    board = Situation(squares, (), tuple(range(36)), (), (), "", features=tuple((0.0,) for _ in squares))
    pair = Situation(("a", "b"), (), (0, 1), (), (), "", features=((1.0,), (2.0,)))
    assert not layout_of(board).contexts
    assert [context.key for context in layout_of(pair).contexts] == ["taken/absolute:", "taken/absolute:own1"]
