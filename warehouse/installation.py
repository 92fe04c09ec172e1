"""Create the declared schema in an empty database, and bring the views up to date in one that exists."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.schema import METADATA, TABLES
from warehouse.schema.marts import VIEWS
from warehouse.views import create_statements, drop_statements


def create_tables(connection: sa.Connection) -> None:
    """Create the tables with their comments, and the members every dimension starts with. The schemas are there."""
    connection.exec_driver_sql("CREATE SEQUENCE staging.batch_id")
    METADATA.create_all(connection, checkfirst=False)
    for declared in TABLES:
        table = METADATA.tables[declared.full_name]
        for member in declared.members():
            connection.execute(table.insert().values(member))
        if any(declared.primary_key[0] in member for member in declared.members()):
            _advance_identity(connection, table)


def replace_views(connection: sa.Connection) -> None:
    """Drop and create the views of `mart` and `mart_zh`; readers see the old or the new ones, never none."""
    for statement in (*drop_statements(reversed(VIEWS)), *create_statements(VIEWS)):
        connection.exec_driver_sql(statement)


def _advance_identity(connection: sa.Connection, table: sa.Table) -> None:
    """Keys given by hand must not be given again by the database."""
    name = next(iter(table.primary_key.columns)).name
    highest = connection.scalar(sa.select(sa.func.max(table.c[name])))
    connection.exec_driver_sql(
        f"ALTER TABLE {table.fullname} ALTER COLUMN {name} RESTART WITH {max(int(highest or 0), 0) + 1}"
    )
