"""Prediction of the next move: the engine `CountMixture`, the comparators it is reported beside, and their scores."""

from hagame.mind.predict.baselines import BASELINES, Baseline
from hagame.mind.predict.belief import Belief
from hagame.mind.predict.mixture import CountMixture

__all__ = ["BASELINES", "Baseline", "Belief", "CountMixture"]
