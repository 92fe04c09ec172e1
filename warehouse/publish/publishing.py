"""Staged rows to filing versions and their facts, and the switch that makes a version the current one.

Every function works inside the caller's transaction, which holds the filings' locks (`lock_filings`), and on any number
of filings at once. `rows` says where the rows of a statement's `{rows}…` lie: `Batch.rows` in a load, `of_held`
when a person accepts what was held.

Locks are taken in one order, by loads and by decisions alike, so that no two processes wait for each other:

1. the place in the queue (`staging.batch.turn`), before the transaction, and only for those who queued before;
2. the filings, by their keys (`lock_filings`);
3. members of dimensions that are new, table by table and each in the order of its keys (`insert_facts`);
4. the publishers whose projects are compared, by their codes (`likeness`).

So a transaction calls `lock_filings` once and `insert_facts` once, for all its filings. What is registered of filings
before they are staged is a transaction of its own, in the order of region, publisher and filing (`loading`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
import sqlalchemy.exc

from warehouse.publish.likeness import find_alike
from warehouse.publish.publishing_sql import (
    DIMENSION_MEMBERS,
    FACTS,
    INSERT_PROJECTS,
    INSERT_SECTIONS,
    INSERT_VERSIONS,
    SHARE_PROJECT_ID,
    SUM_UP_VERSIONS,
)
from warehouse.schema import METADATA
from warehouse.schema.staging import STAGING
from warehouse.staging.area import Batch

HELD_TABLES = "audit.held_"
"""What the tables of held rows are called, before the name of the staged table."""

PLANS = "SELECT set_config('work_mem', '32MB', true), set_config('jit', 'off', true)"
"""Memory in which a batch's rows are sorted and hashed without writing them to disk, as in the gate."""

LOCK = """
SELECT pg_advisory_xact_lock(hashtext('yusuan filing'), filing_key)
FROM (SELECT unnest(CAST(:filings AS int[])) AS filing_key ORDER BY 1) filings"""

NEWEST = """
SELECT DISTINCT ON (filing_key) filing_key, filing_version_key, version, status, identity, content_sha256, is_partial, (
    SELECT min(a.filing_load_id) FROM audit.filing_load a
    WHERE a.filing_version_key = v.filing_version_key AND a.status IN ('held', 'partial')) AS attempt
FROM dw.dim_filing_version v WHERE filing_key = ANY(:filings) ORDER BY filing_key, version DESC"""

FILINGS_OF_LOADS = """
SELECT f.filing_load_id, d.filing_key FROM {rows}filing f JOIN dw.dim_filing d ON d.filing_id = f.filing_id
WHERE f.filing_load_id = ANY(:filing_loads)"""

END_CURRENT = """
UPDATE dw.publication p SET to_load_id = since.load_id
FROM (
  SELECT filing_key, GREATEST(:load, max(from_load_id), max(to_load_id)) AS load_id FROM dw.publication
  WHERE filing_key = ANY(:filings) GROUP BY filing_key
) since
WHERE p.filing_key = since.filing_key AND p.to_load_id IS NULL"""

BEGIN_CURRENT = """
INSERT INTO dw.publication (filing_key, filing_version_key, from_load_id)
SELECT v.filing_key, v.filing_version_key, GREATEST(:load, max(p.from_load_id), max(p.to_load_id))
FROM dw.dim_filing_version v LEFT JOIN dw.publication p USING (filing_key)
WHERE v.filing_version_key = ANY(:versions) GROUP BY 1, 2 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Version:
    """A filing version as far as a load needs it."""

    key: int
    number: int
    status: str
    identity: str
    content_sha256: str
    is_partial: bool
    attempt: int | None
    """The attempt (its filing_load_id) whose rows and failures are kept; None if nothing of it was held."""

    @property
    def waits(self) -> bool:
        """Whether something of it is held, so that it is judged again when it is met again."""
        return self.status == "held" or self.is_partial


def lock_filings(connection: sa.Connection, filing_keys: Collection[int]) -> None:
    """Wait until no other transaction decides on these filings; the locks end with the transaction.

    They are taken in the order of their keys, so that two transactions never wait for each other.
    """
    connection.execute(sa.text(LOCK), {"filings": list(filing_keys)})


def newest_versions(connection: sa.Connection, filing_keys: Collection[int]) -> dict[int, Version]:
    """The newest version of each filing that has one, by filing_key."""
    return _by_filing(connection.execute(sa.text(NEWEST), {"filings": list(filing_keys)}))


def version_by_key(connection: sa.Connection, version_key: int) -> Version:
    """The version, which is its filing's newest."""
    statement = "SELECT filing_key FROM dw.dim_filing_version WHERE filing_version_key = :key"
    filing_key = connection.execute(sa.text(statement), {"key": version_key}).scalar_one()
    newest = newest_versions(connection, [filing_key])[filing_key]
    assert newest.key == version_key
    return newest


def create_versions(
    connection: sa.Connection, decided: Mapping[int, tuple[str, str]], *, rows: Callable[[str], str]
) -> dict[int, Version]:
    """Add the next version of each filing from its staged row, by filing_key, with its sections (`describe_versions`).

    None has facts yet, none is current. `decided` gives status and held reasons by filing_load_id: one attempt per
    filing; what becomes of each section stands in its staged row.
    """
    parameters = {
        "filing_loads": list(decided),
        "statuses": [status for status, _ in decided.values()],
        "held_reasons": [reasons for _, reasons in decided.values()],
    }
    versions = _by_filing(connection.execute(sa.text(rows(INSERT_VERSIONS)), parameters))
    loads = {
        filing_load_id: versions[filing_key].key
        for filing_load_id, filing_key in connection.execute(sa.text(rows(FILINGS_OF_LOADS)), parameters)
    }
    describe_versions(connection, loads, rows=rows)
    return versions


