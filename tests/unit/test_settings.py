"""Settings: what they read, what they refuse, and that the example file tells all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from hagame.cli.settings import env_example
from hagame.settings import DEVELOPMENT_KEY, Settings

ROOT = Path(__file__).parents[2]
KEY = "k" * 64


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


def test_the_example_file_is_the_one_that_the_command_prints() -> None:
    assert (ROOT / ".env.example").read_text() == env_example()


def test_the_example_file_changes_nothing_when_all_of_it_is_uncommented(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    lines = [line[2:] for line in env_example().splitlines() if re.match("# [A-Z_]+=", line)]
    assert len(lines) == len(Settings.model_fields)
    file.write_text("\n".join(line for line in lines if not line.startswith("SECRET_KEY")))
    assert Settings(_env_file=file) == Settings()


def test_the_promised_names_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h:5432/d")
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("ALGORITHM", "HS512")
    monkeypatch.setenv("ACCESS_TOKEN_EXPIRE_MINUTES", "5")
    found = Settings()
    assert found.database_url == "postgresql+asyncpg://u:p@h:5432/d"
    assert found.secret_key.get_secret_value() == KEY
    assert (found.algorithm, found.access_token_expire_minutes) == ("HS512", 5)


def test_the_documented_defaults_hold() -> None:
    found = Settings()
    assert (found.algorithm, found.access_token_expire_minutes) == ("HS256", 60)
    assert found.database_url is None
    assert found.home == Path("~/.local/share/hagame").expanduser()


def test_variables_named_like_fields_are_not_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENVIRONMENT", "staging")
    monkeypatch.setenv("LOG_LEVEL", "verbose")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings().home == tmp_path / ".local/share/hagame"


@pytest.mark.parametrize("url", ["mysql://h/d", "h:5432/d", "sqlite:///x.db"])
def test_a_database_that_is_not_postgresql_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="PostgreSQL"):
        Settings(database_url=url)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="32 characters"):
        Settings(secret_key="short")


def test_production_refuses_the_key_of_development() -> None:
    with pytest.raises(ValidationError, match="production"):
        Settings(environment="production")
    assert Settings(environment="production", secret_key=KEY).environment == "production"


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(Settings(metrics_token="token-for-metrics"))
    assert DEVELOPMENT_KEY not in shown
    assert "token-for-metrics" not in shown
