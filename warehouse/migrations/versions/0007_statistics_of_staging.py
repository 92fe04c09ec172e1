"""A way for the loader to gather the planner's statistics of the staging tables, which only their owner may.

Autovacuum gathers them of whatever batch is there when it comes by; of the next one they say that it has no rows.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

ANALYZE_STAGING = """
CREATE FUNCTION dw.analyze_staging() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' SET default_statistics_target = '10' AS $$
BEGIN
  ANALYZE staging.filing, staging.project, staging.budget, staging.control, staging.indicator, staging.target,
    staging.task, staging.profile, staging.statement, staging.classification;
  RETURN true;
EXCEPTION
  WHEN lock_not_available OR deadlock_detected THEN RETURN false;
END $$"""
"""A sample of 3,000 rows a table: enough to tell how many there are, in milliseconds."""

COMMENT = """
COMMENT ON FUNCTION dw.analyze_staging IS
'Gathers the statistics of the staging tables; false if another session holds one of them.'"""


def upgrade() -> None:
    op.execute(ANALYZE_STAGING)
    op.execute(COMMENT)
