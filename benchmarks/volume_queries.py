"""What is asked at volume: the analysts' questions and the dashboard's charts, each with the facts it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bi.superset.charts import CALCULATED, CHARTS, DATASETS, Chart, Filter
from warehouse.questions import questions

FACTS = {
    "project": ("fact_project",),
    "project_lineage": ("fact_project",),
    "project_budget": ("fact_budget",),
    "indicator_target": ("fact_indicator",),
    "budget_statement": ("fact_budget",),
    "task": ("fact_task",),
    "department_profile": ("fact_department",),
    "control_total": ("control_total",),
    "filing": ("dim_filing_version",),
    "filing_change": ("fact_budget", "fact_project", "fact_indicator"),
    "population": (),
}
"""The tables whose rows a view of the mart shows; its dimensions are small."""

_SUMS = {
    "fact_project": "sum(total_yuan)",
    "fact_budget": "sum(amount_yuan)",
    "fact_indicator": "sum(base_value), max(length(target_text))",
    "fact_task": "sum(amount_yuan)",
    "fact_department": "sum(staff)",
    "control_total": "sum(stated_yuan)",
    "dim_filing_version": "sum(stated_total_yuan)",
}
PASSES = {
    table: f"SELECT fiscal_year_key, count(*), {sums} FROM dw.{table} GROUP BY 1" for table, sums in _SUMS.items()
}
"""One pass over a fact: every row is read, its measure added up by year."""

_OPERATORS = {"==": "=", "!=": "<>", "IN": "IN"}
_ROW_LIMIT = 10_000
"""Of every chart, as its parameters say."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of the mart: what it is for, and the tables it cannot do without."""

    title: str
    sql: str

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(fact for view in re.findall(r"\bmart\.(\w+)", self.sql) for fact in FACTS[view])


def asked_at_volume() -> Iterator[Query]:
    """The questions by number, then the charts in the dashboard's order."""
    for question in questions():
        yield Query(f"{question.number}. {question.english}", question.sql)
    for chart in CHARTS:
        yield Query(f"Chart: {chart.en}", _chart_sql(chart))


def _chart_sql(chart: Chart) -> str:
    """The statement Superset sends for a chart without any filter of the dashboard."""
    computed = (*DATASETS[chart.view], *CALCULATED.get(chart.view, ()))
    expressions = {one.name: one.expression for one in computed}
    selected = [f"{expressions.get(name, name)} AS {name}" for name in (*chart.columns, *chart.metrics)]
    parts = [f"SELECT {', '.join(selected)}", f"FROM mart.{chart.view}"]
    if chart.filters:
        parts.append(f"WHERE {' AND '.join(map(_condition, chart.filters))}")
    if chart.metrics and chart.columns:
        parts.append(f"GROUP BY {', '.join(chart.columns)} ORDER BY {chart.metrics[0]} DESC")
    if chart.order:
        ordered = ((one.removeprefix("-"), " DESC" if one.startswith("-") else "") for one in chart.order)
        parts.append(f"ORDER BY {', '.join(expressions.get(name, name) + way for name, way in ordered)}")
    return "\n".join([*parts, f"LIMIT {_ROW_LIMIT}"])


def _condition(one: Filter) -> str:
    return f"{one.column} {_OPERATORS[one.operator]} {_literal(one.value)}"


def _literal(value: str | int | list[str]) -> str:
    if isinstance(value, list):
        return f"({', '.join(map(_literal, value))})"
    return f"'{value}'" if isinstance(value, str) else str(value)
