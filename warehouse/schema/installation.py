"""What follows the declarations at every upgrade, beside the revisions of the tables: dimension members and views."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from warehouse.schema import METADATA, TABLES
from warehouse.schema.marts import VIEWS
from warehouse.schema.views import create_statements, drop_statements

_REVISION_TABLE = "audit.alembic_version"
"""Its comment keeps the digest of what was installed last."""


def definitions_digest() -> str:
    """Changes when a declared member or view does."""
    parts = [*create_statements(VIEWS), *(repr((table.full_name, table.members())) for table in TABLES)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def definitions_are_current(connection: sa.Connection) -> bool:
    found = sa.text("SELECT obj_description(to_regclass(:table))")
    return definitions_digest() in (connection.scalar(found, {"table": _REVISION_TABLE}) or "")


def made_of(connection: sa.Connection) -> str | None:
    """What `install_definitions` was told of the tables; None if nothing is kept of it."""
    found = connection.scalar(sa.text("SELECT obj_description(to_regclass(:table))"), {"table": _REVISION_TABLE})
    kept = re.search(r"Tables: (\w+)\.", found or "")
    return kept[1] if kept else None


def install_definitions(connection: sa.Connection, tables: str) -> None:
    """Bring members and views to what is declared; readers see the old views or the new ones, never none.

    `tables` tells the line of revisions; it is kept with the digest of the definitions.
    """
    for statement in _member_statements():
        connection.execute(statement)
    for table in TABLES:
        _advance_identity(connection, METADATA.tables[table.full_name])
    replace_views(connection)
    digests = f"Tables: {tables}. Definitions of views and members: {definitions_digest()}"
    about = f"Revision of the tables, by Alembic. {digests}"
    connection.exec_driver_sql(f"COMMENT ON TABLE {_REVISION_TABLE} IS '{about}'")


def replace_views(connection: sa.Connection) -> None:
    """Drop and create the views of `mart` and `mart_zh`, in the caller's transaction."""
    for statement in (*drop_statements(reversed(VIEWS)), *create_statements(VIEWS)):
        connection.exec_driver_sql(statement)


def _member_statements() -> Iterator[sa.Executable]:
    """Upserts by what a member is, not by its key: a database may have met a new member before it was declared."""
    for declared in TABLES:
        table = METADATA.tables[declared.full_name]
        identity = declared.unique[0] if declared.unique else declared.primary_key
        unique = declared.indexed(identity)
        for member in declared.members():
            key = declared.primary_key[0]
            given = (
                member if member.get(key, 1) <= 0 or key in identity else {k: v for k, v in member.items() if k != key}
            )
            rest = {name: value for name, value in given.items() if name not in (*identity, key)}
            new = insert(table).values(given)
            if rest:
                yield new.on_conflict_do_update(index_elements=unique, set_=rest)
            else:
                yield new.on_conflict_do_nothing(index_elements=unique)


def _advance_identity(connection: sa.Connection, table: sa.Table) -> None:
    """Keys given by hand must not be given again by the database."""
    key = next(iter(table.primary_key.columns), None)
    if key is None or key.identity is None:
        return
    sequence = connection.scalar(
        sa.text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.fullname, "column": key.name}
    )
    # A key that was never given stays the next one: a first load is load 1.
    highest = f"(SELECT max({key.name}) AS highest FROM {table.fullname}) AS given"
    connection.execute(
        sa.text(
            f"SELECT setval(:sequence, highest) FROM {highest}, {sequence} AS next "
            "WHERE highest > next.last_value OR (highest = next.last_value AND NOT next.is_called)"
        ),
        {"sequence": sequence},
    )
