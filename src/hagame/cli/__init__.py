"""The command line. Each command has a file; those files import little, so that `hagame --help` answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from hagame import __version__
from hagame.cli.administer import admin
from hagame.cli.backup import backup, restore
from hagame.cli.bench import bench
from hagame.cli.console import explained
from hagame.cli.export import export
from hagame.cli.fit import fit
from hagame.cli.migrate import migrate
from hagame.cli.play import play
from hagame.cli.recover import recover
from hagame.cli.replay import replay
from hagame.cli.role import role
from hagame.cli.serve import serve
from hagame.cli.settings import settings
from hagame.cli.simulate import simulate
from hagame.cli.train_priors import train_priors
from hagame.cli.up import up
from hagame.cli.worker import worker

__all__ = ["app", "main"]

app = typer.Typer(
    name="hagame",
    help="Play decision games against AIs that learn how you think.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up)
app.command()(serve)
app.command()(worker)
app.command()(migrate)
app.command()(play)
app.command()(replay)
app.command()(simulate)
app.command()(fit)
app.command()(recover)
app.command()(export)
app.command()(backup)
app.command()(restore)
app.command()(role)
app.command()(settings)
app.command()(train_priors)
app.add_typer(admin)
app.add_typer(bench)


def main() -> None:
    """What the console script runs. A failure is told in words; its traceback is shown with `--debug`."""
    with explained():
        app()


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Play decision games against AIs that learn how you think."""
