"""Collective wisdom on judgments in the body. Pure: called in a thread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hagame.engine.crowd_schemas import (
    AggregateIn,
    AggregateOut,
    LabelledTaskOut,
    LabelsIn,
    LabelsOut,
    NumbersIn,
    PooledNumbersOut,
    ProbabilitiesIn,
    ProbabilitiesOut,
    VotesIn,
    VotesOut,
)
from hagame.errors import InvalidInput
from hagame.mind import crowd
from hagame.mind.crowd.checks import Weights, checked_judgments

BOOTSTRAP_SEED = 1907
"""The same estimates always give the same interval."""


def aggregate(body: AggregateIn) -> AggregateOut:
    """Join judgments of whatever kind. Raises `InvalidInput` that names the field."""
    given = body.judgments
    if isinstance(given, ProbabilitiesIn):
        return AggregateOut(answer=_probabilities(given))
    if isinstance(given, VotesIn):
        return AggregateOut(answer=_votes(given))
    if isinstance(given, NumbersIn):
        return AggregateOut(answer=_numbers(given))
    return AggregateOut(answer=_labels(given))


def _probabilities(given: ProbabilitiesIn) -> ProbabilitiesOut:
    judgments = checked_judgments(given.judgments)
    if len(set(given.judges)) != len(given.judges) or len(given.judges) != len(judgments):
        raise InvalidInput("judges must be different, and as many as judgments.", field="/judgments/judges")
    weights = _weights(given)
    mean = judgments.mean(0)
    return ProbabilitiesOut(
        pooled=crowd.pool(judgments, weights, given.method).tolist(),
        mean=mean.tolist(),
        weights=dict(zip(given.judges, weights.tolist(), strict=True)),
        spread=float(((judgments - mean) ** 2).sum(1).mean()),
    )


def _weights(given: ProbabilitiesIn) -> Weights:
    """Of the judges of this question. Those whose weights are all 0 weigh the same."""
    names = list(dict.fromkeys([*given.judges, *(name for known in given.settled for name in known.judges)]))
    order = {name: i for i, name in enumerate(names)}
    settled = []
    for i, known in enumerate(given.settled):
        rows = checked_judgments(known.judgments)
        if len(known.judges) != len(rows) or known.truth >= rows.shape[1]:
            raise InvalidInput(
                f"settled question {i}: as many judges as judgments, and a truth among the options.",
                field=f"/judgments/settled/{i}",
            )
        settled.append((rows, [order[name] for name in known.judges], known.truth))
    learn = {"performance": crowd.performance_weights, "contribution": crowd.contribution_weights}
    if given.weighting not in learn:
        return np.full(len(given.judges), 1 / len(given.judges))
    weights = learn[given.weighting](settled, len(names))[: len(given.judges)]
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), 1 / len(weights))


def _votes(given: VotesIn) -> VotesOut:
    order = {option: i for i, option in enumerate(given.options)}
    if len(order) != len(given.options):
        raise InvalidInput("options must be different.", field="/judgments/options")
    votes = []
    for i, vote in enumerate(given.votes):
        if vote.choice not in order or not set(vote.expected or ()) <= set(order):
            raise InvalidInput(f"vote {i} must name options that there are.", field=f"/judgments/votes/{i}")
        expected = tuple(vote.expected.get(option, 0.0) for option in given.options) if vote.expected else ()
        if expected and abs(sum(expected) - 1) > 1e-6:
            raise InvalidInput(f"vote {i}: expected shares must sum to 1.", field=f"/judgments/votes/{i}/expected")
        votes.append(crowd.Vote(order[vote.choice], expected, vote.confidence))
    n = len(given.options)
    counted = np.bincount([vote.choice for vote in votes], minlength=n) / len(votes)
    expects = all(vote.expected for vote in votes)
    sure = all(vote.confidence is not None for vote in votes)
    return VotesOut(
        shares=dict(zip(given.options, counted.tolist(), strict=True)),
        majority=_named(crowd.majority_vote(votes, n), given.options),
        surprisingly_popular=_named(crowd.surprisingly_popular(votes, n), given.options) if expects else None,
        confidence_weighted=_named(crowd.confidence_weighted(votes, n), given.options) if sure else None,
    )


def _numbers(given: NumbersIn) -> PooledNumbersOut:
    pooled = crowd.pool_numbers(given.estimates, given.method, np.random.default_rng(BOOTSTRAP_SEED))
    return PooledNumbersOut(value=pooled.value, interval=pooled.interval, n=pooled.n)


def _labels(given: LabelsIn) -> LabelsOut:
    tasks, workers, labels = (
        list(dict.fromkeys(values))
        for values in (
            [a.task for a in given.answers],
            [a.worker for a in given.answers],
            [a.label for a in given.answers],
        )
    )
    if len(tasks) * len(labels) > 1_000_000 or len(workers) * len(labels) ** 2 > 5_000_000:
        raise InvalidInput("Too many different labels for so many tasks and workers.", field="/judgments/answers")
    task = _numbered([a.task for a in given.answers])
    worker, label = _numbered([a.worker for a in given.answers]), _numbered([a.label for a in given.answers])
    found = _joined(given.algorithm, task, worker, label, (len(tasks), len(workers), len(labels)))
    votes = crowd.majority(task, label, len(tasks), len(labels))
    best = found.posterior.argmax(1)
    return LabelsOut(
        tasks={
            name: LabelledTaskOut(
                label=labels[best[t]],
                probability=float(found.posterior[t, best[t]]),
                majority=_named(tuple(np.flatnonzero(votes[t] >= votes[t].max() - 1e-12).tolist()), labels),
            )
            for t, name in enumerate(tasks)
        },
        workers=dict(zip(workers, found.accuracy.tolist(), strict=True)),
    )


def _joined(
    algorithm: str, task: list[int], worker: list[int], label: list[int], shape: tuple[int, int, int]
) -> crowd.Labelled:
    if algorithm == "dawid-skene":
        return crowd.dawid_skene(task, worker, label, shape)
    try:
        return crowd.by_crowd_kit(algorithm, task, worker, label, shape)
    except InvalidInput as error:
        raise InvalidInput(str(error), field="/judgments/algorithm") from error


def _numbered(values: Sequence[str]) -> list[int]:
    order = {name: i for i, name in enumerate(dict.fromkeys(values))}
    return [order[value] for value in values]


def _named(chosen: Sequence[int], options: Sequence[str]) -> list[str]:
    return [options[i] for i in chosen]
