"""Labels by many workers: what is the right one, and how good is each worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput

SMOOTHING = 0.01
"""Answers of each kind that a worker is taken to have given before the first, so that no probability is 0."""
TOLERANCE = 1e-6
MAX_ROUNDS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """`posterior` (tasks, labels) sums to 1 per task; `accuracy` (workers,) is each worker's expected share right."""

    posterior: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    rounds: int


def majority(tasks: Sequence[int], answers: Sequence[int], n_tasks: int, n_labels: int) -> NDArray[np.float64]:
    """Share of votes per label, shape (tasks, labels); tasks without answers get equal shares."""
    task, answer = _checked(tasks, answers, n_tasks, n_labels)
    counts = np.zeros((n_tasks, n_labels))
    np.add.at(counts, (task, answer), 1.0)
    totals = counts.sum(1, keepdims=True)
    return np.where(totals > 0, counts / np.maximum(totals, 1.0), 1 / n_labels)


def dawid_skene(
    tasks: Sequence[int],
    workers: Sequence[int],
    answers: Sequence[int],
    shape: tuple[int, int, int],
) -> Labelled:
    """Truth and workers' confusion matrices by expectation-maximisation (Dawid & Skene 1979).

    The three sequences are parallel: in each answer worker w said label a of task t, all numbered from 0; `shape` is
    (tasks, workers, labels). Starts from the majority. Raises `InvalidInput`.
    """
    n_tasks, n_workers, n_labels = shape
    task, answer = _checked(tasks, answers, n_tasks, n_labels)
    worker = np.array(workers, dtype=np.int64)
    if worker.shape != task.shape or (worker < 0).any() or (worker >= n_workers).any():
        raise InvalidInput(f"workers must name one of {n_workers} workers per answer.", field="/workers")
    posterior = majority(tasks, answers, n_tasks, n_labels)
    rounds, moved = 0, 1.0
    while moved > TOLERANCE and rounds < MAX_ROUNDS:
        confusion, prior = _maximise(posterior, task, worker, answer, n_workers)
        updated = _expect(np.log(confusion)[worker, :, answer], prior, task, n_tasks)
        moved = float(np.abs(updated - posterior).max())
        posterior, rounds = updated, rounds + 1
    confusion, prior = _maximise(posterior, task, worker, answer, n_workers)
    return Labelled(posterior, np.einsum("wkk,k->w", confusion, prior), rounds)


def _maximise(
    posterior: NDArray[np.float64],
    task: NDArray[np.int64],
    worker: NDArray[np.int64],
    answer: NDArray[np.int64],
    n_workers: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Confusion (workers, truth, answer) and prior (labels,)."""
    n_labels = posterior.shape[1]
    counts = np.full((n_workers, n_labels, n_labels), SMOOTHING)
    np.add.at(counts.transpose(0, 2, 1), (worker, answer), posterior[task])
    prior = posterior.mean(0) + TOLERANCE
    return counts / counts.sum(2, keepdims=True), prior / prior.sum()


def _expect(
    evidence: NDArray[np.float64], prior: NDArray[np.float64], task: NDArray[np.int64], n_tasks: int
) -> NDArray[np.float64]:
    """Posterior (tasks, labels) from the log-likelihoods (answers, labels) of each answer."""
    logs = np.tile(np.log(prior), (n_tasks, 1))
    np.add.at(logs, task, evidence)
    logs -= logs.max(1, keepdims=True)
    likelihood = np.exp(logs)
    found: NDArray[np.float64] = likelihood / likelihood.sum(1, keepdims=True)
    return found


def _checked(
    tasks: Sequence[int], answers: Sequence[int], n_tasks: int, n_labels: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    task, answer = np.array(tasks, dtype=np.int64), np.array(answers, dtype=np.int64)
    if task.shape != answer.shape or task.ndim != 1 or task.size == 0:
        raise InvalidInput("tasks and answers must be of the same length, at least 1.", field="/answers")
    if (task < 0).any() or (task >= n_tasks).any() or (answer < 0).any() or (answer >= n_labels).any():
        raise InvalidInput(f"answers must be of {n_tasks} tasks and name one of {n_labels} labels.", field="/answers")
    return task, answer
