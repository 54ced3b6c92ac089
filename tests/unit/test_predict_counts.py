from __future__ import annotations

import numpy as np
import pytest

from hagame.mind.predict.contexts import CONTEXTS, FEATURES, WINDOW, features, layout_of
from hagame.mind.predict.counts import FULL, LONG, SHORT, SHORT_ONE, empty, smoothed, visit
from hagame.rules.game import Situation

PENNIES = ((1.0, -1.0), (-1.0, 1.0))
GAME = Situation(("h", "t"), ("h", "t"), (0, 1), PENNIES, tuple(tuple(-x for x in row) for row in PENNIES), "")
LAYOUT = layout_of(GAME)


def counted(row: int, symbols: list[int]) -> np.ndarray:
    counts = empty(LAYOUT)
    for symbol in symbols:
        counts = visit(counts, np.array([row]), np.array([symbol]))
    return counts


def test_the_long_memory_counts_whole_cases() -> None:
    assert counted(3, [0, 0, 1, 0])[3, LONG].tolist() == [3, 1]


def test_the_short_memory_keeps_four_fifths_at_each_visit() -> None:
    """50 -> 50 * 205 // 256 = 40, then 32 + 50 after one more case of the same."""
    counts = counted(3, [0, 1])
    assert counts[3, SHORT].tolist() == [40, SHORT_ONE]
    assert counted(3, [0, 1, 0])[3, SHORT].tolist() == [32 + SHORT_ONE, 40]


def test_other_rows_are_untouched_and_row_zero_stays_empty() -> None:
    counts = visit(counted(3, [0, 1]), np.array([0, 5]), np.array([1, 1]))
    assert counts[3].any()
    assert counts[5].any()
    assert not counts[0].any()
    assert int((counts[:, LONG] > 0).any(axis=1).sum()) == 2


def test_a_full_row_is_halved_and_no_count_overflows() -> None:
    counts = counted(3, [1] * 40 + [0] * (FULL + 1))
    assert counts[3, LONG].tolist() == [FULL // 2 + 1, 20]
    assert counted(3, [0] * 1000)[3, SHORT, 0] <= 251


def test_a_row_shrinks_to_its_parent_and_the_root_to_uniform() -> None:
    """Root with 3 of 4 cases and strength 24: (3 + 12) / 28; its empty child says the same."""
    order = {context.key: e for e, context in enumerate(LAYOUT.contexts)}
    root, child = order["taken/absolute:"], order["taken/absolute:own1"]
    found = np.zeros((len(LAYOUT.contexts), 2, 2))
    found[root, LONG] = [3, 1]
    p = smoothed(LAYOUT, found)
    assert p[root, LONG] == pytest.approx([15 / 28, 13 / 28])
    assert p[child, LONG] == pytest.approx(p[root, LONG])
    found[child, LONG] = [0, 6]
    assert smoothed(LAYOUT, found)[child, LONG, 1] == pytest.approx((6 + 24 * 13 / 28) / 30)


def test_features_are_read_newest_first() -> None:
    own, other = (1, 0, 0, 1, 1), (0, 0, 1, 1, 0)
    found = dict(zip(FEATURES, features(LAYOUT, own, other).tolist(), strict=True))
    assert (found["own1"], found["own2"], found["opponent3"]) == (1, 0, 1)
    assert (found["outcome1"], found["outcome2"], found["outcome3"]) == (0, 2, 0)
    assert (found["shift1"], found["shift2"]) == (1, 0)
    assert (found["drift1"], found["drift2"]) == (0, 1)


def test_every_value_of_every_context_has_a_row_of_its_own() -> None:
    rows = {context.key: set() for context in LAYOUT.contexts}
    rng = np.random.default_rng(0)
    for _ in range(3000):
        own, other = (tuple(rng.integers(2, size=WINDOW).tolist()) for _ in range(2))
        for context, row in zip(
            LAYOUT.contexts, (LAYOUT.base + LAYOUT.radix @ features(LAYOUT, own, other)).tolist(), strict=True
        ):
            rows[context.key].add(row)
    everything = [row for found in rows.values() for row in found]
    assert len(everything) == len(set(everything))
    assert min(everything) >= 1
    assert max(everything) < LAYOUT.rows


def test_parents_come_before_their_children() -> None:
    seen: set[str] = {""}
    for context in CONTEXTS:
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
