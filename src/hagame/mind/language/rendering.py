"""Messages in words.

A place in a template is `{name}` or `{name:format}`. The formats are

- `number`: two digits after the point at most, `percent`: whole per cent, both as the language writes them;
- `grouped`: a whole number with its thousands apart;
- `plural(case|cases)`: the number with the word that goes with it;
- `join(, then )`: several phrases with that between them;
- `capital`: with a large first letter.
"""

from __future__ import annotations

from functools import lru_cache
from string import Formatter
from typing import Any, NamedTuple, Self

from hagame.mind.language import english, german
from hagame.mind.language.message import Message, Value, message
from hagame.mind.language.texts import in_language


class Catalogue(NamedTuple):
    """All templates of one language, and how it writes numbers."""

    templates: dict[str, str]
    point: str
    percent: str
    thousands: str


CATALOGUES = {
    "en": Catalogue(english.TEMPLATES, ".", "%", ","),
    "de": Catalogue(german.TEMPLATES, ",", "\u00a0%", "."),
}


class Place(NamedTuple):
    """A piece of a template: text, then perhaps an argument in some format."""

    text: str
    name: str
    kind: str
    words: str


@lru_cache(maxsize=4096)
def say(said: Message, language: str = "en") -> str:
    """The message in words. Raises `KeyError` for an id or a language that is in no catalogue."""
    catalogue = CATALOGUES[language]
    pieces: list[str] = []
    args = dict(said.args)
    for text, name, kind, words in places(language, said.id):
        pieces.append(text)
        if name:
            pieces.append(_filled(args[name], kind, words, language, catalogue))
    return "".join(pieces)


@lru_cache(maxsize=4096)
def places(language: str, id_: str) -> tuple[Place, ...]:
    """The pieces of a template. Raises `KeyError`."""
    found = []
    for text, name, spec, _ in Formatter().parse(CATALOGUES[language].templates[id_]):
        kind, _, rest = (spec or "").partition("(")
        found.append(Place(text, name or "", kind, rest.removesuffix(")")))
    return tuple(found)


class Sentence(str):
    """English that remembers what it says, so that it can be said in another language."""

    __slots__ = ("message",)
    message: Message

    def __new__(cls, said: Message) -> Self:
        """The message in English."""
        made = super().__new__(cls, say(said))
        made.message = said
        return made

    def __getnewargs__(self) -> tuple[Message]:  # type: ignore[override]
        """A copy, or what comes out of a pickle, says the same message."""
        return (self.message,)


def sentence(id_: str, /, **args: Value) -> Sentence:
    """What a message says in English, by its id and named arguments."""
    return Sentence(message(id_, **args))


def translated(text: str, language: str) -> str:
    """A sentence in another language; other text stays as it is."""
    return say(text.message, language) if isinstance(text, Sentence) else text


def told(text: str) -> dict[str, Any] | None:
    """The message of a sentence, as JSON; None of other text."""
    return text.message.to_json() if isinstance(text, Sentence) else None


def number(value: float) -> str:
    """Two digits after the point, none where there is nothing to tell."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _filled(value: Value, kind: str, words: str, language: str, catalogue: Catalogue) -> str:
    if isinstance(value, Message):
        text = say(value, language)
        return text[:1].upper() + text[1:] if kind == "capital" else text
    if isinstance(value, tuple):
        return words.join(_filled(v, "", "", language, catalogue) for v in value)
    if isinstance(value, str):
        name = in_language(value, language)
        return name[:1].upper() + name[1:] if kind == "capital" else name
    return _counted(value, kind, words, catalogue)


def _counted(value: float, kind: str, words: str, catalogue: Catalogue) -> str:
    if kind == "plural":
        one, _, many = words.partition("|")
        return f"{value} {one if value == 1 else many}"
    if kind == "grouped":
        return f"{value:,}".replace(",", catalogue.thousands)
    if kind == "percent":
        return f"{value:.0%}".replace("%", catalogue.percent)
    return number(value).replace(".", catalogue.point) if isinstance(value, float) else str(value)
