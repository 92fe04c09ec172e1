"""What stands among the statements and is none of them: goals of single projects, lists of contents, charts, prose."""

from __future__ import annotations

from tests.transform.statements.reading_forms import money, read
from tests.transform.statements.typing_tables import grid
from transform.records import Part
from transform.sections.figures import prints_whole_amounts

STATEMENT = ("部门收入总表", "单位：万元", grid("科目 | 金额\n一、财政拨款收入 | 30.00\n合计 | 30.00"))


def test_the_goals_of_single_projects_are_read_by_their_heads() -> None:
    """Guangdong prints them in its prose, Hangzhou by unit: tables without a statement's title were unread."""
    guangzhou = grid("项目 | 预算数（单位：万元） | 绩效目标\n热线外包 | 252.28 | 及时答复群众。", 2)
    hangzhou = grid(
        "单位名称 | 项目名称 | 金额 | 绩效目标\n某局 | 建设 | 12.50 | 提升水平。\n某中心 | 维护 | 7.00 | 正常。",
        3,
    )
    records = read(
        [*STATEMENT],
        ["2026年，本部门重点项目绩效目标情况如下：", guangzhou],
        ["表11：市级部门项目支出绩效表", "部门名称：某某局 单位：万元", hangzhou],
    )
    found = money(records, "project_goals")
    assert {key[-2]: float(amount) for key, amount in found.items()} == {
        "热线外包": 252.28,
        "建设": 12.5,
        "维护": 7,
    }
    assert {line.unit for line in records.budget_lines if line.line == "维护"} == {"某中心"}


def test_a_table_of_whole_numbers_without_a_known_title_is_unread() -> None:
    """It was prose: no finding, no part of the filing missing."""
    unknown = grid("项目 | 预算数 | 备注\n当年财力 | 500 |\n上级补助 | 300 |\n合计 | 800 |", 2)
    records = read([*STATEMENT], ["2024年财力安排表", "单位：万元", unknown])
    assert [section.part for section in records.sections if section.part is Part.UNREAD] == [Part.UNREAD]
    assert [finding.code for finding in records.findings if finding.page == 2] == ["table_unrecognised"]
    assert not prints_whole_amounts(grid("项目 | 人数\n在职 | 120\n退休 | 230"))


def test_lists_of_contents_charts_and_framed_sentences_are_prose() -> None:
    """They were unread tables, and the filing was published in part."""
    contents = grid("1. | 2026年收支总表\n12. | 2026年收入总表", 2)
    chart = grid("16.65 | 财政拨款\n44.12% | 事业收入\n10.10% | 其他收入", 3)
    sentence = grid("本年收入预算合计 | 21,955.35 | 万元，其中：\n一般公共预算收入 | 21,940.96 | 万元，占", 4)
    records = read(
        [*STATEMENT],
        ["目录：本单位今年公开下列各表", contents],
        ["收入预算情况说明，收入构成情况如下", chart],
        ["收入预算情况说明", sentence],
    )
    assert [section.title for section in records.sections if section.part is not Part.NARRATIVE] == ["部门收入总表"]
    assert sum(section.amounts for section in records.sections) == sum(s.amounts_accounted for s in records.sections)


def test_a_units_row_stands_among_codes_and_a_section_code_is_cut_short() -> None:
    """Xi'an: 125001 某局 above its classes, 05 for 20805; the lines of all units were added to the first."""
    table = grid("""
        功能科目编码 | 功能科目名称 | 合计 | 人员经费支出 | 公用经费支出
        ** | ** | 1 | 2 | 3
         | 合计 | 30.00 | 20.00 | 10.00
        125001 | 某市某某局 | 20.00 | 15.00 | 5.00
        208 | 社会保障和就业支出 | 20.00 | 15.00 | 5.00
        05 | 行政事业单位离退休 | 20.00 | 15.00 | 5.00
        2080505 | 机关事业单位基本养老保险缴费支出 | 20.00 | 15.00 | 5.00
        125002 | 某市宣传教育中心 | 10.00 | 5.00 | 5.00
        208 | 社会保障和就业支出 | 10.00 | 5.00 | 5.00
        05 | 行政事业单位离退休 | 10.00 | 5.00 | 5.00
        2080505 | 机关事业单位基本养老保险缴费支出 | 10.00 | 5.00 | 5.00
    """)
    records = read(["表5 部门综合预算一般公共预算支出明细表（按支出功能分类科目）", "单位：万元", table])
    assert [(line.unit, line.line_code, line.amount.printed) for line in records.budget_lines] == [
        ("某市某某局", "2080505", "15.00"),
        ("某市某某局", "2080505", "5.00"),
        ("某市宣传教育中心", "2080505", "5.00"),
        ("某市宣传教育中心", "2080505", "5.00"),
    ]
    assert {one.code for one in records.classifications} == {"208", "20805", "2080505"}
