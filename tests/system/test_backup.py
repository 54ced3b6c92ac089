"""`hagame backup` and `hagame restore`: what was there is there again, all of it or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.system.processes import processes_of, run, until, up


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hagame-backup-") as directory:
        yield Path(directory)


def test_a_backup_of_a_running_home_is_restored_whole(folder: Path) -> None:
    home, dump = folder / "home", folder / "backup.dump"
    with up(home) as running:
        guest = httpx2.post(f"{running.url}/auth/guest", json={}).raise_for_status().json()
        who = {"Authorization": f"Bearer {guest['access_token']}"}
        told = run("backup", str(dump), "--home", str(home))
        assert told.returncode == 0, told.stderr
        later = httpx2.post(f"{running.url}/auth/guest", json={}).raise_for_status().json()
        refused = run("restore", str(dump), "--home", str(home), "--yes")
        assert refused.returncode == 1
        assert "already running" in refused.stderr
        assert running.end() == 0
    until(lambda: processes_of(home) == [], "the end of all processes")
    broken = folder / "broken.dump"
    broken.write_bytes(dump.read_bytes()[:-2000])
    assert run("restore", str(broken), "--home", str(home), "--yes").returncode == 1
    restored = run("restore", str(dump), "--home", str(home), "--yes")
    assert restored.returncode == 0, restored.stderr
    with up(home) as again:
        assert httpx2.get(f"{again.url}/auth/me", headers=who).json()["id"] == guest["user"]["id"]
        gone = {"Authorization": f"Bearer {later['access_token']}"}
        assert httpx2.get(f"{again.url}/auth/me", headers=gone).status_code == 401
        again.end()
