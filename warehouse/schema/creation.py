"""The SQL that makes the declared tables, with their partitions, indexes, comments and the functions beside them.

Until the first release this is the first revision: `make docs` writes it to `migrations/versions/0001_star_schema.sql`.
From then on that file stays as it is, and what changes comes as a further revision.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement, SetColumnComment, SetTableComment

from warehouse.schema import METADATA, TABLES
from warehouse.schema.declarations import Table
from warehouse.schema.mart_columns import SPREAD
from warehouse.schema.staging import AREAS, FILING, STAGING

FIRST, LAST = 2016, 2035
"""Years with a partition of their own; the partitions before and after hold all others."""

_EMPTY = """
CREATE FUNCTION dw.empty_staging(area integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
  IF {size} <= 1048576 THEN RETURN false; END IF;
  EXECUTE {truncate};
  RETURN true;
EXCEPTION
  WHEN lock_not_available OR deadlock_detected THEN RETURN false;
END $$"""
"""Making files anew costs more than deleting the rows of a megabyte. The filings stay: a decision's place in the queue
is a row among them, and has no area."""

_ANALYZE_STAGING = """
CREATE FUNCTION dw.analyze_staging(area integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' SET default_statistics_target = '10' AS $$
BEGIN
  EXECUTE {analyze};
  RETURN true;
EXCEPTION
  WHEN lock_not_available OR deadlock_detected THEN RETURN false;
END $$"""
"""A sample of 3,000 rows a table: enough to tell how many there are, in milliseconds."""

_ANALYZE_FACTS = """
CREATE FUNCTION dw.analyze_facts() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('dw.analyze_facts')) THEN
    RETURN false;
  END IF;
  LOCK TABLE dw.fact_budget, dw.fact_indicator IN SHARE UPDATE EXCLUSIVE MODE;  -- all of them, or none is read
  ANALYZE dw.fact_budget, dw.fact_indicator;
  RETURN true;
EXCEPTION
  WHEN lock_not_available OR deadlock_detected THEN RETURN false;
END $$"""
"""Longer than `deadlock_timeout`, after which an autovacuum in the way gives up its lock; who may call it: `roles`."""

_COMMENTS = {
    "empty_staging": "Empties an area of staging that holds more than a megabyte; false if its rows are left to be"
    " deleted.",
    "analyze_staging": "Gathers the statistics of an area of staging; false if another session holds one of its"
    " tables.",
    "analyze_facts": "Gathers the statistics of the partitioned facts; false if another session is at it or holds one"
    " of their tables.",
}


_DIALECT: Dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]


def creation_script() -> str:
    """All statements, in an order in which they can be run."""
    head = "-- Written by `make docs` from the declarations in warehouse/schema, until the first release.\n\n"
    return head + "".join(f"{statement.strip()};\n\n" for statement in _statements())


def _statements() -> Iterator[str]:
    yield "CREATE SEQUENCE staging.batch_id"
    for declared in TABLES:
        yield from _table(declared)
    yield from _functions()
    # Of 111 years that have a member about a dozen have facts: who groups by year gets a tenth of the groups.
    yield "ALTER TABLE dw.dim_fiscal_year ALTER COLUMN fiscal_year SET (n_distinct = 12)"
    for fact in ("fact_project", "fact_budget", "fact_indicator"):
        key = f"(filing_version_key * {SPREAD} + project_key)"
        yield f"CREATE STATISTICS dw.{fact}_filing_project ON {key} FROM dw.{fact}"


def _table(declared: Table) -> Iterator[str]:
    table = METADATA.tables[declared.full_name]
    statement = _sql(CreateTable(table))
    if declared.partition_by:
        statement = statement.replace("CREATE UNLOGGED TABLE", "CREATE TABLE", 1)
    yield statement
    if declared.partition_by and declared.schema == "staging":
        for area in range(AREAS):
            name = f"staging_areas.{declared.name}_{area}"
            bounds = f"FOR VALUES WITH (MODULUS {AREAS}, REMAINDER {area})"
            yield f"CREATE UNLOGGED TABLE {name} PARTITION OF {declared.full_name} {bounds}"
    elif declared.partition_by:
        ends = ["MINVALUE", *range(FIRST, LAST + 2), "MAXVALUE"]
        names = ["before", *range(FIRST, LAST + 1), "after"]
        for name, begin, end in zip(names, ends, ends[1:], strict=False):
            values = f"FOR VALUES FROM ({begin}) TO ({end})"
            yield f"CREATE TABLE dw_years.{declared.name}_{name} PARTITION OF {declared.full_name} {values}"
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield _sql(CreateIndex(index))
    yield _sql(SetTableComment(table))
    for column in table.columns:
        yield _sql(SetColumnComment(column))


def _functions() -> Iterator[str]:
    apart = [table.name for table in STAGING if table.partition_by]
    emptied = [name for name in apart if name != FILING.name]
    size = " + ".join(f"pg_relation_size(format('staging_areas.{name}_%s', area))" for name in emptied)
    truncated = ", ".join(f"staging_areas.{name}_%1$s" for name in emptied)
    yield _EMPTY.format(size=size, truncate=f"format('TRUNCATE {truncated}', area)")
    shared = [table.full_name for table in STAGING if not table.partition_by]
    analyzed = ", ".join([*shared, *(f"staging_areas.{name}_%1$s" for name in apart)])
    yield _ANALYZE_STAGING.format(analyze=f"format('ANALYZE {analyzed}', area)")
    yield _ANALYZE_FACTS
    for name, comment in _COMMENTS.items():
        yield f"COMMENT ON FUNCTION dw.{name} IS '{comment.replace(chr(39), chr(39) * 2)}'"


def _sql(statement: ExecutableDDLElement) -> str:
    compiled = str(statement.compile(dialect=_DIALECT))
    return "\n".join(line.rstrip() for line in compiled.strip().splitlines())
