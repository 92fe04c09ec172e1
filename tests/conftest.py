"""A real PostgreSQL for the tests: one server per run (per worker with -n), a fresh database per test.

Everything lies in a temporary folder; the warehouse of the person who runs the tests is out of reach.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import Engine, make_url

from tests.servers import VARIABLE, server_for_tests
from warehouse.server.database import Database, open_database
from warehouse.server.embedded import DATABASE, SUPERUSER, EmbeddedServer
from warehouse.server.roles import Login
from warehouse.server.settings import Settings

FAST = {"fsync": "off", "shared_buffers": "32MB"}
"""Loses data when the machine dies, not when a process does: killing the server stays a fair test."""
IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes: the databases of a run come and go, and a few hold a large load."""
PREFIX = "yusuan-test-"


def pytest_report_header() -> str:
    """Says which PostgreSQL the databases are made on."""
    return f"databases on: {os.environ.get(VARIABLE) or 'the embedded PostgreSQL'}"


@pytest.fixture(scope="session", autouse=True)
def _out_of_reach(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings of the environment or of a file .env never lead a test to somebody's warehouse."""
    with pytest.MonkeyPatch.context() as patch:
        for field in Settings.model_fields:
            patch.setenv(f"YUSUAN_{field.upper()}", "")
        patch.setenv("YUSUAN_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def server_home() -> Iterator[Path]:
    """A folder for an embedded server of the test's own, which is stopped and deleted afterwards."""
    with _server_home() as home:
        yield home


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedServer]:
    """The run's server, without the safety (and the cost) of writing through to the disk."""
    _sweep()
    with _server_home(_fastest_folder()) as home:
        server = server_for_tests(home, FAST)
        server.start()
        yield server


@pytest.fixture(scope="session")
def _template(postgres: EmbeddedServer) -> str:
    open_database(Settings(home=postgres.home, database_url=SecretStr(postgres.url(Login.OWNER))))
    postgres.start()  # closes to the roles, which are there now, what only a superuser can
    return DATABASE


@pytest.fixture(scope="session")
def new_database(postgres: EmbeddedServer, _template: str) -> Callable[[], AbstractContextManager[Database]]:
    """Makes fresh, migrated databases, each gone when its `with` ends."""

    @contextlib.contextmanager
    def make() -> Iterator[Database]:
        name = f"test_{secrets.token_hex(6)}"
        template, identifier = sql.Identifier(_template), sql.Identifier(name)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
        as_superuser(postgres, create.format(identifier, template, sql.Identifier(Login.OWNER)))
        # a template hands on what is in the database, not the privileges on the database itself
        for statement in (
            "REVOKE ALL ON DATABASE {} FROM PUBLIC",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {{}} TO {Login.LOADER}",
            f"GRANT CONNECT ON DATABASE {{}} TO {Login.READER}, {Login.DESK}",
        ):
            as_superuser(postgres, sql.SQL(statement).format(identifier))
        owner_url = postgres.url(Login.OWNER, name)
        home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}files-"))
        try:
            yield Database(
                make_url(owner_url),
                Settings(
                    home=home,
                    database_url=SecretStr(owner_url),
                    loader_password=SecretStr(postgres.credentials.ensure(Login.LOADER)),
                    reader_password=SecretStr(postgres.credentials.ensure(Login.READER)),
                    desk_password=SecretStr(postgres.credentials.ensure(Login.DESK)),
                ),
            )
        finally:
            as_superuser(postgres, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
            shutil.rmtree(home)

    return make


@pytest.fixture
def database(new_database: Callable[[], AbstractContextManager[Database]]) -> Iterator[Database]:
    """A fresh, migrated database; `database.settings` lead to it, too."""
    with new_database() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def module_database(new_database: Callable[[], AbstractContextManager[Database]]) -> Iterator[Database]:
    """Like `database`, shared by the tests of a module: for tests that only read what one of them has loaded."""
    with new_database() as fresh:
        yield fresh


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The owner's engine on `database`."""
    owner = database.engine(Login.OWNER)
    yield owner
    owner.dispose()


@pytest.fixture
def loader(database: Database) -> Iterator[Engine]:
    """The loader's engine on `database`: what a load runs with."""
    engine = database.engine(Login.LOADER)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(database: Database) -> Iterator[Engine]:
    """The engine of a BI tool on `database`."""
    engine = database.engine(Login.READER)
    yield engine
    engine.dispose()


@pytest.fixture
def environment(database: Database) -> dict[str, str]:
    """The environment in which a process of its own (`yusuan …`) works on `database`."""
    settings = database.settings
    assert settings.database_url
    assert settings.loader_password
    assert settings.reader_password
    assert settings.desk_password
    return {
        **os.environ,
        "YUSUAN_HOME": str(settings.home),
        "YUSUAN_DATABASE_URL": settings.database_url.get_secret_value(),
        "YUSUAN_LOADER_PASSWORD": settings.loader_password.get_secret_value(),
        "YUSUAN_READER_PASSWORD": settings.reader_password.get_secret_value(),
        "YUSUAN_DESK_PASSWORD": settings.desk_password.get_secret_value(),
    }


def as_superuser(postgres: EmbeddedServer, statement: sql.SQL | sql.Composed) -> None:
    """Run one statement on the server as its superuser."""
    address = make_url(postgres.url(SUPERUSER, "postgres")).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement)


def _fastest_folder() -> Path:
    """In memory, if there is room for the databases of a run: one is made there in a tenth of the time."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        return IN_MEMORY
    return Path(tempfile.gettempdir())


@contextlib.contextmanager
def _server_home(folder: Path | None = None) -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=folder))
    home.chmod(0o755)  # the server's account has to get in when root runs the tests
    try:
        yield home
    finally:
        EmbeddedServer(home).destroy()


def _sweep() -> None:
    """Stop and delete the servers of runs that were killed: one run at a time, and leave alone what another deletes."""
    folder = Path(tempfile.gettempdir())
    with Path(folder, f"{PREFIX}sweep-{os.geteuid()}").open("w") as sweeping:
        fcntl.flock(sweeping, fcntl.LOCK_EX)
        for home in (*folder.glob(f"{PREFIX}*-*"), *IN_MEMORY.glob(f"{PREFIX}*-*")):
            pid = home.name.removeprefix(PREFIX).partition("-")[0]
            if pid.isdecimal() and not Path("/proc", pid).exists() and home.stat().st_uid == os.geteuid():
                EmbeddedServer(home).destroy()
