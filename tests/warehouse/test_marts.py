"""What the values in the marts mean, sentence by sentence of the published schema."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from sqlalchemy import Engine

from tests.warehouse.builders import (
    OTHER,
    PUBLISHER,
    amount,
    indicator,
    money,
    percent,
    project,
    records,
    source,
    submission,
    total,
)
from tests.warehouse.test_publishing import load, rows
from transform.records import (
    BudgetLine,
    DepartmentProfile,
    Horizon,
    Kind,
    Records,
    StatedTotal,
    Subject,
    Task,
    TotalOf,
)
from warehouse.submission import Status


def axis(statement: str, name: str, printed: str) -> BudgetLine:
    return BudgetLine(
        statement=statement,
        unit=PUBLISHER.name,
        project=None,
        funding_source=None,
        line_code=None,
        line=name,
        measure=None,
        amount=amount(printed),
        source=source(printed, line=None, page=1),
        classification_scheme="component",
    )


def axis_total(statement: str, printed: str) -> StatedTotal:
    return total(TotalOf.STATEMENT, printed, statement=statement, unit=PUBLISHER.name)


def department_form(income: str = "12.00") -> Records:
    return records(
        kind=Kind.DEPARTMENT_TARGET_FORM,
        projects=(project(1, "只为下限"),),
        budget_lines=(
            axis("dept_expenditure", "基本支出", "10.00"),
            axis("dept_expenditure", "项目支出", "2.00"),
            axis("dept_income", "财政拨款", income),
            axis("dept_income", "其他资金", "0.00"),
            axis("dept_level", "区本级使用资金", "12.00"),
        ),
        stated_totals=(
            axis_total("dept_expenditure", income),
            axis_total("dept_income", "12.00"),
            axis_total("dept_level", "12.00"),
        ),
        indicators=(
            indicator(None, 1, unit=PUBLISHER.name),
            indicator("重点任务", 1, unit=PUBLISHER.name, subject=Subject.TASK),
        ),
        tasks=(Task(seq=1, name="重点任务", content="内容", goal=None, amount=amount("1.50"), source=source()),),
        profiles=(DepartmentProfile(staff=139, subordinate_units=2, goal="总体目标", source=source()),),
    )


def test_a_department_form_has_its_money_in_budget_statement_alone(loader: Engine, reader: Engine) -> None:
    load(loader, submission(department_form()))
    assert rows(reader, "SELECT count(*) FROM mart.project_budget") == [(0,)]
    assert rows(
        reader, "SELECT statement, line, unit = department, page, source_line, amount_yuan FROM mart.budget_statement"
    ) == [
        ("dept_expenditure", "基本支出", True, 1, None, 100000),
        ("dept_expenditure", "项目支出", True, 1, None, 20000),
        ("dept_income", "财政拨款", True, 1, None, 120000),
        ("dept_income", "其他资金", True, 1, None, 0),
        ("dept_level", "区本级使用资金", True, 1, None, 120000),
    ]
    assert rows(reader, "SELECT stated_total_yuan, loaded_total_yuan FROM mart.filing") == [(120000, 120000)]
    assert rows(reader, "SELECT task_seq, task, content, goal, amount_yuan FROM mart.task") == [
        (1, "重点任务", "内容", None, 15000)
    ]
    assert rows(reader, "SELECT staff, subordinate_units, goal FROM mart.department_profile") == [(139, 2, "总体目标")]


def test_an_axis_that_differs_from_another_holds_the_form(loader: Engine, reader: Engine) -> None:
    """Stated is Σ dept_income, loaded is Σ dept_expenditure; each pair of axes is a control."""
    outcome = load(loader, submission(department_form(income="13.00")))
    assert outcome.status is Status.HELD
    assert {reason.partition(":")[0] for reason in outcome.reasons} == {"control_statement"}
    assert rows(reader, "SELECT stated_total_yuan, loaded_total_yuan, difference_yuan FROM mart.filing") == [
        (130000, 120000, 10000)
    ]


def test_the_subject_says_whose_indicator_it_is(loader: Engine, reader: Engine) -> None:
    load(loader, submission(department_form()))
    assert rows(reader, "SELECT subject, unit = department, project, task FROM mart.indicator_target ORDER BY 1") == [
        ("department", True, None, None),
        ("task", True, None, "重点任务"),
    ]


def test_member_minus_one_is_null_and_member_zero_is_its_label(loader: Engine, reader: Engine) -> None:
    unknown = indicator("甲项目", 1, level1="未知", level1_printed="产山", level2=None)
    missing = indicator("甲项目", 2, level1=None, level1_printed="", level2="数量")
    load(loader, submission(records(indicators=(unknown, missing))))
    assert rows(reader, "SELECT level1, level2, flags FROM mart.indicator_target ORDER BY indicator_seq") == [
        ("未知", None, "level1_unknown"),
        (None, "数量", "level1_missing"),
    ]


def test_a_printed_zero_is_a_row(loader: Engine, reader: Engine) -> None:
    lines = (money("甲项目", "1.00"), money("甲项目", "0.00", funding=OTHER))
    load(loader, submission(records(budget_lines=lines, stated_totals=())))
    assert rows(
        reader, "SELECT funding_source, amount_yuan, page, source_line FROM mart.project_budget ORDER BY 1 DESC"
    ) == [
        ("财政拨款", 10000, None, 1),
        ("其他资金", 0, None, 1),
    ]
    assert rows(reader, "SELECT project, total_yuan FROM mart.project ORDER BY project_seq") == [
        ("甲项目", 10000),
        ("乙项目", None),
    ]


def test_two_units_may_have_projects_of_the_same_name(loader: Engine, reader: Engine) -> None:
    filing = records(
        projects=(project(1, "培训费"), project(2, "培训费", unit="服务中心")),
        budget_lines=(money("培训费", "1.00"), money("培训费", "2.00", unit="服务中心")),
        indicators=(indicator("培训费", 1), indicator("培训费", 1, unit="服务中心")),
        stated_totals=(total(TotalOf.UNIT, "2.00", unit="服务中心"),),
    )
    load(loader, submission(filing))
    assert rows(reader, "SELECT unit, project, total_yuan, indicators FROM mart.project ORDER BY project_seq") == [
        ("本级", "培训费", 10000, 1),
        ("服务中心", "培训费", 20000, 1),
    ]
    assert rows(reader, "SELECT count(DISTINCT project_id) FROM mart.project") == [(2,)]


def test_a_project_is_the_same_through_the_years(loader: Engine, reader: Engine) -> None:
    """By unit and normalised name: widths and blanks do not make another project."""
    old = records(projects=(project(1, "培训费（一）"),), budget_lines=(money("培训费（一）", "1"),), **_BARE)
    new = records(projects=(project(1, "培训费(一)"),), budget_lines=(money("培训费(一)", "1"),), **_BARE)
    load(loader, submission(dataclasses.replace(old, fiscal_year=2023), filing_id="old", fiscal_year=2023))
    load(loader, submission(new, filing_id="new"))
    assert rows(reader, "SELECT count(DISTINCT project_id), count(DISTINCT project) FROM mart.project") == [(1, 2)]


_BARE = {"indicators": (), "stated_totals": ()}


def test_flags_are_sorted_and_apart_by_commas(loader: Engine, reader: Engine) -> None:
    odd = indicator("甲项目", 1, level1=None, level1_printed="", flags=("zebra", "damaged"))
    load(loader, submission(records(indicators=(odd,))))
    assert rows(reader, "SELECT flags FROM mart.indicator_target") == [("damaged,level1_missing,zebra",)]


def test_promises_and_horizons_are_rows_and_indicators_are_not(loader: Engine, reader: Engine) -> None:
    first, second = percent("90"), dataclasses.replace(percent("80"), promise_seq=2)
    cycle = dataclasses.replace(percent("95"), horizon=Horizon.CYCLE)
    load(loader, submission(records(indicators=(indicator("甲项目", 1, targets=(first, second, cycle)),))))
    assert rows(
        reader, "SELECT horizon, promise_seq, base_value FROM mart.indicator_target ORDER BY horizon, promise_seq"
    ) == [("annual", 1, Decimal("0.9")), ("annual", 2, Decimal("0.8")), ("cycle", 1, Decimal("0.95"))]
    assert rows(reader, "SELECT indicators FROM mart.filing") == [(1,)]


def test_what_a_project_spent_is_not_added_to_its_budget(loader: Engine, reader: Engine) -> None:
    """The columns of a self-evaluation stand in `budget_statement`; `total_yuan` is what a project was given."""
    spent = dataclasses.replace(money("甲项目", "7.00", statement="project_execution"), measure="全年执行数")
    noted = (indicator("甲项目", 1, notes="备注：已完成"),)
    load(loader, submission(records(budget_lines=(money("甲项目", "9.00"), spent), indicators=noted, stated_totals=())))
    assert rows(reader, "SELECT project, total_yuan FROM mart.project ORDER BY project_seq LIMIT 1") == [
        ("甲项目", 90000)
    ]
    assert rows(reader, "SELECT project, statement, measure, amount_yuan FROM mart.budget_statement") == [
        ("甲项目", "project_execution", "全年执行数", 70000)
    ]
    assert rows(reader, "SELECT notes FROM mart.indicator_target") == [("备注：已完成",)]


def test_mart_zh_is_the_same_with_chinese_labels(loader: Engine, reader: Engine) -> None:
    load(loader, submission())
    assert rows(reader, 'SELECT "项目", "金额（元）" FROM mart_zh.project_budget') == rows(
        reader, "SELECT project, amount_yuan FROM mart.project_budget"
    )
