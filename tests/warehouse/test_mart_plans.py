"""The marts are wide but cheap: what a query does not use is not joined. Each measure says what it adds over."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from warehouse.schema.marts import VIEWS
from warehouse.schema.views import View

FACTS = {
    "project": "fact_project",
    "project_budget": "fact_budget",
    "indicator_target": "fact_indicator",
    "task": "fact_task",
    "department_profile": "fact_department",
    "budget_statement": "fact_budget",
    "control_total": "control_total",
}
PARTITION = re.compile(r"_(\d{4}|before|after)$")
MEASURES = [(view.name, column) for view in VIEWS for column in view.columns if column.adds_over is not None]


def tables(plan: Any) -> Iterator[str]:
    """The names of the tables a plan reads; a partition counts as its table."""
    if isinstance(plan, list):
        for one in plan:
            yield from tables(one)
    elif isinstance(plan, dict):
        if "Relation Name" in plan:
            yield PARTITION.sub("", plan["Relation Name"])
        for value in plan.values():
            yield from tables(value)


def read_by(engine: Engine, query: str) -> set[str]:
    with engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN (FORMAT JSON) {query}")).scalar_one()
    return set(tables(json.loads(plan) if isinstance(plan, str) else plan))


@pytest.mark.parametrize("view", FACTS)
def test_a_count_reads_the_fact_alone(engine: Engine, view: str) -> None:
    # The index that finds a line's upper levels keeps digests of codes: PostgreSQL cannot tell that it finds one.
    found = {"fact_classification", "dim_classification"} if view == "budget_statement" else set()
    assert read_by(engine, f"SELECT count(*) FROM mart.{view}") == {FACTS[view], "publication"} | found
    assert read_by(engine, f"SELECT count(*) FROM mart_zh.{view}") == {FACTS[view], "publication"} | found


@pytest.mark.parametrize(
    ("query", "dimensions"),
    [
        ("SELECT unit, sum(amount_yuan) FROM mart.project_budget GROUP BY 1", {"dim_organization"}),
        ("SELECT funding_source, sum(amount_yuan) FROM mart.project_budget GROUP BY 1", {"dim_funding_source"}),
        ("SELECT region, sum(total_yuan) FROM mart.project GROUP BY 1", {"dim_region"}),
        ("SELECT level1, count(*) FROM mart.indicator_target GROUP BY 1", {"dim_indicator"}),
    ],
)  # fmt: skip
def test_a_query_joins_the_dimensions_it_names(engine: Engine, query: str, dimensions: set[str]) -> None:
    found = read_by(engine, query)
    assert {name for name in found if name.startswith("dim_")} == dimensions


@pytest.mark.parametrize(
    ("condition", "years"),
    [
        ("= 2024", {"2024"}),
        ("IN (2023, 2025)", {"2023", "2025"}),
        ("BETWEEN 2030 AND 2031", {"2030", "2031"}),
        (">= 2035", {"2035", "after"}),
    ],
)
def test_a_filter_on_years_reads_those_years_partitions(engine: Engine, condition: str, years: set[str]) -> None:
    with engine.connect() as connection:
        for view, year in (("mart.indicator_target", "fiscal_year"), ("mart_zh.project_budget", '"预算年度"')):
            query = f"EXPLAIN SELECT count(*) FROM {view} WHERE {year} {condition}"
            plan = "\n".join(connection.execute(text(query)).scalars())
            assert set(re.findall(r"fact_\w+_(\d{4}|before|after) ", plan)) == years


def test_the_planner_knows_how_many_projects_the_filings_have(engine: Engine) -> None:
    """By the statistics of the very expression that the views show; without them it guesses 200 at any size."""
    with engine.begin() as connection:
        definition = text("SELECT pg_get_viewdef('mart.project'::regclass, false)")
        (shown,) = re.findall(r"(\S[^\n]*) AS filing_project_key", connection.execute(definition).scalar_one())
        kept = connection.execute(text("SELECT tablename, expr FROM pg_stats_ext_exprs ORDER BY 1")).all()
        if not kept:
            connection.execute(text("ANALYZE dw.fact_budget, dw.fact_indicator, dw.fact_project"))
            kept = connection.execute(text("SELECT tablename, expr FROM pg_stats_ext_exprs ORDER BY 1")).all()
    assert {name for name, _ in kept} == {"fact_budget", "fact_indicator", "fact_project"}
    assert {expression for _, expression in kept} == {shown.replace("f.", "")}


def test_projects_of_filings_have_hashes_of_their_own(engine: Engine) -> None:
    """A join by `version << 32 + project` compared each row with six: the hash of a bigint is its halves' XOR."""
    definition = "substring(pg_get_viewdef('mart.project'::regclass, false) FROM '([^\n]*) AS filing_project_key')"
    with engine.connect() as connection:
        expression = connection.execute(text(f"SELECT replace({definition}, 'f.', '')")).scalar_one()
        keys = (
            f"SELECT {expression} AS key"
            " FROM generate_series(1, 300) filing_version_key, generate_series(-1, 298) project_key"
        )
        counts = f"SELECT count(*), count(DISTINCT key), count(DISTINCT hashint8(key)) FROM ({keys}) k"
        rows, keys_of_their_own, hashes = connection.execute(text(counts)).one()
    assert keys_of_their_own == rows
    assert hashes > 0.99 * rows


