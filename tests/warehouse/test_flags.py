"""What is odd about a row is said in Chinese, whatever gave the flag, and costs nothing where nothing is odd."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import indicator, records, submission, total
from tests.warehouse.test_publishing import load, rows
from transform import records as grains
from transform.flags import Flag
from transform.records import Reading, TotalOf
from warehouse.decide.accepting import accept
from warehouse.gate.expectations import EXPECTATIONS
from warehouse.schema.flags import DECIDED, FLAGS, in_chinese
from warehouse.schema.marts import VIEWS
from warehouse.schema.views import quote

GATE = {one.flag for one in EXPECTATIONS if one.flag}
VIEW_FLAGGED = [view.name for view in VIEWS if any(column.name == "flags" for column in view.columns)]


def test_every_flag_that_can_occur_has_a_chinese_name_and_no_name_is_left_over() -> None:
    assert FLAGS.keys() == GATE | {*get_args(Flag)} | {*DECIDED}


def test_records_and_readings_can_have_no_flag_but_the_declared_ones() -> None:
    """The type checker then sees to it that whatever a layout or the grammar gives is one of them."""
    classes = [one for one in vars(grains).values() if dataclasses.is_dataclass(one)]
    hints = {one: get_type_hints(one)["flags"] for one in classes if "flags" in one.__dataclass_fields__}
    assert len(hints) == 5
    assert {*hints.values(), get_type_hints(Reading)["findings"]} == {tuple[Flag, ...]}


def test_names_of_flags_are_chinese_and_tell_them_apart() -> None:
    assert len(set(FLAGS.values())) == len(FLAGS)
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", name) for name in FLAGS.values())


@pytest.mark.parametrize("view", VIEW_FLAGGED)
def test_each_view_with_flags_says_them_in_chinese_too(reader: Engine, view: str) -> None:
    rows(reader, f'SELECT flags, flags_zh FROM mart.{view} UNION SELECT "标记", "标记（中文）" FROM mart_zh.{view}')


def test_flags_of_a_row_are_named_in_their_order(reader: Engine) -> None:
    said = "SELECT " + ", ".join(in_chinese(quote(text)) for text in ("", "no_goal", "no_amount,not_known,no_goal"))
    with reader.connect() as connection:
        assert connection.exec_driver_sql(said.format()).one() == ("", "缺绩效目标", "缺金额、not_known、缺绩效目标")


def test_flags_of_layout_gate_and_decision_are_shown_in_chinese(loader: Engine, reader: Engine) -> None:
    first, second = records().projects
    short = records(
        projects=(dataclasses.replace(first, goal=None, flags=("stray_text",)), second),
        indicators=(indicator("甲项目", 1), indicator("乙项目", 1)),
        stated_totals=(total(TotalOf.FILING, "739.00"),),
    )
    load(loader, submission(short))
    accept(loader, "filing-1", by="王工", because="the annex is missing")
    assert rows(reader, 'SELECT "标记", "标记（中文）" FROM mart_zh.filing') == [("accepted", "经人工接受")]
    assert rows(reader, 'SELECT "项目", "标记（中文）" FROM mart_zh.project ORDER BY "序号"') == [
        ("甲项目", "缺绩效目标、混入多余文字"),
        ("乙项目", ""),
    ]
    residual = 'SELECT DISTINCT "标记（中文）" FROM mart_zh.project_budget ORDER BY 1'
    assert rows(reader, residual) == [("",), ("接受后的差额",)]
    assert rows(reader, "SELECT flags_zh FROM mart.filing_as_of(1)") == [("",)]


def test_rows_without_flags_cost_no_look_up(loader: Engine) -> None:
    load(loader, submission(records(indicators=(indicator("甲项目", 1), indicator("乙项目", 1)))))
    (plan,) = rows(loader, "EXPLAIN (ANALYZE, FORMAT JSON) SELECT flags_zh FROM mart.indicator_target")[0]
    looked_up = [node["Actual Loops"] for node in _nodes(plan) if node["Node Type"] == "Function Scan"]
    assert looked_up == [0]


def _nodes(plan: Any) -> Iterator[dict[str, Any]]:
    """The nodes of a plan, as PostgreSQL writes it in JSON."""
    if isinstance(plan, str):
        plan = json.loads(plan)
    for one in plan if isinstance(plan, list) else [plan]:
        if "Node Type" in one:
            yield one
        for below in (one.get("Plan", []), one.get("Plans", [])):
            yield from _nodes(below) if below else ()
