"""Writes the shapes of the HTTP API as types of its clients, from the OpenAPI document of the application.

    python tools/api_types.py

`sdk/src/hagame_sdk/types.py` is for Python, `web/src/lib/shapes.ts` for the page; the latter needs the Node packages
that building the page installs. `web/src/lib/german.json` is what the engine says in German, for the page.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datamodel_code_generator import InputFileType, PythonVersion, generate
from datamodel_code_generator.config import GenerateConfig
from datamodel_code_generator.enums import DataModelType, OpenAPIScope
from datamodel_code_generator.format import Formatter
from datamodel_code_generator.parser import LiteralType

from hagame.app import create_app
from hagame.mind.language.rendering import CATALOGUES
from hagame.mind.language.texts import TEXTS
from hagame.settings import Settings
from hagame.web.build import node_folder

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "web" / "src" / "lib" / "shapes.ts"
GENERATOR = ROOT / "web" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
GERMAN = ROOT / "web" / "src" / "lib" / "german.json"
PYTHON = ROOT / "sdk" / "src" / "hagame_sdk" / "types.py"
HEADER = (
    '"""The shapes of the API, as `tools/api_types.py` makes them of its OpenAPI document. Not written by hand."""\n'
)
OF_THE_FRAMEWORK = {"HTTPValidationError", "ValidationError", "Nothing"}


def main() -> int:
    """Write what has changed. Returns the exit code."""
    api = document()
    write(PYTHON, python_types(api))
    write(PAGE, page_types(api))
    write(GERMAN, german())
    return 0


def write(path: Path, text: str) -> None:
    """Say so, where it is not what was there."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
        sys.stdout.write(f"Wrote {path.relative_to(ROOT)}.\n")


def german() -> str:
    """What the engine says in German, as the page has it: sentences by id, other texts by the English one."""
    told = {"templates": CATALOGUES["de"].templates, "texts": dict(TEXTS["de"])}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def document() -> dict[str, Any]:
    """The OpenAPI document of the application, as it is without any setting."""
    Settings.model_config["env_file"] = None
    return create_app(Settings()).openapi()


def shapes(api: Mapping[str, Any]) -> str:
    """An OpenAPI document of the shapes alone, as JSON; `MoveOut` is `Move`, where nothing else has that name."""
    schemas = {name: schema for name, schema in api["components"]["schemas"].items() if name not in OF_THE_FRAMEWORK}
    names = {name: _short(name, schemas) for name in schemas}
    text = json.dumps({names[name]: _bare(schema) for name, schema in schemas.items()})
    text = re.sub(r"(?<=#/components/schemas/)\w+", lambda found: names[found[0]], text)
    return json.dumps(
        {"openapi": "3.1.0", "info": api["info"], "paths": {}, "components": {"schemas": json.loads(text)}}
    )


def page_types(api: Mapping[str, Any]) -> str:
    """A module of one type for each shape, by openapi-typescript."""
    node = ["node", str(GENERATOR), "--root-types", "--root-types-no-schema-prefix", "--default-non-nullable", "false"]
    environment = os.environ | {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(shapes(api))
        file.flush()
        command = [shutil.which("node", path=environment["PATH"]) or "node", *node[1:], file.name]
        done = subprocess.run(command, env=environment, cwd=ROOT / "web", capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


def python_types(api: Mapping[str, Any]) -> str:
    """A module of one `TypedDict` for each shape."""
    made = generate(
        shapes(api),
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


def _bare(schema: Any) -> Any:
    """Without titles, which repeat the names, and without examples, which belong to the documentation."""
    if isinstance(schema, list):
        return [_bare(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {word: part for word, part in schema.items() if word not in {"title", "example", "examples"}}
    fields = {name: _bare(part) for name, part in schema.get("properties", {}).items()}
    return {word: _bare(part) for word, part in kept.items()} | ({"properties": fields} if fields else {})


def _short(name: str, schemas: Mapping[str, Any]) -> str:
    short = name.removesuffix("Out").replace("Page_", "PageOf").rstrip("_")
    short = short.removesuffix("Out")
    return name if short != name and short in schemas else short


if __name__ == "__main__":
    sys.exit(main())
