"""Who may do what: the owner changes the schema, the loader changes rows, the desk reads all of it, BI tools read the
marts and nothing else.

The privileges follow from the schema a table lies in, also for tables and views that are made later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from warehouse.errors import WarehouseError

SCHEMAS = {
    "dw": "Facts, dimensions and control totals of all versions of all filings",
    "dw_years": "Partitions of the facts by fiscal year; they are read and written through the tables of dw",
    "staging": "Rows of filings that are being loaded, as read",
    "staging_areas": "Partitions of staging, for one batch each; what is in them is seen in the tables of staging",
    "audit": "Loads, filing versions, findings, expectations and acceptances",
    "mart": "The contract with BI tools: current versions only, English names",
    "mart_zh": "面向 BI 工具的视图: 与 mart 相同, 中文列名 (the same views as mart, Chinese labels)",
}
LOADED = ("dw", "staging", "staging_areas", "audit")
READ = ("mart", "mart_zh")
SHOWN = ("mart", "staging", "audit", "dw")
"""What the desk reads, to show where a figure comes from and why one is held."""


class Login(StrEnum):
    """The roles that log in. The owner's name is that of the embedded server; elsewhere it is the URL's own."""

    OWNER = "yusuan_owner"
    LOADER = "yusuan_loader"
    READER = "bi_reader"
    DESK = "yusuan_desk"


DEFAULTS: dict[Login, dict[str, str]] = {
    Login.LOADER: {
        "lock_timeout": "60s",
        "idle_in_transaction_session_timeout": "10min",
    },
    Login.READER: {
        "default_transaction_read_only": "on",
        "statement_timeout": "60s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "5min",
        "search_path": "mart",
    },
    Login.DESK: {
        "default_transaction_read_only": "on",
        "statement_timeout": "30s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
        "search_path": "mart",
    },
}
"""Settings each session of a role starts with; given when the role is made, of those that read by `guard` again."""

LIMITS = {Login.READER: 22, Login.DESK: 8}
"""Connections, of the embedded server's 40: a crowd of dashboards leaves room for the nightly load."""


def ensure_roles(connection: Connection, password_of: Callable[[Login], str]) -> None:
    """Create the loader, the reader and the desk if they are missing. A role that exists is left as it is.

    Raises WarehouseError, with the statements for a database administrator, if our login may not create roles.
    """
    missing = missing_roles(connection)
    for login in missing:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        verifier = password_verifier(driver, login, password_of(login))
        try:
            with connection.begin_nested():
                for statement in _creation(login, verifier):
                    connection.exec_driver_sql(statement)
        except ProgrammingError as error:
            wanted = "\n".join(f"  {line};" for name in missing for line in _creation(name, "choose one"))
            raise WarehouseError(
                f"the roles {', '.join(missing)} are missing and this login may not create them "
                f"({str(error.orig).strip()}). Let an administrator run:\n{wanted}\n"
                "and set YUSUAN_LOADER_PASSWORD, YUSUAN_READER_PASSWORD and YUSUAN_DESK_PASSWORD"
            ) from error


def missing_roles(connection: Connection) -> list[Login]:
    """Which of loader, reader and desk the server lacks; all of them after a dump was restored on a new server."""
    there = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    return [login for login in (Login.LOADER, Login.READER, Login.DESK) if login not in there]


def create_schemas(connection: Connection) -> None:
    """Create the schemas, and the privileges that tables and views made in them later will have."""
    for statement in schema_statements():
        connection.exec_driver_sql(statement)


def grant(connection: Connection) -> None:
    """Grant what the roles may do with what is there, and take from everybody else what PostgreSQL gives by default."""
    for statement in grant_statements(connection):
        connection.exec_driver_sql(statement)


def schema_statements() -> Iterator[str]:
    """What `create_schemas` runs."""
    for schema, comment in SCHEMAS.items():
        yield _statement("CREATE SCHEMA IF NOT EXISTS {}", schema)
        yield sql.SQL("COMMENT ON SCHEMA {} IS {}").format(_name(schema), comment).as_string()
    for privilege, kind, schemas, login in _privileges():
        for schema in schemas:
            yield _statement(
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA {{}} GRANT {privilege} ON {kind} TO {{}}", schema, login
            )


def grant_statements(connection: Connection) -> Iterator[str]:
    """What `grant` runs: it follows from our schemas and from what `connection` may grant, not from what is there."""
    database = connection.execute(text("SELECT current_database()")).scalar_one()
    yield _statement("REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    yield _statement("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}", database, Login.LOADER)
    for login in (Login.READER, Login.DESK):
        yield _statement("GRANT CONNECT ON DATABASE {} TO {}", database, login)
    for login, used in ((Login.LOADER, (*LOADED, *READ)), (Login.READER, READ), (Login.DESK, SHOWN)):
        for schema in used:
            yield _statement("GRANT USAGE ON SCHEMA {} TO {}", schema, login)
    for privilege, kind, schemas, whose in _privileges():
        for schema in schemas:
            yield _statement(f"GRANT {privilege} ON ALL {kind} IN SCHEMA {{}} TO {{}}", schema, whose)
    yield _statement("REVOKE INSERT, UPDATE, DELETE ON {}.{} FROM {}", "audit", "alembic_version", Login.LOADER)
    yield _statement("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA {} FROM PUBLIC", "dw")
    yield _statement("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {} TO {}", "dw", Login.LOADER)
    # the loader checks the foreign keys of a batch at once where we may grant it: on the embedded server, or where an
    # administrator has granted SET ON PARAMETER session_replication_role to us with grant option
    may = "SELECT has_parameter_privilege('session_replication_role', 'SET WITH GRANT OPTION')"
    if connection.execute(text(may)).scalar_one():
        yield _statement("GRANT SET ON PARAMETER session_replication_role TO {}", Login.LOADER)


def _privileges() -> list[tuple[str, str, tuple[str, ...], Login]]:
    return [
        ("SELECT, INSERT, UPDATE, DELETE", "TABLES", LOADED, Login.LOADER),
        ("TRUNCATE", "TABLES", ("staging",), Login.LOADER),
        ("USAGE, SELECT", "SEQUENCES", LOADED, Login.LOADER),
        ("SELECT", "TABLES", READ, Login.LOADER),
        ("SELECT", "TABLES", READ, Login.READER),
        ("SELECT", "TABLES", SHOWN, Login.DESK),
    ]


def password_verifier(connection: psycopg.Connection[Any], login: str, password: str) -> str:
    """The password as the server keeps it, to be set with: so it stands in no statement and in no log."""
    return connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode("ascii")


def _creation(login: Login, password: str) -> list[str]:
    most = LIMITS.get(login)
    limit = f" CONNECTION LIMIT {most}" if most else ""
    role = sql.Identifier(login)
    return [
        sql.SQL("CREATE ROLE {} LOGIN" + limit + " PASSWORD {}").format(role, password).as_string(),
        *(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.Identifier(name), value).as_string()
            for name, value in DEFAULTS[login].items()
        ),
    ]


def _name(identifier: str) -> sql.Identifier:
    return sql.Identifier(identifier)


def _statement(statement: str, *names: str) -> str:
    return sql.SQL(statement).format(*map(_name, names)).as_string()
