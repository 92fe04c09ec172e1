"""Bring a database to the schema that this version of yusuan works with.

Each file of `versions/` is one step; Alembic's own command line and its alembic.ini are not needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from warehouse.errors import WarehouseError
from warehouse.schema.installation import definitions_are_current, install_definitions, made_of
from warehouse.server.roles import Login, create_schemas, ensure_roles, grant, missing_roles

VERSION_SCHEMA = "audit"
FIRST_TABLES = hashlib.sha256((Path(__file__).parent / "versions/0001_star_schema.sql").read_bytes()).hexdigest()[:16]
"""What tells the tables of this line of revisions from those of others that had a 0001, too."""
LOCK = 0x79757375616E  # 'yusuan': the advisory lock that one upgrade holds


def upgrade(engine: Engine, password_of: Callable[[Login], str]) -> bool:
    """Create the roles and schemas and run the missing migrations, all in one transaction; False if nothing was to do.

    `engine` logs in as the owner; `password_of` gives the password of a role that has to be created. Of two processes
    that upgrade at once, one waits for the other.
    Raises WarehouseError if the database has tables that this program does not know, or if roles cannot be created.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with engine.begin() as connection:
        if _is_ready(connection, head):
            return False
        _refuse_unknown(connection, scripts)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if _is_ready(connection, head):
            return False  # the process that held the lock has done it
        ensure_roles(connection, password_of)
        create_schemas(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        install_definitions(connection, FIRST_TABLES)
        grant(connection)
        return True


def _refuse_unknown(connection: Connection, scripts: ScriptDirectory) -> None:
    """Raise WarehouseError, with the way out, if the tables are of another line of revisions; nothing is touched."""
    revision = _revision(connection)
    if revision is None:
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if revision not in known or made_of(connection) != FIRST_TABLES:
        raise WarehouseError(
            f"the database has revision {revision} of tables that this version of yusuan does not know. Nothing was"
            " changed. If a newer yusuan has upgraded it, use that one. If it is of a time before the first release,"
            " build the warehouse anew beside it: run `yusuan db stop`, move the folder of YUSUAN_HOME away (or name"
            " another one; with YUSUAN_DATABASE_URL, another database), and run `make run` or `yusuan run` again: the"
            " archive of what was fetched can be kept"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config


def _is_ready(connection: Connection, head: str | None) -> bool:
    return (
        head is not None
        and _revision(connection) == head
        and not missing_roles(connection)
        and definitions_are_current(connection)
    )


def _revision(connection: Connection) -> str | None:
    table = f"{VERSION_SCHEMA}.alembic_version"
    if connection.execute(text("SELECT to_regclass(:table)"), {"table": table}).scalar_one() is None:
        return None
    revision: str | None = connection.execute(text(f"SELECT version_num FROM {table}")).scalar()
    return revision
