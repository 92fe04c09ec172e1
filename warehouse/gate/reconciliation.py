"""The sum of the lines beside each stated total of a staged batch, and whether it holds.

The rule is that of `transform.checks.reconciliation`, in SQL: rounding is allowed, a missing line is not.
"""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.staging.area import Batch

RECONCILE = """
UPDATE staging.control c
SET loaded_yuan = sums.loaded, lines = sums.lines,
  holds = c.stated_yuan = sums.loaded OR (
    abs(c.stated_yuan - sums.loaded) <= sums.allowed
    AND abs(c.stated_yuan - sums.loaded) < sums.smallest)
FROM (
  SELECT k.filing_load_id, k.row_id, COALESCE(sum(b.amount_yuan), 0) AS loaded, count(b.row_id) AS lines,
    COALESCE(min(abs(b.amount_yuan)) FILTER (WHERE b.amount_yuan <> 0), 0) AS smallest,
    GREATEST(
      COALESCE(min(b.step_yuan), k.step_yuan) * count(b.row_id),
      CASE WHEN bool_or(b.unit_printed = k.unit_printed) THEN 0 ELSE k.step_yuan END) / 2 AS allowed
  FROM staging.control k
  LEFT JOIN staging.budget b ON b.filing_load_id = k.filing_load_id AND CASE
    WHEN k.members IS NOT NULL THEN b.row_id = ANY(k.members)
    ELSE b.section_seq = k.section_seq
      AND (k.statement IS NULL OR b.statement = k.statement)
      AND (k.unit IS NULL OR b.unit = k.unit)
      AND (k.project IS NULL OR b.project = k.project)
      AND (k.funding_source IS NULL OR b.funding_source = k.funding_source)
      AND (k.measure IS NULL OR b.measure = k.measure)
      AND (k.line_code IS NULL OR starts_with(b.line_code, k.line_code))
    END
  WHERE k.batch_id = :batch
  GROUP BY k.filing_load_id, k.row_id, k.step_yuan, k.unit_printed
) sums
WHERE c.filing_load_id = sums.filing_load_id AND c.row_id = sums.row_id"""

VOUCHED = """
UPDATE staging.control c
SET holds = true
WHERE c.batch_id = :batch AND NOT c.holds AND c.lines > 1 AND c.members IS NOT NULL
  AND abs(c.stated_yuan - c.loaded_yuan) <= (
    SELECT min(b.step_yuan) FROM staging.budget b
    WHERE b.filing_load_id = c.filing_load_id AND b.row_id = ANY(c.members))
  AND EXISTS (
    SELECT FROM staging.control o
    WHERE o.filing_load_id = c.filing_load_id AND o.stated_yuan = o.loaded_yuan AND o.lines > 0
      AND o.members @> c.members)"""
"""One last digit beside a line as small as it: another total that is exact sums all its lines, so that none is missing
(`vouched` in `transform.checks.reconciliation`)."""


def reconcile_batch(connection: sa.Connection, batch: Batch) -> None:
    """Fill `loaded_yuan`, `lines` and `holds` of every staged control of the batch."""
    for statement in (RECONCILE, VOUCHED):
        connection.execute(sa.text(batch.sql(statement)), {"batch": batch.id})
