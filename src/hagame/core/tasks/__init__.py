"""Background work that loses nothing: asked for in a transaction, done by workers, its effects there exactly once.

A room says what kinds of tasks it has (`Kind`), asks for them in its services (`enqueue`), and does them in its
`tasks.py` (`Tasks`, `Job`). `docs/how-to/background-work.md` shows it from end to end.

What starts workers and sends messages is in `broker`, `relay` and `work`; it is imported by the doors alone.
"""

from hagame.core.tasks.enqueue import enqueue
from hagame.core.tasks.job import Ending, Job, Result, Shard, Stopped
from hagame.core.tasks.kinds import Kind, Queue
from hagame.core.tasks.registry import Tasks

__all__ = ["Ending", "Job", "Kind", "Queue", "Result", "Shard", "Stopped", "Tasks", "enqueue"]
