"""What PostgreSQL lets every login do that a reader must not: closed where a superuser can, named where one could not.

A login may always change its own password and the settings its sessions begin with; no privilege and no event trigger
stands before that. On the embedded server both are put right at each start, on a server of your own they are said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from warehouse.server.roles import DEFAULTS, Login, password_verifier

Connection = psycopg.Connection[Any]

READERS = (Login.READER, Login.DESK)
TEMPORARY = {"temp_file_limit": "2GB"}
"""What one session's sorts may write to the disk; only a superuser may set it, and no reader may take it back."""
CLOSED = r"^(pg_(try_)?advisory_|lo_|pg_logical_emit_message)"
"""Functions, by name: locks that the queue of loads stands in, objects and messages that fill the disk."""
LOCKS = r"^pg_(try_)?advisory_"
ELSEWHERE = ("postgres", "template1")

_OPEN = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ %s AND has_function_privilege(%s, p.oid, 'EXECUTE')
ORDER BY 1"""
_SET = """
SELECT COALESCE(d.datname, ''), setting FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) setting
WHERE r.rolname = %s ORDER BY 1, 2"""


def close_server(connection: Connection) -> None:
    """Take from everybody but the loader and the owner what is `CLOSED`, and give the readers their settings again.

    `connection` is a superuser's on the warehouse's database.
    """
    for database in ELSEWHERE:
        if _reaches(connection, "public", database):
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    there = connection.execute("SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [list(Login)]).fetchone()
    if there != (len(Login),):
        return  # the first start: who migrates makes them and starts us again
    if _open_functions(connection, "public"):
        names = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND"
        for pattern, change in (
            (CLOSED, "REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC"),
            (LOCKS, f"GRANT EXECUTE ON FUNCTION {{}} TO {Login.LOADER}, {Login.OWNER}"),
        ):
            found = connection.execute(f"{names} proname ~ %s", [pattern]).fetchall()
            connection.execute(change.format(", ".join(name for (name,) in found)))
    for login in READERS:
        if _settings(connection, login) != _wanted(login):
            for statement in _resetting(connection, login):
                connection.execute(statement)


def openings(connection: Connection) -> list[str]:
    """What a reader may do that it should not, or what its sessions begin with that we did not give, a line each."""
    found = []
    for login in READERS:
        if functions := _open_functions(connection, login):
            found.append(f"{login} may call {functions[0]} and {len(functions) - 1} more of its kind")
        found += [f"{login} may connect to {name}" for name in ELSEWHERE if _reaches(connection, login, name)]
        has, wanted = _settings(connection, login), _wanted(login)
        differing = {setting.partition("=")[0] for _, setting in has ^ wanted}
        if differing:
            found.append(f"sessions of {login} do not begin with yusuan's {', '.join(sorted(differing))}")
    return found


def _open_functions(connection: Connection, role: str) -> list[str]:
    return [name for (name,) in connection.execute(_OPEN, [CLOSED, role]).fetchall()]


def _reaches(connection: Connection, login: str, database: str) -> bool:
    may = "SELECT has_database_privilege(%s, oid, 'CONNECT') FROM pg_database WHERE datname = %s"
    row = connection.execute(may, [login, database]).fetchone()
    return bool(row and row[0])


def _settings(connection: Connection, login: Login) -> set[tuple[str, str]]:
    """What sessions of the role begin with: (the database, '' for all; `name=value`)."""
    return set(connection.execute(_SET, [login]).fetchall())


def _wanted(login: Login) -> set[tuple[str, str]]:
    return {("", f"{name}={value}") for name, value in {**DEFAULTS[login], **TEMPORARY}.items()}


def _resetting(connection: Connection, login: Login) -> Iterator[sql.Composed]:
    role = sql.Identifier(login)
    yield sql.SQL("ALTER ROLE {} RESET ALL").format(role)
    for database in sorted({name for name, _ in _settings(connection, login)} - {""}):
        yield sql.SQL("ALTER ROLE {} IN DATABASE {} RESET ALL").format(role, sql.Identifier(database))
    for name, value in {**DEFAULTS[login], **TEMPORARY}.items():
        yield sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.Identifier(name), value)


def refuses_password(address: sa.URL) -> bool:
    """Whether the server no longer takes the password we know for this login: somebody has changed it."""
    parts: dict[str, Any] = address.translate_connect_args(username="user", database="dbname") | dict(address.query)
    try:
        psycopg.connect(**{"connect_timeout": 10, **parts}).close()
    except psycopg.OperationalError as error:
        return "password authentication failed" in str(error)
    return False


def restore_password(connection: Connection, login: Login, password: str) -> None:
    """Give the login its password again; `connection` is one that may change roles."""
    verifier = password_verifier(connection, login, password)
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), verifier))
