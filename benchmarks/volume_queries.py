"""What is asked at volume: the analysts' questions and the dashboard's charts, each with the tables it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bi.superset.charts import CALCULATED, CHARTS, DATASETS, Chart, Filter
from warehouse.questions import questions

FACTS = {
    "project": ("dw.fact_project",),
    "project_lineage": ("dw.fact_project", "dw.dim_project"),
    "project_budget": ("dw.fact_budget",),
    "indicator_target": ("dw.fact_indicator",),
    "budget_statement": ("dw.fact_budget",),
    "task": ("dw.fact_task",),
    "department_profile": ("dw.fact_department",),
    "control_total": ("dw.control_total",),
    "filing": ("dw.dim_filing", "dw.dim_filing_version", "dw.publication", "audit.filing_load"),
    "filing_change": ("dw.fact_budget", "dw.fact_project", "dw.fact_indicator"),
    "population": (),
}
"""The tables whose rows a view of the mart shows; its dimensions are small."""

PASSES = {
    "dw.fact_project": "SELECT fiscal_year_key, count(*), sum(total_yuan) FROM dw.fact_project GROUP BY 1",
    "dw.fact_budget": "SELECT fiscal_year_key, count(*), sum(amount_yuan) FROM dw.fact_budget GROUP BY 1",
    "dw.fact_indicator": "SELECT fiscal_year_key, count(*), sum(base_value), max(length(target_text))"
    " FROM dw.fact_indicator GROUP BY 1",
    "dw.fact_task": "SELECT fiscal_year_key, count(*), sum(amount_yuan) FROM dw.fact_task GROUP BY 1",
    "dw.fact_department": "SELECT fiscal_year_key, count(*), sum(staff) FROM dw.fact_department GROUP BY 1",
    "dw.control_total": "SELECT fiscal_year_key, count(*), sum(stated_yuan) FROM dw.control_total GROUP BY 1",
    "dw.dim_project": "SELECT count(*), count(DISTINCT project_id) FROM dw.dim_project",
    "dw.dim_filing": "SELECT fiscal_year_key, count(*) FROM dw.dim_filing GROUP BY 1",
    "dw.dim_filing_version": "SELECT fiscal_year_key, count(*), sum(stated_total_yuan)"
    " FROM dw.dim_filing_version GROUP BY 1",
    "dw.publication": "SELECT to_load_id, count(*) FROM dw.publication GROUP BY 1",
    "audit.filing_load": "SELECT status, count(*) FROM audit.filing_load GROUP BY 1",
}
"""One pass over a table: every row is read, its measure added up by year."""

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
