"""What an explanation names first carries the prediction: without it, it falls more than without something else."""

from __future__ import annotations

import numpy as np
from benchmarks.drift import answering, played, reacting
from benchmarks.faithfulness import falls_of


def test_without_the_named_evidence_the_prediction_falls_more_than_without_another() -> None:
    rng = np.random.default_rng(8)
    falls = [fall for draw in (answering, reacting, answering) for fall in falls_of(played([(draw(rng), 100)], rng))]
    assert len(falls) >= 20
    named, others = np.mean([(fall.named, fall.others) for fall in falls], axis=0)
    assert named > 3 * abs(others)
    assert np.mean([fall.named > fall.others for fall in falls]) > 0.8
