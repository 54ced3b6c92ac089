"""Building the page: only when its sources have changed, with a Node that is new enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from hagame.errors import SetupFailed
from hagame.web import build


def test_the_digest_follows_names_and_contents_and_leaves_out_what_is_installed(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("1")
    before = build.digest_of(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "b.js").write_text("2")
    assert build.digest_of(tmp_path) == before
    (tmp_path / "a.ts").write_text("2")
    assert build.digest_of(tmp_path) != before


def test_an_old_node_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.0.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(SetupFailed, match="needs Node 22"):
        build.node_folder()


def test_nothing_is_built_twice_from_the_same_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp = tmp_path / "stamp"
    sources = tmp_path / "web"
    sources.mkdir()
    (sources / "a.ts").write_text("1")
    stamp.write_text(build.digest_of(sources))
    monkeypatch.setattr(build, "SOURCES", sources)
    monkeypatch.setattr(build, "STAMP", stamp)
    build.build()
    assert "up to date" in capsys.readouterr().out
