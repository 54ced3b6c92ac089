"""Whether a text keeps to the facts it cites: each of its numbers must stand in one of them, as printed there.

This finds numbers that were made up, and numbers moved to where no cited fact has them. It does not find a right number
in a wrong claim, so the sentences of the facts are shown beside any text that was written from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Number = tuple[str, bool]
"""A number in plain digits, such as `-0.5`, and whether it is a percentage."""

_DIGITS = re.compile(r"((?<!\w)[-\u2212])?((?<![\d.,])\d+(?:[.,]\d+)*)\s*(%|per ?cent\b)?", re.IGNORECASE)
_SPELLED = re.compile(r"[a-z]+", re.IGNORECASE)
_SMALL = (
    *("zero", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred")
_PARTS = {"half": "50", "halves": "50", "third": "33", "thirds": "33", "quarter": "25", "quarters": "25"}
_TIMES = {"twice": "2", "double": "2", "doubled": "2", "thrice": "3", "triple": "3", "tripled": "3", "thousand": "1000"}
_WORDS: Mapping[str, Number] = {
    **{word: (str(n), False) for n, word in enumerate(_SMALL) if word},
    **{word: (str(10 * n), False) for n, word in enumerate(_TENS, 2)},
    **{word: (times, False) for word, times in _TIMES.items()},
    **{word: (share, True) for word, share in _PARTS.items()},
}
"""Numbers told in words. `one` and `first` are left out: they mostly count nothing."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of a text, and the keys of the facts that it rests on."""

    text: str
    cites: tuple[str, ...]


def ungrounded(paragraphs: Sequence[Paragraph], facts: Mapping[str, str]) -> list[str]:
    """What does not hold, in words; empty when everything does. `facts` are sentences by key."""
    return [fault for paragraph in paragraphs for fault in _faults(paragraph, facts)]


def numbers(text: str) -> set[Number]:
    """All numbers in a text, in digits or words."""
    return {*_in_digits(text), *_in_words(text)}


def _faults(paragraph: Paragraph, facts: Mapping[str, str]) -> Iterator[str]:
    unknown = [key for key in paragraph.cites if key not in facts]
    yield from (f"it cites {key!r}, and there is no such fact" for key in unknown)
    allowed = _allowed(facts[key] for key in paragraph.cites if key in facts)
    for value, is_percentage in sorted(numbers(paragraph.text) - allowed):
        yield f"the number {value}{' %' if is_percentage else ''} stands in no fact that is cited with it"


def _allowed(sentences: Iterable[str]) -> set[Number]:
    return {number for sentence in sentences for number in numbers(sentence)}


def _in_digits(text: str) -> Iterator[Number]:
    for sign, digits, percent in _DIGITS.findall(text):
        yield _plain(sign, digits), bool(percent)


def _in_words(text: str) -> Iterator[Number]:
    return (_WORDS[word] for word in (w.lower() for w in _SPELLED.findall(text)) if word in _WORDS)


def _plain(sign: str, digits: str) -> str:
    """`1,200.50` and `1200.5` are the same number; a comma before other than three digits is a decimal point."""
    digits = re.sub(r",(?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    whole, point, rest = digits.partition(".")
    rest = rest.rstrip("0") if point else ""
    whole = whole.lstrip("0") or "0"
    plain = f"{whole}.{rest}" if rest else whole
    return f"-{plain}" if sign and plain != "0" else plain
