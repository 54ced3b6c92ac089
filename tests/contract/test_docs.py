"""Commands in the documentation are ones that exist: parsed by our command line, Makefile or OpenAPI document.

Whether they do what the page says is tried where a page has a test of its own (`test_how_to.py`, `tests/system`).
Programs of others (docker, kubectl, celery, pip, npm, alembic, psql) are not looked at here: `test_deploy.py` validates
the files that the first two are given.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml

from hagame.cli import app as cli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```(?:sh|bash|console|text)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"^(?:.*\| )?(?:\.venv/bin/)?(hagame|make|curl) ")
COMMENT = re.compile(r"\s+#\s.*$")
PIPE = {"|", ";", "&&", ">"}


def commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in FENCE.findall(page.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                if OURS.match(f"{line} "):
                    yield str(page.relative_to(ROOT)), line


def words_of(line: str) -> list[str]:
    """The words of our command, without what stands before a pipe or behind it, and without quotes left open."""
    line = COMMENT.sub("", line)
    if "hagame" in line.split(" | ")[-1]:
        line = line.split(" | ")[-1]
    try:
        words = shlex.split(line)
    except ValueError:
        # A body over several lines begins here.
        words = shlex.split(line[: line.rindex("'")] + "'{}'")
    end = next((i for i, word in enumerate(words) if word in PIPE), len(words))
    return words[:end]


@cache
def paths() -> dict[str, Any]:
    from hagame.app import create_app
    from hagame.settings import Settings

    found: dict[str, Any] = create_app(Settings()).openapi()["paths"]
    return found


SHOWN = list(commands())
OF_HAGAME = [each for each in SHOWN if "hagame" in OURS.match(each[1])[1]]  # type: ignore[index]
OF_CURL = [each for each in SHOWN if OURS.match(each[1])[1] == "curl"]  # type: ignore[index]
OF_MAKE = [each for each in SHOWN if OURS.match(each[1])[1] == "make"]  # type: ignore[index]


@pytest.mark.parametrize(("where", "line"), OF_HAGAME)
def test_a_command_of_hagame_and_its_options_exist(where: str, line: str) -> None:
    command: Any = typer.main.get_command(cli)
    words = words_of(line)[1:]
    while hasattr(command, "commands"):
        assert words[0] in command.commands, f"{where}: there is no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, where


@pytest.mark.parametrize(("where", "line"), OF_MAKE)
def test_a_target_of_make_exists(where: str, line: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = {word for word in words_of(line)[1:] if "=" not in word}
    assert asked <= targets, where


@pytest.mark.parametrize(("where", "line"), OF_CURL)
def test_an_address_that_curl_is_given_is_an_operation_of_the_api(where: str, line: str) -> None:
    words = words_of(line)
    url = next(word for word in words if word.startswith(("localhost", "http", "$URL")))
    path = urlsplit(url.replace("$URL", "http://localhost").replace("localhost:8000", "//localhost", 1)).path
    if not path.startswith("/"):
        path = "/" + path.partition("/")[2]
    body = any(word in words for word in ("-d", "--data", "--data-binary", "--data-urlencode", "-F"))
    method = words[words.index("-X") + 1].lower() if "-X" in words else "post" if body else "get"
    fits = [
        told
        for template, told in paths().items()
        if re.fullmatch(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(template)), path)
    ]
    assert any(method in told for told in fits), f"{where}: {method} {path}"


def test_the_site_has_every_page() -> None:
    class Loader(yaml.SafeLoader):
        """Of mkdocs.yml."""

    told = yaml.load((ROOT / "mkdocs.yml").read_text(), Loader)["nav"]  # noqa: S506 - a SafeLoader
    assert sorted(leaves(told)) == sorted(
        str(page.relative_to(ROOT / "docs")) for page in PAGES if "docs" in page.parts
    )


def leaves(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from leaves(child)
