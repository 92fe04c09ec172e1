"""A warehouse that holds every kind and scope at once: no chart, question or view adds one money twice."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bi.superset.charts import CALCULATED, CHARTS, DATASETS, Chart
from tests.warehouse.builders import LAYOUT, PUBLISHER, indicator, money, records, submission, total
from transform.layouts.layout import Layout
from transform.records import BudgetLine, Kind, MeasureKind, Records, Scope, TotalOf
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.questions import ask, questions
from warehouse.submission import Status

PROJECTS, STATEMENTS = Decimal("150000.00"), Decimal("200000.00")
"""What each filing of projects and each of statements holds."""
KINDS = {
    Kind.PROJECT_TARGET_TABLE: PROJECTS,
    Kind.PROJECT_TARGET_FORM: PROJECTS,
    Kind.SELF_EVALUATION: PROJECTS,
    Kind.REGION_TARGET_FORM: PROJECTS,
    Kind.MONITORING: PROJECTS,
    Kind.DEPARTMENT_TARGET_FORM: STATEMENTS,
    Kind.BUDGET_STATEMENT: STATEMENTS,
    Kind.GOVERNMENT_STATEMENT: STATEMENTS,
}
OWN = (Scope.DEPARTMENT, Scope.UNIT)
SCOPES = {kind: (Scope.GOVERNMENT,) if kind is Kind.GOVERNMENT_STATEMENT else OWN for kind in KINDS}
COUNT = sum(map(len, SCOPES.values()))
"""Filings a year."""
MEASURES = {"预算数": MeasureKind.BUDGET, "执行数": MeasureKind.EXECUTION}
"""Of a government's table: the same lines as they were planned and as they became."""
EXECUTED = (Kind.SELF_EVALUATION, Kind.MONITORING)
"""Their projects' money as it was planned and as it was spent: lines of a statement, not the projects' budget."""
ADDED_IN = ("fiscal_year", "filing_kind", "scope")


def _layout(kind: Kind) -> Layout:
    return dataclasses.replace(LAYOUT, name=f"by_hand_{kind.value}", kind=kind, row_floors={})


LAYOUTS = tuple(_layout(kind) for kind in KINDS)


def _statement(name: str, line: str, printed: str) -> BudgetLine:
    made = money("", printed, statement=name)
    return dataclasses.replace(
        made, unit=PUBLISHER.name, project=None, funding_source=None, line=line, classification_scheme="component"
    )


def _of(kind: Kind, scope: Scope, year: int) -> Records:
    """The same money under each kind and scope; only the stated totals tell which filing it is."""
    common: dict[str, Any] = {"layout": _layout(kind).name, "kind": kind, "scope": scope, "fiscal_year": year}
    if kind in EXECUTED:
        return _executed(common)
    if KINDS[kind] == PROJECTS:
        return records(**common)
    if kind is Kind.GOVERNMENT_STATEMENT:
        return _of_a_government(common)
    name = "dept_expenditure" if kind is Kind.DEPARTMENT_TARGET_FORM else "budget_expenditure"
    lines = (_statement(name, "基本支出", "15.00"), _statement(name, "项目支出", "5.00"))
    of_department = tuple(indicator(None, n, f"指标{n}", unit=PUBLISHER.name) for n in (1, 2))
    promised = of_department if kind is Kind.DEPARTMENT_TARGET_FORM else ()
    stated = (total(TotalOf.STATEMENT, "20.00", statement=name, members=(0, 1)),)
    return records(projects=(), budget_lines=lines, indicators=promised, stated_totals=stated, **common)


def _executed(common: dict[str, Any]) -> Records:
    lines = tuple(
        dataclasses.replace(line, statement="project_execution", measure=measure, measure_kind=kind)
        for measure, kind in MEASURES.items()
        for line in records().budget_lines
    )
    return records(**common, budget_lines=lines, stated_totals=())


def _of_a_government(common: dict[str, Any]) -> Records:
    name = "government_general_expenditure"
    lines = tuple(
        dataclasses.replace(_statement(name, line, printed), measure=measure, measure_kind=kind)
        for measure, kind in MEASURES.items()
        for line, printed in (("教育支出", "15.00"), ("卫生健康支出", "5.00"))
    )
    stated = tuple(
        dataclasses.replace(total(TotalOf.STATEMENT, "20.00", statement=name, members=(at, at + 1)), measure=measure)
        for at, measure in zip((0, 2), MEASURES, strict=True)
    )
    return records(projects=(), budget_lines=lines, indicators=(), stated_totals=stated, **common)


