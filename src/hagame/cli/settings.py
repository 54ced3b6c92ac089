"""`hagame settings`: what can be set, and what is set."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_PASSWORD = re.compile(r":[^:/@]*@")

HEADER = """\
# Every setting of HAGAME with its default. Copy this file to .env and uncomment what you change.
# Made by `hagame settings --env`.
"""


def settings(
    env: Annotated[bool, typer.Option("--env", help="Print the file .env.example.")] = False,
) -> None:
    """List the settings and their values; secrets are not shown."""
    if env:
        typer.echo(env_example(), nl=False)
    else:
        _show()


def env_example() -> str:
    """The text of `.env.example`."""
    from hagame.settings import Settings  # noqa: PLC0415 - heavy

    lines = [_lines(field) for field in Settings.model_fields.values()]
    return "\n".join([HEADER, *lines])


def _lines(field: FieldInfo) -> str:
    return f"# {field.description}\n# {field.validation_alias}={_text(field.default)}\n"


def _text(value: object) -> str:
    from pydantic import SecretStr  # noqa: PLC0415 - heavy

    if value is None or isinstance(value, SecretStr):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    is_json = isinstance(value, tuple | dict)
    text = json.dumps(value, default=str, separators=(",", ":")) if is_json else str(value)
    return f"'{text}'" if " " in text else text


def _shown(value: object) -> str:
    """As it would stand in `.env`; of a secret only whether there is one."""
    from pydantic import SecretStr  # noqa: PLC0415 - heavy

    return str(value) if isinstance(value, SecretStr) else _text(value)


def _show() -> None:
    from rich.table import Table  # noqa: PLC0415 - only this needs them

    from hagame.cli.console import console  # noqa: PLC0415
    from hagame.cli.read_settings import read_settings  # noqa: PLC0415

    found = read_settings()
    table = Table(box=None, header_style="bold")
    table.add_column("Setting", no_wrap=True)
    table.add_column("Value", overflow="fold")
    table.add_column("Meaning", overflow="fold")
    for name, field in type(found).model_fields.items():
        table.add_row(
            str(field.validation_alias), _PASSWORD.sub(":***@", _shown(getattr(found, name))), field.description
        )
    console.print(table)
