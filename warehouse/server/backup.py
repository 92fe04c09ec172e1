"""The whole warehouse in one file and back, by PostgreSQL's own pg_dump and pg_restore."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.server.programs import backup_program
from warehouse.server.roles import SCHEMAS, Login, ensure_roles, grant_statements, schema_statements


def back_up(address: sa.URL, file: Path) -> int:
    """Write the warehouse to `file` (pg_dump's custom format) in one snapshot; loads may go on. Returns its bytes.

    What is being loaded at the moment, in staging, is none of it.
    `address` is the owner's. The file appears when it is whole. Raises WarehouseError with what pg_dump said.
    """
    draft = file.with_name(f"{file.name}.part")
    schemas = [f"--schema={schema}" for schema in SCHEMAS]
    try:
        dumping = ["--format=custom", "--no-owner", "--no-unlogged-table-data", *schemas, f"--file={draft}"]
        with _client("pg_dump", dumping, address, subprocess.DEVNULL) as program:
            assert program.stderr
            said = program.stderr.read()
        _check("pg_dump", program.returncode, said)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return file.stat().st_size


def restore(engine: sa.Engine, file: Path, password_of: Callable[[Login], str], *, replace: bool = False) -> None:
    """Bring back what `back_up` wrote, all of it or nothing; `replace` drops the warehouse that is there first.

    `engine` is the owner's; the roles are made if they are missing. Raises WarehouseError if a warehouse is there and
    is not to be replaced, or with what pg_restore said.
    """
    if not file.is_file():
        raise WarehouseError(f"there is no backup {file}")
    with engine.begin() as connection:
        there = connection.execute(sa.text("SELECT to_regnamespace('dw') IS NOT NULL")).scalar_one()
        if there and not replace:
            raise WarehouseError("this database holds a warehouse already: name an empty database, or say --replace")
        ensure_roles(connection, password_of)
        known = set(connection.execute(sa.text("SELECT name FROM pg_settings")).scalars())
        # privileges follow from our schemas, whatever the owner was called there
        granting = [*schema_statements(), *grant_statements(connection)]
    _run_script(file, engine.url, known, granting, drop=there)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("ANALYZE"))


def _run_script(file: Path, address: sa.URL, known: Collection[str], granting: Iterable[str], *, drop: bool) -> None:
    """Restore, after dropping our schemas if so asked and before `granting`, in one transaction of psql that only a
    whole restore commits: no reader sees tables that it may not read yet.

    pg_restore's own `--clean` cannot drop a partition's keys, and connected to a server older than itself it sets what
    that one does not know; `known` are the server's settings.
    """
    restoring = [str(backup_program("pg_restore")), "--file=-", "--no-owner", "--no-privileges", str(file)]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(restoring, stdout=subprocess.PIPE, stderr=complaints) as reading,
        _client("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"], address, subprocess.PIPE) as writing,
    ):
        assert reading.stdout
        assert writing.stdin
        with contextlib.suppress(BrokenPipeError), writing.stdin as script:  # psql stops at the first error
            script.write(b"SET client_min_messages = warning; BEGIN;\n")  # an error is not to drown in notices
            if drop:
                script.write(f"DROP SCHEMA IF EXISTS {', '.join(SCHEMAS)} CASCADE;\n".encode())
            copy_settings(reading.stdout, script, known)
            shutil.copyfileobj(reading.stdout, script)
            if reading.wait() == 0:
                script.write("".join(f"{statement};\n" for statement in granting).encode())
                script.write(b"COMMIT;\n")
        reading.stdout.close()
        assert writing.stderr
        said = writing.stderr.read()
        _check("psql", writing.wait(), said, undone="; nothing was changed")
        complaints.seek(0)
        _check("pg_restore", reading.wait(), complaints.read(), undone="; nothing was changed")


def copy_settings(dump: IO[bytes], script: IO[bytes], known: Collection[str]) -> None:
    """Copy what a dump begins with, up to its first object, less the settings that this server does not know."""
    for line in dump:
        setting = re.match(rb"SET (\w+) = ", line)
        if setting is None or setting[1].decode() in known:
            script.write(line)
        if line.startswith(b"-- Name: "):
            return


def _client(name: str, arguments: Sequence[str], address: sa.URL, stdin: int) -> subprocess.Popen[bytes]:
    """Start a client program on the database; the password goes through its environment, where `ps` does not look."""
    without = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return subprocess.Popen(
        [str(backup_program(name)), *arguments, f"--dbname={without}"],
        env={**os.environ, "PGPASSWORD": str(address.password or "")},
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _check(name: str, code: int, said: bytes, *, undone: str = "") -> None:
    """Raise WarehouseError with what the program said, unless it did its work."""
    if code:
        lines = said.decode(errors="replace").strip().splitlines()
        raise WarehouseError(f"{name} failed{undone}: {' '.join(lines[:3]) or f'exit code {code}'}")
