"""A RabbitMQ node of a test's own, which may be stopped and started without touching any other."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
STARTED_S = 60.0
MAY_START = os.name == "posix" and os.geteuid() == 0 and (PROGRAMS / "rabbitmq-server").exists()
"""Only root becomes the user `rabbitmq`, as whom the programs run."""


class RabbitMqNode:
    """Durable queues live in a folder that goes with the node."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="hagame-rabbit-"))
        shutil.chown(self._folder, "rabbitmq", "rabbitmq")
        self._name, self._cookie = f"hagame_{secrets.token_hex(4)}@localhost", secrets.token_hex(8)
        self._port, self._links = _free_port(), _free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"

    async def start(self) -> None:
        """Start the node and wait until it takes connections."""
        folder = self._folder
        env = {
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._links),
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_CONFIG_FILE": f"{folder}/none",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-setcookie {self._cookie}",
        }
        self._run("rabbitmq-server", "-detached", **env)
        deadline = asyncio.get_running_loop().time() + STARTED_S
        while not await asyncio.to_thread(self._control, "await_startup", check=False):
            assert asyncio.get_running_loop().time() < deadline, "the node does not start"
            await asyncio.sleep(0.5)

    async def stop_app(self) -> None:
        """Everything but the virtual machine ends: all connections, all queues, all that was kept in memory."""
        await asyncio.to_thread(self._control, "stop_app")

    async def start_app(self) -> None:
        """The node starts again from its disk."""
        await asyncio.to_thread(self._control, "start_app")

    async def stop(self) -> None:
        await asyncio.to_thread(self._control, "stop", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, word: str, *, check: bool = True) -> bool:
        words = ("-q", "-n", self._name, "--erlang-cookie", self._cookie, word)
        return self._run("rabbitmqctl", *words, check=check).returncode == 0

    def _run(self, program: str, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [PROGRAMS / program, *words],
            user="rabbitmq",
            group="rabbitmq",
            extra_groups=[],
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self._folder), "LANG": "C.UTF-8", **env},
            check=check,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=STARTED_S,
        )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
