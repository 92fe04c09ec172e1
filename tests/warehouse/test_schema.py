"""The database is what is declared: tables, comments, members, foreign keys; and the marts are what is promised."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from tests.warehouse.test_publishing import rows
from warehouse.schema import METADATA, TABLES
from warehouse.schema.marts import VIEWS

PROMISED = {
    "filing": "filing_id, title, kind, fiscal_year, year_basis, region_code, region, department, status, version,"
    " pending_version, pending_status, held_reasons, stated_total_yuan, loaded_total_yuan, difference_yuan, projects,"
    " indicators, coverage, reader, pages, source_url, sha256, loaded_at, flags, scope, sections, sections_held,"
    " amounts_accounted",
    "section": "filing_id, version, section_seq, kind, layout, title, unit, scope, fiscal_year, money_unit, first_page,"
    " last_page, status, held_reasons, stated_total_yuan, loaded_total_yuan, difference_yuan, lines, projects,"
    " indicators, coverage, amounts_accounted, flags",
    "project": "filing_id, fiscal_year, region_code, region, department, unit, project, goal, total_yuan, indicators,"
    " page, source_line, flags",
    "project_budget": "filing_id, fiscal_year, region_code, region, department, unit, project, funding_source,"
    " amount_yuan, amount_printed, unit_printed, page, source_line, flags",
    "indicator_target": "filing_id, fiscal_year, region_code, region, department, unit, project, subject,"
    " indicator_seq, indicator_no, promise_seq, level1, level2, indicator, horizon, target_text, kind, operator, value,"
    " value_upper, value_unit, base_value, base_unit, target_date, is_measurable, actual_text, actual_value, page,"
    " source_line, flags",
    "task": "filing_id, fiscal_year, region_code, region, department, task_seq, task, content, goal, amount_yuan, page,"
    " source_line, flags",
    "department_profile": "filing_id, fiscal_year, region_code, region, department, staff, subordinate_units, goal",
    "budget_statement": "filing_id, fiscal_year, region_code, region, department, unit, statement, line_code, line,"
    " measure, amount_yuan, page, source_line, flags",
    "control_total": "filing_id, total_of, scope, section_seq, organisation, project, statement, funding_source,"
    " stated_yuan, loaded_yuan, difference_yuan, lines, holds, page",
}
"""DESIGN part 4: these names, these columns, in this order; more may follow."""
MONEY_AND_INDICATORS = (
    "project",
    "project_budget",
    "indicator_target",
    "task",
    "department_profile",
    "budget_statement",
    "control_total",
    "statement",
)
COMPARISONS = ("project_lineage", "filing_change", "population", "load")
STATEMENTS = ("statement", "classification")
"""What the questions, and whoever asks for a past load, need beyond the promised views."""


@pytest.mark.parametrize("view", PROMISED)
def test_a_mart_view_begins_with_the_promised_columns(engine: Engine, view: str) -> None:
    promised = PROMISED[view].split(", ")
    columns = [column["name"] for column in sa.inspect(engine).get_columns(view, schema="mart")]
    assert columns[: len(promised)] == promised
    assert len(sa.inspect(engine).get_columns(view, schema="mart_zh")) == len(columns)


@pytest.mark.parametrize("view", MONEY_AND_INDICATORS)
def test_a_view_of_money_or_indicators_says_whose_which_section_and_where(engine: Engine, view: str) -> None:
    columns = {column["name"] for column in sa.inspect(engine).get_columns(view, schema="mart")}
    assert columns >= {"scope", "section_seq", "province", "city", "x0", "top", "x1", "bottom", "page"}


def test_there_are_no_other_mart_views(engine: Engine) -> None:
    declared = sorted([*PROMISED, *COMPARISONS, *STATEMENTS])
    assert sorted(sa.inspect(engine).get_view_names(schema="mart")) == declared
    assert sorted(sa.inspect(engine).get_view_names(schema="mart_zh")) == declared


def test_the_migrated_database_is_the_declared_one(engine: Engine) -> None:
    def declared(_name: str | None, kind: str, names: dict[str, str | None]) -> bool:
        return kind != "schema" or _name in ("dw", "staging", "audit")

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_schemas": True, "include_name": declared, "compare_type": True}
        )
        differences = [
            difference for difference in compare_metadata(context, METADATA) if "alembic_version" not in str(difference)
        ]
    assert differences == []


def test_every_table_view_and_column_has_a_comment(engine: Engine) -> None:
    without = rows(
        engine,
        "SELECT n.nspname, c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped"
        " WHERE n.nspname IN ('dw', 'staging', 'audit', 'mart', 'mart_zh') AND c.relkind IN ('r', 'p', 'v')"
        " AND c.relname <> 'alembic_version'"
        " AND (obj_description(c.oid) IS NULL OR col_description(c.oid, a.attnum) IS NULL)",
    )
    assert without == []


def test_every_dimension_has_its_two_members(engine: Engine) -> None:
    for table in TABLES:
        if table.is_dimension:
            (name,) = table.primary_key
            assert rows(engine, f"SELECT {name} FROM {table.full_name} WHERE {name} <= 0 ORDER BY 1") == [(-1,), (0,)]


def test_no_reference_of_a_fact_is_null(engine: Engine) -> None:
    for table in TABLES:
        if table.schema == "dw" and table.name.startswith(("fact_", "control_")):
            references = [column for column in table.columns if column.references]
            assert references
            assert not any(column.nullable for column in references)


def test_a_query_of_one_column_joins_only_what_it_needs(engine: Engine) -> None:
    """LEFT JOINs on primary keys: PostgreSQL drops the dimensions that a query does not use."""
    with engine.connect() as connection:
        plan = connection.execute(text("EXPLAIN SELECT sum(amount_yuan) FROM mart.project_budget")).scalars()
        assert "dim_" not in "\n".join(plan)


def test_every_view_says_over_what_it_adds() -> None:
    assert all(view.additive.endswith(".") for view in VIEWS)
