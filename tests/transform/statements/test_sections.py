"""Every printed table is a section of its own, with its unit, pages, and the account of its amounts."""

from __future__ import annotations

from decimal import Decimal

from extract.document import Grid, Severity
from tests.transform.statements.reading_forms import OWN
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.records import Part, Records
from transform.statements.sections import amounts_in

_INCOME = """
    科目编码 | 科目名称 | 合计 | 财政拨款收入
    201 | 一般公共服务支出 | 12.50 | 12.50
     | 合计 | 12.50 | 12.50
"""
_EXPENDITURE = """
    科目编码 | 科目名称 | 合计 | 基本支出
    201 | 一般公共服务支出 | 12.50 | 12.50
     | 合计 | 12.50 | 12.50
"""
_PROSE = (
    "本部门贯彻落实国家关于机关事务工作的方针政策和法律法规,拟订有关规章制度并组织实施,"
    "承担机关事务管理保障服务的综合协调,并负责监督检查,全年安排相关经费3.50万元。"
)


def _read(*pages: list[str | Grid]) -> Records:
    return BUDGET_STATEMENT.read(document(*pages), Declaration(department=OWN))


def test_each_table_is_a_section_and_its_records_carry_its_number() -> None:
    records = _read(
        [_PROSE],
        ["部门收入总表", "单位：万元", grid(_INCOME, 2)],
        ["部门支出总表", "单位：元", grid(_EXPENDITURE, 3), "第 3 页"],
    )
    assert [(s.seq, s.part, s.title, s.money_unit, s.first_page, s.last_page) for s in records.sections] == [
        (1, Part.NARRATIVE, None, None, 1, 1),
        (2, Part.RECORDS, "部门收入总表", "万元", 2, 2),
        (3, Part.RECORDS, "部门支出总表", "元", 3, 3),
    ]
    assert [(s.amounts, s.amounts_accounted, s.coverage) for s in records.sections] == [
        (1, 1, Decimal(1)),
        (4, 4, Decimal(1)),
        (4, 4, Decimal(1)),
    ]
    assert [line.section_seq for line in records.budget_lines] == [2, 3]
    assert {total.section_seq for total in records.stated_totals} == {2, 3}
    assert [statement.section_seq for statement in records.statements] == [2, 3]
    assert {total.members for total in records.stated_totals if total.section_seq == 3} == {(1,)}


def test_a_finding_speaks_of_the_section_of_its_table() -> None:
    records = _read(
        ["部门收入总表", "单位：万元", grid(_INCOME)],
        ["部门支出总表", "单位：万元", grid(_EXPENDITURE.replace("基本支出", "神秘支出"), 2)],
    )
    critical = [finding for finding in records.findings if finding.severity is Severity.CRITICAL]
    assert {(finding.code, finding.section_seq) for finding in critical} == {("unknown_column", 2)}


def test_an_amount_that_no_rule_reads_holds_its_table() -> None:
    table = _INCOME + "     |  | 7.00 | \n"
    records = _read(["部门收入总表", "单位：万元", grid(table)])
    assert [(s.amounts, s.amounts_accounted) for s in records.sections] == [(5, 4)]
    assert {f.code for f in records.findings if f.severity is Severity.CRITICAL} == {"amount_without_line"}


def test_a_table_without_a_title_is_a_section_that_is_not_read() -> None:
    records = _read(["部门收入总表", "单位：万元", grid(_INCOME)], ["某某明细", grid("甲 | 乙\n丙 | 1.50", 2)])
    assert [(s.part, s.amounts, s.amounts_accounted) for s in records.sections][-1] == (Part.UNREAD, 1, 0)
    assert [(f.code, f.section_seq) for f in records.findings if f.code == "table_unrecognised"] == [
        ("table_unrecognised", records.sections[-1].seq)
    ]


def test_a_table_that_the_contents_list_and_that_does_not_come_is_a_missing_section() -> None:
    listed: list[str | Grid] = ["目录", "部门收入总表", "部门支出总表", "一般公共预算支出表", "政府采购表"]
    records = _read(listed, ["部门收入总表", "单位：万元", grid(_INCOME, 2)])
    missing = [section for section in records.sections if section.part is Part.MISSING]
    assert [section.title for section in missing] == ["部门支出总表", "一般公共预算支出表", "政府采购表"]
    said = {f.section_seq for f in records.findings if f.code == "statement_missing"}
    assert said == {section.seq for section in missing}


def test_a_table_that_the_law_asks_for_and_that_does_not_come_is_a_missing_section() -> None:
    titles = [
        "收入总表",
        "支出总表",
        "财政拨款收入总表",
        "财政拨款支出总表",
        "一般公共预算支出表",
        "一般公共预算基本支出表",
    ]
    records = _read(*([f"部门{title}", "单位：万元", grid(_INCOME, page)] for page, title in enumerate(titles, 1)))
    missing = [section for section in records.sections if section.part is Part.MISSING]
    assert "“三公”经费表" in [section.title for section in missing]
    said = {f.section_seq for f in records.findings if f.code == "statement_missing"}
    assert said == {section.seq for section in missing}


def test_amounts_are_known_by_their_form_and_rates_are_none() -> None:
    assert amounts_in("共1,234万元,其中3.50万元,增长12.5%,2024年,1.2.3") == ["1,234", "3.50"]
