"""Staged rows of a batch lie in partitions that are its own while it is loaded, and are emptied at once.

In one table for all batches, each read the rows of the others and what those before it had deleted: with every batch of
a backfill the next one took longer. What is staged at the moment of the upgrade is of no load that still runs.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"

AREAS = 16
TABLES = ("filing", "project", "budget", "control", "indicator", "target")
SHARED = ("task", "profile", "statement", "classification")

EMPTY = """
CREATE FUNCTION dw.empty_staging(area integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
  IF {size} <= 1048576 THEN RETURN false; END IF;
  EXECUTE {truncate};
  RETURN true;
EXCEPTION
  WHEN lock_not_available OR deadlock_detected THEN RETURN false;
END $$"""
"""Making files anew costs more than deleting the rows of a megabyte."""

ANALYZE = """
CREATE FUNCTION dw.analyze_staging(area integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' SET default_statistics_target = '10' AS $$
BEGIN
  EXECUTE {analyze};
  RETURN true;
EXCEPTION
  WHEN lock_not_available OR deadlock_detected THEN RETURN false;
END $$"""

COMMENTS = (
    "COMMENT ON FUNCTION dw.empty_staging IS"
    " 'Empties an area of staging that holds more than a megabyte; false if its rows are left to be deleted.'",
    "COMMENT ON FUNCTION dw.analyze_staging IS"
    " 'Gathers the statistics of an area of staging; false if another session holds one of its tables.'",
)


def upgrade() -> None:
    for table in TABLES:
        _partition(table)
        op.drop_index(f"held_{table}_batch_id_idx", table_name=f"held_{table}", schema="audit")
    op.execute("DROP FUNCTION dw.analyze_staging()")
    areas = [f"staging_areas.{table}_%1$s" for table in TABLES]
    size = " + ".join(f"pg_relation_size(format('staging_areas.{table}_%s', area))" for table in TABLES)
    op.execute(EMPTY.format(size=size, truncate=f"format('TRUNCATE {', '.join(areas)}', area)"))
    analyzed = ", ".join([*(f"staging.{table}" for table in SHARED), *areas])
    op.execute(ANALYZE.format(analyze=f"format('ANALYZE {analyzed}', area)"))
    for comment in COMMENTS:
        op.execute(comment)


def _partition(table: str) -> None:
    name = f"staging.{table}"
    old = f"staging_areas.{table}_unpartitioned"
    comment = op.get_bind().execute(text(f"SELECT obj_description('{name}'::regclass)")).scalar_one()
    op.execute(f"ALTER TABLE {name} SET SCHEMA staging_areas")
    op.execute(f"ALTER TABLE staging_areas.{table} RENAME TO {table}_unpartitioned")
    op.execute(
        f"CREATE TABLE {name} (LIKE {old} INCLUDING COMMENTS INCLUDING DEFAULTS,"
        " PRIMARY KEY (filing_load_id, row_id, batch_id)) PARTITION BY HASH (batch_id)"
    )
    op.create_table_comment(table, comment, schema="staging")
    op.execute(f"DROP TABLE {old}")
    for area in range(AREAS):
        op.execute(
            f"CREATE UNLOGGED TABLE staging_areas.{table}_{area} PARTITION OF {name}"
            f" FOR VALUES WITH (MODULUS {AREAS}, REMAINDER {area})"
        )
