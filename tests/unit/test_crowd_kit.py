"""Labels joined by crowd-kit, which is too large to be among the dependencies of the tests."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from hagame.errors import InvalidInput
from hagame.mind import crowd
from hagame.mind.crowd.kit import ALGORITHMS

MISSING = find_spec("crowdkit") is None


def labelled(seed: int) -> tuple[list[int], list[int], list[int], np.ndarray]:
    """200 tasks by 7 workers, of whom three only guess."""
    rng = np.random.default_rng(seed)
    truth, skills = rng.integers(0, 2, size=200), (0.95, 0.9, 0.85, 0.8, 0.5, 0.5, 0.5)
    rows = [(t, w, int(truth[t] ^ (rng.random() >= skill))) for t in range(200) for w, skill in enumerate(skills)]
    tasks, workers, answers = (list(column) for column in zip(*rows, strict=True))
    return tasks, workers, answers, truth


@pytest.mark.skipif(MISSING, reason="crowd-kit (300 MB) is not installed")
@pytest.mark.filterwarnings("ignore:The inplace keyword", "ignore:The copy keyword")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_algorithm_finds_the_truth_and_the_guessers(algorithm: str) -> None:
    tasks, workers, answers, truth = labelled(3)
    found = crowd.by_crowd_kit(algorithm, tasks, workers, answers, (200, 7, 2))
    assert found.posterior.sum(1) == pytest.approx(np.ones(200), abs=1e-6)
    assert (found.posterior.argmax(1) == truth).mean() > 0.92
    assert found.accuracy[:4].min() > found.accuracy[4:].max()


@pytest.mark.skipif(not MISSING, reason="crowd-kit is installed")
def test_without_crowd_kit_the_error_says_what_to_install() -> None:
    with pytest.raises(InvalidInput, match=r"'glad' needs crowd-kit: pip install 'hagame\[crowd\]'"):
        crowd.by_crowd_kit("glad", [0], [0], [0], (1, 1, 2))


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(InvalidInput, match="one of glad, mace"):
        crowd.by_crowd_kit("oracle", [0], [0], [0], (1, 1, 2))
