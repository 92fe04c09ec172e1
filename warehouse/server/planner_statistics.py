"""The planner's statistics of what autovacuum comes by too late for, or not at all: a staged batch, partitioned facts.

The loader does not own the tables; `dw.analyze_staging` and `dw.analyze_facts` do it with the
owner's privileges.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlalchemy.exc

from extract.document import Finding, Severity
from warehouse.errors import DatabaseBusyError
from warehouse.load_record import keep_findings
from warehouse.staging.area import Batch

WORTH = 0.1
"""Share of all publications that must have come since the statistics; autovacuum takes the same share of rows."""

LARGE = 5_000
"""Staged rows from which a plan that takes a batch for a handful of rows costs more than the statistics do."""

IS_WORTH_IT = """
WITH gathered AS (
  SELECT min(COALESCE(last_analyze, '-infinity')) AS at FROM pg_stat_user_tables
  WHERE relid IN (CAST('dw.fact_budget' AS regclass), CAST('dw.fact_indicator' AS regclass))
    AND EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = 'dw' AND s.inherited
      AND s.tablename IN ('fact_budget', 'fact_indicator'))
)
SELECT count(*) FILTER (WHERE (l.finished_at <= gathered.at) IS NOT TRUE) > :worth * count(*)
FROM dw.publication p JOIN audit.load l ON l.load_id = p.from_load_id CROSS JOIN gathered"""
"""Where the statistics were broken off, the server keeps their time but not the statistics: then all is new."""


def describe_batch(engine: sa.Engine, batch: Batch, rows: int) -> None:
    """Gather the statistics of the staging tables when `rows` have been staged, if those are many.

    Without them the planner goes by those of some former batch, and compares each row with each. Where another session
    holds a table, it goes by what there is.
    """
    if rows >= LARGE:
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT dw.analyze_staging(:area)"), {"area": batch.area})


def refresh_statistics(engine: sa.Engine, load_id: int) -> bool:
    """Gather the statistics if the loads since the last time are worth it; returns whether that was done.

    Waits for nobody longer than seconds: another session that gathers them, or changes the tables, leaves it to the
    next load. What the server cannot do does not fail the load, and becomes an alarm of it.
    Raises DatabaseUnreachableError if the connection is lost.
    """
    try:
        with engine.begin() as connection:
            if not connection.execute(sa.text(IS_WORTH_IT), {"worth": WORTH}).scalar_one():
                return False
            return bool(connection.execute(sa.text("SELECT dw.analyze_facts()")).scalar_one())
    except (sqlalchemy.exc.DBAPIError, DatabaseBusyError) as error:
        message = f"the planner's statistics of the facts are not up to date, questions may be slow: {error}"
        finding = Finding(code="statistics_not_gathered", severity=Severity.CRITICAL, message=message)
        keep_findings(engine, load_id, None, [finding])
        return False
