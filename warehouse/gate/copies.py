"""Copies: filings that say again what another one says, which would count its money and promises twice.

The bytes are the same, or the lines are: an article prints the table that is attached to it. Of two the later one is
the copy: what has been published longer stays, else the filing whose id comes first.
"""

from __future__ import annotations

from typing import Final

from warehouse.gate.expectation import digest
from warehouse.gate.siblings import CURRENT, SIBLING, YEAR

_SINCE: Final = (
    "COALESCE((SELECT min(p.from_load_id) FROM dw.publication p JOIN dw.dim_filing d USING (filing_key)"
    " WHERE d.filing_id = {0}.filing_id HAVING bool_or(p.to_load_id IS NULL)), 2147483647)"
)
"""The load since which a filing is published; beyond all loads if nothing of it is now."""
_STAGED: Final = (
    f"(SELECT f.*, {YEAR} AS year, {_SINCE.format('f')} AS since FROM staging.filing f"
    " WHERE f.batch_id = (SELECT batch_id FROM batch LIMIT 1))"
)
_BEFORE_IT: Final = "({0}, {1}.filing_id) < (f.since, f.filing_id)"
_ALREADY: Final = _BEFORE_IT.format(_SINCE.format("v"), "v")
_IN_THE_BATCH: Final = _BEFORE_IT.format("g.since", "g")
_NAMED: Final = "string_agg(DISTINCT filing_id, ', ' ORDER BY filing_id) AS filings"

EQUAL_BYTES: Final = f"""{_STAGED} f CROSS JOIN LATERAL (
  SELECT {_NAMED} FROM (
    SELECT v.filing_id FROM (
      SELECT d.filing_id FROM dw.dim_filing_version v
      {CURRENT}
      WHERE v.sha256 = f.sha256 AND v.kind = f.kind AND v.fiscal_year_key = f.year AND d.filing_id <> f.filing_id
    ) v WHERE {_ALREADY}
    UNION
    SELECT g.filing_id FROM {_STAGED} g
    WHERE g.sha256 = f.sha256 AND g.kind = f.kind AND g.year = f.year AND {_IN_THE_BATCH}
  ) other
) twin CROSS JOIN LATERAL (SELECT f.*, twin.filings) s"""
"""Staged filings `s`, with the `filings` of the same bytes that come before each."""


def _folded(text: str) -> str:
    """SQL: a line's name less blanks, brackets and colons in one width: media differ in these."""
    return f"translate({text}, '（）： \u3000', '():')"


def _said(*columns: str) -> str:
    """SQL: how many rows there are and what they say, whatever their order."""
    return f"count(*) AS rows, sum(CAST({digest(*columns)} AS numeric)) AS said"


def _member(key: str, text: str) -> str:
    """SQL: what a dimension says; nothing where it does not apply."""
    return f"CASE WHEN b.{key} > 0 THEN {text} ELSE '' END"


_BATCH: Final = "batch_id = (SELECT batch_id FROM batch LIMIT 1)"
_LINE: Final = ("b.statement", "COALESCE(b.funding_source, '')", "COALESCE(b.line_code, '')",
    _folded("COALESCE(b.line, '')"), "COALESCE(b.measure, '')", "b.amount_yuan")  # fmt: skip
_STAGED_LINES: Final = f"""
  SELECT b.filing_load_id, {_said("b.unit", "COALESCE(j.normalised_name, b.project, '')", *_LINE)}
  FROM (SELECT * FROM staging.budget WHERE {_BATCH}) b LEFT JOIN (
    SELECT filing_load_id, unit, project, min(normalised_name) AS normalised_name
    FROM staging.project WHERE {_BATCH} GROUP BY 1, 2, 3
  ) j ON j.filing_load_id = b.filing_load_id AND j.unit = b.unit AND j.project = b.project
  GROUP BY 1"""
_STAGED_PROMISES: Final = f"""
  SELECT t.filing_load_id, {_said("i.unit", "i.name", "t.horizon", "t.target_text")}
  FROM (SELECT * FROM staging.target WHERE {_BATCH}) t
  JOIN (SELECT * FROM staging.indicator WHERE {_BATCH}) i
    ON i.filing_load_id = t.filing_load_id AND i.row_id = t.indicator_row_id
  WHERE t.filing_load_id NOT IN (SELECT filing_load_id FROM lines)
  GROUP BY 1"""
_PUBLISHED_LINE: Final = (
    "unit.organization",
    _member("project_key", "project.normalised_name"),
    "statement.statement",
    _member("funding_source_key", "source.funding_source"),
    _member("classification_key", "line.line_code"),
    _folded(_member("classification_key", "line.line")),
    _member("measure_key", "measure.measure"),
    "b.amount_yuan",
)
_PUBLISHED_LINES: Final = f"""
  SELECT {_said(*_PUBLISHED_LINE)}
  FROM dw.fact_budget b
  JOIN dw.dim_organization unit USING (organization_key)
  JOIN dw.dim_project project USING (project_key)
  JOIN dw.dim_statement statement USING (statement_key)
  JOIN dw.dim_funding_source source USING (funding_source_key)
  JOIN dw.dim_classification line USING (classification_key)
  JOIN dw.dim_measure measure USING (measure_key)
  WHERE b.filing_version_key = v.filing_version_key AND NOT 'residual' = ANY(string_to_array(b.flags, ','))"""
