"""Prints how long functions and files are, and which imports go in circles, room by room.

    python tools/sizes.py [--package hagame]

Fails when a house limit is passed. Lengths are in lines without docstrings; revisions of the schema are lists of
columns, so that only their files are measured.
"""

from __future__ import annotations

import argparse
import ast
import math
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

import grimp

MEDIAN, P90, LONGEST, FILE = 10, 30, 60, 400
LISTS = ("migrations/versions",)


@dataclass
class Room:
    """What was measured of one room."""

    functions: list[tuple[int, str]] = field(default_factory=list)
    files: list[tuple[int, str]] = field(default_factory=list)

    @property
    def lengths(self) -> list[int]:
        """Of all functions, ascending; one zero when there is none."""
        return sorted(length for length, _ in self.functions) or [0]


def measure(source: Path) -> dict[str, Room]:
    """All rooms of the package at `source`: its directories and the files beside them."""
    rooms: dict[str, Room] = {}
    for path in sorted(source.rglob("*.py")):
        place = path.relative_to(source)
        room = rooms.setdefault(place.parts[0].removesuffix(".py"), Room())
        text = path.read_text()
        room.files.append((len(text.splitlines()), str(place)))
        if not place.as_posix().startswith(LISTS):
            room.functions += [(length, f"{place}:{name}") for length, name in functions(text)]
    return rooms


def functions(text: str) -> Iterator[tuple[int, str]]:
    """Length and name of each function in a file."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield length(node), node.name


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return lines
    docstring = node.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def percentile_90(ascending: list[int]) -> int:
    """The smallest length that nine in ten do not pass."""
    return ascending[math.ceil(0.9 * len(ascending)) - 1]


def cycle(package: str) -> list[str]:
    """Modules that import each other in a circle, or nothing. Imports for types alone do not count."""
    graph = grimp.build_graph(package, exclude_type_checking_imports=True)
    try:
        TopologicalSorter({m: graph.find_modules_directly_imported_by(m) for m in graph.modules}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def faults(rooms: dict[str, Room]) -> Iterator[str]:
    """What passes a limit, in words."""
    for name, room in rooms.items():
        if median(room.lengths) > MEDIAN:
            yield f"{name}: half of the functions have more than {MEDIAN} lines"
        if percentile_90(room.lengths) > P90:
            yield f"{name}: a tenth of the functions have more than {P90} lines"
        yield from _too_long(room.functions, LONGEST)
        yield from _too_long(room.files, FILE)


def main() -> None:
    """Print the table and the faults; exit with 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", default="hagame")
    package = parser.parse_args().package
    rooms = measure(Path("src") / package)
    _print(rooms)
    found = list(faults(rooms))
    if circle := cycle(package):
        found.append(f"imports go in a circle: {' -> '.join(circle)}")
    for fault in found:
        print(f"too much: {fault}")
    sys.exit(bool(found))


def _too_long(measured: Iterable[tuple[int, str]], limit: int) -> Iterator[str]:
    return (f"{name} has {lines} lines, more than {limit}" for lines, name in measured if lines > limit)


def _print(rooms: dict[str, Room]) -> None:
    print(f"{'room':<14}{'functions':>10}{'median':>8}{'p90':>6}{'max':>6}{'files':>7}{'longest':>9}")
    for name, room in rooms.items():
        ascending = room.lengths
        print(
            f"{name:<14}{len(room.functions):>10}{median(ascending):>8g}{percentile_90(ascending):>6}{ascending[-1]:>6}"
            f"{len(room.files):>7}{max(room.files)[0]:>9}"
        )


if __name__ == "__main__":
    main()
