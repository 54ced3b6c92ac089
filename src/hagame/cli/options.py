"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path | None, typer.Option(help="The home whose database is meant.", show_default="HAGAME_HOME, unless DATABASE_URL")
]
Hold = Annotated[
    list[str] | None, typer.Option(help="PARAMETER=VALUE or PARAMETER=PARAMETER; may be given more than once.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")]
