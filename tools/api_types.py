"""Writes the shapes of the HTTP API as types of its clients, from the OpenAPI document of the application.

    python tools/api_types.py [--check]

`sdk/src/hagame_sdk/types.py` is for Python. With `--check` nothing is written, and the code is 1 if something would be.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datamodel_code_generator import InputFileType, PythonVersion, generate
from datamodel_code_generator.config import GenerateConfig
from datamodel_code_generator.enums import DataModelType, OpenAPIScope
from datamodel_code_generator.format import Formatter
from datamodel_code_generator.parser import LiteralType

from hagame.app import create_app
from hagame.settings import Settings

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / "sdk" / "src" / "hagame_sdk" / "types.py"
HEADER = (
    '"""The shapes of the API, as `tools/api_types.py` makes them of its OpenAPI document. Not written by hand."""\n'
)
OF_THE_FRAMEWORK = {"HTTPValidationError", "ValidationError", "Nothing"}


def main() -> int:
    """Write what has changed, or tell that something would. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true")
    checking = parser.parse_args().check
    written = python_types(document())
    if PYTHON.exists() and PYTHON.read_text() == written:
        return 0
    if checking:
        sys.stderr.write(f"{PYTHON.relative_to(ROOT)} is not what the API says: run `make api`.\n")
        return 1
    PYTHON.write_text(written)
    sys.stdout.write(f"Wrote {PYTHON.relative_to(ROOT)}.\n")
    return 0


def document() -> dict[str, Any]:
    """The OpenAPI document of the application, as it is without any setting."""
    Settings.model_config["env_file"] = None
    return create_app(Settings()).openapi()


def python_types(api: Mapping[str, Any]) -> str:
    """A module of one `TypedDict` for each shape; `MoveOut` is `Move`, where nothing else has that name."""
    schemas = {name: schema for name, schema in api["components"]["schemas"].items() if name not in OF_THE_FRAMEWORK}
    names = {name: _short(name, schemas) for name in schemas}
    text = json.dumps({names[name]: schema for name, schema in schemas.items()})
    text = re.sub(r"(?<=#/components/schemas/)\w+", lambda found: names[found[0]], text)
    shapes = {"openapi": "3.1.0", "info": api["info"], "paths": {}, "components": {"schemas": json.loads(text)}}
    made = generate(
        json.dumps(shapes),
        config=GenerateConfig(
            input_file_type=InputFileType.OpenAPI,
            openapi_scopes=[OpenAPIScope.Schemas],
            output_model_type=DataModelType.TypingTypedDict,
            target_python_version=PythonVersion.PY_311,
            enum_field_as_literal=LiteralType.All,
            use_schema_description=True,
            use_field_description=True,
            use_closed_typed_dict=False,
            use_single_line_docstring=True,
            keep_model_order=True,
            disable_timestamp=True,
            custom_file_header=HEADER,
            formatters=[Formatter.RUFF_FORMAT],
        ),
    )
    return str(made)


def _short(name: str, schemas: Mapping[str, Any]) -> str:
    short = name.removesuffix("Out").replace("Page_", "PageOf").rstrip("_")
    short = short.removesuffix("Out")
    return name if short != name and short in schemas else short


if __name__ == "__main__":
    sys.exit(main())
