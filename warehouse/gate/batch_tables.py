"""Temporary tables that expectations share: what several of them would look for in each staged row is looked for once.

They live in the session that judges, and end with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from warehouse.gate.expectation import Expectation, digest
from warehouse.schema.staging import STAGING
from warehouse.staging.area import Batch


def batch_tables(expectations: Iterable[Expectation], batch: Batch) -> Iterator[str]:
    """The statements that make them for a batch, in their order.

    `suspect_…` of each staging table: its rows that do not meet some condition over a row alone; `said_indicator`: each
    indicator in numbers; `repeated_indicator`: those of it whose subject has another of the same name; `said_project`:
    what holds of all indicators of a project.
    """
    declared = list(expectations)
    for table in STAGING:
        alone = [one.suspects for one in declared if one.table is table and one.suspects]
        yield (
            f"CREATE TEMPORARY TABLE suspect_{table.name} AS SELECT s.* FROM {batch.sql(table.full_name)} s"
            f" WHERE s.batch_id = {batch.id:d} AND ({' OR '.join(f'({where})' for where in alone) or 'false'})"
        )
    yield batch.sql(SAID_INDICATOR.format(batch=f"{batch.id:d}"))
    yield "SET LOCAL default_statistics_target = 10"
    yield "ANALYZE said_indicator"
    yield REPEATED_INDICATOR
    yield SAID_PROJECT


SAID_INDICATOR = f"""
CREATE TEMPORARY TABLE said_indicator AS
SELECT s.filing_load_id, s.row_id,
  {digest("s.subject", "s.unit", "s.project", "s.task", "x.kind", "x.scope", "x.fiscal_year")} AS subject, s.seq,
  s.section_seq,
  s.number, s.number <> CAST(s.seq AS text) AS out_of_place, s.weight,
  s.project IS NOT NULL AS names_project, COALESCE(own.row_id, p.row_id) AS project_row_id,
  s.name <> '' AS named, {digest("s.name")} AS name, {digest("s.level1", "s.level2")} AS branch,
  COALESCE(t.annual, 0) AS annual, COALESCE(t.cycle, 0) AS cycle, COALESCE(t.promised, 0) AS promised,
  COALESCE(t.twice, false) AS promised_twice
FROM staging.indicator s
LEFT JOIN staging.section x ON x.filing_load_id = s.filing_load_id AND x.section_seq = s.section_seq
  AND x.batch_id = {{batch}}
LEFT JOIN (
  SELECT filing_load_id, section_seq, unit, project, min(row_id) AS row_id
  FROM staging.project WHERE batch_id = {{batch}} GROUP BY 1, 2, 3, 4
) own ON own.filing_load_id = s.filing_load_id AND own.section_seq = s.section_seq AND own.unit = s.unit
  AND own.project = s.project
LEFT JOIN (
  SELECT filing_load_id, unit, project, min(row_id) AS row_id FROM staging.project WHERE batch_id = {{batch}}
  GROUP BY 1, 2, 3
) p ON p.filing_load_id = s.filing_load_id AND p.unit = s.unit AND p.project = s.project
LEFT JOIN (
  SELECT filing_load_id, indicator_row_id, count(*) FILTER (WHERE horizon = 'annual') AS annual,
    count(*) FILTER (WHERE horizon = 'cycle') AS cycle,
    bit_xor({digest("horizon", "promise_seq", "target_text")}) AS promised,
    count(*) > 1 AND count(*) > count(DISTINCT (horizon, promise_seq)) AS twice
  FROM staging.target WHERE batch_id = {{batch}} GROUP BY 1, 2
) t ON t.filing_load_id = s.filing_load_id AND t.indicator_row_id = s.row_id
WHERE s.batch_id = {{batch}}"""
"""Digests stand for texts: grouping by these takes a fraction of the time."""

REPEATED_INDICATOR = """
CREATE TEMPORARY TABLE repeated_indicator AS
SELECT said.*
FROM (SELECT filing_load_id, subject, name FROM said_indicator WHERE named GROUP BY 1, 2, 3 HAVING count(*) > 1) again
JOIN said_indicator said USING (filing_load_id, subject, name)"""

SAID_PROJECT = """
CREATE TEMPORARY TABLE said_project AS
SELECT filing_load_id, project_row_id AS row_id, bool_or(annual + cycle = 0) AS lacks_target,
  CASE WHEN count(*) = count(weight) THEN sum(weight) END AS weights
FROM said_indicator WHERE project_row_id IS NOT NULL GROUP BY 1, 2"""
