"""The language of a report: its sentences, and how it writes numbers and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hagame.mind.language import in_language, translated
from hagame.reports import english, german

TEMPLATES: Mapping[str, Mapping[str, str]] = {"en": english.TEMPLATES, "de": german.TEMPLATES}


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks `language`, one of `TEMPLATES`."""

    language: str = "en"

    def say(self, id_: str, /, **places: object) -> str:
        """The sentence with this id. Raises `KeyError` for one that is in no catalogue."""
        return TEMPLATES[self.language][id_].format(**places)

    def text(self, english_text: str) -> str:
        """What the engine says, or a title that is built in; what people wrote stays."""
        return in_language(translated(english_text, self.language), self.language)

    def number(self, value: float, form: str = "z.2f") -> str:
        """With two digits after the point, or in another form (`format`); no minus before nothing."""
        text = f"{value:{form}}"
        return text.replace(".", ",") if self.language == "de" else text

    def percent(self, share: float) -> str:
        """Whole per cent, which do not part from their sign."""
        return f"{share:.0%}".replace("%", "\u00a0%") if self.language == "de" else f"{share:.0%}"

    def day(self, at: datetime) -> str:
        """Such as 1 March 2026."""
        return f"{at.day}. {german.MONTHS[at.month - 1]} {at.year}" if self.language == "de" else f"{at:%d %B %Y}"