_PUBLISHED_PROMISES: Final = f"""
  SELECT {_said("unit.organization", "indicator.indicator", "t.horizon", "t.target_text")}
  FROM dw.fact_indicator t
  JOIN dw.dim_organization unit USING (organization_key)
  JOIN dw.dim_indicator indicator USING (indicator_key)
  WHERE t.filing_version_key = v.filing_version_key"""

EQUAL_LINES: Final = f"""(
  WITH lines AS MATERIALIZED ({_STAGED_LINES}
  ), promises AS MATERIALIZED ({_STAGED_PROMISES}
  ), staged AS MATERIALIZED (
    SELECT f.*, lines.filing_load_id IS NOT NULL AS money,
      COALESCE(lines.rows, promises.rows) AS rows, COALESCE(lines.said, promises.said) AS said
    FROM {_STAGED} f LEFT JOIN lines USING (filing_load_id) LEFT JOIN promises USING (filing_load_id)
  ), kin AS MATERIALIZED (
    SELECT f.publisher_id, f.kind, f.year, v.filing_version_key, v.filing_id, v.sha256, v.scope
    FROM (SELECT DISTINCT publisher_id, kind, year FROM staged) f CROSS JOIN {SIBLING}
    WHERE v.kind = f.kind AND v.fiscal_year_key = f.year
  ), published AS MATERIALIZED (
    SELECT v.*, {_SINCE.format("v")} AS since, lines.rows > 0 AS money,
      COALESCE(promises.rows, lines.rows) AS rows, COALESCE(promises.said, lines.said) AS said
    FROM kin v CROSS JOIN LATERAL ({_PUBLISHED_LINES}) lines LEFT JOIN LATERAL ({_PUBLISHED_PROMISES}
    ) promises ON lines.rows = 0
  )
  SELECT f.*, first.filings FROM staged f CROSS JOIN LATERAL (
    SELECT (array_agg(filing_id ORDER BY since, filing_id))[1] AS filings FROM (
      SELECT publisher_id, kind, scope, year, filing_id, sha256, since, money, rows, said FROM published
      UNION SELECT publisher_id, kind, scope, year, filing_id, sha256, since, money, rows, said FROM staged
    ) g
    WHERE (g.publisher_id, g.kind, g.year, g.money, g.rows, g.said)
        = (f.publisher_id, f.kind, f.year, f.money, f.rows, f.said)
      AND (g.scope = f.scope OR g.scope IS NULL OR f.scope IS NULL)
      AND g.filing_id <> f.filing_id AND g.sha256 <> f.sha256 AND {_IN_THE_BATCH}
  ) first
) s"""
"""Staged filings `s`, with the first of the publisher's `filings` whose lines are the same, in other bytes. What
holds no money at all is compared by its promises. A department that is one unit alone files the same lines under both
scopes: neither is a copy, as money of two scopes is never added."""

PUBLISHED_ALIKE: Final = f"""
WITH mine AS (
  SELECT v.*, o.organization_code AS publisher_id, '' AS filing_id
  FROM dw.dim_filing_version v JOIN dw.dim_organization o ON o.organization_key = v.department_key
  WHERE v.filing_version_key = :version
), alike AS (
  SELECT v.* FROM mine f CROSS JOIN {SIBLING}
  WHERE v.kind = f.kind AND v.fiscal_year_key = f.fiscal_year_key AND v.filing_key <> f.filing_key
    AND (v.scope = f.scope OR v.scope IS NULL OR f.scope IS NULL)
), said AS (
  SELECT v.filing_id, lines.rows > 0 AS money, COALESCE(promises.rows, lines.rows) AS rows,
    COALESCE(promises.said, lines.said) AS said
  FROM (SELECT filing_id, filing_version_key FROM alike UNION ALL SELECT filing_id, filing_version_key FROM mine) v
  CROSS JOIN LATERAL ({_PUBLISHED_LINES}) lines LEFT JOIN LATERAL ({_PUBLISHED_PROMISES}
  ) promises ON lines.rows = 0
)
SELECT string_agg(other.filing_id, ', ' ORDER BY other.filing_id) FROM said mine JOIN said other
  ON other.filing_id <> '' AND (other.money, other.rows, other.said) = (mine.money, mine.rows, mine.said)
WHERE mine.filing_id = '' AND mine.rows > 0"""
"""The publisher's published filings that say line by line what the facts of `:version` say, which are not current."""
