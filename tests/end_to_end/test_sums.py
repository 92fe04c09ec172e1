"""What may be added gives what the publishers printed, under any filter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

CONTROLS = """
SELECT filing_id, total_of, organisation, project, statement, funding_source, loaded_yuan
FROM mart.control_total WHERE line IS NULL AND line_code IS NULL AND measure IS NULL"""


def rows(engine: Engine, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), parameters)]


def test_the_lines_under_every_printed_total_sum_to_what_its_control_says(samples: Engine) -> None:
    """Each control is a filter: by filing, unit, project, statement, funding source, in every combination printed.

    Totals of a line or a column of a statement are the gate's own sums (`tests/warehouse/test_reconciliation.py`).
    """
    checked = 0
    for filing, total_of, unit, project, statement, source, loaded in rows(samples, CONTROLS):
        view = "project_budget" if statement == "project_expenditure" else "budget_statement"
        where = {"filing_id": filing}
        if total_of in ("unit", "project"):
            where["unit"] = unit
        if project is not None:
            where["project"] = project
        if view == "budget_statement":
            where["statement"] = statement
        if source is not None:
            where["funding_source"] = source
        conditions = " AND ".join(f"{name} = :{name}" for name in where)
        ((found,),) = rows(
            samples, f"SELECT coalesce(sum(amount_yuan), 0) FROM mart.{view} WHERE {conditions}", **where
        )
        assert found == loaded, where
        checked += 1
    assert checked > 100


def test_counted_indicators_are_those_the_filings_print(samples: Engine) -> None:
    """Whatever is filtered by place or project; a promise for the cycle does not count its indicator again."""
    with samples.connect() as connection:
        counted = connection.execute(
            text("SELECT filing_id, sum(indicator_count) FROM mart.indicator_target GROUP BY 1 ORDER BY 1")
        ).all()
        printed = connection.execute(
            text(
                "SELECT filing_id, indicators FROM mart.filing WHERE status = 'published' AND indicators > 0 ORDER BY 1"
            )
        ).all()
    assert [tuple(row) for row in counted] == [tuple(row) for row in printed]


def test_the_measures_of_all_views_agree(samples: Engine) -> None:
    """Money by project, by project and source, and by filing; indicators by project, by promise, and by filing."""
    assert rows(
        samples,
        """
        SELECT filing_id, f.loaded_total_yuan, f.indicators, p.total, b.total, p.indicators, t.indicators
        FROM mart.filing f
        JOIN (SELECT filing_id, sum(total_yuan) AS total, sum(indicators) AS indicators
              FROM mart.project GROUP BY 1) p USING (filing_id)
        JOIN (SELECT filing_id, sum(amount_yuan) AS total FROM mart.project_budget GROUP BY 1) b USING (filing_id)
        JOIN (SELECT filing_id, count(DISTINCT (unit, project, subject, task, indicator_seq)) AS indicators
              FROM mart.indicator_target GROUP BY 1) t USING (filing_id)
        WHERE (f.loaded_total_yuan, f.indicators) IS DISTINCT FROM (p.total, t.indicators)
           OR (p.total, p.indicators) IS DISTINCT FROM (b.total, t.indicators)
        """,
    ) == []  # fmt: skip


@pytest.mark.parametrize("column", ["unit", "project", "funding_source", "filing_id", "department", "region"])
def test_money_regrouped_is_the_same_money(samples: Engine, column: str) -> None:
    """Within one year and one kind of filing, over each column the amount is declared to add over."""
    assert (
        rows(
            samples,
            f"""
        SELECT * FROM (
          SELECT fiscal_year, filing_kind, sum(total) FROM (
            SELECT fiscal_year, filing_kind, {column}, sum(amount_yuan) AS total
            FROM mart.project_budget GROUP BY fiscal_year, filing_kind, {column}) parts
          GROUP BY fiscal_year, filing_kind
          EXCEPT
          SELECT fiscal_year, kind, sum(loaded_total_yuan) FROM mart.filing
          WHERE status = 'published' GROUP BY fiscal_year, kind) differing""",
        )
        == []
    )


def test_a_department_forms_axes_show_the_same_money_once_each(samples: Engine) -> None:
    money = """
        SELECT statement, sum(amount_yuan) FROM mart.budget_statement
        WHERE filing_id = 'liwan-kegongxin-2024-department' GROUP BY 1 ORDER BY 1"""
    assert rows(samples, money) == [
        ("dept_expenditure", Decimal("61602400.00")),
        ("dept_income", Decimal("61602400.00")),
        ("dept_level", Decimal("61602400.00")),
    ]
