"""On what somebody logged in, by two names: all that is kept of a `User-Agent` (RFC 9110, 10.1.5)."""

from __future__ import annotations

import re
from typing import NamedTuple

READ = 512
"""Characters of the header that are looked at."""

# The first that fits counts: most browsers name those that they want to be taken for, too.
_BROWSERS = (
    ("Edge", re.compile(r"Edg(?:A|iOS)?/")),
    ("Opera", re.compile(r"(?:OPR|OPiOS|Opera)/")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS|HeadlessChrome)/")),
    ("Safari", re.compile(r"Version/[\d.]+ .*Safari/")),
)
_SYSTEMS = (
    ("iOS", re.compile(r"iPhone|iPad|iPod")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows NT")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("macOS", re.compile(r"Macintosh")),
    ("Linux", re.compile(r"Linux|X11")),
)
_PROGRAM = re.compile(r"(?!Mozilla/)([A-Za-z][A-Za-z0-9_.-]{0,31})/")


class Device(NamedTuple):
    """A browser or another program, and the system it runs on; None where that is not told."""

    browser: str | None
    system: str | None


def device_of(user_agent: str) -> Device:
    """`Firefox` on `Linux`; of programs that are no browsers, the name that they give themselves."""
    told = user_agent[:READ]
    program = _PROGRAM.match(told)
    return Device(_first(_BROWSERS, told) or (program and program[1]), _first(_SYSTEMS, told))


def _first(known: tuple[tuple[str, re.Pattern[str]], ...], told: str) -> str | None:
    return next((name for name, pattern in known if pattern.search(told)), None)
