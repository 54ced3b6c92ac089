"""Regression trees that score each action, and what each column of their input adds to that score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled


class Trees(NamedTuple):
    """All nodes of all trees. A node without split is a leaf; the right child follows the left one."""

    roots: NDArray[np.int32]
    column: NDArray[np.int32]
    """-1 in leaves."""
    threshold: NDArray[np.float32]
    """Values at most this go left."""
    left: NDArray[np.int32]
    value: NDArray[np.float32]
    """Nats; in inner nodes the mean of what ends in the node, so that each step of a path adds a difference."""


NONE = Trees(
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.float32),
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.float32),
)


class Gate(NamedTuple):
    """Rows that a tree is for: those whose `column` is `above` the threshold, or those where it is not."""

    column: int
    threshold: float
    above: bool


def gated(trees: Trees, first: int, gate: Gate) -> Trees:
    """The same trees, those from number `first` on with a new root that lets only the gate's rows pass.

    Other rows get 0 from them. The new root has the mean of the old one, so that what is taken back is told of the
    gate's column.
    """
    ends = [*trees.roots[1:].tolist(), len(trees.column)]
    parts = [_whole(trees, a, b) for a, b in zip(trees.roots.tolist(), ends, strict=False)]
    return joined(parts[:first] + [_behind(tree, gate) for tree in parts[first:]])


def _whole(trees: Trees, begin: int, end: int) -> Trees:
    """One tree of several by itself."""
    left = np.where(trees.column[begin:end] >= 0, trees.left[begin:end] - begin, 0)
    part = slice(begin, end)
    return Trees(NONE.roots, trees.column[part], trees.threshold[part], left.astype(np.int32), trees.value[part])


def _behind(tree: Trees, gate: Gate) -> Trees:
    """One tree with the gate before it: nodes are the gate, its two children, and what was behind the old root."""
    at = np.arange(len(tree.column)) + 2
    at[0] = 2 if gate.above else 1
    size = len(tree.column) + 2
    column, left = np.full(size, -1, dtype=np.int32), np.zeros(size, dtype=np.int32)
    threshold, value = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    column[at], threshold[at], value[at] = tree.column, tree.threshold, tree.value
    left[at] = np.where(tree.column >= 0, at[tree.left], 0)
    column[0], threshold[0], left[0], value[0] = gate.column, gate.threshold, 1, tree.value[0]
    return Trees(NONE.roots, column, threshold, left, value)


def joined(parts: Sequence[Trees]) -> Trees:
    """Single trees as one set, in this order."""
    if not parts:
        return NONE
    roots = np.cumsum([0, *(len(tree.column) for tree in parts)])[:-1]
    moved = [tree.left + at for tree, at in zip(parts, roots, strict=True)]
    return Trees(
        roots.astype(np.int32),
        np.concatenate([tree.column for tree in parts]),
        np.concatenate([tree.threshold for tree in parts]),
        np.concatenate(moved).astype(np.int32),
        np.concatenate([tree.value for tree in parts]),
    )


@compiled
def add_scores(trees: Trees, table: NDArray[np.float32], into: NDArray[np.float64]) -> None:
    """Adds the sum of all trees to `into` (n,) for each row of `table` (n, C)."""
    for a in range(len(table)):
        row, total = table[a], 0.0
        for root in trees.roots:
            node = root
            while trees.column[node] >= 0:
                node = trees.left[node] + (1 if row[trees.column[node]] > trees.threshold[node] else 0)
            total += trees.value[node]
        into[a] += total


class Forest(NamedTuple):
    """Trees as they are read during play: all of a node in 16 bytes, so that a step costs one look into memory.

    Places have no sign: compiled code would look at each whether it counts from the end.
    """

    roots: NDArray[np.uint32]
    depths: NDArray[np.int32]
    """Steps from each root to its furthest leaf."""
    nodes: NDArray[np.uint32]
    """(N, 4): column, bits of the threshold, left child, bits of the value. Nothing is above the threshold of a leaf,
    and its left child is itself."""


def forest_of(trees: Trees) -> Forest:
    """The same trees."""
    nodes = np.empty((len(trees.column), 4), dtype=np.uint32)
    numbers, leaf = nodes.view(np.float32), trees.column < 0
    nodes[:, 0], nodes[:, 2] = np.maximum(trees.column, 0), np.where(leaf, np.arange(len(leaf)), trees.left)
    numbers[:, 1], numbers[:, 3] = np.where(leaf, np.inf, trees.threshold), trees.value
    return Forest(trees.roots.astype(np.uint32), _depths(trees), nodes)


@compiled
def _depths(trees: Trees) -> NDArray[np.int32]:
    """Steps from each root to its furthest leaf."""
    below = np.zeros(len(trees.column), dtype=np.int32)
    # Children come after their parents.
    for node in range(len(below) - 1, -1, -1):
        if trees.column[node] >= 0:
            left = trees.left[node]
            below[node] = 1 + max(below[left], below[left + 1])
    return below[trees.roots]


@compiled
def attributed(forest: Forest, table: NDArray[np.float32]) -> NDArray[np.float64]:
    """What each column adds to each row's score along the paths, shape (n, C + 1); the last is the mean of the roots.

    Rows sum to the scores (Saabas 2014; exact, unlike a sample of Shapley values). All rows go down a tree side by side
    and rest where they have arrived, so that no step waits for the one before it and none has to be guessed.
    """
    columns, nodes, numbers = table.shape[1], forest.nodes, forest.nodes.view(np.float32)
    found, at = np.zeros((len(table), columns + 1)), np.zeros(len(table), dtype=np.uint32)
    for tree in range(len(forest.roots)):
        at[:] = forest.roots[tree]
        for a in range(len(table)):
            found[a, columns] += numbers[at[a], 3]
        for _ in range(forest.depths[tree]):
            for a in range(len(table)):
                node, column = at[a], nodes[at[a], 0]
                at[a] = nodes[node, 2] + np.uint32(table[a, column] > numbers[node, 1])
                found[a, column] += numbers[at[a], 3] - numbers[node, 3]
    return found
