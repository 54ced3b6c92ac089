"""Rules of games: pure, exact, one file per family."""

from hagame.rules.game import AI, PLAYER, Action, Feedback, Game, GameInfo, MoveLimit, Seat, Situation
from hagame.rules.numbers import Numbers

__all__ = ["AI", "PLAYER", "Action", "Feedback", "Game", "GameInfo", "MoveLimit", "Numbers", "Seat", "Situation"]
