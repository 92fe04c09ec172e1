"""Which projects are called alike from one year to the next: found once, when a filing is published.

How alike two names are never changes, and neither do the facts of a version. So every pair that may ever have to be
shown is kept (`dw.project_likeness`), and no refresh is needed when another version becomes the current one: the view
`mart.project_lineage` leaves out pairs of which something surer is known.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

ALIKE = "0.6"
"""Least share of common character pairs at which two names are worth a person's look."""


def _pairs(name: str) -> str:
    """SQL: the set of neighbouring characters of a name, as an array."""
    return f"ARRAY(SELECT DISTINCT substr({name}, i, 2) FROM generate_series(1, length({name}) - 1) i)"


def _dice(one: str, other: str) -> str:
    """SQL: the share of elements that two sets, as arrays, have in common."""
    common = f"SELECT count(*) FROM unnest({one}) pair WHERE pair = ANY({other})"
    return f"round(2.0 * ({common}) / nullif(cardinality({one}) + cardinality({other}), 0), 3)"


LIKENESS_OF_NAMES = _dice(_pairs("now.normalised_name"), _pairs("was.normalised_name"))
"""SQL: how alike the members `now` and `was` of dim_project are called."""

_LOCK = """
SELECT pg_advisory_xact_lock(hashtext('yusuan project likeness'), hashtext(organization_code))
FROM (
  SELECT DISTINCT o.organization_code FROM dw.dim_filing_version v
  JOIN dw.dim_organization o ON o.organization_key = v.department_key
  WHERE v.filing_version_key = ANY(:versions) ORDER BY 1
) publisher"""


def _left_over(side: str, other: str) -> str:
    """SQL: the projects of one side of two neighbours that the other side does not have."""
    return f"""
  SELECT n.after_key, n.before_key, project.project_id, {_pairs("project.name")} AS pairs
  FROM neighbours n
  JOIN projects project ON project.filing_version_key = n.{side}_key
  WHERE NOT EXISTS (
    SELECT FROM projects same
    WHERE same.filing_version_key = n.{other}_key AND same.project_id = project.project_id)"""


_INSERT = f"""
WITH neighbours AS MATERIALIZED (
  SELECT DISTINCT
    (CASE WHEN w.fiscal_year_key < v.fiscal_year_key THEN v ELSE w END).filing_version_key AS after_key,
    (CASE WHEN w.fiscal_year_key < v.fiscal_year_key THEN w ELSE v END).filing_version_key AS before_key
  FROM dw.dim_filing_version v
  JOIN dw.dim_organization here ON here.organization_key = v.department_key
  JOIN dw.dim_organization there ON there.organization_code = here.organization_code
  JOIN dw.dim_filing_version w ON w.department_key = there.organization_key
    AND w.fiscal_year_key IN (v.fiscal_year_key - 1, v.fiscal_year_key + 1)
  WHERE v.filing_version_key = ANY(:versions) AND v.fiscal_year_key > 0 AND w.fiscal_year_key > 0
), projects AS MATERIALIZED (
  SELECT f.filing_version_key, project.project_id, min(project.normalised_name) AS name
  FROM (SELECT after_key AS filing_version_key FROM neighbours UNION SELECT before_key FROM neighbours) v
  JOIN dw.fact_project f USING (filing_version_key)
  JOIN dw.dim_project project ON project.project_key = f.project_key
  GROUP BY 1, 2
), after AS MATERIALIZED ({_left_over("after", "before")}
), before AS MATERIALIZED ({_left_over("before", "after")}
)
INSERT INTO dw.project_likeness (project_id, previous_project_id, score)
SELECT project_id, previous_project_id, score
FROM (
  SELECT DISTINCT ON (after.project_id, before.project_id) after.project_id, before.project_id AS previous_project_id,
    {_dice("after.pairs", "before.pairs")} AS score
  FROM after JOIN before USING (after_key, before_key)
  ORDER BY after.project_id, before.project_id
) pair
WHERE score >= {ALIKE}
ON CONFLICT DO NOTHING"""


def find_alike(connection: sa.Connection, versions: Collection[int]) -> int:
    """Keep the alike projects of these versions (keys), whose facts are in, and their neighbours; how many were new.

    Of two transactions that publish filings of one publisher the second waits, so that each pair is seen by one.
    """
    parameters = {"versions": list(versions)}
    connection.execute(sa.text(_LOCK), parameters)
    return connection.execute(sa.text(_INSERT), parameters).rowcount
