"""Growing the trees: gradient boosting of a softmax over candidates, on top of logits that are given.

Each row is one action of one decision; the scores of a decision's actions compete in one softmax, so trees say nothing
about positions and work for any number of actions. Newton steps as in Chen & Guestrin (2016), on binned columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.trees import NONE, Trees, joined

BINS = 64
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees grow. Chosen once for all families by cross-validation."""

    rate: float = 0.05
    depth: int = 5
    least: float = 20.0
    """Least number of rows in a leaf."""
    ridge: float = 5.0
    """Added to the curvature of each leaf."""
    columns: float = 0.3
    """Share of the columns that each tree may look at."""
    rows: float = 0.6
    """Share of the decisions that each tree grows on."""
    most: int = 400
    patience: int = 40


class Candidates(NamedTuple):
    """Rows to grow on: decision d has rows starts[d] to starts[d + 1]; R rows, C columns."""

    bins: NDArray[np.uint8]
    """(C, R)."""
    edges: NDArray[np.float32]
    """(C, BINS - 1): a value is in the first bin whose edge it does not pass."""
    starts: NDArray[np.int64]
    base: Floats
    """(R,): the logits to start from."""
    target: Floats
    """(R,): share of choices."""
    weight: Floats
    """(D,): of each decision."""


