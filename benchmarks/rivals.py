"""Rivals of the engine: what a user could put together, learnt online from one person or trained on other people.

Online ones count with Laplace's +1 what followed own moves (markov1 to 3), own moves and answers (joint1, joint2) or
nothing (marginal); hedge is their Bayesian mixture with forgetting 0.98. Trained ones (scikit-learn) see three lags,
`+online` also the log-probabilities of marginal, markov1 and joint1, and where options are described what describes
them.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hagame.cli.datasets.populations import Member
from hagame.mind.predict.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ONLINE = ("uniform", "marginal", "markov1", "markov2", "markov3", "joint1", "joint2")
_LAGS = np.array([[-1, -1], [0, 0], [1, 0], [2, 0], [3, 0], [1, 1], [2, 2]])
LAGS = 3
MOST_ACTIONS = 10
TRAINED_ON = 40_000
"""Decisions that trained rivals are given at most, drawn at random."""
ONLY_LEARNT_FROM = -1
"""The fold of decisions that are not predicted."""


def online(action: Integers, answer: Integers, n: int, answers: int) -> Floats:
    """What each of `ONLINE` and then hedge said before each of T decisions, shape (T, 8, n)."""
    found = np.empty((len(action), len(ONLINE) + 1, n))
    _count(action, answer, n, answers, _LAGS, found)
    return found


@compiled
def _count(action: Integers, answer: Integers, n: int, answers: int, lags: Integers, found: Floats) -> None:
    models = len(lags)
    largest = max((n + 1) ** 3, (n + 1) ** 2 * (answers + 1) ** 2)
    counts = np.ones((models, largest, n))
    log_weights = np.zeros(models)
    for t in range(len(action)):
        keys = np.zeros(models, dtype=np.int64)
        for k in range(models):
            if lags[k, 0] < 0:
                found[t, k] = 1.0 / n
                continue
            key = 0
            for lag in range(1, lags[k, 0] + 1):
                key = key * (n + 1) + (action[t - lag] + 1 if t >= lag else 0)
            for lag in range(1, lags[k, 1] + 1):
                key = key * (answers + 1) + (answer[t - lag] + 1 if t >= lag else 0)
            keys[k] = key
            found[t, k] = counts[k, key] / counts[k, key].sum()
        weights = np.exp(log_weights - log_weights.max())
        found[t, models] = 0.0
        for k in range(models):
            found[t, models] += weights[k] / weights.sum() * found[t, k]
        for k in range(models):
            log_weights[k] = 0.98 * log_weights[k] + np.log(found[t, k, action[t]])
            if lags[k, 0] >= 0:
                counts[k, keys[k], action[t]] += 1.0


def lagged(action: Integers, answer: Integers, n: int, answers: int) -> Floats:
    """Own moves and answers of the last rounds as indicators, shape (T, F)."""
    blocks = []
    for lag in range(1, LAGS + 1):
        for values, size in ((action, n), (answer, answers)):
            row = np.zeros((len(action), size))
            if len(action) > lag:
                row[np.arange(lag, len(action)), values[:-lag]] = 1
            blocks.append(row)
    return np.concatenate(blocks, axis=1)


def streams_of(member: Member) -> list[tuple[Integers, Integers, Integers, int]]:
    """Per kind of choice: which decisions, the actions, what answered each, and how many answers there are.

    Where nobody answers, what it paid does: less than, as much as or more than the middle.
    """
    stream, found = member.recorded.stream, []
    for stage in np.unique(np.minimum(stream.stage, 1)):
        at = np.flatnonzero(np.minimum(stream.stage, 1) == stage)
        if stream.layout.stages > 1:
            paid = stream.payoff[np.minimum(at + (stage == 0), len(stream) - 1)]
            answer, size = (paid > stream.layout.midpoint).astype(np.int64), 2
        elif stream.layout.n_answers:
            answer, size = stream.answer[at].clip(0), stream.layout.n_answers
        else:
            answer, size = 1 + np.sign(stream.payoff[at] - stream.layout.midpoint).astype(np.int64), 3
        found.append((at, stream.action[at], answer, size))
    return found


def online_rivals(member: Member) -> dict[str, Floats]:
    """Predictions (T, n) of every online rival."""
    t, n = member.recorded.stream.legal.shape
    found = {name: np.full((t, n), 1 / n) for name in (*ONLINE, "hedge")}
    for at, action, answer, size in streams_of(member):
        said = online(action, answer, n, size)
        for k, name in enumerate(found):
            found[name][at] = said[:, k]
    return found


def features_of(member: Member, said: dict[str, Floats]) -> tuple[Floats, Floats]:
    """What trained rivals see before each decision, (T, F): without and with the online models."""
    stream = member.recorded.stream
    t, n = stream.legal.shape
    lags = np.zeros((t, 0))
    for at, action, answer, size in streams_of(member):
        own = lagged(action, answer, n, size)
        if not lags.size:
            lags = np.zeros((t, own.shape[1] + 1))
        lags[at, :-1] = own
        lags[at, -1] = stream.stage[at[0]] > 0
    columns = stream.columns.reshape(t, -1)
    logs = [np.log(said[name]) for name in ("marginal", "markov1", "joint1")] if said else []
    plain = np.concatenate([lags, columns], axis=1)
    return plain, np.concatenate([plain, *logs], axis=1)


def trained(
    kind: str, x: Sequence[Floats], y: Sequence[Floats], weight: Sequence[Floats], folds: Sequence[Integers]
) -> list[Floats]:
    """Cross-fitted predictions (T, n) of `logit` or `gboost`; targets y (T, n) may be shares."""
    everything, target = np.concatenate(x), np.concatenate(y)
    w, fold = np.concatenate(weight), np.concatenate(folds)
    found = np.full(target.shape, 1 / target.shape[1])
    for k in np.unique(fold[fold >= 0]):
        inside, learning = fold == k, np.flatnonzero((fold != k) & (w > 0))
        if inside.any() and len(learning):
            found[inside] = fit_and_predict(kind, everything, target, w, learning, everything[inside])
    ends = np.cumsum([len(rows) for rows in x])
    return [found[end - len(rows) : end] for rows, end in zip(x, ends, strict=True)]


def fit_and_predict(kind: str, x: Floats, target: Floats, w: Floats, learning: Integers, wanted: Floats) -> Floats:
    """Predictions for the rows `wanted` of a classifier trained on the rows `learning`."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - heavy
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - heavy
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - heavy
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - heavy

    if len(learning) > TRAINED_ON:
        learning = np.random.default_rng(0).choice(learning, TRAINED_ON, replace=False)
    rows, label = np.nonzero(target[learning] > 0)
    weight = target[learning][rows, label] * w[learning][rows]
    if len(np.unique(label)) < 2:
        return np.asarray(np.eye(target.shape[1])[np.full(len(wanted), label[0])])
    step = "logisticregression" if kind == "logit" else "histgradientboostingclassifier"
    # Early stopping holds out a share of every class, so none may have a single case.
    early = "auto" if np.unique(label, return_counts=True)[1].min() > 1 else False
    gboost = HistGradientBoostingClassifier(max_iter=100, early_stopping=early)
    last = LogisticRegression(max_iter=300) if kind == "logit" else gboost
    model = make_pipeline(StandardScaler(), last)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x[learning][rows], label, **{f"{step}__sample_weight": weight})
    found = np.full((len(wanted), target.shape[1]), 1e-6)
    found[:, model.classes_] = model.predict_proba(wanted)
    return np.asarray(found / found.sum(axis=1, keepdims=True))
