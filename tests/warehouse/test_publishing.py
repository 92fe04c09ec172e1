"""A filing that passes the gate appears in the mart, whole, and its former version disappears with it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.warehouse.builders import indicator, money, records, submission
from warehouse.loading import load_filing
from warehouse.loads import start_load
from warehouse.submission import Outcome, Status, Submission


def load(engine: Engine, filing: Submission) -> Outcome:
    return load_filing(engine, start_load(engine, "test"), filing)


def rows(engine: Engine, query: str) -> Sequence[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_filing_reaches_every_view(loader: Engine, reader: Engine) -> None:
    outcome = load(loader, submission())
    assert (outcome.status, outcome.version, outcome.reasons) == (Status.PUBLISHED, 1, ())
    assert rows(reader, "SELECT project, unit, total_yuan, indicators, goal FROM mart.project ORDER BY 1 DESC") == [
        ("甲项目", "本级", Decimal("105000.00"), 2, "甲项目的目标"),
        ("乙项目", "本级", Decimal("45000.00"), 0, "乙项目的目标"),
    ]
    assert rows(
        reader,
        "SELECT project, funding_source, amount_yuan, amount_printed, unit_printed FROM mart.project_budget"
        " ORDER BY amount_yuan DESC",
    ) == [
        ("甲项目", "财政拨款", Decimal("105000.00"), "10.50", "万元"),
        ("乙项目", "财政拨款", Decimal("42500.00"), "4.25", "万元"),
        ("乙项目", "其他资金", Decimal("2500.00"), "0.25", "万元"),
    ]
    assert rows(
        reader,
        "SELECT indicator_seq, level1, level2, indicator, operator, value, value_unit, base_value, base_unit"
        " FROM mart.indicator_target ORDER BY 1",
    ) == [
        (1, "产出", None, "完成率", ">=", 90, "%", Decimal("0.9"), "1"),
        (2, "满意度", None, "满意度", ">=", 90, "%", Decimal("0.9"), "1"),
    ]
    assert rows(
        reader, "SELECT total_of, organisation, project, funding_source, difference_yuan, lines FROM mart.control_total"
    ) == [
        ("filing", None, None, None, 0, 3),
        ("filing", None, None, "财政拨款", 0, 2),
        ("unit", "本级", None, None, 0, 3),
        ("project", "本级", "乙项目", None, 0, 2),
    ]
    assert rows(
        reader,
        "SELECT filing_id, status, version, fiscal_year, region, department, stated_total_yuan, loaded_total_yuan,"
        " projects, indicators, flags FROM mart.filing",
    ) == [
        (
            "filing-1", "published", 1, 2024, "广州市荔湾区", "某市某区工业和信息化局",
            Decimal("150000.00"), Decimal("150000.00"), 2, 2, "",
        )
    ]  # fmt: skip


def test_the_same_input_changes_nothing(loader: Engine) -> None:
    load(loader, submission())
    before = rows(loader, "SELECT * FROM dw.fact_budget ORDER BY 1")
    assert load(loader, submission()).status is Status.UNCHANGED
    assert rows(loader, "SELECT * FROM dw.fact_budget ORDER BY 1") == before
    assert rows(loader, "SELECT count(*) FROM dw.dim_filing_version") == [(1,)]


def test_a_new_version_replaces_the_former_one(loader: Engine, reader: Engine) -> None:
    load(loader, submission())
    changed = records(budget_lines=(money("甲项目", "10.50"), money("乙项目", "4.25")), stated_totals=())
    assert load(loader, submission(changed, sha256="b" * 64)).version == 2
    assert rows(reader, "SELECT sum(amount_yuan), count(*) FROM mart.project_budget") == [(Decimal("147500.00"), 2)]
    assert rows(loader, "SELECT count(*) FROM dw.fact_budget") == [(5,)]


@pytest.mark.parametrize("table", ["filing", "project", "budget", "control", "indicator", "target"])
def test_staging_is_empty_after_a_load(loader: Engine, table: str) -> None:
    load(loader, submission(records(indicators=(indicator("甲项目", 1),))))
    assert rows(loader, f"SELECT count(*) FROM staging.{table}") == [(0,)]
