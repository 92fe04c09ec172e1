"""What lets a project be joined, counted and followed through the years on millions of rows.

A mark on each indicator's first promise, the projects of adjoining years that are called alike, two indexes, and
statistics of the number that stands for a project within a filing.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

FIRST_PROMISES = """
UPDATE dw.fact_indicator f SET is_first = true
FROM (
  SELECT DISTINCT ON (filing_version_key, organization_key, project_key, subject, task, indicator_seq)
    indicator_fact_key, fiscal_year_key
  FROM dw.fact_indicator
  ORDER BY filing_version_key, organization_key, project_key, subject, task, indicator_seq, horizon, promise_seq
) first
WHERE first.indicator_fact_key = f.indicator_fact_key AND first.fiscal_year_key = f.fiscal_year_key"""

ALIKE = """
WITH side AS MATERIALIZED (
  SELECT DISTINCT o.organization_code AS publisher, v.kind, f.fiscal_year_key AS year, p.project_id, p.normalised_name,
    ARRAY(SELECT DISTINCT substr(p.normalised_name, i, 2) FROM generate_series(1, length(p.normalised_name) - 1) i)
      AS pairs
  FROM dw.fact_project f
  JOIN dw.dim_filing_version v ON v.filing_version_key = f.filing_version_key
  JOIN dw.dim_organization o ON o.organization_key = f.department_key
  JOIN dw.dim_project p ON p.project_key = f.project_key
  WHERE f.fiscal_year_key > 0
)
INSERT INTO dw.project_likeness (project_id, previous_project_id, score)
SELECT project_id, previous_project_id, score
FROM (
  SELECT DISTINCT after.project_id, before.project_id AS previous_project_id, round(2.0 * (
    SELECT count(*) FROM unnest(after.pairs) pair WHERE pair = ANY(before.pairs)
  ) / nullif(cardinality(after.pairs) + cardinality(before.pairs), 0), 3) AS score
  FROM side after
  JOIN side before ON (before.publisher, before.kind) = (after.publisher, after.kind) AND before.year = after.year - 1
    AND before.project_id <> after.project_id
) pair
WHERE score >= 0.6"""


def upgrade() -> None:
    _mark_first_promises()
    _keep_likeness()
    op.create_index("dim_filing_version_department_key_idx", "dim_filing_version", ["department_key"], schema="dw")
    op.create_index("dim_project_project_id_idx", "dim_project", ["project_id"], schema="dw")
    # Of 111 years that have a member about a dozen have facts: who groups by year gets a tenth of the groups.
    op.execute("ALTER TABLE dw.dim_fiscal_year ALTER COLUMN fiscal_year SET (n_distinct = 12)")
    for fact in ("fact_project", "fact_budget", "fact_indicator"):
        op.execute(
            f"CREATE STATISTICS dw.{fact}_filing_project ON ((filing_version_key::bigint << 32) + project_key)"
            f" FROM dw.{fact}"
        )


def _mark_first_promises() -> None:
    comment = "是否首个承诺. First promise of its indicator: its rows count indicators."
    column: sa.Column[bool] = sa.Column(
        "is_first", sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment
    )
    op.add_column("fact_indicator", column, schema="dw")
    op.execute(FIRST_PROMISES)
    op.alter_column("fact_indicator", "is_first", server_default=None, schema="dw")


def _keep_likeness() -> None:
    op.create_table(
        "project_likeness",
        sa.Column("project_id", sa.Integer(), autoincrement=False, comment="项目标识. The project of the later year."),
        sa.Column(
            "previous_project_id",
            sa.Integer(),
            autoincrement=False,
            comment="上年项目标识. The project of the year before.",
        ),
        sa.Column(
            "score",
            sa.Numeric(),
            nullable=False,
            comment="相似度. Share of common character pairs (Dice), 0 to 1. Additive: not additive.",
        ),
        sa.PrimaryKeyConstraint("project_id", "previous_project_id"),
        schema="dw",
        comment="项目名称相似度. Two projects of one publisher in adjoining years whose names are alike: worth a"
        " person's look.",
    )
    op.execute(ALIKE)
