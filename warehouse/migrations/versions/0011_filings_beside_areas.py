"""Emptying an area of staging leaves the filings: a decision's place in the queue is a row among them, and has no area.

A batch has few filings, whose rows are deleted. A person who decided had to wait for a free area before.

Revision ID: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = ("project", "budget", "control", "indicator", "target")

EMPTY = """
CREATE OR REPLACE FUNCTION dw.empty_staging(area integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
  IF {size} <= 1048576 THEN RETURN false; END IF;
  EXECUTE {truncate};
  RETURN true;
EXCEPTION
  WHEN lock_not_available OR deadlock_detected THEN RETURN false;
END $$"""


def upgrade() -> None:
    size = " + ".join(f"pg_relation_size(format('staging_areas.{table}_%s', area))" for table in TABLES)
    areas = ", ".join(f"staging_areas.{table}_%1$s" for table in TABLES)
    op.execute(EMPTY.format(size=size, truncate=f"format('TRUNCATE {areas}', area)"))
