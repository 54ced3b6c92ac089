"""The families, one file each: parameters, likelihood, simulator, and what of a game they look at."""
