"""What each role may do, and what it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from psycopg import errors
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from warehouse.schema.installation import replace_views
from warehouse.schema.marts import VIEWS
from warehouse.server.database import Database
from warehouse.server.roles import LOADED, READ, SCHEMAS, Login

Roles = dict[str, Engine]


@pytest.fixture(scope="module")
def roles(new_database: Callable[[], AbstractContextManager[Database]]) -> Iterator[Roles]:
    """Engines of the three roles on a database with a table `probe` (and its sequence) or a view in every schema."""
    with new_database() as database:
        engines = {login.name: database.engine(login) for login in Login}
        for schema in LOADED:
            run(
                engines["OWNER"],
                f"CREATE TABLE {schema}.probe (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int)",
            )
            run(engines["OWNER"], f"INSERT INTO {schema}.probe (n) VALUES (1)")
        for schema in READ:
            run(engines["OWNER"], f"CREATE VIEW {schema}.probe AS SELECT n FROM dw.probe")
        yield engines
        for engine in engines.values():
            engine.dispose()


def run(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


def refused(engine: Engine, statement: str) -> str:
    """The class of the error by which the server refuses `statement`."""
    with pytest.raises(DBAPIError) as caught:
        run(engine, statement)
    return type(caught.value.orig).__name__


DENIED = errors.InsufficientPrivilege.__name__
READ_ONLY = errors.ReadOnlySqlTransaction.__name__


@pytest.mark.parametrize("schema", READ)
def test_reader_reads_the_marts(roles: Roles, schema: str) -> None:
    assert run(roles["READER"], f"SELECT n FROM {schema}.probe") == [(1,)]


@pytest.mark.parametrize("schema", LOADED)
def test_reader_does_not_see_what_lies_behind(roles: Roles, schema: str) -> None:
    assert refused(roles["READER"], f"SELECT n FROM {schema}.probe") == DENIED


WRITES = [
    "INSERT INTO mart.probe VALUES (2)",
    "UPDATE mart.probe SET n = 2",
    "DELETE FROM mart.probe",
    "INSERT INTO dw.probe (n) VALUES (2)",
    "CREATE TABLE mart.other (n int)",
    "CREATE TABLE public.other (n int)",
    "CREATE TEMPORARY TABLE other (n int)",
    "CREATE SCHEMA other",
    "CREATE ROLE other",
    "DROP VIEW mart.probe",
]


@pytest.mark.parametrize("statement", WRITES)
def test_reader_writes_nothing(roles: Roles, statement: str) -> None:
    """By default because its transactions are read-only; and when it sets them otherwise, because it may not."""
    assert refused(roles["READER"], statement) in (READ_ONLY, DENIED)
    assert refused(roles["READER"], f"SET TRANSACTION READ WRITE; {statement}") == DENIED


@pytest.mark.parametrize("call", ["lo_creat(-1)", "lo_create(0)", "lo_from_bytea(0, 'x')"])
def test_reader_leaves_no_large_object(roles: Roles, call: str) -> None:
    """On the embedded server, whose superuser we are, not even when it sets its transactions otherwise."""
    assert refused(roles["READER"], f"SELECT {call}") in (READ_ONLY, DENIED)
    assert refused(roles["READER"], f"SET TRANSACTION READ WRITE; SELECT {call}") == DENIED


def test_reader_reaches_no_other_database(roles: Roles) -> None:
    elsewhere = create_engine(roles["READER"].url.set(database="postgres"))
    with pytest.raises(DBAPIError, match="permission denied for database"):
        elsewhere.connect()


def test_reader_begins_with_limits(roles: Roles) -> None:
    with roles["READER"].connect() as connection:
        shown = {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "default_transaction_read_only")
        }
    assert shown == {
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "5min",
        "default_transaction_read_only": "on",
    }


def test_reader_keeps_reading_a_rebuilt_view(roles: Roles) -> None:
    for number in (1, 2):
        run(roles["OWNER"], "DROP VIEW IF EXISTS mart.rebuilt")
        run(roles["OWNER"], f"CREATE VIEW mart.rebuilt AS SELECT {number} AS n")
        assert run(roles["READER"], "SELECT n FROM rebuilt") == [(number,)]


@pytest.mark.parametrize("schema", LOADED)
def test_loader_changes_rows(roles: Roles, schema: str) -> None:
    assert run(roles["LOADER"], f"INSERT INTO {schema}.probe (n) VALUES (9) RETURNING n") == [(9,)]
    assert run(roles["LOADER"], f"UPDATE {schema}.probe SET n = 10 WHERE n = 9 RETURNING n") == [(10,)]
    assert run(roles["LOADER"], f"DELETE FROM {schema}.probe WHERE n = 10 RETURNING n") == [(10,)]


def test_loader_empties_staging_only(roles: Roles) -> None:
    with roles["LOADER"].connect() as connection:
        connection.execute(text("TRUNCATE staging.probe"))
        connection.rollback()
    assert {refused(roles["LOADER"], f"TRUNCATE {schema}.probe") for schema in ("dw", "audit")} == {DENIED}


@pytest.mark.parametrize(
    "statement",
    [
        *(f"CREATE TABLE {schema}.other (n int)" for schema in (*SCHEMAS, "public")),
        "CREATE OR REPLACE VIEW mart.probe AS SELECT 2 AS n",
        "INSERT INTO mart.probe VALUES (2)",
        "ALTER TABLE dw.probe ADD m int",
        "DROP TABLE staging.probe",
        "DELETE FROM audit.alembic_version",
        "CREATE SCHEMA other",
        "CREATE ROLE other",
        "ALTER ROLE bi_reader PASSWORD 'mine'",
        "GRANT SELECT ON dw.probe TO bi_reader",
    ],
)
def test_loader_changes_no_structure_and_no_privilege(roles: Roles, statement: str) -> None:
    before = run(roles["OWNER"], "SELECT has_table_privilege('bi_reader', 'dw.probe', 'SELECT')")
    if statement.startswith("GRANT"):
        run(roles["LOADER"], statement)  # PostgreSQL only warns
    else:
        assert refused(roles["LOADER"], statement) == DENIED
    assert run(roles["OWNER"], "SELECT has_table_privilege('bi_reader', 'dw.probe', 'SELECT')") == before == [(False,)]


def test_owner_is_no_superuser(roles: Roles) -> None:
    query = "SELECT rolsuper, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user"
    assert run(roles["OWNER"], query) == [(False, False, False)]
    assert refused(roles["OWNER"], "COPY (SELECT 1) TO PROGRAM 'true'") == DENIED


def test_reader_keeps_every_view_and_every_past_load_when_the_marts_are_rebuilt(roles: Roles) -> None:
    with roles["OWNER"].begin() as connection:
        replace_views(connection)
    for view in VIEWS:
        run(roles["READER"], f"SELECT * FROM mart.{view.name} LIMIT 1")
        run(roles["READER"], f"SELECT * FROM mart_zh.{view.name} LIMIT 1")
        if view.changes_with_loads:
            run(roles["READER"], f"SELECT * FROM mart.{view.name}_as_of(1) LIMIT 1")


def test_functions_that_read_behind_the_marts_fix_their_names(roles: Roles) -> None:
    """Run with the owner's privileges: nobody's search path may lead them to other tables."""
    query = "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'mart'::regnamespace"
    found = run(roles["OWNER"], query.replace("::", "\\:\\:"))
    assert len(found) == sum(view.changes_with_loads for view in VIEWS)
    assert {tuple(config) for _, config in found} == {("search_path=pg_catalog, pg_temp",)}


def test_commands_that_only_look_cannot_write(database: Database) -> None:
    looking = database.engine(Login.LOADER, read_only=True)
    assert refused(looking, "INSERT INTO audit.load (command) VALUES ('x')") == READ_ONLY
    assert run(looking, "SELECT count(*) FROM audit.load") == [(0,)]
    looking.dispose()
