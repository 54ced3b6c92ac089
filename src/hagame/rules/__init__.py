"""Rules of games: pure, exact, one file per family."""

from hagame.rules.game import AI, PLAYER, Action, Game, GameInfo, Seat, Situation

__all__ = ["AI", "PLAYER", "Action", "Game", "GameInfo", "Seat", "Situation"]
