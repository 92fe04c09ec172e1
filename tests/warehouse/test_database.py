"""The database as every command finds it: reachable, with its roles, at the current schema; or an error that helps."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import URL, Engine, create_engine, make_url, text

from tests.conftest import as_superuser
from warehouse.errors import WarehouseError
from warehouse.server.database import Database, embedded_server, locate_database, open_database
from warehouse.server.embedded import SUPERUSER, EmbeddedServer
from warehouse.server.roles import SCHEMAS, Login
from warehouse.server.settings import Settings


def settings_for(url: URL, home: Path) -> Settings:
    return Settings(home=home, database_url=SecretStr(url.render_as_string(hide_password=False)))


@pytest.fixture
def empty_database(postgres: EmbeddedServer, _template: str) -> Iterator[URL]:
    """A database with nothing in it, as an administrator hands it over; the roles are there, with known passwords."""
    as_superuser(postgres, sql.SQL("CREATE DATABASE test_empty OWNER {}").format(sql.Identifier(Login.OWNER)))
    yield make_url(postgres.url(Login.OWNER, "test_empty"))
    as_superuser(postgres, sql.SQL("DROP DATABASE test_empty WITH (FORCE)"))


def test_open_prepares_the_embedded_database(server_home: Path) -> None:
    database = open_database(Settings(home=server_home))
    with database.engine(Login.LOADER).connect() as connection:
        schemas = set(connection.execute(text("SELECT nspname FROM pg_namespace")).scalars())
    assert set(SCHEMAS) <= schemas
    assert locate_database(Settings(home=server_home)) == database


def test_open_prepares_a_server_of_ones_own(empty_database: URL, tmp_path: Path) -> None:
    plain = empty_database.set(drivername="postgres")
    database = open_database(settings_for(plain, tmp_path))
    with database.engine(Login.OWNER).connect() as connection:
        assert connection.execute(text("SELECT to_regclass('audit.alembic_version')")).scalar_one() is not None


def test_schemas_explain_themselves(engine: Engine) -> None:
    query = "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = ANY(:names)"
    with engine.connect() as connection:
        rows = connection.execute(text(query), {"names": list(SCHEMAS)}).all()
    assert {row[0]: row[1] for row in rows} == SCHEMAS


def test_processes_that_open_at_once_upgrade_once(empty_database: URL, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: open_database(settings_for(empty_database, tmp_path)), range(4)))
    with databases[0].engine(Login.OWNER).connect() as connection:
        assert connection.execute(text("SELECT count(*) <= 1 FROM audit.alembic_version")).scalar_one()


def test_failed_upgrade_leaves_no_trace(empty_database: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("warehouse.migrations.grant", fail)
    with pytest.raises(RuntimeError, match="broken"):
        open_database(settings_for(empty_database, tmp_path))
    with create_engine(empty_database).connect() as connection:
        assert connection.execute(text("SELECT to_regnamespace('mart')")).scalar_one() is None


def test_database_of_a_newer_version_is_left_alone(database: Database, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit.alembic_version"))
        connection.execute(text("INSERT INTO audit.alembic_version VALUES ('9999')"))
    with pytest.raises(WarehouseError, match=r"revision 9999.*newer"):
        open_database(database.settings)


def test_unreachable_server(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"127\.0\.0\.1:1/there as me(.|\n)*YUSUAN_DATABASE_URL") as caught:
        open_database(Settings(home=tmp_path, database_url=SecretStr("postgresql://me:secret@127.0.0.1:1/there")))
    assert "secret" not in str(caught.value)


def test_server_lost_in_the_middle(server_home: Path) -> None:
    """Not a driver's traceback; and once it is back the same engine goes on."""
    server = EmbeddedServer(server_home)
    engine = open_database(Settings(home=server_home)).engine(Login.LOADER)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        server.stop()
        with pytest.raises(WarehouseError, match="lost the connection"):
            connection.execute(text("SELECT 1"))
    with pytest.raises(WarehouseError, match=r"cannot reach .* as yusuan_loader(.|\n)*yusuan db status"):
        engine.connect()
    server.start()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_wrong_password(empty_database: URL, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="password authentication failed") as caught:
        open_database(settings_for(empty_database.set(password="guessed"), tmp_path))
    assert "guessed" not in str(caught.value)


def test_database_in_another_encoding(postgres: EmbeddedServer, tmp_path: Path) -> None:
    create = "CREATE DATABASE latin OWNER {} TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    as_superuser(postgres, sql.SQL(create).format(sql.Identifier(Login.OWNER)))
    try:
        with pytest.raises(WarehouseError, match="LATIN1"):
            open_database(settings_for(make_url(postgres.url(Login.OWNER, "latin")), tmp_path))
    finally:
        as_superuser(postgres, sql.SQL("DROP DATABASE latin WITH (FORCE)"))


def test_owner_that_may_not_create_roles_gets_the_statements_for_an_administrator(server_home: Path) -> None:
    server = EmbeddedServer(server_home)
    server.start()
    as_superuser(server, sql.SQL("ALTER ROLE {} NOCREATEROLE").format(sql.Identifier(Login.OWNER)))
    with pytest.raises(WarehouseError) as caught:
        open_database(Settings(home=server_home))
    statements = [line.strip() for line in str(caught.value).splitlines() if line.startswith("  ")]
    for statement in statements:
        as_superuser(server, sql.SQL(statement))  # type: ignore[arg-type]
    settings = Settings(
        home=server_home, loader_password=SecretStr("choose one"), reader_password=SecretStr("choose one")
    )
    with open_database(settings).engine(Login.READER).connect() as connection:
        assert connection.execute(text("SHOW default_transaction_read_only")).scalar_one() == "on"


def test_roles_that_exist_keep_what_an_administrator_gave_them(database: Database, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER ROLE bi_reader SET statement_timeout = '7s'"))
    try:
        open_database(database.settings)
        with database.engine(Login.READER).connect() as connection:
            assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "7s"
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER ROLE bi_reader SET statement_timeout = '60s'"))


def test_unknown_password_of_a_role_says_what_to_set(empty_database: URL, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="YUSUAN_READER_PASSWORD"):
        locate_database(settings_for(empty_database, tmp_path)).url(Login.READER)


def test_server_of_ones_own_is_neither_started_nor_stopped(empty_database: URL, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="YUSUAN_DATABASE_URL is set"):
        embedded_server(settings_for(empty_database, tmp_path))


def test_passwords_stand_in_no_log(server_home: Path) -> None:
    server = EmbeddedServer(server_home, configuration={"log_statement": "all"})
    server.start()
    open_database(Settings(home=server_home))
    logged = server.log.read_text()
    assert "CREATE ROLE" in logged
    for login in (SUPERUSER, *Login):
        assert (server.credentials.password(login) or "?") not in logged


def test_locating_a_database_does_not_import_alembic() -> None:
    """`yusuan db url` answers at once."""
    code = "import sys, warehouse.server.database; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
