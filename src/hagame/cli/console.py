"""How commands speak: steps with their times, and failures that say what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

from hagame.errors import HagameError, SetupFailed

INTERRUPTED = 130

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def explained() -> Iterator[None]:
    """Tell a failure in words and exit with 1; with `--debug` on the command line show where it happened as well."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except HagameError as error:
        _fail(error)
    except BrokenPipeError:
        sys.exit(1)


@contextmanager
def step(title: str) -> Iterator[None]:
    """One step of a longer start: shown while it lasts, with its time when done. Raises `SetupFailed` naming it."""
    began = perf_counter()
    try:
        with console.status(f"{escape(title)} …"):
            yield
    except SetupFailed as error:
        raise SetupFailed(f"{title}: {error.detail}", remedy=error.remedy) from error
    except Exception as error:
        raise SetupFailed(
            f"{title}: {_words(error)}", remedy="Run it again with --debug to see where it happened."
        ) from error
    console.print(f"[green]✓[/] {escape(title)} [dim]{perf_counter() - began:.1f} s[/]")


def _words(error: Exception) -> str:
    said = str(error).strip()
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _fail(error: HagameError) -> NoReturn:
    if "--debug" in sys.argv:
        errors.print_exception()
    errors.print(f"[bold red]✗[/] {escape(error.detail)}")
    if isinstance(error, SetupFailed):
        errors.print(f"[bold]What to do:[/] {escape(error.remedy)}")
    sys.exit(1)
