"""A clock that jumps by an hour, back and forth: people play on, turns stay in order, nobody is shut out.

The clock is that of one API process alone, by libfaketime (Debian and Ubuntu: apt-get install libfaketime).
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest
from tests.figures import Figure
from tests.system.processes import free_port, until
from tests.system.servers import Servers, serving

from hagame_sdk import Client

pytestmark = pytest.mark.anyio

HOUR_S = 3600
LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed")
async def test_people_play_on_and_nobody_is_shut_out_when_the_clock_jumps(
    servers: Servers, tmp_path: Path, figure: Figure
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    env = {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "HAGAME_LOGIN_PER_MINUTE": "3",
    }
    with serving(servers, free_port(), tmp_path, **env) as running, Client(running.url) as client:
        client.guest()
        match = client.games.begin("rock-paper-scissors", opponent="random")
        turns, waits = [], []
        for jump_s in (0, HOUR_S, 0, -HOUR_S, 0):
            clock.write_text(f"{jump_s:+d}")
            until(lambda jump_s=jump_s: is_at(running.url, jump_s), f"a clock at {jump_s:+d} s")
            turns += [match.play("rock")["turn"] for _ in range(5)]
            waits += [wait_of(running.url) for _ in range(5)]
        assert match.verify() == len(turns)
        running.end()
    assert turns == list(range(1, 26))
    assert max(waits) <= 60
    figure("moves refused or out of order while the clock jumped by an hour, of 25", 0)
    figure("longest that anybody was told to wait for a login, s", max(waits))


def is_at(url: str, jump_s: int) -> bool:
    """Whether the server's clock, which its answers tell, is so far from ours."""
    told = parsedate_to_datetime(httpx2.get(f"{url}/health/live").headers["Date"])
    return abs((told - datetime.now(UTC)).total_seconds() - jump_s) < HOUR_S / 4


def wait_of(url: str) -> int:
    """The seconds to wait that an attempt to log in is told; 0 for one that was looked at."""
    body = {"username": "nobody@example.org", "password": "four quiet otters swim"}
    answer = httpx2.post(f"{url}/auth/login", json=body, timeout=30)
    assert answer.status_code in {401, 429}
    return int(answer.headers.get("Retry-After", 0))
