"""The list of events in the log is complete, and each event of the list exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "hagame"
PAGE = ROOT / "docs" / "reference" / "logs.md"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
OUTCOMES = {"done", "waiting", "failed", "retried", "returned", "stopped"}


def told() -> set[str]:
    rows = re.findall(r"^\| (`.*?) \|", PAGE.read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", row)}


def logged() -> Iterator[str]:
    """First arguments of `log.LEVEL(...)`; the one that is put together is that of a run of a task."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "log"):
                continue
            at = 1 if node.func.attr == "log" else 0
            if at == 0 and node.func.attr not in LEVELS:
                continue
            match node.args[at]:
                case ast.Constant(value=str(name)):
                    yield name
                case ast.JoinedStr(values=[ast.Constant(value="task."), ast.FormattedValue()]):
                    yield from (f"task.{outcome}" for outcome in OUTCOMES)
                case other:
                    raise AssertionError(f"{path.name}: an event must have a name, not {ast.unparse(other)}")


def test_the_page_of_events_lists_what_the_code_logs_and_nothing_else() -> None:
    assert told() == set(logged())
