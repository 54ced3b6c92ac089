"""Collective wisdom: many judges, people or models, and one answer, with how far it can be trusted.

`pools` joins probabilities, `popular` votes with predictions of votes, `numbers` estimates, `labels` categories.
`weights` learns whom to trust from questions that are settled, `scores` says how well each judge did, and `diversity`
why a crowd helps.
"""

from hagame.mind.crowd.diversity import Diversity, diversity
from hagame.mind.crowd.kit import by_crowd_kit
from hagame.mind.crowd.labels import Labelled, dawid_skene, majority
from hagame.mind.crowd.numbers import NumberPool, pool_numbers
from hagame.mind.crowd.pools import POOLS, extremised, linear, logarithmic, median_pool, pool
from hagame.mind.crowd.popular import Vote, confidence_weighted, majority_vote, surprisingly_popular
from hagame.mind.crowd.scores import brier, calibration_error, log_score
from hagame.mind.crowd.weights import contribution_weights, performance_weights

__all__ = [
    "POOLS",
    "Diversity",
    "Labelled",
    "NumberPool",
    "Vote",
    "brier",
    "by_crowd_kit",
    "calibration_error",
    "confidence_weighted",
    "contribution_weights",
    "dawid_skene",
    "diversity",
    "extremised",
    "linear",
    "log_score",
    "logarithmic",
    "majority",
    "majority_vote",
    "median_pool",
    "performance_weights",
    "pool",
    "pool_numbers",
    "surprisingly_popular",
]
