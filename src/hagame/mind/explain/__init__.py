"""What can be said of a person beyond one prediction. Pure.

Changes of strategy, what would have been expected otherwise, situations that were alike, and what makes predictable.
"""
