"""What `hagame up` does, step by step."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvloop
from rich.panel import Panel
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import hagame
from hagame.app import create_app
from hagame.cli.admin import Admin, ensure_admin, password_file
from hagame.cli.console import INTERRUPTED, console, step
from hagame.cli.http import Server, Stop, bind, config
from hagame.cli.read_settings import read_settings
from hagame.cli.workers import workers
from hagame.core.database import make_engine, make_sessions
from hagame.core.migrate import migrate
from hagame.games.definitions import load_built_in
from hagame.local import Home, postgresql, valkey
from hagame.settings import Settings


@dataclass(frozen=True)
class Opened:
    """What is ready when the API starts; `admin` is there if it was made just now."""

    settings: Settings
    home: Home
    url: str
    admin: Admin | None


def start(host: str, port: int, home: Path | None, number_of_workers: int) -> None:
    """Run until a signal comes. Raises `SetupFailed`; exits with 130 when it is interrupted while starting."""
    settings = read_settings(**({} if home is None else {"home": home}))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(_up(settings, host, port, number_of_workers))
        except asyncio.CancelledError:
            sys.exit(INTERRUPTED)
    with suppress(OSError):
        console.print("HAGAME has stopped.")


async def _up(settings: Settings, host: str, port: int, number_of_workers: int) -> None:
    stop = Stop()
    url = f"http://{_shown(host)}:{port}"
    async with AsyncExitStack() as stack:
        home = Home(settings.home)
        stack.enter_context(home.lock(url))
        bound = stack.enter_context(bind(host, port))
        settings = await _neighbours(home.with_key(settings), home, stack)
        admin = await _fill(settings, home)
        _look_for_page()
        opened = Opened(settings.model_copy(update={"migrate_on_start": False}), home, url, admin)
        with step("API"):
            app = create_app(opened.settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
        await stack.enter_async_context(workers(opened.settings, home, number_of_workers))
        stop.server = Server(config(app, opened.settings, lifespan="off"), on_started=lambda: _welcome(opened))
        await stop.server.serve(sockets=[bound])


async def _neighbours(settings: Settings, home: Home, stack: AsyncExitStack) -> Settings:
    """Settings with a database and a cache: those that were set, or embedded ones."""
    if settings.database_url is None:
        with step("PostgreSQL"):
            url = await stack.enter_async_context(postgresql(home))
            settings = settings.model_copy(update={"database_url": url})
    if settings.redis_url is None:
        with step("Valkey"):
            url = await stack.enter_async_context(valkey(home))
            settings = settings.model_copy(update={"redis_url": url})
    return settings


async def _fill(settings: Settings, home: Home) -> Admin | None:
    """Bring the database up to date. Returns the administrator if it was made just now."""
    with step("Migrations"):
        await migrate(settings)
    async with _sessions(settings) as sessions:
        with step("Built-in games"):
            async with sessions() as session, session.begin():
                await load_built_in(session)
        with step("Administrator"):
            async with sessions() as session, session.begin():
                return await ensure_admin(session, home)


@asynccontextmanager
async def _sessions(settings: Settings) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    engine = make_engine(settings)
    try:
        yield make_sessions(engine)
    finally:
        await engine.dispose()


def _look_for_page() -> None:
    """Play works without the page, by the API; so its lack is told and stops nothing."""
    page = Path(hagame.__file__).parent / "web" / "dist" / "index.html"
    if page.exists():
        console.print("[green]✓[/] Page")
    else:
        console.print("[yellow]![/] The page is not built, only the API is there: run `make web`.")


def _shown(host: str) -> str:
    """The host as it stands in a URL that this machine can open."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not listened at
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _welcome(opened: Opened) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("Play as a guest", f"[bold cyan]{opened.url}/[/]")
    table.add_row("API and its docs", f"{opened.url}/docs")
    if opened.admin is not None:
        table.add_row("Administrator", f"{opened.admin.name}, password [bold]{opened.admin.password}[/]")
    if (path := password_file(opened.home)) is not None:
        table.add_row("" if opened.admin else "Administrator", f"[dim]the password is in {path}[/]")
    table.add_row("Home", f"[dim]{opened.home.path}[/]")
    console.print(Panel(table, title="HAGAME is running", subtitle="Ctrl-C to stop", expand=False))
