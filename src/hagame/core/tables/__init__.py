"""All tables together: games use models and models train on decisions, so rooms do not own tables."""

from hagame.core.tables.accounts import CognitiveProfile, Profile, RefreshToken, User
from hagame.core.tables.base import Table, new_id
from hagame.core.tables.games import Decision, GameDefinition, GameInstance

__all__ = [
    "CognitiveProfile",
    "Decision",
    "GameDefinition",
    "GameInstance",
    "Profile",
    "RefreshToken",
    "Table",
    "User",
    "new_id",
]