def edges_of(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Up to BINS - 1 different edges of one column, padded with infinity."""
    distinct: NDArray[np.floating] = np.unique(values[:: max(1, len(values) // 50_000)])
    cuts: NDArray[np.floating]
    if len(distinct) >= BINS:
        cuts = np.unique(np.quantile(distinct, np.linspace(0, 1, BINS)[1:-1]))
    else:
        cuts = (distinct[1:] + distinct[:-1]) / 2
    found = np.full(BINS - 1, np.inf, dtype=np.float32)
    found[: len(cuts)] = cuts
    return found


def binned(values: NDArray[np.float32], edges: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bin of each value: the number of edges below it."""
    return np.searchsorted(edges, values, side="left").astype(np.uint8)


@compiled
def _gradients(starts: NDArray[np.int64], z: Floats, target: Floats, weight: Floats, g: Floats, h: Floats) -> float:
    """Writes gradient and curvature of the log-loss per row; answers the mean log-loss."""
    loss, total = 0.0, 0.0
    for d in range(len(starts) - 1):
        top, mass = -np.inf, 0.0
        for r in range(starts[d], starts[d + 1]):
            top = max(top, z[r])
        for r in range(starts[d], starts[d + 1]):
            mass += np.exp(z[r] - top)
        for r in range(starts[d], starts[d + 1]):
            p = np.exp(z[r] - top) / mass
            g[r] = weight[d] * (p - target[r])
            h[r] = weight[d] * max(p * (1 - p), 1e-6)
            if target[r] > 0:
                loss -= weight[d] * target[r] * np.log(max(p, 1e-12))
        total += weight[d]
    return loss / max(total, 1e-12)


@compiled
def _histograms(
    bins: NDArray[np.uint8],
    columns: NDArray[np.int64],
    rows: NDArray[np.int64],
    slot: NDArray[np.int64],
    g: Floats,
    h: Floats,
    into: Floats,
) -> None:
    """Sums of gradient, curvature and rows by open node, column and bin, added to `into` (slots, columns, BINS, 3)."""
    for c in range(len(columns)):
        column = bins[columns[c]]
        for i in range(len(rows)):
            r = rows[i]
            s = slot[i]
            if s >= 0:
                cell = into[s, c, column[r]]
                cell[0] += g[r]
                cell[1] += h[r]
                cell[2] += 1.0


@compiled
def _best_split(sums: Floats, ridge: float, least: float) -> tuple[int, int, float]:
    """Column, last bin of the left side and gain of the best split of one node; `sums` is (columns, BINS, 3)."""
    best_column, best_bin, best_gain = -1, -1, 1e-9
    for c in range(len(sums)):
        g = h = count = 0.0
        for b in range(sums.shape[1]):
            g, h, count = g + sums[c, b, 0], h + sums[c, b, 1], count + sums[c, b, 2]
        lg = lh = lc = 0.0
        for b in range(sums.shape[1] - 1):
            lg, lh, lc = lg + sums[c, b, 0], lh + sums[c, b, 1], lc + sums[c, b, 2]
            if lc < least or count - lc < least:
                continue
            rg, rh = g - lg, h - lh
            gain = lg * lg / (lh + ridge) + rg * rg / (rh + ridge) - g * g / (h + ridge)
            if gain > best_gain:
                best_column, best_bin, best_gain = c, b, gain
    return best_column, best_bin, best_gain


@compiled
def _descend(
    bins: NDArray[np.uint8],
    column: NDArray[np.int32],
    cut: NDArray[np.int64],
    left: NDArray[np.int32],
    value: NDArray[np.float32],
    into: Floats,
) -> None:
    """Adds one tree's value of every row to `into` (R,)."""
    for r in range(len(into)):
        node = 0
        while column[node] >= 0:
            node = left[node] + (1 if bins[column[node], r] > cut[node] else 0)
        into[r] += value[node]


class _Tree(NamedTuple):
    column: NDArray[np.int32]
    cut: NDArray[np.int64]
    left: NDArray[np.int32]
    value: NDArray[np.float32]


def _grow(
    data: Candidates,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    g: Floats,
    h: Floats,
    growth: Growth,
) -> _Tree:
    """One tree, level by level, on these rows and columns."""
    most = 2 ** (growth.depth + 1)
    tree = _Tree(
        np.full(most, -1, dtype=np.int32),
        np.zeros(most, dtype=np.int64),
        np.zeros(most, dtype=np.int32),
        np.zeros(most, dtype=np.float32),
    )
    tree.value[0] = -growth.rate * g[rows].sum() / (h[rows].sum() + growth.ridge)
    node_of = np.zeros(len(rows), dtype=np.int64)
    open_nodes, used = [0], 1
    for _ in range(growth.depth):
        slots = np.full(used, -1, dtype=np.int64)
        slots[open_nodes] = np.arange(len(open_nodes))
        sums = np.zeros((len(open_nodes), len(columns), BINS, 3))
        _histograms(data.bins, columns, rows, slots[node_of], g, h, sums)
        grown: list[int] = []
        for s, node in enumerate(open_nodes):
            c, b, _gain = _best_split(sums[s], growth.ridge, growth.least)
            if c >= 0:
                tree.column[node], tree.cut[node], tree.left[node] = columns[c], b, used
                for side, part in enumerate((sums[s, c, : b + 1], sums[s, c, b + 1 :])):
                    gradient, curvature = part[:, 0].sum(), part[:, 1].sum()
                    tree.value[used + side] = -growth.rate * gradient / (curvature + growth.ridge)
                grown += [used, used + 1]
                used += 2
        if not grown:
            break
        _step_down(data.bins, rows, node_of, tree.column, tree.cut, tree.left)
        open_nodes = grown
    return _Tree(tree.column[:used], tree.cut[:used], tree.left[:used], tree.value[:used])


@compiled
def _step_down(
    bins: NDArray[np.uint8],
    rows: NDArray[np.int64],
    node_of: NDArray[np.int64],
    column: NDArray[np.int32],
    cut: NDArray[np.int64],
    left: NDArray[np.int32],
) -> None:
    for i in range(len(rows)):
        node = node_of[i]
        if column[node] >= 0 and left[node] > node:
            node_of[i] = left[node] + (1 if bins[column[node], rows[i]] > cut[node] else 0)


def boosted(
    data: Candidates,
    held_out: NDArray[np.bool_],
    growth: Growth,
    allowed: NDArray[np.int64],
    seed: int = 0,
    kind: NDArray[np.int64] | None = None,
) -> tuple[Trees, Floats]:
    """Trees grown on the decisions not `held_out` (D,), as many as serve those best; and the log-losses on those.

    They split on `allowed` columns alone. Log-losses have shape (trees grown + 1, kinds): of each `kind` (D,) of
    decision alone, numbered from 0; there are as many trees as serve that kind best which needs the most.

    Without any held out, `growth.most` trees are grown.
    """
    rng = np.random.default_rng(seed)
    z, g, h = data.base.copy(), np.zeros(len(data.base)), np.zeros(len(data.base))
    learning = np.flatnonzero(~held_out & (data.weight > 0))
    judged = _judged(data, held_out, kind)
    trees: list[_Tree] = []
    losses = [_losses(data, z, judged)]
    best = 0
    while len(trees) < growth.most and len(trees) - best < growth.patience:
        _gradients(data.starts, z, data.target, data.weight, g, h)
        drawn = rng.choice(learning, max(1, int(growth.rows * len(learning))), replace=False)
        drawn.sort()
        rows = _rows(data.starts, drawn)
        width = max(1, int(np.ceil(growth.columns * len(allowed))))
        columns = np.sort(rng.choice(allowed, width, replace=False))
        tree = _grow(data, rows, columns, g, h, growth)
        trees.append(tree)
        _descend(data.bins, tree.column, tree.cut, tree.left, tree.value, z)
        losses.append(_losses(data, z, judged))
        best = int(np.argmin(losses, axis=0).max()) if held_out.any() else len(trees)
    return joined([_as_trees(tree, data.edges) for tree in trees[:best]]), np.array(losses)


def _judged(data: Candidates, held_out: NDArray[np.bool_], kind: NDArray[np.int64] | None) -> Floats:
    """How much each decision counts in the log-loss of each kind, (kinds, D)."""
    kinds = np.zeros(len(held_out), dtype=np.int64) if kind is None else kind
    weight = np.where(held_out, data.weight, 0.0)
    return np.array([np.where(kinds == k, weight, 0.0) for k in range(int(kinds.max(initial=0)) + 1)])


def _losses(data: Candidates, z: Floats, judged: Floats) -> list[float]:
    spare = np.empty((2, len(z)))
    return [_gradients(data.starts, z, data.target, weight, spare[0], spare[1]) for weight in judged]


@compiled
def _rows(starts: NDArray[np.int64], decisions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows of these decisions."""
    total = 0
    for d in decisions:
        total += starts[d + 1] - starts[d]
    rows = np.empty(total, dtype=np.int64)
    at = 0
    for d in decisions:
        for r in range(starts[d], starts[d + 1]):
            rows[at] = r
            at += 1
    return rows


def _as_trees(tree: _Tree, edges: NDArray[np.float32]) -> Trees:
    """With thresholds on values instead of bins."""
    threshold = np.where(tree.column >= 0, edges[tree.column.clip(0), tree.cut.clip(0, BINS - 2)], 0.0)
    return Trees(NONE.roots, tree.column, threshold.astype(np.float32), tree.left, tree.value)
