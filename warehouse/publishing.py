"""Staged rows to a filing version and its facts, and the switch that makes a version the current one.

Every function works inside the caller's transaction, which holds the filing's lock (`lock_filing`). `rows` says where
the staged rows lie: `STAGING_ROWS` in a load, `HELD_ROWS` when a person accepts what was held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from warehouse.likeness import find_alike
from warehouse.publishing_sql import DIMENSION_MEMBERS, FACTS, INSERT_PROJECTS, INSERT_VERSION, SHARE_PROJECT_ID
from warehouse.schema.staging import STAGING

STAGING_ROWS = "staging."
HELD_ROWS = "audit.held_"


@dataclass(frozen=True, slots=True)
class Version:
    """A filing version as far as a load needs it."""

    key: int
    number: int
    status: str
    identity: str
    content_sha256: str
    held_reasons: str


def lock_filing(connection: sa.Connection, filing_key: int) -> None:
    """Wait until no other transaction decides on this filing; the lock ends with the transaction."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('yusuan filing'), :key)"), {"key": filing_key})


def newest_version(connection: sa.Connection, filing_key: int) -> Version | None:
    row = connection.execute(
        sa.text(
            "SELECT filing_version_key, version, status, identity, content_sha256, held_reasons"
            " FROM dw.dim_filing_version WHERE filing_key = :key ORDER BY version DESC LIMIT 1"
        ),
        {"key": filing_key},
    ).one_or_none()
    return Version(*row) if row else None


def version_by_key(connection: sa.Connection, version_key: int) -> Version:
    statement = (
        "SELECT filing_version_key, version, status, identity, content_sha256, held_reasons"
        " FROM dw.dim_filing_version WHERE filing_version_key = :key"
    )
    return Version(*connection.execute(sa.text(statement), {"key": version_key}).one())


def create_version(
    connection: sa.Connection, filing_load_id: int, *, status: str, held_reasons: str = "", rows: str = STAGING_ROWS
) -> Version:
    """Add the next version of the filing from its staged row; it has no facts yet and is not current."""
    row = connection.execute(
        sa.text(INSERT_VERSION.format(rows=rows)),
        {"filing_load": filing_load_id, "status": status, "held_reasons": held_reasons},
    ).one()
    return Version(*row)


def insert_facts(connection: sa.Connection, version: Version, filing_load_id: int, *, rows: str) -> dict[str, int]:
    """Insert the version's facts and the dimension members they need; returns the rows per fact table.

    Raises IntegrityError if a row violates what the gate is there to keep out.
    """
    parameters = version_keys(connection, version) | {"filing_load": filing_load_id}
    for statement in DIMENSION_MEMBERS:
        connection.execute(sa.text(statement.format(rows=rows)), parameters)
    added = connection.execute(sa.text(INSERT_PROJECTS.format(rows=rows)), parameters).scalars().all()
    if added:
        connection.execute(sa.text(SHARE_PROJECT_ID), {"added": list(added)})
    counts = {
        table: connection.execute(sa.text(statement.format(rows=rows)), parameters).rowcount
        for table, statement in FACTS.items()
    }
    if counts["fact_project"]:
        find_alike(connection, [version.key])
    return counts


def make_current(connection: sa.Connection, version: Version, load_id: int) -> None:
    """From this load on the version is the filing's current one, and no other is."""
    filing_key = sa.text("SELECT filing_key FROM dw.dim_filing_version WHERE filing_version_key = :version")
    parameters = {"version": version.key}
    parameters["filing"] = connection.execute(filing_key, parameters).scalar_one()
    parameters["load"] = end_current(connection, parameters["filing"], load_id)
    connection.execute(
        sa.text(
            "INSERT INTO dw.publication (filing_key, filing_version_key, from_load_id)"
            " VALUES (:filing, :version, :load)"
        ),
        parameters,
    )
    connection.execute(
        sa.text("UPDATE dw.dim_filing_version SET status = 'published' WHERE filing_version_key = :version"),
        parameters,
    )


def end_current(connection: sa.Connection, filing_key: int, load_id: int) -> int:
    """From this load on no version of the filing is current; returns the load with which the change counts.

    That is a later one if a load that began later has decided on the filing before: spans follow each other, so that
    at any load at most one version was current.
    """
    statement = sa.text(
        "SELECT GREATEST(:load, max(from_load_id), max(to_load_id)) FROM dw.publication WHERE filing_key = :filing"
    )
    effective = int(connection.execute(statement, {"load": load_id, "filing": filing_key}).scalar_one())
    connection.execute(
        sa.text("UPDATE dw.publication SET to_load_id = :load WHERE filing_key = :filing AND to_load_id IS NULL"),
        {"load": effective, "filing": filing_key},
    )
    return effective


def keep_held_rows(connection: sa.Connection, filing_load_id: int) -> None:
    """Copy a held filing's staged rows to `audit.held_*`, where nothing deletes them."""
    for table in STAGING:
        names = ", ".join(column.name for column in table.columns)
        connection.execute(
            sa.text(
                f"INSERT INTO {HELD_ROWS}{table.name} ({names}) SELECT {names} FROM {table.full_name}"
                " WHERE filing_load_id = :key"
            ),
            {"key": filing_load_id},
        )


def version_keys(connection: sa.Connection, version: Version) -> dict[str, Any]:
    """What every fact of the version has in common, as parameters of the statements that insert facts."""
    row = connection.execute(
        sa.text(
            "SELECT v.filing_version_key AS version, v.fiscal_year_key AS year, v.region_key AS region,"
            " v.department_key AS department, o.organization_code AS department_code, o.organization AS department_name"
            " FROM dw.dim_filing_version v JOIN dw.dim_organization o ON o.organization_key = v.department_key"
            " WHERE v.filing_version_key = :key"
        ),
        {"key": version.key},
    ).one()
    return dict(row._mapping)
