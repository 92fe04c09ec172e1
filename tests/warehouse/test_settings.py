"""Settings come from YUSUAN_… variables; what is wrong is named, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.errors import WarehouseError
from warehouse.server.database import open_database
from warehouse.server.settings import Settings, load_settings


def test_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YUSUAN_HOME")
    assert Settings().home == tmp_path / ".yusuan"


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A .env made from .env.example has empty lines."""
    monkeypatch.setenv("YUSUAN_DATABASE_URL", "")
    monkeypatch.setenv("YUSUAN_PORT", "")
    settings = load_settings()
    assert (settings.database_url, settings.port, settings.loader_password) == (None, None, None)


def test_where_no_embedded_server_is_allowed_none_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A work pool's run begins in a folder of its own: a warehouse made there would vanish with it."""
    monkeypatch.setenv("YUSUAN_EMBEDDED", "false")
    with pytest.raises(WarehouseError, match="YUSUAN_DATABASE_URL is not set"):
        open_database(Settings(home=tmp_path))
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80"),
        ("PORT", "many"),
        ("DATABASE_URL", "mysql://me:geheim@host/db"),
        ("DATABASE_URL", "postgresql://me:geheim@host"),
        ("DATABASE_URL", "geheim"),
    ],
)
def test_wrong_setting_is_named_and_its_value_kept_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"YUSUAN_{name}", value)
    with pytest.raises(WarehouseError, match=f"YUSUAN_{name}") as caught:
        load_settings()
    assert "geheim" not in str(caught.value)


def test_passwords_do_not_show_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUSUAN_DATABASE_URL", "postgresql://me:geheim@host/db")
    monkeypatch.setenv("YUSUAN_READER_PASSWORD", "geheim")
    assert "geheim" not in repr(load_settings())
