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

BY_LEVELS = """
WITH near AS (
  SELECT c.filing_load_id, c.row_id, c.members, lines.step
  FROM staging.control c
  CROSS JOIN LATERAL (
    SELECT min(b.step_yuan) AS step FROM staging.budget b
    WHERE b.filing_load_id = c.filing_load_id AND b.row_id = ANY(c.members)) lines
  WHERE c.batch_id = :batch AND NOT c.holds AND c.lines > 1 AND c.members IS NOT NULL
    AND abs(c.stated_yuan - c.loaded_yuan) * 2 <= lines.step * c.lines
), parts AS (
  SELECT n.filing_load_id, n.row_id, o.row_id AS part, o.members, o.stated_yuan
  FROM near n
  JOIN staging.control o ON o.filing_load_id = n.filing_load_id AND o.holds AND o.lines > 0
    AND o.members <@ n.members AND cardinality(o.members) < cardinality(n.members)
), highest AS (
  SELECT * FROM parts p WHERE NOT EXISTS (
    SELECT FROM parts q
    WHERE q.filing_load_id = p.filing_load_id AND q.row_id = p.row_id AND q.part <> p.part AND p.members <@ q.members
      AND (cardinality(q.members) > cardinality(p.members) OR q.part < p.part))
), pieces AS (
  SELECT filing_load_id, row_id, stated_yuan AS yuan FROM highest
  UNION ALL
  SELECT n.filing_load_id, n.row_id, b.amount_yuan
  FROM near n
  JOIN staging.budget b ON b.filing_load_id = n.filing_load_id AND b.row_id = ANY(n.members)
  WHERE NOT EXISTS (
    SELECT FROM highest h
    WHERE h.filing_load_id = n.filing_load_id AND h.row_id = n.row_id AND b.row_id = ANY(h.members))
), sums AS (
  SELECT filing_load_id, row_id, sum(yuan) AS yuan, count(*) AS pieces,
    min(abs(yuan)) FILTER (WHERE yuan <> 0) AS smallest
  FROM pieces GROUP BY filing_load_id, row_id
)
UPDATE staging.control c
SET holds = true
FROM near n JOIN sums s USING (filing_load_id, row_id)
WHERE c.filing_load_id = n.filing_load_id AND c.row_id = n.row_id
  AND (c.stated_yuan = s.yuan OR (
    abs(c.stated_yuan - s.yuan) * 2 <= n.step * s.pieces AND abs(c.stated_yuan - s.yuan) < s.smallest))
  AND NOT EXISTS (
    SELECT FROM highest p JOIN highest q USING (filing_load_id, row_id)
    WHERE p.filing_load_id = c.filing_load_id AND p.row_id = c.row_id AND p.part < q.part AND p.members && q.members)"""
"""A total of many rounded lines over the highest totals below it (`failing` in `transform.checks.reconciliation`); what
holds now may be a part of another, so it is asked again until nothing changes."""


def reconcile_batch(connection: sa.Connection, batch: Batch) -> None:
    """Fill `loaded_yuan`, `lines` and `holds` of every staged control of the batch."""
    for statement in (RECONCILE, VOUCHED):
        connection.execute(sa.text(batch.sql(statement)), {"batch": batch.id})
    by_levels = sa.text(batch.sql(BY_LEVELS))
    while connection.execute(by_levels, {"batch": batch.id}).rowcount:
        pass
