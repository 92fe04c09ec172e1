"""What headings say of the fiscal year, and of tables that are not of one filing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from extract.document import Document
from extract.web.html import read_html
from tests.transform.department_forms import flatten, text_document
from tests.transform.project_forms import THREE_COLUMNS
from tests.transform.statements.test_budget_statements import FUNCTION, HEADING
from tests.transform.statements.typing_tables import document, grid
from tests.transform.test_department_form import FORM
from tests.transform.typeset import document_of
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records
from transform.sections.headings import years_in

ITEM = "1、产出指标：数，年度指标值：1个。"
TITLE = "项目支出绩效目标表"
NAMES = ("项目名称", "总计（万元）", "财政拨款（万元）", "绩效目标", "绩效指标")


def records_of(*headings: str, fiscal_year: int | None = None) -> Records:
    """A filing of one project table beneath each heading, whose lines are parted by |."""
    head = "".join(f"<td>{name}</td>" for name in NAMES)
    page = ""
    for at, heading in enumerate(headings):
        page += "".join(f"<p>{line}</p>" for line in heading.split("|"))
        cells = (f"项目{at}", "1.00", "1.00", "目标。", ITEM)
        page += f"<table><tr>{head}</tr><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"
    records = read_records(read_html(page.encode()), Declaration(department="某区教育局", fiscal_year=fiscal_year))
    assert isinstance(records, Records)
    return records


def said(records: Records, code: str) -> list[str]:
    return [finding.message for finding in records.findings if finding.code == code]


@pytest.mark.parametrize("span", ["2024—2025年", "2024年-2025年", "2024年度至2025年度", "二〇二四—二〇二五年"])
def test_a_span_title_is_the_declared_year_and_without_one_none_in_silence(span: str) -> None:
    assert records_of(span + TITLE, fiscal_year=2025).fiscal_year == 2025
    assert records_of(span + TITLE, fiscal_year=2024).fiscal_year == 2024
    for declared in (None, 2023):
        records = records_of(span + TITLE, fiscal_year=declared)
        assert records.fiscal_year is None
        assert said(records, "year_conflict") == ["the heading names 2024 and 2025: none is taken"]


SPANNING: dict[str, Callable[[str], Document]] = {
    "project form": lambda span: document_of("项目支出绩效目标申报表", f"（{span}）", "单位：万元", THREE_COLUMNS),
    "department form": lambda span: text_document(flatten(replace(FORM, title=f"{span}部门整体预算绩效目标申报表"))),
    "budget statement": lambda span: document([f"{span}部门支出预算总表", HEADING[1], grid(FUNCTION)]),
}


@pytest.mark.parametrize("layout", SPANNING)
def test_a_span_title_is_the_declared_year_in_every_layout(layout: str) -> None:
    declarations = (Declaration(department="某区商务委员会", fiscal_year=year) for year in (2024, 2025, None))
    read = [read_records(SPANNING[layout]("2024—2025年"), declaration) for declaration in declarations]
    records = [one for one in read if isinstance(one, Records)]
    assert [one.fiscal_year for one in records] == [2024, 2025, None]
    assert [len(said(one, "year_conflict")) for one in records] == [0, 0, 1]


def test_a_span_is_the_year_that_stands_alone_beside_it() -> None:
    assert years_in("2025年项目支出绩效目标表", "实施周期：2024—2026年", declared=2024) == {2025}
    assert years_in("2025年项目支出绩效目标表", "实施周期：2026—2028年") == {2025, 2026, 2028}
    assert years_in("2024-2025年3月") == set()


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("2023年全省一般公共预算收入执行情况及2024年预算表", {2024}),
        ("关于某某县2023年预算执行情况和2024年预算草案的报告", {2024}),
        ("2023年度决算和2024年上半年预算执行情况", {2023, 2024}),
        ("2023年预算执行情况表", {2023}),
    ],
)
def test_a_budget_presented_with_the_execution_before_it_is_of_its_own_year(title: str, years: set[int]) -> None:
    assert years_in(title) == years


def test_a_further_table_is_not_said_to_differ_from_none() -> None:
    assert said(records_of(f"2024年{TITLE}", f"单位名称：某区教育局|2023年{TITLE}"), "headings_differ") == [
        "a further table is headed 某区教育局, the first says nothing of it: it may not be part of the same",
        "a further table is headed 2023, the first 2024: it may not be part of the same",
    ]


def test_a_further_table_of_a_span_with_the_first_ones_year_is_its_part() -> None:
    assert said(records_of(f"2024年{TITLE}", f"2024—2025年{TITLE}", fiscal_year=2024), "headings_differ") == []
    assert said(records_of(f"2023年{TITLE}", f"2024—2025年{TITLE}", fiscal_year=2023), "headings_differ") == [
        "a further table is headed 2024 and 2025, the first 2023: it may not be part of the same"
    ]
