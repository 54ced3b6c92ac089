"""What the documentation tells people to type."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")]
)
_BLOCK = re.compile(r"^ *```(?:sh|bash|console)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:hagame|make|python -m|docker compose|kubectl) [^`\n]+)`")
_PREFIX = re.compile(
    r"^(?:\$ )?(?:export )?(?:[A-Z_]+=(?:\$\()?\S* ?(?=\S))*?(?:\.venv/bin/)?"
    r"(?=hagame |make |python |curl |docker |kubectl |pip |uvicorn )"
)
"""A prompt, variables before a command or set to what it says, and the folder of the environment."""
_PROGRAMS = ("hagame ", "make ", "python ", "curl ", "docker ", "kubectl ", "pip ", "uvicorn ")


class Command(NamedTuple):
    """One line that somebody may type, and the page it stands on."""

    page: str
    text: str
    whole: bool
    """Whether it stands by itself; in a sentence it may lack what the sentence says."""


def blocks(page: Path) -> list[str]:
    """The fenced blocks of a page that are for a shell."""
    return [found[1] for found in _BLOCK.finditer(page.read_text()) if any(_typed(found[1]))]


def commands() -> list[Command]:
    """Every command of every page, continued lines as one."""
    found = []
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        found += [Command(name, line, True) for block in blocks(page) for line in _typed(block)]
        found += [Command(name, text, False) for text in _INLINE.findall(page.read_text())]
    return list(dict.fromkeys(found))


def _typed(block: str) -> list[str]:
    lines = [_PREFIX.sub("", line.strip()) for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line.startswith(_PROGRAMS)]
