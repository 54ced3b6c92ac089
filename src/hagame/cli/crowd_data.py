"""Recorded crowds, read and judged by `hagame.mind.crowd`: each part gives rows of published and own figures."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hagame.mind.crowd import Vote, brier, dawid_skene, majority, performance_weights, pool, popular
from hagame.mind.crowd.weights import Settled, contribution_weights

Part = tuple[str, str, float | None, float, str]
"""Topic, figure, published value, ours, source."""
Record = Mapping[str, str]
Day = tuple[int, int, int]
"""Year, month, day."""

PRELEC = "Prelec, Seung & McCoy (2017)"
ZHENG = "Zheng et al. (2017)"
STUDIES = ("study1a", "study1b", "study1c", "study2")
POPULAR_REDUCTION = {"majority": 0.213, "confidence_weighted": 0.242, "max_confidence": 0.222}
"""Published for all 490 items of all studies; ours are over the items that are here."""


class Missing(LookupError):
    """A file is not there."""


def popular_votes(data: Path | None) -> Iterator[Part]:
    """Accuracy of each rule over all items, and by how much surprisingly popular reduces the errors of the others."""
    items = [item for study in STUDIES for item in _items(data, study)]
    asked = [item for item in items if all(vote.confidence is not None for vote in item[0])]
    for name, published in POPULAR_REDUCTION.items():
        over = items if name == "majority" else asked
        errors = _errors(_RULES[name], over)
        reduction = 1 - _errors(popular.surprisingly_popular, over) / errors
        yield (
            "surprisingly popular",
            f"errors fewer than {name.replace('_', ' ')}, {len(over)} items",
            published,
            reduction,
            PRELEC,
        )


def crowd_labels(data: Path | None) -> Iterator[Part]:
    """Accuracy of majority and Dawid-Skene, and F1 where one of two labels is rare."""
    published: dict[str, dict[str, tuple[float | None, float | None]]] = {
        "product": {"majority": (0.8966, 0.5905), "Dawid-Skene": (0.9366, 0.7159)},
        "dog": {"majority": (None, None), "Dawid-Skene": (None, None)},
        "duck": {"majority": (None, None), "Dawid-Skene": (None, None)},
    }
    for name, figures in published.items():
        for method, (accuracy, f1) in _label_scores(data, name).items():
            known = figures[method]
            yield "crowd labels", f"{name}, {method}: accuracy", known[0], accuracy, ZHENG
            if name == "product":
                yield "crowd labels", f"{name}, {method}: F1", known[1], f1, ZHENG


def forecasts(data: Path | None) -> Iterator[Part]:
    """Brier scores of pools of the last forecast per person, as pooled on the eve of each question's closing.

    Weights come from questions that had closed by then, so no pool looks into the future.
    """
    questions = _forecasts(data)
    judges = 1 + max(max(who) for _, (_, who, _) in questions)
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for day, (judgments, who, truth) in questions:
        settled = [question for closed, question in questions if closed < day]
        scores["one person"].append(float(np.mean([brier(row, truth) for row in judgments])))
        for method in ("linear", "median", "logarithmic", "extremised"):
            scores[method].append(brier(pool(judgments, None, method), truth))
        for name, learn in (("performance", performance_weights), ("contribution", contribution_weights)):
            weights = learn(settled, judges)[list(who)]
            scores[f"{name}-weighted"].append(brier(pool(judgments, weights if weights.sum() else None), truth))
    for name, values in scores.items():
        yield (
            "forecasts",
            f"{name}: Brier, {len(values)} questions",
            None,
            float(np.mean(values)),
            "Good Judgment Project",
        )


PARTS: Sequence[Callable[[Path | None], Iterator[Part]]] = (popular_votes, crowd_labels, forecasts)

_RULES: Mapping[str, Callable[[Sequence[Vote], int], tuple[int, ...]]] = {
    "majority": popular.majority_vote,
    "confidence_weighted": popular.confidence_weighted,
    "max_confidence": popular.max_confidence,
}


def _errors(rule: Callable[[Sequence[Vote], int], tuple[int, ...]], items: Sequence[tuple[list[Vote], int]]) -> float:
    return sum(1 - popular.credit(rule(votes, 2), truth) for votes, truth in items)


def _items(data: Path | None, study: str) -> list[tuple[list[Vote], int]]:
    """Votes and truth of each item of a study: 1 is `true`."""
    items: defaultdict[str, list[Vote]] = defaultdict(list)
    truths: dict[str, int] = {}
    for row in records(data, f"crowd_prelec2017_{study}.csv.gz"):
        item = row.get("state") or row["qname"]
        share = _share(row["meta"])
        if share is None or row["own"] == "":
            continue
        confidence = _share(row["confidence"]) if "confidence" in row else None
        items[item].append(Vote(int(float(row["own"])), (1 - share, share), confidence))
        truths[item] = int(float(row["actual"]))
    return [(votes, truths[item]) for item, votes in items.items()]


def _share(text: str) -> float | None:
    """Studies ask in shares or in per cent."""
    if text in {"", "NA"}:
        return None
    value = float(text)
    return value / 100 if value > 1 else value


def _label_scores(data: Path | None, name: str) -> dict[str, tuple[float, float]]:
    answers = records(data, f"crowd_labels_{name}_answers.csv.gz")
    truth_of = {row["task"]: row["truth"] for row in records(data, f"crowd_labels_{name}_truth.csv.gz")}
    tasks, task = _numbered([row["task"] for row in answers])
    workers, worker = _numbered([row["worker"] for row in answers])
    labels, answer = _numbered([row["answer"] for row in answers])
    votes = majority(task, answer, len(tasks), len(labels))
    found = dawid_skene(task, worker, answer, (len(tasks), len(workers), len(labels)))
    truth = np.array([labels.index(truth_of[t]) if truth_of.get(t) in labels else -1 for t in tasks])
    rare = labels.index("1") if "1" in labels else 0
    return {"majority": _scores(votes, truth, rare), "Dawid-Skene": _scores(found.posterior, truth, rare)}


def _scores(shares: NDArray[np.float64], truth: NDArray[np.int64], rare: int) -> tuple[float, float]:
    """Accuracy with ties counted as shares, and F1 of the label `rare` with ties counted as not it."""
    best = shares >= shares.max(1, keepdims=True) - 1e-12
    known = truth >= 0
    right = best[known, truth[known]] / best[known].sum(1)
    said = best[known, rare] & (best[known].sum(1) == 1)
    true = truth[known] == rare
    hits = float((said & true).sum())
    return float(right.mean()), 2 * hits / float(said.sum() + true.sum())


def _numbered(values: Sequence[str]) -> tuple[list[str], list[int]]:
    names = sorted(set(values))
    order = {name: i for i, name in enumerate(names)}
    return names, [order[value] for value in values]


def _forecasts(data: Path | None) -> list[tuple[Day, Settled]]:
    """When each question closed, with the last forecast of each person, who they are, and what came true."""
    closed = {row["ifp_id"]: _day(row["date_closed"]) for row in records(data, "forecasts_gjp_year1_questions.csv")}
    last: dict[tuple[str, str], tuple[str, dict[str, float]]] = {}
    outcomes: dict[str, str] = {}
    options: defaultdict[str, set[str]] = defaultdict(set)
    for row in records(data, "forecasts_gjp_year1_sample.csv.gz"):
        key, day = (row["ifp_id"], row["subject"]), row["fcast_date"]
        if key not in last or day > last[key][0]:
            last[key] = (day, {})
        if day == last[key][0]:
            last[key][1][row["answer_option"]] = float(row["value"])
        outcomes[row["ifp_id"]] = row["outcome"]
        options[row["ifp_id"]].add(row["answer_option"])
    people = {subject: i for i, subject in enumerate(sorted({subject for _, subject in last}))}
    questions: list[tuple[Day, Settled]] = []
    for question in sorted(outcomes, key=lambda q: closed[q]):
        names = sorted(options[question])
        given = {s: values for (q, s), (_, values) in last.items() if q == question and sum(values.values()) > 0}
        rows = np.array([[values.get(name, 0.0) for name in names] for values in given.values()])
        truth = names.index(outcomes[question])
        settled = (rows / rows.sum(1, keepdims=True), [people[s] for s in given], truth)
        questions.append((closed[question], settled))
    return questions


def _day(text: str) -> Day:
    month, day, year = (int(part) for part in text.split("/"))
    return year, month, day


def records(data: Path | None, name: str) -> list[Record]:
    """Rows of a recording. Raises `Missing`."""
    path = (data or Path()) / name
    if data is None or not path.is_file():
        raise Missing(name)
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
