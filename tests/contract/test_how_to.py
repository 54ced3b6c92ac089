"""What the how-to pages show works as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hagame import plugins
from hagame.games.export import COLUMNS
from hagame.games.schemas import DefinitionIn, InstanceIn
from hagame.testing import check_game

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```(?P<language>python|toml)\n# (?P<path>\S+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = {"add-a-game.md": "games", "add-an-opponent.md": "opponents"}


@pytest.fixture(params=KINDS)
def how_to(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of a page whose files stand in `tmp_path`, with its entry points as an installation leaves them."""
    text = (PAGES / request.param).read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        path = tmp_path / block["path"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(block["code"], encoding="utf-8")
    installed = tmp_path / "my_plugin-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: my-plugin\nVersion: 1.0\n")
    groups = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]["entry-points"]
    lines = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in entries.items()) for group, entries in groups.items()]
    (installed / "entry_points.txt").write_text("\n".join(lines))
    return str(request.param)


def run(where: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    environment = os.environ | {"PYTHONPATH": str(where)}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_test_on_the_page_passes(how_to: str, tmp_path: Path) -> None:
    assert how_to in KINDS
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:pytest_alembic", "-c", os.devnull, "--rootdir", str(tmp_path)]
    assert "3 passed" in run(tmp_path, "-m", "pytest", *options, str(tmp_path / "tests"))


def test_the_plugin_comes_through_the_door(how_to: str, tmp_path: Path) -> None:
    group = f"hagame.{KINDS[how_to]}"
    entries = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]["entry-points"][group]
    code = f"from hagame import plugins; print(*plugins.{KINDS[how_to]}())"
    assert set(entries) <= set(run(tmp_path, "-c", code).split())


def test_the_plugin_takes_less_than_sixty_lines(how_to: str) -> None:
    code = [block["code"] for block in BLOCK.finditer((PAGES / how_to).read_text(encoding="utf-8"))]
    assert len(code) == 3
    assert len([line for line in code[0].splitlines() if line.strip()]) < 60


def test_definitions_on_the_page_are_complete_and_can_be_played() -> None:
    text = (PAGES / "define-a-game.md").read_text(encoding="utf-8")
    shown = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
    definitions = [DefinitionIn.model_validate(body) for body in shown if "engine" in body]
    assert [definition.engine for definition in definitions] == ["matrix", "bandit", "risk", "delay"]
    for definition in definitions:
        check_game(plugins.make_game(definition.engine, definition.parameters), seeds=range(2), steps=60)
    (begun,) = [InstanceIn.model_validate(body) for body in shown if "engine" not in body]
    bandit = plugins.make_game("bandit", definitions[1].parameters)
    assert begun.definition == definitions[1].key
    assert begun.opponent in plugins.opponents_for(bandit)


def test_the_log_has_the_columns_that_the_page_explains() -> None:
    text = (PAGES / "define-a-game.md").read_text(encoding="utf-8")
    told = {name for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told <= set(COLUMNS)
