"""The page of licences speaks of what is shipped now: `make audit ARGS="--write"` writes it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
OURS = {"hagame", "hagame-sdk"}


def told() -> dict[str, set[str]]:
    """Names of packages by the heading that they stand under."""
    _, *sections = (ROOT / "docs" / "reference" / "licences.md").read_text().split("\n## ")
    return {s.partition("\n")[0]: set(re.findall(r"^\| `([^`]+)` \|", s, re.MULTILINE)) for s in sections}


def test_it_lists_every_package_of_the_image() -> None:
    lock = (ROOT / "requirements-server.lock").read_text()
    locked = [Requirement(line) for line in re.findall(r"^([a-zA-Z0-9].*?) \\$", lock, re.MULTILINE)]
    always = {one.name.lower() for one in locked if one.marker is None}
    # What else is in it hangs on its Python.
    assert always <= told()["In the image: Python"] - OURS <= {one.name.lower() for one in locked}


def test_it_lists_every_package_of_the_page() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    names = {path.rpartition("node_modules/")[2] for path, one in packages.items() if path and not one.get("dev")}
    assert told()["In the page"] == names | {"svelte"}


def test_what_is_no_licence_for_us_is_on_developers_machines_alone() -> None:
    text = (ROOT / "docs" / "reference" / "licences.md").read_text()
    shipped, _, _ = text.partition("## On developers' machines only")
    assert not re.search(r"GPL|Proprietary|not told", shipped)
