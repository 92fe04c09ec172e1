"""A login that reads hurts neither loads nor other readers, and what it changes of itself comes back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import FAST, server_for_tests
from warehouse.server.database import Database, open_database, wrong_with_readers
from warehouse.server.roles import Login
from warehouse.server.settings import Settings

READERS = [Login.READER, Login.DESK]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An embedded server of its own, as `yusuan db start` leaves it."""
    home = tmp_path_factory.mktemp("guarded")
    server = server_for_tests(home, FAST)
    server.start()
    yield open_database(Settings(home=home))
    server.stop()


def tried(database: Database, login: Login, statement: str) -> str:
    """What the server answers to `statement` in a transaction that may write; '' if it does it."""
    engine = database.engine(login)
    try:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("SET default_transaction_read_only = off")
            connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        return str(error.orig)
    finally:
        engine.dispose()
    return ""


CALLS = [
    "SELECT pg_advisory_lock(hashtext('yusuan queue'))",
    "SELECT pg_advisory_xact_lock(1, 2)",
    "SELECT pg_try_advisory_lock_shared(1)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_put(1, 0, 'x')",
    "SELECT pg_logical_emit_message(false, 'x', 'y')",
    "SET temp_file_limit = -1",
    "CREATE TEMPORARY TABLE t (n int)",
]


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("statement", CALLS)
def test_who_reads_takes_no_lock_and_no_disk(own: Database, login: Login, statement: str) -> None:
    assert "permission denied" in tried(own, login, statement)


def test_the_loader_stands_in_the_queue(own: Database) -> None:
    assert tried(own, Login.LOADER, "SELECT pg_advisory_xact_lock(hashtext('yusuan queue'))") == ""


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("name", ["postgres", "template1"])
def test_who_reads_enters_no_other_database(own: Database, login: Login, name: str) -> None:
    with pytest.raises(sa.exc.OperationalError, match="permission denied for database"):
        sa.create_engine(own.url(login).set(database=name)).connect()


def test_what_a_sort_may_write_to_the_disk_is_limited(own: Database) -> None:
    engine = own.engine(Login.READER)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW temp_file_limit").scalar_one() == "2GB"
    engine.dispose()


CHANGES = {
    "the settings": "ALTER ROLE {login} SET search_path = 'pg_catalog'",
    "the settings here": "ALTER ROLE {login} IN DATABASE yusuan SET statement_timeout = '1ms'",
    "no settings": "ALTER ROLE {login} RESET ALL",
    "the password": "ALTER ROLE {login} PASSWORD 'mine'",
}


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("what", CHANGES)
def test_what_a_login_changes_of_itself_is_said_and_mended(own: Database, login: Login, what: str) -> None:
    assert wrong_with_readers(own) == []
    assert tried(own, login, CHANGES[what].format(login=login)) == ""
    said = wrong_with_readers(own)
    assert len(said) == 1
    assert login in said[0]
    command = [sys.executable, "-m", "flows", "status"]
    environment = {**os.environ, "YUSUAN_HOME": str(own.settings.home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert (done.returncode, f"problem: {said[0]}" in done.stdout) == (1, True), done.stdout + done.stderr
    open_database(own.settings)
    assert wrong_with_readers(own) == []
    assert tried(own, login, "SELECT count(*) FROM filing") == ""
