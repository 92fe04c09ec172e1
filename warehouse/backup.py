"""The whole warehouse in one file and back, by PostgreSQL's own pg_dump and pg_restore."""

from __future__ import annotations

import os
import subprocess
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
    how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    how += ["--clean", "--if-exists"] if there else []
    _run("pg_restore", [*how, str(file)], engine.url, into=True)
    with engine.begin() as connection:  # privileges follow from our schemas, whatever the owner was called there
        create_schemas(connection)
        grant(connection)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("ANALYZE"))


def _run(name: str, arguments: Sequence[str], address: sa.URL, *, into: bool = False) -> None:
    """Run a client program on the database; its password goes through the environment, where `ps` does not show it."""
    without = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [str(backup_program(name)), *arguments, f"--dbname={without}"],
        env={**os.environ, "PGPASSWORD": str(address.password or "")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        undone = "; nothing was changed" if into else ""
        raise WarehouseError(f"{name} failed{undone}: {' '.join(said[:3]) or f'exit code {done.returncode}'}")
