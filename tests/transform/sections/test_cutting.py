"""A document cut into sections: what belongs together, what each part is, and what lends nothing to a table."""

from __future__ import annotations

from dataclasses import replace

from extract.document import Document, Grid, Line, Medium, Page
from tests.transform.project_forms import DECLARED
from tests.transform.typeset import grid_of
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Horizon, Kind, Part, Records

FORM = """
    项目名称 | {name} | < | < | <
    主管部门 | 某市科学技术局 | < | 实施单位 | 科普中心
    资金情况（万元） | 年度资金总额：| {amount} | < | <
    ^ | 其中：财政拨款 | {amount} | < | <
    年度总体目标 | 完成{name}的各项任务 | < | < | <
    绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值
    ^ | 产出指标 | 数量指标 | 活动场次 | ≥10场
"""
EXPENDITURE = """
    科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
    201 | 一般公共服务支出 | 30.00 | 10.00 | 20.00
    20113 | 商贸事务 | 30.00 | 10.00 | 20.00
    2011301 | 行政运行 | 10.00 | 10.00 |
    2011302 | 一般行政管理事务 | 20.00 | | 20.00
    合计 | < | 30.00 | 10.00 | 20.00
"""
INDEX = """
    索引号 | 0146-2023-001 | 发布机构 | 某市人民政府
    发文日期 | 2025-12-04 | 有效性 | 有效
"""


def page(number: int | None, *blocks: str | Grid) -> Page:
    lines = (Line(text=block, page=number) if isinstance(block, str) else block for block in blocks)
    return Page(number=number, blocks=tuple(lines))


def form(name: str, amount: str, number: int | None = 1) -> Grid:
    return table(FORM.format(name=name, amount=amount), number)


def table(drawing: str, number: int | None = 1) -> Grid:
    drawn = grid_of(drawing)
    return replace(drawn, page=number, cells=tuple(replace(cell, page=number) for cell in drawn.cells))


def read(*pages: Page, year: int | None = None) -> Records:
    document = Document(medium=Medium.PDF, reader="test-1", pages=pages)
    return read_records(document, Declaration(department="某市科学技术局", fiscal_year=year))


def parts(records: Records) -> list[tuple[Part, Kind | None]]:
    return [(section.part, section.kind) for section in records.sections]


def test_a_budget_with_statements_and_forms_gives_all_its_sections() -> None:
    records = read(
        page(1, "某市科学技术局2025年部门预算"),
        page(2, "第一部分 部门概况", "我局负责全市科技工作，2019年由两局合并而成。"),
        page(3, "2025年部门支出预算总表", "单位：万元", grid_of(EXPENDITURE, page=3)),
        page(4, "项目支出绩效目标申报表", "（2025年度）", "单位：万元", form("科普活动", "50.00", 4)),
    )
    kinds = [section.kind for section in records.sections if section.part is Part.RECORDS]
    assert kinds == [Kind.BUDGET_STATEMENT, Kind.PROJECT_TARGET_FORM]
    assert records.fiscal_year == 2025
    (project,) = records.projects
    (money,) = [line for line in records.budget_lines if line.project]
    sections = {section.seq: section for section in records.sections}
    assert sections[project.section_seq].kind is sections[money.section_seq].kind is Kind.PROJECT_TARGET_FORM
    assert sections[project.section_seq].first_page == 4
    assert {sections[line.section_seq].kind for line in records.budget_lines if not line.project} == {
        Kind.BUDGET_STATEMENT
    }


def test_what_a_site_prints_around_a_form_lends_it_nothing_and_is_understood() -> None:
    records = read(
        page(
            None,
            "首页 > 政务公开 > 财政信息",
            table(INDEX, None),
            "项目支出绩效目标申报表",
            "（2023年度）",
            form("科普活动", "50.00", None),
            "[下载] [打印] [关闭]",
            "版权所有：某市人民政府 2025年版",
        )
    )
    assert parts(records) == [
        (Part.FURNITURE, None),
        (Part.RECORDS, Kind.PROJECT_TARGET_FORM),
        (Part.FURNITURE, None),
    ]
    assert (records.fiscal_year, records.coverage) == (2023, 1)


def test_a_notice_does_not_lend_its_year_to_its_annex() -> None:
    records = read(
        page(
            None,
            "关于下达专项资金的通知",
            "根据《关于下达2021年专项资金预算的通知》，现将资金下达你们，请抓紧实施。",
            "附件：项目支出绩效目标申报表",
            "（2022年度）",
            form("村道硬化", "60.00", None),
        )
    )
    assert parts(records) == [(Part.NARRATIVE, None), (Part.RECORDS, Kind.PROJECT_TARGET_FORM)]
    assert records.fiscal_year == 2022


def test_a_table_that_no_layout_reads_is_unread_and_holds_no_other() -> None:
    other = "车牌 | 型号 | 购置价\n甲A1 | 轿车 | 12.50\n甲A2 | 客车 | 30.10"
    records = read(
        page(1, "项目支出绩效目标申报表", "（2025年度）", form("科普活动", "50.00")),
        page(2, "车辆台账", grid_of(other, page=2)),
    )
    assert [part for part, _ in parts(records)] == [Part.RECORDS, Part.NARRATIVE, Part.UNREAD]
    (finding,) = [finding for finding in records.findings if finding.code == "table_unrecognised"]
    unread = next(section for section in records.sections if section.part is Part.UNREAD)
    assert (finding.section_seq, finding.page) == (unread.seq, 2)
    assert len(records.projects) == 1


def test_controls_of_one_section_count_its_own_lines_alone() -> None:
    records = read(
        page(1, "2025年部门支出预算总表", "单位：万元", grid_of(EXPENDITURE)),
        page(2, "项目支出绩效目标申报表", "（2025年度）", form("科普活动", "50.00", 2)),
    )
    for total in records.stated_totals:
        for member in total.members or ():
            assert records.budget_lines[member].section_seq == total.section_seq


def test_a_goal_in_prose_over_a_table_of_indicators_belongs_to_its_form() -> None:
    records = read_records(
        Document(
            medium=Medium.HTML,
            reader="test-1",
            pages=(
                page(
                    1,
                    "2023年某市重大政策和项目绩效目标情况",
                    "婴幼儿照护服务项目项目绩效目标",
                    "（一）中长期绩效目标",
                    "坚持政府引导、多方参与，",
                    "建立照护服务体系。",
                    "（二）中长期绩效指标",
                    grid_of("一级指标 | 二级指标 | 指标名称 | 指标值\n产出指标 | 数量指标 | 每千人托位 | 4.5"),
                ),
            ),
        ),
        DECLARED,
    )
    (project,) = records.projects
    assert (project.name, project.goal) == ("婴幼儿照护服务项目", "坚持政府引导、多方参与，建立照护服务体系。")
    assert records.indicators[0].targets[0].horizon is Horizon.CYCLE
    assert records.fiscal_year == 2023