@pytest.fixture
def everything(loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr("transform.layouts.LAYOUTS", LAYOUTS)
    filings = [
        submission(
            _of(kind, scope, year), filing_id=f"{kind.value}-{scope.value}-{year}".replace("_", "-"), fiscal_year=year
        )
        for kind in KINDS
        for scope in SCOPES[kind]
        for year in (2023, 2024)
    ]
    outcomes = load_filings(loader, start_load(loader, "test"), filings)
    assert {(one.status, one.reasons) for one in outcomes} == {(Status.PUBLISHED, ())}
    return reader


def rows(engine: Engine, query: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def test_no_chart_question_or_view_adds_one_money_twice(everything: Engine) -> None:
    """One warehouse for all three: making it takes longer than asking."""
    _views_add_within_a_year_kind_and_scope(everything)
    for chart in CHARTS:
        _chart_shows_no_more_than_one_filing_holds(everything, chart)
    _questions_show_no_more_than_one_filing_holds(everything)
    _a_project_is_one_through_kinds_scopes_and_years(everything)


def _views_add_within_a_year_kind_and_scope(reader: Engine) -> None:
    """Grouped as the comments say, each sum is that of one filing, and of its controls."""
    for view, column in (
        ("project_budget", "amount_yuan"),
        ("project", "total_yuan"),
        ("budget_statement", "amount_yuan"),
    ):
        of_projects = [kind for kind, holds in KINDS.items() if holds == PROJECTS and kind not in EXECUTED]
        kinds = of_projects if view != "budget_statement" else [kind for kind in KINDS if kind not in of_projects]
        expected = {(y, k.value, s.value, KINDS[k]) for y in (2023, 2024) for k in kinds for s in SCOPES[k]}
        columns = ", ".join(ADDED_IN)
        where = f"{column} IS NOT NULL"
        if view == "budget_statement":
            columns += ", measure_kind"
            expected = {(y, k, s, measure, total) for y, k, s, total in expected for measure in _measures(k)}
        found = rows(
            reader, f"SELECT {columns}, sum({column}) AS total FROM mart.{view} WHERE {where} GROUP BY {columns}"
        )
        assert {tuple(row.values()) for row in found} == expected, view
    controls = rows(
        reader,
        "SELECT filing_id, fiscal_year, loaded_yuan FROM mart.control_total WHERE total_of IN ('filing', 'statement')"
        " AND funding_source IS NULL",
    )
    assert {row["loaded_yuan"] for row in controls} == {PROJECTS, STATEMENTS}
    assert len(controls) == 2 * (COUNT + 1 - 2 * len(EXECUTED))
    filings = rows(reader, "SELECT kind, scope, loaded_total_yuan, projects FROM mart.filing")
    assert {(one["kind"], one["scope"]) for one in filings} == {(k.value, s.value) for k in KINDS for s in SCOPES[k]}


def _measures(kind: str) -> tuple[str | None, ...]:
    return tuple(MEASURES.values()) if kind in (Kind.GOVERNMENT_STATEMENT, *EXECUTED) else (None,)


def _chart_shows_no_more_than_one_filing_holds(reader: Engine, chart: Chart) -> None:
    expressions = {one.name: one.expression for one in CALCULATED.get(chart.view, ())}
    metrics = {one.name: one.expression for one in DATASETS[chart.view]}
    wheres = " AND ".join(_condition(one.column, one.operator, one.value) for one in chart.filters) or "true"
    for metric in set(chart.metrics) & {"amount_wan", "indicators", "projects", "filings"}:
        groups = ", ".join(f"({expressions.get(column, column)})" for column in chart.columns)
        grouped = f" GROUP BY {groups}" if groups else ""
        found = rows(reader, f"SELECT {metrics[metric]} AS value FROM mart.{chart.view} WHERE {wheres}{grouped}")
        most = {
            "amount_wan": max(PROJECTS, STATEMENTS) / 10_000,
            "indicators": 4,  # of two years: an axis of departments adds what they promise each year
            "projects": 2,
            "filings": 2 * COUNT,
        }[metric]
        assert found, chart.name
        assert all(row["value"] <= most for row in found), chart.name


def _condition(column: str, operator: str, value: Any) -> str:
    if operator in ("IN", "NOT IN"):
        return f"{column} {operator} ({', '.join(repr(one) for one in value)})"
    return f"{column} {'=' if operator == '==' else '<>' if operator == '!=' else operator} {value!r}"


def _questions_show_no_more_than_one_filing_holds(reader: Engine) -> None:
    with reader.connect() as connection:
        for question in questions():
            answer = ask(connection, question)
            for row in answer.rows:
                named = dict(zip(answer.columns, row, strict=True))
                for column in ("amount_yuan", "total_yuan", "expenditure_yuan", "income_yuan"):
                    if named.get(column) is not None:
                        assert named[column] <= max(PROJECTS, STATEMENTS), (question.name, named)
                for column in ("indicators", "targets", "projects"):
                    if named.get(column) is not None:
                        assert named[column] <= 2, (question.name, named)


def _a_project_is_one_through_kinds_scopes_and_years(reader: Engine) -> None:
    (counted,) = rows(reader, "SELECT count(DISTINCT project_id) AS ids, count(*) AS rows FROM mart.project")
    assert counted == {"ids": 2, "rows": 2 * 4 * sum(holds == PROJECTS for holds in KINDS.values())}
