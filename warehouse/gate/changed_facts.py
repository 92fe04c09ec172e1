"""How many published facts a staged filing would change or retire: what the guard over a whole load adds up."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.schema.flags import RESIDUAL
from warehouse.staging.area import Batch

COUNT = f"""
UPDATE staging.filing s SET changed_facts = lost.budget + lost.indicator
FROM dw.dim_filing d
JOIN dw.publication p ON p.filing_key = d.filing_key AND p.to_load_id IS NULL
CROSS JOIN LATERAL (SELECT f.filing_load_id FROM staging.filing f
  WHERE f.batch_id = :batch AND f.filing_id = d.filing_id) a
CROSS JOIN LATERAL (SELECT
  (SELECT count(*) FROM (
    SELECT unit.organization, project.project, statement.statement, line.line, source.funding_source, b.amount_yuan
    FROM dw.fact_budget b
    JOIN dw.dim_organization unit USING (organization_key)
    JOIN dw.dim_project project USING (project_key)
    JOIN dw.dim_statement statement USING (statement_key)
    JOIN dw.dim_classification line USING (classification_key)
    JOIN dw.dim_funding_source source USING (funding_source_key)
    WHERE b.filing_version_key = p.filing_version_key AND b.flags <> '{RESIDUAL}'
    EXCEPT ALL
    SELECT unit, COALESCE(project, '不适用'), statement, COALESCE(line, '不适用'), COALESCE(funding_source, '不适用'),
      amount_yuan
    FROM staging.budget n WHERE n.filing_load_id = a.filing_load_id) gone) AS budget,
  (SELECT count(*) FROM (
    SELECT unit.organization, project.project, indicator.indicator, i.horizon, i.target_text
    FROM dw.fact_indicator i
    JOIN dw.dim_organization unit USING (organization_key)
    JOIN dw.dim_project project USING (project_key)
    JOIN dw.dim_indicator indicator USING (indicator_key)
    WHERE i.filing_version_key = p.filing_version_key
    EXCEPT ALL
    SELECT n.unit, COALESCE(n.project, '不适用'), COALESCE(NULLIF(n.name, ''), '未知'), t.horizon, t.target_text
    FROM staging.target t
    JOIN staging.indicator n ON n.filing_load_id = t.filing_load_id AND n.row_id = t.indicator_row_id
    WHERE t.filing_load_id = a.filing_load_id) gone) AS indicator) lost
WHERE s.filing_load_id = a.filing_load_id"""

KEEP = """
UPDATE audit.filing_load a SET counts = a.counts || jsonb_build_object('changed_facts', f.changed_facts)
FROM staging.filing f
WHERE f.batch_id = :batch AND f.filing_load_id = a.filing_load_id AND f.changed_facts IS NOT NULL"""


def count_changed_facts(connection: sa.Connection, batch: Batch) -> None:
    """Fill `changed_facts` of every staged filing of which a version is published, and keep it in the audit."""
    connection.execute(sa.text(batch.sql(COUNT)), {"batch": batch.id})
    connection.execute(sa.text(batch.sql(KEEP)), {"batch": batch.id})
