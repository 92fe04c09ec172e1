"""Project forms and department forms broken on purpose: money, heads, indicators and tasks of a grid."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from extract.catalogue import Publisher
from extract.document import Document, Grid
from tests.end_to_end.judged import Judged, filing_of, judged
from tests.transform.department_forms import grid_document
from tests.transform.forms.test_provinces import EVALUATION, MONITOR
from tests.transform.project_forms import MINISTRY
from tests.transform.test_department_form import FORM
from tests.transform.typeset import document_of
from transform.records import Kind
from warehouse.server.database import Database

PROVINCE = Publisher(id="science", name="某省科学技术厅", region_code="310107", region="上海市普陀区")
DISTRICT = Publisher(id="district", name=FORM.department, region_code="440103", region="广州市荔湾区")
TITLE = "项目支出绩效目标申报表（2025年度）"
BOOKS = "^ | ^ | ^ | 印制科普⏎读物数量 | ≥5000册 | 20\n"
Change = Callable[[str], str]


def put(*pairs: tuple[str, str]) -> Change:
    def change(text: str) -> str:
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return change


def project_form(change: Change, *, title: str = TITLE) -> Document:
    return document_of(title, change(MINISTRY))


def department_form(*cells: tuple[str, str], **values: Any) -> Document:
    """The form with other texts in the first cells that print these."""
    document = grid_document(dataclasses.replace(FORM, **values))
    title, grid = document.pages[0].blocks
    assert isinstance(grid, Grid)
    texts = [cell.text for cell in grid.cells]
    for old, new in cells:
        texts[[text.replace("\n", "") for text in texts].index(old)] = new
    read = tuple(dataclasses.replace(cell, text=text) for cell, text in zip(grid.cells, texts, strict=True))
    page = dataclasses.replace(document.pages[0], blocks=(title, dataclasses.replace(grid, cells=read)))
    return dataclasses.replace(document, pages=(page,))


PROJECT_HELD: dict[str, tuple[Change, str]] = {
    "another digit in a source": (put(("100.00", "101.00")), "control_project"),
    "a source lost": (put(("^ | 上年结转资金 | 5.00 | | < | <\n", "")), "control_project"),
    "元 for 万元": (put(("（万元）", "（元）")), "money_unit_implausible"),
    "no unit": (put(("（万元）", "")), "money_unit"),
    "two units": (put(("（万元）", "（万元/元）")), "money_unit"),
    "the mark of a footnote at both": (put(("120.00", "120.00①"), ("100.00", "100.00①")), "amount_unreadable"),
    "an amount in words": (put(("120.00", "一百二十")), "amount_unreadable"),
    "an amount that runs over": (put(("| 100.00 | |", "| 10 | 0.00 |")), "control_project"),
    "a label of another name": (put(("上年结转资金", "上年统筹")), "unknown_line"),
    "a column of another name": (put(("分值权重(90)", "考核口径")), "unknown_column"),
    "columns named in each other's place": (
        put(("三级指标 | 指标值", "指标值 | 三级指标")),
        "target_without_indicator",
    ),
    "a form without a name": (put(("| 科普活动经费 |", "| |")), "project_without_name"),
}
PROJECT_FLAGGED: dict[str, tuple[Change, str]] = {
    "no amounts": (put(("120.00", ""), ("100.00", ""), ("| 5.00", "|"), ("15.00", "")), "no_amount"),
    "an indicator lost": (put((BOOKS, "")), "weights_incomplete"),
    "an indicator twice": (put((BOOKS, BOOKS + BOOKS)), "indicator_repeat"),
    "the rest on a lost page": (lambda form: "\n".join(form.strip().split("\n")[:9]), "weights_incomplete"),
    "a target lost": (put(("≥5000册", "")), "no_target"),
    "no %": (put(("≥90%", "≥90")), "percent_missing"),
    "an unknown level 2": (put(("时效指标", "时次指标")), "level2_unknown"),
    "a level 2 of another branch": (put(("时效指标", "服务对象满意度指标")), "branch_contradiction"),
    "a minus": (put(("≥5000册", "≥-5000册")), "negative_target"),
}
DEPARTMENT_HELD: dict[str, tuple[Callable[[], Document], str]] = {
    "元 for 万元 over the tasks": (
        lambda: department_form(("拟投入的资金（万元）", "拟投入的资金（元）")),
        "money_unit",
    ),
    "元 for 万元": (
        lambda: department_form(*[("预算金额（万元）", "预算金额（元）")] * 4, ("拟投入的资金（万元）", "资金（元）")),
        "money_unit_implausible",
    ),
    "a column of another name": (lambda: department_form(("年度指标值", "当年值")), "unknown_column"),
    "a label of another name": (lambda: department_form(("其他资金", "上年统筹")), "unknown_line"),
    "the mark of a footnote": (lambda: department_form(("2,576.58", "2,576.58①")), "amount_unreadable"),
    "an amount in two lines": (lambda: department_form(("2,576.58", "2,576\n58")), "amount_unreadable"),
    "another year": (lambda: department_form(title="2023年部门整体预算绩效目标申报表"), "year_agrees"),
    "no amounts": (lambda: department_form(amounts=("",) * 8), "no_control"),
    "a task without a name": (lambda: department_form(("招商引资", "")), "task_without_name"),
}
DEPARTMENT_FLAGGED: dict[str, tuple[Callable[[], Document], str]] = {
    "an axis lost": (lambda: department_form(amounts=(*FORM.amounts[:5], "", "", "")), "left_out"),
    "a target of the year lost": (lambda: department_form(("100%", "")), "horizon_missing"),
    "both targets lost": (lambda: department_form(("4家", ""), ("4家", "")), "left_out"),
    "a task twice": (lambda: department_form(("招商引资", FORM.tasks[0].name)), "task_repeat"),
    "a minus": (lambda: department_form(("17.80", "-17.80")), "negative_amount"),
}


@pytest.fixture(scope="module")
def loaded(module_database: Database) -> Iterator[Judged]:
    changes = {"sound": str} | {name: change for name, (change, _) in (PROJECT_HELD | PROJECT_FLAGGED).items()}
    forms = {"sound": department_form} | {
        name: make for name, (make, _) in (DEPARTMENT_HELD | DEPARTMENT_FLAGGED).items()
    }
    filings = [
        filing_of(f"project/{name}", project_form(change), PROVINCE, kind=Kind.PROJECT_TARGET_FORM, fiscal_year=2025)
        for name, change in changes.items()
    ]
    filings += [
        filing_of(f"department/{name}", make(), DISTRICT, kind=Kind.DEPARTMENT_TARGET_FORM, fiscal_year=2024)
        for name, make in forms.items()
    ]
    filings += [
        filing_of(f"evaluation/{kind}", document_of(title, drawing), PROVINCE, kind=kind, fiscal_year=2022)
        for kind, title, drawing in (
            (Kind.SELF_EVALUATION, "项目支出绩效自评表（2022年度）", EVALUATION),
            (Kind.MONITORING, "项目支出绩效运行监控表（2022年度）", MONITOR),
        )
    ]
    with judged(module_database, filings) as outcome:
        yield outcome


def met(loaded: Judged, kind: Kind) -> list[tuple[Any, ...]]:
    query = """SELECT indicator, actual_text, met, deviation, actual_as_of::text FROM mart.indicator_target
      WHERE filing_id = :filing ORDER BY indicator_seq"""
    return [tuple(row) for row in loaded.connection.execute(text(query), {"filing": f"evaluation/{kind}"})]


def test_what_came_of_the_targets_is_in_the_mart(loaded: Judged) -> None:
    assert met(loaded, Kind.SELF_EVALUATION) == [
        ("受助人数", "735", True, None, None),
        ("知晓率", "98%", False, "宣传不足", None),
        ("生均补助", "5", False, None, None),
        ("负担", "部分达成预期指标并具有一定效果", False, None, None),
    ]
    assert met(loaded, Kind.MONITORING) == [("养护里程", "50公里", None, None, "2022-07-31")]


@pytest.mark.parametrize("name", PROJECT_HELD)
def test_a_broken_project_form_is_held(loaded: Judged, name: str) -> None:
    assert PROJECT_HELD[name][1] in loaded.told(f"project/{name}")


@pytest.mark.parametrize("name", PROJECT_FLAGGED)
def test_an_odd_project_form_is_flagged(loaded: Judged, name: str) -> None:
    assert PROJECT_FLAGGED[name][1] in loaded.flags(f"project/{name}") - loaded.flags("project/sound")


@pytest.mark.parametrize("name", DEPARTMENT_HELD)
def test_a_broken_department_form_is_held(loaded: Judged, name: str) -> None:
    assert DEPARTMENT_HELD[name][1] in loaded.told(f"department/{name}")


@pytest.mark.parametrize("name", DEPARTMENT_FLAGGED)
def test_an_odd_department_form_is_flagged(loaded: Judged, name: str) -> None:
    assert DEPARTMENT_FLAGGED[name][1] in loaded.flags(f"department/{name}") - loaded.flags("department/sound")
