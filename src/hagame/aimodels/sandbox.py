"""Looks at an ONNX file in a process of its own, with little memory and time: whatever it breaks, it breaks there.

Run as `python -m hagame.aimodels.sandbox N M`, it reads the file from its standard input and writes what is wrong with
it as JSON, `null` when nothing is.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress

from hagame.errors import InvalidInput

MEMORY_BYTES = 2 * 1024**3
CPU_S = 10
WALL_S = 30.0
AT_ONCE = 1

_free = asyncio.Semaphore(AT_ONCE)


async def check(data: bytes, n: int, m: int) -> None:
    """Raises `InvalidInput` when the file may not be run, for a game of n own and m opponent's actions."""
    command = (sys.executable, "-m", "hagame.aimodels.sandbox", str(n), str(m))
    pipe = asyncio.subprocess.PIPE
    async with _free:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(WALL_S):
                said, _ = await process.communicate(data)
        except TimeoutError:
            said = b""
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    if process.returncode != 0 or not said:
        limits = f"{MEMORY_BYTES // 1024**3} GiB of memory and {CPU_S} s"
        raise InvalidInput(f"The file cannot be used: it could not be read and run within {limits}.", field="/file")
    wrong = json.loads(said)
    if wrong is not None:
        raise InvalidInput(wrong, field="/file")


def main() -> None:
    """Judge the file on the standard input."""
    _limit()
    from hagame.mind.learn.onnx_file import check as judge  # noqa: PLC0415 - within the limits

    try:
        judge(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except InvalidInput as error:
        print(json.dumps(error.detail))
    else:
        print("null")


def _limit() -> None:
    """Take memory and time away; where the system cannot, the wall clock of `check` is left."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
