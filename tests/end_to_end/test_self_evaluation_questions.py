"""What self-evaluations are asked: targets missed, met by a multiple, scores without figures, full score unspent."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

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
        projects=(project(1, "甲项目"),),
        budget_lines=(
            spent(MeasureKind.ADJUSTED, "全年预算数", "100"),
            spent(MeasureKind.EXECUTION, "全年执行数", "75"),
        ),
        indicators=(
            evaluated(1, "覆盖率", "30", False, deviation="天气"),
            evaluated(2, "合格率", "90", True),
            evaluated(3, "影响力", None, None),
        ),
        stated_totals=(),
    )
    load_filing(loader, start_load(loader, "test"), submission(read))
    return reader


def test_self_evaluations_answer_their_questions(evaluation: Engine) -> None:
    assert answer(evaluation, 30, "indicator", "score", "deviation") == [("覆盖率", 10, "天气")]
    assert answer(evaluation, 31, "indicator", "multiple") == [("合格率", Decimal("2.3"))]
    assert answer(evaluation, 32, "scored", "without_figure", "percent") == [(3, 1, Decimal("33.3"))]
    assert answer(evaluation, 33, "project", "budget_yuan", "spent_yuan", "percent", "score") == [
        ("甲项目", 1_000_000, 750_000, Decimal("75.0"), 30)
    ]
