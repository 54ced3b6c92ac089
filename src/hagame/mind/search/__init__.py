"""Thinking ahead in games of perfect information: alpha-beta and Monte Carlo tree search."""

from hagame.mind.search.alpha_beta import Found, alpha_beta, plies_to_end
from hagame.mind.search.mcts import Tried, mcts

__all__ = ["Found", "Tried", "alpha_beta", "mcts", "plies_to_end"]
