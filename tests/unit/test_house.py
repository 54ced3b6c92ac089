"""The house rules that no linter knows: lightness of the command line, lengths, and circles of imports."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "scipy", "pyarrow", "fastapi", "sqlalchemy", "asyncpg", "redis", "httpx2", "uvicorn")


@pytest.fixture(scope="module")
def sizes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sizes", ROOT / "tools" / "sizes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sizes"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["up", "--help"], ["play", "--help"], ["replay", "--help"]]
)
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from hagame.cli import main\n"
        f"sys.argv = ['hagame', *{words!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as ended:\n    assert not ended.code\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "loaded: []"


def test_importing_the_package_loads_nothing_else() -> None:
    code = f"import hagame, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_lengths_are_counted_without_docstrings(sizes: ModuleType) -> None:
    text = (
        'def one():\n    """Says\n    more.\n    """\n    return 1\n\n\nasync def two():\n    await one()\n    return\n'
    )
    assert sorted(sizes.functions(text)) == [(2, "one"), (3, "two")]


def test_what_is_too_long_is_named(sizes: ModuleType) -> None:
    room = sizes.Room(
        functions=[(61, "room/file.py:endless"), (9, "room/file.py:short")], files=[(401, "room/file.py")]
    )
    told = list(sizes.faults({"room": room}))
    assert "room/file.py:endless has 61 lines, more than 60" in told
    assert "room/file.py has 401 lines, more than 400" in told
    assert "room: half of the functions have more than 10 lines" in told
    assert not any("short" in fault for fault in told)


def test_a_circle_of_imports_is_found(sizes: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "circular"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("from circular import two\n")
    (package / "two.py").write_text("import circular.one\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert set(sizes.cycle("circular")) >= {"circular.one", "circular.two"}


def test_the_lock_names_no_address_and_every_package_has_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    assert "--index" not in text
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#", "\t"))]
    assert len(packages) > 50
    assert all("==" in line and line.endswith("\\") for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)


def test_tests_reach_this_machine_alone() -> None:
    with socket.socket() as outward, pytest.raises(RuntimeError, match="this machine alone"):
        outward.connect(("192.0.2.1", 80))
