"""Bring a database to the schema that this version of yusuan works with.

Each file of `versions/` is one step; Alembic's own command line and its alembic.ini are not needed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from warehouse.errors import WarehouseError
from warehouse.schema.installation import definitions_are_current, install_definitions
from warehouse.server.roles import Login, create_schemas, ensure_roles, grant, missing_roles

VERSION_SCHEMA = "audit"
LOCK = 0x79757375616E  # 'yusuan': the advisory lock that one upgrade holds


def upgrade(engine: Engine, password_of: Callable[[Login], str]) -> bool:
    """Create the roles and schemas and run the missing migrations, all in one transaction; False if nothing was to do.

    `engine` logs in as the owner; `password_of` gives the password of a role that has to be created. Of two processes
    that upgrade at once, one waits for the other.
    Raises WarehouseError if the database is newer than this program, or if roles cannot be created.
    """
    config = _config()
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.begin() as connection:
        if _is_ready(connection, head):
            return False
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if _is_ready(connection, head):
            return False  # the process that held the lock has done it
        ensure_roles(connection, password_of)
        create_schemas(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise WarehouseError(
                f"the database has revision {_revision(connection)}, which this version of yusuan does not know: "
                f"a newer one has upgraded it; use that one ({error})"
            ) from error
        install_definitions(connection)
        grant(connection)
        return True


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
