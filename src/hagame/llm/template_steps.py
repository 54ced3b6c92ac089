"""What rendering a template may cost: every loop, filter, test and comparison draws steps from one budget.

A step is an item that is gone over, or `CHARACTERS` of text. Arguments multiply: `xs|join(text)` and `xs|select("in",
ys)` go over the one for each of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from math import prod
from typing import Any

from jinja2 import Environment, nodes

from hagame.errors import InvalidInput

MAX_STEPS = 100_000
CHARACTERS = 100

LOOP = "counted"
OPERAND = "weighed"
_ONE_LOOK = frozenset({"length", "count", "first", "last", "default"})
"""Filters that go over no list."""


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_STEPS


_BUDGET: ContextVar[_Budget] = ContextVar("budget")


@contextmanager
def budget() -> Iterator[None]:
    """One rendering. Inside, `InvalidInput` is raised when the steps are spent."""
    begun = _BUDGET.set(_Budget())
    try:
        yield
    finally:
        _BUDGET.reset(begun)


def metered(environment: Environment) -> None:
    """Let the filters and tests of an environment, and the trees that `counting` has changed, draw on the budget."""
    environment.filters = {name: _metered(name, work) for name, work in environment.filters.items()}
    environment.tests = {name: _metered(name, work) for name, work in environment.tests.items()}
    environment.filters |= {LOOP: _counted, OPERAND: _weighed}


def counting(tree: nodes.Template, environment: Environment) -> nodes.Template:
    """The tree with every loop counted, and weighed what is compared or put together."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _through(LOOP, loop.iter)
    for comparison in list(tree.find_all(nodes.Compare)):
        comparison.expr = _through(OPERAND, comparison.expr)
        for operand in comparison.ops:
            operand.expr = _through(OPERAND, operand.expr)
    for text in list(tree.find_all(nodes.Concat)):
        text.nodes = [_through(OPERAND, part) for part in text.nodes]
    tree.set_environment(environment)
    return tree


def _through(name: str, value: nodes.Node) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)


def _spend(steps: int) -> None:
    left = _BUDGET.get()
    left.left -= steps
    if left.left < 0:
        raise InvalidInput(
            f"The prompt takes more than {MAX_STEPS} steps to write: it goes over too much.", field="/variables"
        )


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        _spend(1)
        yield item


def _weighed(value: Any) -> Any:
    _spend(_weight(value))
    return value


def _metered(name: str, work: Any) -> Callable[..., Any]:
    first = 1 if hasattr(work, "jinja_pass_arg") else 0
    text_only = name in _ONE_LOOK

    @wraps(work)
    def drawing(*args: Any, **named: Any) -> Any:
        values = [list(value) if isinstance(value, Iterator) else value for value in args[first:]]
        _spend(prod(_weight(value, text_only=text_only) for value in (*values, *named.values())))
        found = work(*args[:first], *values, **named)
        _spend(_weight(found, text_only=True))
        return found

    return drawing


def _weight(value: Any, *, text_only: bool = False) -> int:
    if isinstance(value, str):
        return 1 + len(value) // CHARACTERS
    return 1 + len(value) if isinstance(value, list | tuple | dict) and not text_only else 1
