"""PostgreSQL refuses to run as root, so that root runs it as an account without rights."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path

import structlog

from hagame.errors import SetupFailed
from hagame.local.guarded import Account

CANDIDATES = ("postgres", "nobody")

log = structlog.get_logger()


def account_for(data: Path) -> Account | None:
    """None for a user; for root the owner of existing data, else the first account there is. Raises `SetupFailed`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return _account(pwd.getpwuid(owner))
    for name in CANDIDATES:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise SetupFailed(
        "PostgreSQL refuses to run as root, and this machine has no account without rights.",
        remedy=f"Run as a user, add one of the accounts {', '.join(CANDIDATES)}, or set DATABASE_URL.",
    )


def open_way(paths: Iterable[Path]) -> None:
    """Let other accounts pass through (not list) the directories above `paths`. Raises `SetupFailed`."""
    for directory in {parent for path in paths for parent in path.parents}:
        mode = directory.stat().st_mode
        if mode & stat.S_IXOTH:
            continue
        try:
            directory.chmod(mode | stat.S_IXOTH)
        except OSError as error:
            raise SetupFailed(
                f"PostgreSQL does not run as root, and other accounts cannot pass through {directory}.",
                remedy=f"Run `chmod o+x {directory}`, or use a home elsewhere: hagame up --home /var/lib/hagame",
            ) from error
        log.warning("directory.opened", directory=str(directory), why="the account of PostgreSQL has to pass through")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
