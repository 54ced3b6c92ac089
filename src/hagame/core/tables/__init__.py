"""All tables together: games use models and models train on decisions, so rooms do not own tables."""

from hagame.core.tables.access import ApiKey, AuditEntry
from hagame.core.tables.accounts import (
    CognitiveProfile,
    CognitiveSummary,
    Identity,
    OidcLogin,
    Profile,
    RecoveryCode,
    RefreshToken,
    SecondFactor,
    TraitPopulation,
    User,
)
from hagame.core.tables.aimodels import AiModel, AiModelVersion, TrainingSet
from hagame.core.tables.base import Table, new_id
from hagame.core.tables.collective import Forecast, Judgment, Question, WatchedMatch
from hagame.core.tables.feedback import Feedback
from hagame.core.tables.games import Decision, GameDefinition, GameInstance, WatchLink
from hagame.core.tables.llm import (
    LlmAttempt,
    LlmCall,
    LlmOutcome,
    LlmSpending,
    Prompt,
    PromptLabel,
    PromptVersion,
)
from hagame.core.tables.ratings import Rating
from hagame.core.tables.reports import Report
from hagame.core.tables.statistics import PlaySums
from hagame.core.tables.tasks import Outbox, Task

__all__ = [
    "AiModel",
    "AiModelVersion",
    "ApiKey",
    "AuditEntry",
    "CognitiveProfile",
    "CognitiveSummary",
    "Decision",
    "Feedback",
    "Forecast",
    "GameDefinition",
    "GameInstance",
    "Identity",
    "Judgment",
    "LlmAttempt",
    "LlmCall",
    "LlmOutcome",
    "LlmSpending",
    "OidcLogin",
    "Outbox",
    "PlaySums",
    "Profile",
    "Prompt",
    "PromptLabel",
    "PromptVersion",
    "Question",
    "Rating",
    "RecoveryCode",
    "RefreshToken",
    "Report",
    "SecondFactor",
    "Table",
    "Task",
    "TrainingSet",
    "TraitPopulation",
    "User",
    "WatchLink",
    "WatchedMatch",
    "new_id",
]
