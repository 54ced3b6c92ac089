"""What the AI does with what it predicts."""

from hagame.mind.opponents.adaptive import Adaptive
from hagame.mind.opponents.conditional_cooperator import ConditionalCooperator
from hagame.mind.opponents.equilibrium import Equilibrium
from hagame.mind.opponents.fair import Fair, Selfish
from hagame.mind.opponents.language_model import LanguageModel
from hagame.mind.opponents.learners import SoftmaxQ, Thompson, Ucb
from hagame.mind.opponents.level_k import LevelK
from hagame.mind.opponents.observer import Observer
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, TrackRecord, plays_table
from hagame.mind.opponents.published import Published
from hagame.mind.opponents.random import Random
from hagame.mind.opponents.win_stay_lose_shift import WinStayLoseShift

__all__ = [
    "Adaptive",
    "Choice",
    "ConditionalCooperator",
    "Equilibrium",
    "Fair",
    "LanguageModel",
    "LevelK",
    "Observer",
    "Opponent",
    "OpponentInfo",
    "Published",
    "Random",
    "Scene",
    "Selfish",
    "SoftmaxQ",
    "Thompson",
    "TrackRecord",
    "Ucb",
    "WinStayLoseShift",
    "plays_table",
]
