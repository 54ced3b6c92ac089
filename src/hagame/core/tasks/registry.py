"""Which function does which kind of task."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TypeAlias

from hagame.core.tasks.job import Job, Result
from hagame.core.tasks.kinds import Kind

Function: TypeAlias = Callable[[Job], Awaitable[Result]]


class Tasks(Mapping[str, tuple[Kind, Function]]):
    """Functions by kind. A room fills one of its own in its `tasks.py`; the worker joins them.

    tasks = Tasks()

    @tasks.runs(REPORT)
    async def make_report(job: Job) -> Result:
        ...
    """

    def __init__(self, *parts: Tasks) -> None:
        self._functions: dict[str, tuple[Kind, Function]] = {}
        for part in parts:
            for kind, function in part.values():
                self._add(kind, function)

    def runs(self, kind: Kind) -> Callable[[Function], Function]:
        """A decorator: this function does tasks of `kind`. Raises `ValueError` if another one does."""

        def register(function: Function) -> Function:
            self._add(kind, function)
            return function

        return register

    def _add(self, kind: Kind, function: Function) -> None:
        if kind.name in self._functions:
            raise ValueError(f"two functions for tasks of kind {kind.name!r}")
        self._functions[kind.name] = (kind, function)

    def __getitem__(self, name: str) -> tuple[Kind, Function]:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)
