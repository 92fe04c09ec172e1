"""The whole warehouse in one file and back, by PostgreSQL's own pg_dump and pg_restore."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.programs import backup_program
from warehouse.roles import SCHEMAS, Login, create_schemas, ensure_roles, grant


def back_up(address: sa.URL, file: Path) -> int:
    """Write the warehouse to `file` (pg_dump's custom format) in one snapshot; loads may go on. Returns its bytes.

    `address` is the owner's. The file appears when it is whole. Raises WarehouseError with what pg_dump said.
    """
    draft = file.with_name(f"{file.name}.part")
    schemas = [f"--schema={schema}" for schema in SCHEMAS]
    try:
        _run("pg_dump", ["--format=custom", "--no-owner", *schemas, f"--file={draft}"], address)
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
    how = ["--no-owner", "--no-privileges", str(file)]
    if there:
        _replace(how, engine.url)
    else:
        _run("pg_restore", ["--single-transaction", "--exit-on-error", *how], engine.url, into=True)
    with engine.begin() as connection:  # privileges follow from our schemas, whatever the owner was called there
        create_schemas(connection)
        grant(connection)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("ANALYZE"))


def _replace(how: Sequence[str], address: sa.URL) -> None:
    """Drop our schemas and restore, in one transaction of psql that only a whole restore commits.

    pg_restore's own `--clean` cannot drop a partition's keys.
    """
    restoring = [str(backup_program("pg_restore")), "--file=-", *how]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(restoring, stdout=subprocess.PIPE, stderr=complaints) as reading,
        _client("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"], address, subprocess.PIPE) as writing,
    ):
        assert reading.stdout
        assert writing.stdin
        with contextlib.suppress(BrokenPipeError), writing.stdin as script:  # psql stops at the first error
            script.write(f"BEGIN; DROP SCHEMA IF EXISTS {', '.join(SCHEMAS)} CASCADE;\n".encode())
            shutil.copyfileobj(reading.stdout, script)
            if reading.wait() == 0:
                script.write(b"COMMIT;\n")
        reading.stdout.close()
        assert writing.stderr
        said = writing.stderr.read()
        _check("psql", writing.wait(), said, into=True)
        complaints.seek(0)
        _check("pg_restore", reading.wait(), complaints.read(), into=True)


def _run(name: str, arguments: Sequence[str], address: sa.URL, *, into: bool = False) -> None:
    with _client(name, arguments, address, subprocess.DEVNULL) as program:
        assert program.stderr
        said = program.stderr.read()
    _check(name, program.returncode, said, into=into)


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


def _check(name: str, code: int, said: bytes, *, into: bool) -> None:
    """Raise WarehouseError with what the program said, unless it did its work."""
    if code:
        lines = said.decode(errors="replace").strip().splitlines()
        undone = "; nothing was changed" if into else ""
        raise WarehouseError(f"{name} failed{undone}: {' '.join(lines[:3]) or f'exit code {code}'}")
