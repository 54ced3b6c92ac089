"""Background work: tasks, reports; figures about everybody; how the server is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from hagame_sdk.errors import TaskFailed
from hagame_sdk.flow import EVENT_STREAM, Call, Flow, Pages, Sleep, Stream, given
from hagame_sdk.resource import D, Resource, operation, pages, stream
from hagame_sdk.types import GameStatistics, Ready, Report, Task, TraitStatistics

TaskState = Literal["queued", "running", "waiting", "done", "failed", "cancelled"]
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0


class Tasks(Resource[D]):
    """`client.tasks`."""

    @pages
    def list(self, *, state: TaskState | None = None, kind: str | None = None, limit: int | None = None) -> Pages[Task]:
        """Your background work, newest first."""
        return Pages(Call("GET", "/tasks", given(state=state, kind=kind, limit=limit), repeatable=True))

    @operation
    def get(self, task_id: str) -> Flow[Task]:
        """How far a task is, and what came of it."""
        return self._json("GET", f"/tasks/{task_id}")

    @operation
    def cancel(self, task_id: str) -> Flow[Task]:
        """Cancel a task; who works at it stops within seconds."""
        return self._json("DELETE", f"/tasks/{task_id}")

    @stream
    def follow(self, task_id: str) -> Stream[Task]:
        """The task whenever it has changed; at last, how it ended."""
        return Stream(
            Call("GET", f"/tasks/{task_id}/events", accept=EVENT_STREAM, repeatable=True), lambda _, data: data
        )

    @operation
    def wait(self, task_id: str, timeout_s: float = 600.0) -> Flow[Task]:
        """The task once it is done. Raises `TaskFailed` when it failed or was cancelled, `TimeoutError` after a while.

        The task goes on after a `TimeoutError`.
        """
        clock = self.driver.core.clock
        until, pause = clock() + timeout_s, FIRST_PAUSE_S
        while True:
            task: Task = yield from self._json("GET", f"/tasks/{task_id}")
            if task["state"] == "done":
                return task
            if task["state"] in {"failed", "cancelled"}:
                raise TaskFailed(task)
            if clock() + pause > until:
                raise TimeoutError(f"Task {task_id} is still {task['state']} after {timeout_s:g} s.")
            yield Sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE_S)


class Reports(Resource[D]):
    """`client.reports`."""

    @operation
    def request(self, span: Literal["session", "week", "month", "all"]) -> Flow[Task]:
        """A report on your play, made as a task; its result names the report."""
        return self._json("POST", "/reports", {"span": span}, keyed=True)

    @pages
    def list(self, *, limit: int | None = None) -> Pages[Report]:
        """Your reports, newest first."""
        return Pages(Call("GET", "/reports", given(limit=limit), repeatable=True))

    @operation
    def get(self, report_id: str) -> Flow[Report]:
        """One report as data."""
        return self._json("GET", f"/reports/{report_id}")

    @operation
    def download(self, report_id: str, to: str | Path, format: Literal["pdf", "html"] | None = None) -> Flow[Path]:  # noqa: A002
        """One report as a file. Without `format` the name says it: HTML where it ends in `.html`, else PDF."""
        named = "html" if Path(to).suffix.lower() == ".html" else "pdf"
        return self._file(f"/reports/{report_id}/{format or named}", to)


class Statistics(Resource[D]):
    """`client.statistics`: about everybody, never below five people. For researchers."""

    @operation
    def games(self) -> Flow[list[GameStatistics]]:
        """How games are played."""
        return self._json("GET", "/stats/games")

    @operation
    def traits(self) -> Flow[list[TraitStatistics]]:
        """How traits are spread."""
        return self._json("GET", "/stats/traits")


class Health(Resource[D]):
    """`client.health`."""

    @operation
    def ready(self) -> Flow[Ready]:
        """Whether database, cache and broker answer. Raises `Unavailable` when one does not."""
        return self._json("GET", "/health/ready", repeatable=False)