def test_a_filing_is_listed_without_reading_the_nights_that_said_unchanged(engine: Engine) -> None:
    """After a year of nights the list took a hundred times as long: each filing's attempts were all read."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        plan = connection.execute(text("EXPLAIN SELECT status, held_reasons FROM mart.filing")).scalars().all()
    reads = [(line, following) for line, following in itertools.pairwise(plan) if " on filing_load " in line]
    assert len(reads) == 3  # the newest version, the newest attempt, and whether a failed one was followed
    assert all("Index Cond: ((filing_key = " in following and "status" in following for _, following in reads)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_number_is_a_measure_that_says_what_it_adds_over(engine: Engine, view: View) -> None:
    with engine.connect() as connection:
        numeric = connection.execute(
            text(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = 'mart' AND table_name = :view AND data_type = 'numeric'"
            ),
            {"view": view.name},
        ).scalars()
        measures = {column.name for column in view.columns if column.adds_over is not None}
        places = {"x0", "top", "x1", "bottom"}
        assert set(numeric) - places <= measures


@pytest.mark.parametrize(("view", "measure"), MEASURES, ids=lambda one: getattr(one, "name", one))
def test_a_measure_adds_over_columns_of_its_view_and_never_over_years(view: str, measure: Any) -> None:
    columns = {column.name for one in VIEWS if one.name == view for column in one.columns}
    assert set(measure.adds_over) <= columns
    assert not set(measure.adds_over) & {"fiscal_year", "filing_kind", "measure", "horizon"}


def test_the_comment_of_a_measure_says_it_to_a_bi_tool(engine: Engine) -> None:
    with engine.connect() as connection:
        comment = connection.execute(
            text("SELECT col_description('mart.project_budget'::regclass, attnum) FROM pg_attribute"
                 " WHERE attrelid = 'mart.project_budget'::regclass AND attname = 'amount_yuan'")
        ).scalar_one()  # fmt: skip
    assert comment == (
        "金额（元）. Exact. Unit: yuan. Adds over (可加维度): filing_id, region_code, region, department, unit,"
        " project, funding_source."
    )


@pytest.mark.parametrize("view", [*FACTS, "filing"])
def test_there_is_a_date_for_time_axes(engine: Engine, view: str) -> None:
    with engine.connect() as connection:
        types = connection.execute(
            text(
                "SELECT data_type FROM information_schema.columns WHERE table_schema = 'mart'"
                " AND table_name = :view AND column_name = 'fiscal_year_start'"
            ),
            {"view": view},
        ).scalars().all()  # fmt: skip
    assert types == ["date"]
