"""Games: what can be played, matches, moves, the log of decisions."""
