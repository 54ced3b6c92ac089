"""Facts that stand in the code in English, in other languages: titles, meanings, descriptions, names of actions.

The English text is its own key, as in gettext. What people wrote is in no catalogue and stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hagame.mind.language import (
    german_games,
    german_models,
    german_parameters,
    german_prompts,
    german_questions,
    german_traits,
)

TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType({}),
        "de": MappingProxyType(
            german_games.ACTIONS
            | german_games.GAMES
            | german_games.OPPONENTS
            | german_questions.QUESTIONS
            | german_questions.ANSWERS
            | german_questions.BINS
            | german_parameters.LABELS
            | german_parameters.OPTIONS
            | german_parameters.HELP
            | german_traits.TRAITS
            | german_traits.LEARNING
            | german_traits.WEIGHTS
            | german_models.STRATEGIC
            | german_models.OTHERS
            | german_models.BOARD
            | german_prompts.ALGORITHMS
            | german_prompts.PROMPTS
            | german_prompts.NOTES
        ),
    }
)


def in_language(text: str, language: str) -> str:
    """The text in that language; the text itself where there is no other. Raises `KeyError` for a language."""
    return TEXTS[language].get(text, text)
