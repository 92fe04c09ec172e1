"""A way for the loader to gather the planner's statistics of the partitioned facts, which only their owner may.

Autovacuum gathers them of the partitions and never of the whole.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

ANALYZE_FACTS = """
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

COMMENT = """
COMMENT ON FUNCTION dw.analyze_facts IS
'Gathers the statistics of the partitioned facts; false if another session is at it or holds one of their tables.'"""


def upgrade() -> None:
    op.execute(ANALYZE_FACTS)
    op.execute(COMMENT)
