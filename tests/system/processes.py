"""Runs HAGAME as people do: as a process with a home, stopped by signals."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil

HAGAME = (sys.executable, "-m", "hagame")
ROOT = Path(__file__).parents[2]
PATIENCE_S = 90.0


class Process:
    """One process in a session of its own, so that a signal to its group is what Ctrl-C in a terminal is."""

    def __init__(self, words: Sequence[str], output: Path, env: Mapping[str, str], url: str) -> None:
        self.url = url
        self.home = Path()
        self._output = output
        with output.open("w") as file:
            self.popen = subprocess.Popen(
                words, stdout=file, stderr=file, env=dict(env), cwd=ROOT, start_new_session=True
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self, patience_s: float = PATIENCE_S) -> None:
        until(self._is_ready, f"{self.url} to be ready", patience_s)

    def send(self, number: signal.Signals) -> None:
        os.killpg(self.popen.pid, number)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        if self.popen.poll() is None:
            self.send(number)
        return self.popen.wait(PATIENCE_S)

    def _is_ready(self) -> bool:
        assert self.popen.poll() is None, self.output
        try:
            return httpx2.get(f"{self.url}/health/ready", timeout=5).is_success
        except httpx2.TransportError:
            return False


@contextmanager
def process(words: Sequence[str], output: Path, url: str = "", **env: str) -> Iterator[Process]:
    """A process with a plain environment, which is killed at the end if it still runs."""
    started = Process(words, output, plain_environment() | env, url)
    try:
        yield started
    finally:
        if started.popen.poll() is None:
            started.send(signal.SIGKILL)
            started.popen.wait()


@contextmanager
def up(home: Path, port: int | None = None, **env: str) -> Iterator[Process]:
    """`hagame up` on a home, and ready."""
    port = port or free_port()
    words = [*HAGAME, "up", "--home", str(home), "--port", str(port)]
    with process(words, home.with_name(f"{home.name}.out"), f"http://127.0.0.1:{port}", **env) as started:
        started.home = home
        started.wait_until_ready()
        yield started


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A command of HAGAME, run to its end."""
    return subprocess.run(
        [*HAGAME, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=plain_environment() | env,
        timeout=PATIENCE_S,
    )


def plain_environment() -> dict[str, str]:
    """What a process needs and nothing that sets HAGAME; wide, so that no line of output is broken."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SSL_CERT_FILE") if name in os.environ}
    return kept | {"COLUMNS": "200", "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(is_so: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def processes_of(home: Path) -> list[str]:
    """Command lines of the processes that have to do with this home."""
    found = []
    for other in psutil.process_iter(["cmdline"]):
        line = " ".join(other.info["cmdline"] or [])
        if str(home) in line and other.pid != os.getpid():
            found.append(line)
    return found
