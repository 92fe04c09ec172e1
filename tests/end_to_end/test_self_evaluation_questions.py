"""What self-evaluations are asked: targets missed, met by a multiple, scores without figures, full score unspent."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.end_to_end.test_questions import answer
from tests.warehouse.builders import LAYOUT, indicator, money, percent, project, records, submission
from transform.records import BudgetLine, Indicator, MeasureKind, Reading, TargetKind
from warehouse.loading import load_filing
from warehouse.loads import start_load


def evaluated(seq: int, name: str, actual: str | None, met: bool | None, **values: Any) -> Indicator:
    """An indicator of at least 40 % with its actual value; None: words."""
    reading = percent(actual).reading if actual else Reading(kind=TargetKind.QUALITATIVE, is_measurable=False)
    target = percent("40", actual_text=actual or "完成较好", actual=reading, met=met)
    return indicator("甲项目", seq, name, targets=(target,), weight=Decimal(10), score=Decimal(10), **values)


def spent(kind: MeasureKind, heading: str, printed: str) -> BudgetLine:
    line = money("甲项目", printed, statement="project_execution")
    return dataclasses.replace(line, measure=heading, measure_kind=kind)


@pytest.fixture
def evaluation(loader: Engine, reader: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
    read = records(
        projects=(
            project(1, "甲项目", execution_rate=Decimal("0.75"), execution_score=Decimal(7)),
            project(2, "乙项目", execution_rate=Decimal("0.5"), execution_weight=Decimal(10)),
        ),
        budget_lines=(
            spent(MeasureKind.ADJUSTED, "全年预算数", "100"),
            spent(MeasureKind.EXECUTION, "全年执行数", "75"),
        ),
        indicators=(
            evaluated(1, "覆盖率", "30", False, deviation="天气"),
            evaluated(2, "合格率", "90", True),
            evaluated(3, "影响力", None, None),
            indicator("乙项目", 1, weight=Decimal(5), score=Decimal(5)),
        ),
        stated_totals=(),
    )
    load_filing(loader, start_load(loader, "test"), submission(read))
    return reader


def test_self_evaluations_answer_their_questions(evaluation: Engine) -> None:
    assert answer(evaluation, 30, "indicator", "met_reading", "percent_of_weight", "deviation") == [
        ("覆盖率", "30 : >= 40 %", 100, "天气")
    ]
    assert answer(evaluation, 31, "indicator", "multiple") == [("合格率", Decimal("2.3"))]
    assert answer(evaluation, 32, "scored", "without_figure", "percent") == [(1, 1, 100), (3, 1, Decimal("33.3"))]
    assert answer(evaluation, 33, "project", "budget_yuan", "spent_yuan", "percent", "score") == [
        ("乙项目", None, None, 50, 5),
        ("甲项目", 1_000_000, 750_000, 75, 30),
    ]


def test_what_a_self_evaluation_prints_of_its_execution_reaches_both_marts(evaluation: Engine) -> None:
    with evaluation.connect() as connection:
        found = connection.execute(
            text("SELECT execution_rate, execution_weight, execution_score FROM mart.project ORDER BY project_seq")
        )
        assert [tuple(row) for row in found] == [(Decimal("0.75"), None, 7), (Decimal("0.5"), 10, None)]
        chinese = connection.execute(
            text('SELECT "完成判定依据", "得分率" FROM mart_zh.indicator_target WHERE "是否完成" ORDER BY "指标序号"')
        )
        assert [tuple(row) for row in chinese] == [("90 : >= 40 %", 1)]
