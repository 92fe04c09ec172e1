"""The tests' databases on another PostgreSQL than the embedded one: `YUSUAN_TEST_POSTGRES`."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.conftest import FAST
from tests.servers import VARIABLE, server_for_tests
from warehouse.server.account import account_for
from warehouse.server.programs import runnable_programs
from warehouse.server.roles import Login


def test_server_of_other_programs_is_made_as_an_administrator_would(
    server_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started again, too; its locale is the system's C.UTF-8, not the builtin one of the embedded server."""
    programs = runnable_programs(account_for(server_home / "postgres"), server_home)
    monkeypatch.setenv(VARIABLE, str(programs))
    server = server_for_tests(server_home, FAST)
    server.start()
    assert server.stop()
    assert server.start().running
    with psycopg.connect(server.url(Login.OWNER).replace("+psycopg", "")) as connection:
        found = connection.execute(
            "SELECT datlocprovider::text, current_setting('fsync') FROM pg_database WHERE datname = 'yusuan'"
        )
        assert found.fetchone() == ("c", "off")


def test_folder_without_server_programs_is_named(
    server_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(AssertionError, match=f"no initdb in {tmp_path}"):
        server_for_tests(server_home, FAST).start()
