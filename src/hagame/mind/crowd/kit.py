"""More ways to join labels, by crowd-kit (Ustalov, Pavlichenko & Tseitlin 2024): the extra `crowd`.

It is large with all that it needs, so it is not among the dependencies. The first use imports it, which can take half
a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.crowd.labels import Labelled, majority

NEEDS = "hagame[crowd]"
ALGORITHMS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "glad": ("GLAD", {}),
    "mace": ("MACE", {"random_state": 0}),
    "one-coin-dawid-skene": ("OneCoinDawidSkene", {}),
}
"""By name: class of `crowdkit.aggregation` and its arguments.

GLAD: Whitehill et al. (2009). MACE: Hovy et al. (2013).
"""


def by_crowd_kit(
    algorithm: str,
    tasks: Sequence[int],
    workers: Sequence[int],
    answers: Sequence[int],
    shape: tuple[int, int, int],
) -> Labelled:
    """As `labels.dawid_skene`, by an algorithm of `ALGORITHMS`; a worker's accuracy is its mean posterior.

    Raises `InvalidInput`, which names what to install where crowd-kit is missing.
    """
    if algorithm not in ALGORITHMS:
        raise InvalidInput(f"algorithm must be dawid-skene or one of {', '.join(ALGORITHMS)}.", field="/algorithm")
    if find_spec("crowdkit") is None:
        raise InvalidInput(f"algorithm {algorithm!r} needs crowd-kit: pip install '{NEEDS}'.", field="/algorithm")
    n_tasks, n_workers, n_labels = shape
    posterior = majority(tasks, answers, n_tasks, n_labels)
    name, arguments = ALGORITHMS[algorithm]
    frame = import_module("pandas").DataFrame({"task": tasks, "worker": workers, "label": answers})
    model = getattr(import_module("crowdkit.aggregation"), name)(**arguments)
    found = model.fit_predict_proba(frame).reindex(columns=range(n_labels), fill_value=0.0)
    posterior[found.index.to_numpy()] = found.to_numpy(dtype=np.float64)
    return Labelled(posterior, _accuracy(posterior, tasks, workers, answers, n_workers), 0)


def _accuracy(
    posterior: NDArray[np.float64],
    tasks: Sequence[int],
    workers: Sequence[int],
    answers: Sequence[int],
    n_workers: int,
) -> NDArray[np.float64]:
    right = posterior[np.array(tasks), np.array(answers)]
    given = np.bincount(np.array(workers), minlength=n_workers)
    total = np.bincount(np.array(workers), weights=right, minlength=n_workers)
    return np.asarray(total / np.maximum(given, 1), dtype=np.float64)
