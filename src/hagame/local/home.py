"""The directory in which `hagame up` keeps what it makes: database, keys, logs, and the lock of who is using it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from hagame.errors import SetupFailed
from hagame.local.guarded import Account
from hagame.settings import DEVELOPMENT_KEY, Settings

# A unix socket's path may have 103 bytes on macOS and 107 on Linux.
SOCKET_PATH_BYTES = 103
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


class Home:
    """One home on disk. Making it makes the directory. Raises `SetupFailed`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            # Others may pass through, or the server's own account could not reach its data; they may not list it.
            self.path.mkdir(parents=True, exist_ok=True, mode=0o711)
        except OSError as error:
            raise _unusable(self.path, error) from error

    @contextmanager
    def lock(self, url: str) -> Iterator[None]:
        """Hold the home for this process, which serves at `url`. Raises `SetupFailed` when another one holds it."""
        path = self.path / "up.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unusable(self.path, error) from error
        with os.fdopen(descriptor, "r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _already_running(file.read(), self.path) from None
            file.truncate(0)
            file.write(json.dumps({"process": os.getpid(), "url": url}))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def read_secret(self, name: str) -> str | None:
        """A secret kept in this home, or None."""
        path = self.path / name
        return path.read_text().strip() if path.exists() else None

    def write_secret(self, name: str, value: str) -> Path:
        """Keep a secret that its owner alone may read. It appears whole or not at all."""
        path = self.path / name
        descriptor, temporary = tempfile.mkstemp(dir=self.path, prefix=f".{name}-")
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{value}\n")
        Path(temporary).replace(path)
        return path

    def with_key(self, settings: Settings) -> Settings:
        """Settings with the key of this home, made at first use, unless one was set."""
        if settings.secret_key.get_secret_value() != DEVELOPMENT_KEY:
            return settings
        key = self.read_secret("secret-key")
        if key is None:
            key = secrets.token_hex(32)
            self.write_secret("secret-key", key)
        return settings.model_copy(update={"secret_key": SecretStr(key)})

    @contextmanager
    def sockets(self, account: Account | None) -> Iterator[Path]:
        """A private directory for unix sockets: in the home, or in the temporary one when the home's path is long."""
        inside = self.path / "run"
        if len(os.fsencode(inside)) + len(LONGEST_SOCKET_NAME) <= SOCKET_PATH_BYTES:
            inside.mkdir(exist_ok=True, mode=0o700)
            own(inside, account)
            yield inside
            return
        outside = Path(tempfile.mkdtemp(prefix="hagame-"))
        try:
            own(outside, account)
            yield outside
        finally:
            shutil.rmtree(outside, ignore_errors=True)


def own(path: Path, account: Account | None) -> None:
    """Give a directory to the account that the server runs as."""
    if account is not None:
        os.chown(path, account.user, account.group)


def _already_running(text: str, home: Path) -> SetupFailed:
    holder = json.loads(text) if text else {}
    where = f" at {holder['url']} (process {holder['process']})" if holder else ""
    return SetupFailed(
        f"HAGAME is already running{where}.",
        remedy=f"Stop it with Ctrl-C where it was started, or use another home than {home}: "
        "hagame up --home DIRECTORY --port PORT",
    )


def _unusable(path: Path, error: OSError) -> SetupFailed:
    return SetupFailed(
        f"The home {path} cannot be used: {error.strerror}.",
        remedy="Choose a directory that you may write: hagame up --home DIRECTORY",
    )