def describe_versions(connection: sa.Connection, versions: Mapping[int, int], *, rows: Callable[[str], str]) -> None:
    """Keep the sections of versions (keys by filing_load_id) as their staged rows say, and the sums over them.

    Again for a version that was never published, when a person has decided on its sections.
    """
    parameters = {"filing_loads": list(versions), "versions": list(versions.values())}
    connection.execute(sa.text("DELETE FROM dw.filing_section WHERE filing_version_key = ANY(:versions)"), parameters)
    connection.execute(sa.text(rows(INSERT_SECTIONS)), parameters)
    connection.execute(sa.text(rows(SUM_UP_VERSIONS)), parameters)


def _by_filing(rows: Iterable[Any]) -> dict[int, Version]:
    return {row[0]: Version(*row[1:]) for row in rows}


def insert_facts(connection: sa.Connection, versions: Mapping[int, int], *, rows: Callable[[str], str]) -> None:
    """Insert the facts of versions and the dimension members they need; `versions` gives their keys by filing_load_id.

    Raises IntegrityError if a row violates what the gate is there to keep out.
    """
    parameters = {"filing_loads": list(versions), "versions": list(versions.values())}
    connection.execute(sa.text(PLANS))
    for statement in DIMENSION_MEMBERS:
        connection.execute(sa.text(rows(statement)), parameters)
    added = connection.execute(sa.text(rows(INSERT_PROJECTS)), parameters).scalars().all()
    if added:
        connection.execute(sa.text(SHARE_PROJECT_ID), {"added": list(added)})
    together = checks_together(connection)
    if together:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
    for statement in FACTS.values():
        connection.execute(sa.text(rows(statement)), parameters)
    if together:
        connection.execute(sa.text("SET LOCAL session_replication_role = origin"))
        for table in FACTS:
            check_references(connection, METADATA.tables[f"dw.{table}"], versions.values())
    find_alike(connection, versions.values())


def checks_together(connection: sa.Connection) -> bool:
    """Whether this login may insert facts without the server looking up every key of every row by itself.

    `GRANT SET ON PARAMETER session_replication_role` says so; without it each row is checked on its own: slower, and
    no less safe.
    """
    allowed = sa.text("SELECT has_parameter_privilege('session_replication_role', 'SET')")
    return bool(connection.execute(allowed).scalar_one())


def check_references(connection: sa.Connection, table: sa.Table, versions: Collection[int]) -> None:
    """Look up all foreign keys of the versions' rows at once. Raises IntegrityError if one leads nowhere."""
    lost = " OR ".join(
        f"NOT EXISTS (SELECT FROM {key.column.table.fullname} d WHERE d.{key.column.name} = f.{key.parent.name})"
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
    )
    statement = f"SELECT count(*) FROM {table.fullname} f WHERE filing_version_key = ANY(:versions) AND ({lost})"
    parameters = {"versions": list(versions)}
    if rows := connection.execute(sa.text(statement), parameters).scalar_one():
        violation = psycopg.errors.ForeignKeyViolation(f"{rows} rows of {table.fullname} refer to what is not there")
        raise sqlalchemy.exc.IntegrityError(statement, parameters, violation)


def make_current(connection: sa.Connection, versions: Collection[int], load_id: int) -> None:
    """From this load on each of these versions is its filing's current one, and no other is."""
    keys = {"versions": list(versions)}
    filings = sa.text("SELECT filing_key FROM dw.dim_filing_version WHERE filing_version_key = ANY(:versions)")
    end_current(connection, connection.execute(filings, keys).scalars().all(), load_id)
    connection.execute(sa.text(BEGIN_CURRENT), keys | {"load": load_id})
    call_published(connection, versions)


def call_published(connection: sa.Connection, versions: Collection[int]) -> None:
    """Note of versions (keys) that they are published, or were."""
    published = (
        "UPDATE dw.dim_filing_version SET status = 'published'"
        " WHERE filing_version_key = ANY(:versions) AND status <> 'published'"
    )
    connection.execute(sa.text(published), {"versions": list(versions)})


def end_current(connection: sa.Connection, filing_keys: Collection[int], load_id: int) -> None:
    """From this load on no version of these filings is current.

    The change counts from a later load if one that began later has decided on the filing before: spans follow each
    other, so that at any load at most one version was current.
    """
    connection.execute(sa.text(END_CURRENT), {"load": load_id, "filings": list(filing_keys)})


def of_held(statement: str) -> str:
    """The statement with the held rows for `{rows}…`."""
    return statement.format(rows=HELD_TABLES)


def keep_held_rows(connection: sa.Connection, batch: Batch, filing_load_ids: Collection[int]) -> None:
    """Copy held filings' staged rows to `audit.held_*`, where nothing deletes them."""
    for table in STAGING:
        names = ", ".join(column.name for column in table.columns)
        connection.execute(
            sa.text(
                f"INSERT INTO {HELD_TABLES}{table.name} ({names}) SELECT {names} FROM {batch.sql(table.full_name)}"
                " WHERE filing_load_id = ANY(:keys) ORDER BY filing_load_id, row_id"
            ),
            {"keys": list(filing_load_ids)},
        )


def department_of(connection: sa.Connection, version_key: int) -> str:
    """The name of the department whose filing the version is of."""
    statement = (
        "SELECT o.organization FROM dw.dim_filing_version v"
        " JOIN dw.dim_organization o ON o.organization_key = v.department_key WHERE v.filing_version_key = :key"
    )
    return str(connection.execute(sa.text(statement), {"key": version_key}).scalar_one())
