"""HAGAME: decision games against AIs that learn how their players think."""

__version__ = "0.1.0"
