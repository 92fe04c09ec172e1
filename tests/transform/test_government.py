"""Tables of a whole government are no department's own budget."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.document import Severity
from extract.reading import read_document
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Kind, Scope
from transform.sections.government import government_tables

FILINGS = os.environ.get("YUSUAN_FILINGS")
FUNCTIONS = """
    项目|预算数
    一、一般公共预算支出|300.00
    （一）一般公共服务支出|200.00
    （二）教育支出|100.00
    合计|300.00
"""


def told(*pages: list[object]) -> list[str]:
    """What tells each table of a government."""
    found = list(government_tables(document(*pages)))  # type: ignore[arg-type]
    assert {(one.code, one.severity) for one in found} <= {("government_statement_unsupported", Severity.CRITICAL)}
    return [one.message.split(":")[0] for one in found]


@pytest.mark.parametrize(
    "title",
    [
        "2026年云浮市级（县级、区级）一般公共预算支出表",
        "2025年全市一般公共预算支出执行情况表",
        "二○二五年全省政府性基金收入预算表",
        "2025年丽江市一般公共预算收支情况表",
        "2021年海南省省级一般公共预算本级支出表",
        "2026年州本级一般公共预算支出情况表",
        "武汉市2025年全市一般公共预算收入执行情况表",
        "2026年区级国有资本经营预算支出表",
        "2024年地方政府专项债务余额情况表",
        "2025年某县地方政府债券发行及还本付息情况表",
        "2026年省对市县税收返还和转移支付预算表",
        "2026年市级社会保险基金预算支出表",
        "全旗财政收支预算总表",
        "某某镇2025年政府预算公开表",
    ],
)
def test_a_title_that_speaks_of_a_whole_government_tells_its_table(title: str) -> None:
    assert told(["表2", title, "单位：万元", grid(FUNCTIONS)]) == [title]


@pytest.mark.parametrize(
    "rows",
    ["增值税|90.00\n企业所得税|10.00", "上解上级支出|100.00", "债务转贷收入|100.00", "预备费|100.00",
     "国有土地使用权出让收入|100.00", "一般性转移支付收入|100.00"],
)  # fmt: skip
def test_lines_that_no_department_has_tell_it_under_a_title_that_is_silent(rows: str) -> None:
    assert len(told(["收支总表", "单位：万元", grid(f"项目|预算数\n{rows}\n合计|100.00")])) == 1


@pytest.mark.parametrize("rows", ["增值税|0.00\n企业所得税|", "预备费|-", "上解上级支出|"])
def test_lines_without_money_tell_nothing(rows: str) -> None:
    """A department's form prints all classes of its government's, most of them empty."""
    assert told(["收支总表", "单位：万元", grid(f"项目|预算数\n{rows}\n一般公共服务支出|100.00\n合计|100.00")]) == []


@pytest.mark.parametrize(
    "title",
    [
        "2026年市级一般公共预算支出表",
        "2025年市对下转移支付预算表",
        "2025年新增地方政府专项债券项目表",
        "2026年市级部门收支预算总表",
    ],
)
def test_a_departments_own_cover_or_name_decides_where_a_title_is_not_enough(title: str) -> None:
    own = grid(FUNCTIONS)
    assert told(["2026年某市水务局部门预算", "目录"], [title, "单位：万元", own]) == []
    assert told([title, "部门名称：某市水务局 单位：万元", own]) == []


def test_a_governments_tables_under_a_departments_cover_are_told_all_the_same() -> None:
    revenue = grid("项目|预算数\n税收收入|100.00\n增值税|60.00\n契税|40.00\n合计|100.00")
    assert told(["2026年某市财政局部门预算"], ["2026年全市一般公共预算收入表", "单位：万元", revenue]) == [
        "2026年全市一般公共预算收入表"
    ]
    assert told(["2026年某市财政局部门预算"], ["收入预算表", "单位：万元", revenue]) == ["税收收入、增值税、契税"]


def test_a_finance_bureau_named_as_author_makes_no_department_of_a_government() -> None:
    title = "2026年某市市级一般公共预算支出表"
    assert told([title, "编制单位：某市财政局 单位：万元", grid(FUNCTIONS)]) == [title]


def test_prose_above_a_table_is_no_title() -> None:
    prose = "2025年，全区一般公共预算收入完成12亿元，增长3%。"
    assert told(["某区财政局2025年部门预算", prose, "收支总表", "单位：万元", grid(FUNCTIONS)]) == []


def test_a_governments_table_is_read_as_the_governments_and_not_as_the_bureaus_own() -> None:
    lines = ["表2", "2026年某市级（县级、区级）一般公共预算支出表", "单位：万元"]
    records = read_records(document([*lines, grid(FUNCTIONS)]), Declaration(department="某市财政局"))
    assert [(one.kind, one.scope) for one in records.sections] == [(Kind.GOVERNMENT_STATEMENT, Scope.GOVERNMENT)]
    assert {line.statement for line in records.budget_lines} == {"government_general_expenditure_own"}


@pytest.mark.skipif(FILINGS is None, reason="YUSUAN_FILINGS names no folder of published filings")
def test_of_published_filings_the_governments_are_told_and_no_others() -> None:
    folder = Path(FILINGS or "") / "real"
    governments = {"gov-split-yunfu-a.pdf", "gov-wuhan-2025-rev.pdf", "gov-hainan-2021x.xls", "gov-yunfu-2026.pdf"}
    departments = {path.name for path in folder.glob("*.pdf") if not path.name.startswith("gov-")}
    found = {
        path.name
        for path in [*folder.glob("*.*"), *(folder / "small").glob("*.pdf")]
        if path.name in governments | departments and list(government_tables(read_document(path)))
    }
    assert found == governments
