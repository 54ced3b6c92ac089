"""Tests of promises say their figure, and the end of the run shows all of them in one table.

A test calls `figure("lost of 1,204", 0)`; the figure travels with its report, from other test processes too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FIGURE = "figure"
Figure = Callable[[str, object], None]


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """`figure(name, value)`: what this test measured."""

    def tell(name: str, value: object) -> None:
        record_property(FIGURE, (name, str(value)))

    return tell


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of all figures, by test."""
    rows = [
        (_sentence(report.nodeid), *map(str, value))
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, value in getattr(report, "user_properties", ())
        if name == FIGURE
    ]
    if not rows:
        return
    terminalreporter.section("figures")
    wide = max(len(value) for *_, value in rows)
    for test, name, value in sorted(rows):
        terminalreporter.write_line(f"{value:>{wide}}  {name}  ({test})")


def _sentence(node: str) -> str:
    return node.rpartition("::")[2].removeprefix("test_").replace("_", " ")
