"""Amounts and indicators are partitioned by fiscal year; every row, key and foreign key stays.

A partition holds one year; the first and the last hold all years before and after. They lie in a schema of their own,
so that `dw` shows tables of the star and no pieces of them.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"

FIRST, LAST = 2016, 2035
"""Years with a partition of their own."""

UNIQUE = {
    "fact_budget": "filing_version_key, statement_key, organization_key, project_key, classification_key,"
    " funding_source_key, expenditure_type_key, measure_key, fiscal_year_key",
    "fact_indicator": "filing_version_key, organization_key, project_key, subject, task, indicator_seq, horizon,"
    " promise_seq, fiscal_year_key",
}
KEY = {"fact_budget": "budget_key", "fact_indicator": "indicator_fact_key"}

DROP_VIEWS = """
DO $$
DECLARE view record;
BEGIN
  FOR view IN SELECT schemaname, viewname FROM pg_views WHERE schemaname IN ('mart', 'mart_zh') LOOP
    EXECUTE format('DROP VIEW IF EXISTS %I.%I CASCADE', view.schemaname, view.viewname);
  END LOOP;
END $$"""
"""Views and their functions are made anew after every upgrade (`warehouse.schema.installation`)."""


def upgrade() -> None:
    op.execute(DROP_VIEWS)
    for table in UNIQUE:
        _partition(table)


def _partition(table: str) -> None:
    old, new, key = f"dw_years.{table}_unpartitioned", f"dw.{table}", KEY[table]
    constraints = (
        f"SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{new}'::regclass"
    )
    found = op.get_bind().execute(text(constraints)).all()
    comment = op.get_bind().execute(text(f"SELECT obj_description('{new}'::regclass)")).scalar_one()
    (unique,) = (name for name, kind, _ in found if kind == "u")
    op.execute(f"ALTER TABLE {new} SET SCHEMA dw_years")
    op.execute(f"ALTER TABLE dw_years.{table} RENAME TO {table}_unpartitioned")
    op.execute(
        f"CREATE TABLE {new} (LIKE {old} INCLUDING COMMENTS INCLUDING DEFAULTS INCLUDING IDENTITY,"
        f" PRIMARY KEY ({key}, fiscal_year_key), CONSTRAINT {unique} UNIQUE ({UNIQUE[table]}))"
        " PARTITION BY RANGE (fiscal_year_key)"
    )
    op.create_table_comment(table, comment, schema="dw")
    bounds = ["MINVALUE", *range(FIRST, LAST + 2), "MAXVALUE"]
    names = ["before", *range(FIRST, LAST + 1), "after"]
    for name, begin, end in zip(names, bounds, bounds[1:], strict=False):
        op.execute(f"CREATE TABLE dw_years.{table}_{name} PARTITION OF {new} FOR VALUES FROM ({begin}) TO ({end})")
    op.execute(f"INSERT INTO {new} SELECT * FROM {old} ORDER BY {key}")
    for name, kind, definition in found:  # after the rows: they are checked as a whole
        if kind == "f":
            op.execute(f"ALTER TABLE {new} ADD CONSTRAINT {name} {definition}")
    op.execute(
        f"SELECT setval(pg_get_serial_sequence('{new}', '{key}'), last_value, is_called) FROM {_sequence(old, key)}"
    )
    op.execute(f"DROP TABLE {old}")


def _sequence(table: str, column: str) -> str:
    name: str = op.get_bind().execute(text(f"SELECT pg_get_serial_sequence('{table}', '{column}')")).scalar_one()
    return name
