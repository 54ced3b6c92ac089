"""In which language somebody is spoken to."""

from __future__ import annotations

LANGUAGES = ("en", "de")
"""Languages that have a catalogue; the first one stands for all others."""


def choose_language(profile: str | None, accepted: str = "") -> str:
    """The language that a person has set (BCP 47), else the best of an `Accept-Language` header (RFC 9110, 12.5.4).

    None of either in a catalogue: English.
    """
    tags: list[str] = [*([profile] if profile else ()), *_ranked(accepted)]
    for tag in tags:
        language = tag.split("-", 1)[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _ranked(header: str) -> list[str]:
    """Tags by falling weight; what cannot be read weighs nothing."""
    weighed: list[tuple[str, float]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        weighed.append((tag, _weight(weight) if weight else 1.0))
    return [tag for tag, weight in sorted(weighed, key=lambda t: -t[1]) if weight > 0]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
