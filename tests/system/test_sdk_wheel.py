"""The client stands on its own: its wheel works in an environment that holds `httpx2` and nothing of the server."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

SDK = Path(__file__).parents[2] / "sdk"
NEVER = ("hagame", "pydantic", "fastapi", "sqlalchemy", "msgspec", "numpy")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(to)]
    subprocess.run(command, cwd=SDK, check=True, capture_output=True)
    (built,) = to.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the wheel and what it asks for."""
    home = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    for name in needed("httpx2"):
        for file in distribution(name).files or ():
            source, target = Path(str(file.locate())), packages / file
            if ".." not in file.parts and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(source)
    return home / "bin" / "python"


def needed(name: str) -> set[str]:
    """A distribution and, by name, all that it needs here."""
    found, waiting = set(), [name]
    while waiting:
        one = waiting.pop().lower()
        if one in found:
            continue
        found.add(one)
        asked = map(Requirement, distribution(one).requires or ())
        waiting += [other.name for other in asked if other.marker is None or other.marker.evaluate({"extra": ""})]
    return found


def test_the_wheel_holds_the_client_its_types_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"hagame_sdk/__init__.py", "hagame_sdk/py.typed", "hagame_sdk/types.py"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("hagame/") for name in names)


def test_a_match_is_played_with_nothing_else_installed(python: Path, live_url: str) -> None:
    code = (
        "import sys\n"
        "from hagame_sdk import Client\n"
        "with Client() as client:\n"
        "    client.guest()\n"
        "    match = client.games.begin('matching-pennies')\n"
        "    match.play('heads')\n"
        "    print(match.verify(), [name for name in sys.modules if name in "
        f"{NEVER!r}])\n"
    )
    environment = {"PATH": os.environ["PATH"], "HAGAME_URL": live_url}
    told = subprocess.run(
        [python, "-I", "-c", code.replace("Client()", f"Client({live_url!r})")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.strip() == "1 []", told.stderr
