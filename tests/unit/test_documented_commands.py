"""Whatever the documentation tells people to type exists: subcommands, options, targets, programs, files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import typer.main
import yaml
from tests.documents import ROOT, Command, commands

from hagame.cli import app

NEEDED = ("trials.csv", "rounds.csv.gz", "hagame.dump", "FILE", "DIR")
"""What commands read; here they need to exist only."""
MAKEFILE = (ROOT / "Makefile").read_text()


def of(*programs: str) -> list[Command]:
    return [each for each in commands() if each.text.split()[0] in programs]


def words(text: str) -> list[str]:
    return shlex.split(text.replace("INSTANCE_ID", str(UUID(int=0))), comments=True)


@pytest.fixture(scope="module", autouse=True)
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("documented")
    for name in NEEDED:
        (folder / name).mkdir() if name == "DIR" else (folder / name).touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


def test_there_is_something_to_look_at() -> None:
    assert len(of("hagame")) > 40
    assert len(of("curl")) > 15
    assert len(of("make")) > 20


@pytest.mark.parametrize("command", of("hagame"), ids=lambda each: f"{each.page}: {each.text}")
def test_the_command_line_knows_it(command: Command) -> None:
    found: Any = typer.main.get_command(app)
    context = found.context_class(found, info_name="hagame")
    rest = words(command.text)[1:]
    while hasattr(found, "resolve_command") and rest:
        name, found, rest = found.resolve_command(context, rest)
        assert found is not None, name
        context = found.context_class(found, parent=context, info_name=name)
    known = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known | {"--help"}
    if command.whole:
        found.make_context(context.info_name, list(rest), parent=context.parent)


@pytest.mark.parametrize("command", of("make"), ids=lambda each: f"{each.page}: {each.text}")
def test_make_has_this_target(command: Command) -> None:
    for part in command.text.split("&&"):
        target = words(part)[1]
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


@pytest.mark.parametrize(
    "command",
    [each for each in of("python") if " -m pip " not in each.text],
    ids=lambda each: f"{each.page}: {each.text}",
)
def test_the_program_is_there_and_has_these_options(command: Command) -> None:
    found = re.search(r"((?:benchmarks|examples)[./]\w+)", command.text)
    assert found is not None
    file = ROOT / (found[1].replace(".", "/") + ".py")
    for option in re.findall(r"--[a-z-]+", command.text):
        assert f'"{option}"' in file.read_text(), option


@pytest.mark.parametrize("command", of("docker", "kubectl", "pip", "uvicorn"), ids=lambda each: each.text)
def test_files_and_profiles_that_are_named_are_there(command: Command) -> None:
    typed = words(command.text)
    for flag in ("-f", "-k", "--app-dir"):
        if flag in typed:
            assert Path(ROOT / typed[typed.index(flag) + 1]).exists()
    if "--profile" in typed:
        services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"].values()
        assert typed[typed.index("--profile") + 1] in {name for each in services for name in each.get("profiles", [])}
    for place in (word for word in typed if word.startswith("./")):
        assert (ROOT / place.partition("[")[0]).exists()
