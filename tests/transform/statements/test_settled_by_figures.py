"""Where the page is silent the figures decide: which column, and which line, is the sum of which."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from extract.document import Severity
from tests.transform.statements.reading_forms import OWN, money, read
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.statements.arithmetic import nesting

_HALF = Decimal("0.005")


def _vectors(*amounts: str) -> list[tuple[Decimal, ...]]:
    return [tuple(map(Decimal, line.split())) for line in amounts]


def _any(upper: int, lower: int) -> bool:
    return True


def test_of_which_in_the_head_of_a_column_is_a_part_where_the_total_needs_it() -> None:
    """Guangzhou: 小计 | 其中：基本支出 | 项目支出."""
    table = grid("""
        功能科目 | 一般公共预算支出 | < | <
        ^ | 小计 | 其中：基本支出 | 项目支出
        合计 | 30.00 | 20.00 | 10.00
        [201]一般公共服务支出 | 30.00 | 20.00 | 10.00
        [20140]信访事务 | 30.00 | 20.00 | 10.00
        [2014001]行政运行 | 21.00 | 20.00 | 1.00
        [2014004]信访业务 | 9.00 | 0.00 | 9.00
    """)
    records = read(["一般公共预算支出情况表", "单位：万元", table])
    assert money(records, "general_expenditure") == {
        ("2014001", "行政运行", "基本支出"): 20,
        ("2014001", "行政运行", "项目支出"): 1,
        ("2014004", "信访业务", "基本支出"): 0,
        ("2014004", "信访业务", "项目支出"): 9,
    }


def test_a_column_of_which_that_its_total_does_not_need_is_a_remark() -> None:
    """Beijing: 项目支出总数 | 扣除基建项目后预算数."""
    table = grid("""
        科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 | <
        ^ | ^ | ^ | ^ | 项目支出总数 | 扣除基建项目后预算数
        2050803 | 培训支出 | 18.00 | 18.00 | |
        2120199 | 其他支出 | 31.00 | 21.00 | 10.00 | 4.00
         | 合计 | 49.00 | 39.00 | 10.00 | 4.00
    """)
    records = read(["预算05表 一般公共预算支出表", "金额单位：万元", table])
    assert money(records, "general_expenditure") == {
        ("2050803", "培训支出", "基本支出"): 18,
        ("2120199", "其他支出", "基本支出"): 21,
        ("2120199", "其他支出", "项目支出"): 10,
    }
    assert [f.evidence for f in records.findings if f.code == "memo_line"][:1] == ["其他支出 4.00万元"]


def test_a_column_nobody_knows_counts_where_its_total_proves_it_and_holds_where_none_does() -> None:
    table = """
        科目编码 | 科目名称 | 合计 | 基本支出 | 神秘支出
        2050803 | 培训支出 | 18.00 | 10.00 | 8.00
         | 合计 | 18.00 | 10.00 | 8.00
    """
    heading = ("部门支出总表", "单位：万元")
    records = read([*heading, grid(table)])
    assert money(records, "budget_expenditure")["2050803", "培训支出", "神秘支出"] == 8
    assert [f.severity for f in records.findings if f.code == "unknown_column"] == [Severity.WARNING]
    other = document([*heading, grid(table.replace("18.00", "10.00"))])
    held = BUDGET_STATEMENT.read(other, Declaration(department=OWN))
    assert [f.severity for f in held.findings if f.code == "unknown_column"] == [Severity.CRITICAL]


def test_a_departments_line_over_its_units_is_their_sum() -> None:
    """Hangzhou: the department's row stands above its units in the same column."""
    table = grid("""
        单位名称 | 总计 | 一般公共预算 | 其他收入
        合计 | 30.02 | 20.01 | 10.01
        某市某局 | 30.02 | 20.01 | 10.01
        某市某局 | 11.01 | 8.00 | 3.01
        某市某中心 | 19.01 | 12.01 | 7.00
    """)
    records = read(["2026年市级部门收入预算总表", "部门名称：某市某局 单位：万元", table])
    assert {(line.unit, line.amount.printed) for line in records.budget_lines} == {
        ("某市某局", "8.00"),
        ("某市某局", "3.01"),
        ("某市某中心", "12.01"),
        ("某市某中心", "7.00"),
    }


def test_the_same_lines_under_several_units_are_each_units_own() -> None:
    table = grid("""
        支出项目类别（资金使用单位） | 总计 | 一般公共预算
        合计 | 30.00 | 30.00
        某局（本级） | 20.00 | 20.00
        工资福利支出 | 15.00 | 15.00
        商品和服务支出 | 5.00 | 5.00
        某中心 | 10.00 | 10.00
        工资福利支出 | 7.00 | 7.00
        商品和服务支出 | 3.00 | 3.00
    """)
    records = read(["部门预算基本支出预算表", "单位：万元", table])
    assert [(line.unit, line.line, line.amount.printed) for line in records.budget_lines] == [
        ("某局（本级）", "工资福利支出", "15.00"),
        ("某局（本级）", "商品和服务支出", "5.00"),
        ("某中心", "工资福利支出", "7.00"),
        ("某中心", "商品和服务支出", "3.00"),
    ]


def test_a_numbered_project_below_its_item_is_part_of_it() -> None:
    """Shanghai: the item's amount is printed again as that of its one project."""
    table = grid("""
        功能分类科目编码 | < | < | 功能分类科目名称 | 序号 | 项目名称 | 预算数
        类 | 款 | 项 | ^ | ^ | ^ | ^
        201 | | | 一般公共服务支出 | | | 270,000
        201 | 13 | | 商贸事务 | | | 270,000
        201 | 13 | 02 | 一般行政管理事务 | | | 270,000
         | | | | 1 | 某专项 | 270,000
        合 计 | < | < | < | < | < | 270,000
    """)
    records = read(["2026年预算单位财政拨款项目支出预算表", "单位：元", table])
    assert [(line.line, line.amount.printed) for line in records.budget_lines] == [("某专项", "270,000")]


def test_an_item_printed_under_two_classifications_is_told_apart_by_the_second() -> None:
    """Shandong: 部门 × 政府 economic codes."""
    table = grid("""
        科目编码 | 部门预算支出经济分类科目名称 | 科目编码 | 政府预算支出经济分类科目名称 | 基本支出预算 | <
        ^ | ^ | ^ | ^ | 小计 | 人员支出
         | 合计 | | | 8.00 | 8.00
        301 | 工资福利支出 | 501 | 机关工资福利支出 | 5.00 | 5.00
        30101 | 基本工资 | 50101 | 工资奖金津补贴 | 5.00 | 5.00
        301 | 工资福利支出 | 505 | 对事业单位经常性补助 | 3.00 | 3.00
        30101 | 基本工资 | 50501 | 工资福利支出 | 3.00 | 3.00
    """)
    records = read(["一般公共预算基本支出情况表", "单位：万元", table])
    assert {(code, line): amount for (code, line, _), amount in money(records, "general_basic").items()} == {
        ("30101", "工资福利支出/基本工资/50101/工资奖金津补贴"): 5,
        ("30101", "工资福利支出/基本工资/50501/工资福利支出"): 3,
    }


def test_the_same_purchase_printed_twice_is_two_lines() -> None:
    table = grid("""
        采购类别 | 金额
        服务 | 1.50
        服务 | 1.50
        合 计 | 3.00
    """)
    records = read(["预算10表 政府采购预算明细表", "金额单位：万元", table])
    assert [(line.line, line.flags) for line in records.budget_lines] == [
        ("服务", ("repeated",)),
        ("服务（2）", ("repeated",)),
    ]


def test_this_years_income_is_compared_with_this_years_total() -> None:
    """A university's 收入预算表 leaves out what is carried over; 收入总计 of its 收支总表 does not."""
    balance = grid("""
        收入 | < | 支出 | <
        项目 | 预算数 | 项目 | 预算数
        一、财政拨款 | 20.00 | 一、教育支出 | 25.00
        本年收入合计 | 20.00 | 本年支出合计 | 25.00
        上年结转 | 10.00 | 结转下年 | 5.00
        收入总计 | 30.00 | 支出总计 | 30.00
    """)
    income = grid(
        """
        科目编码 | 科目名称 | 本年收入合计 | 财政拨款收入
        205 | 教育支出 | 20.00 | 20.00
         | 合计 | 20.00 | 20.00
    """,
        2,
    )
    records = read(["某大学收支预算总表", "单位：万元", balance], ["某大学收入预算表", "单位：万元", income])
    crossed = [t for t in records.stated_totals if t.rule == "balance_income"]
    assert [(total.source.text.split()[0], total.amount.printed) for total in crossed] == [("本年收入合计", "20.00")]


def test_nesting_finds_the_sums_of_all_columns_together() -> None:
    lines = _vectors("5 5", "3 1", "2 4", "4 0", "4 0")
    assert nesting(lines, (Decimal(9), Decimal(5)), _any, _HALF) == [None, 0, 0, None, 3]


def test_nesting_says_nothing_where_the_total_is_another() -> None:
    assert nesting(_vectors("5", "3", "1"), (Decimal(7),), _any, _HALF) is None


def test_nesting_allows_half_a_digit_for_each_part() -> None:
    lines = _vectors("5.01", "3.00", "2.00", "4.00")
    assert nesting(lines, (Decimal("9.01"),), _any, _HALF) == [None, 0, 0, None]


def test_nesting_respects_what_the_page_rules_out() -> None:
    lines = _vectors("5", "5")
    assert nesting(lines, (Decimal(10),), _any, _HALF) == [None, None]
    assert nesting(lines, (Decimal(5),), lambda upper, lower: False, _HALF) is None


def test_a_table_whose_money_stands_under_of_which_alone_is_never_silent() -> None:
    """It was published as printed without any amount."""
    table = grid("""
        科目编码 | 科目名称 | 其中 | <
        ^ | ^ | 基本支出 | 项目支出
        2050803 | 培训支出 | 18.00 | 2.00
        2120199 | 其他支出 | 21.00 | 10.00
    """)
    records = BUDGET_STATEMENT.read(
        document(["一般公共预算支出情况表", "单位：万元", table]), Declaration(department=OWN)
    )
    assert not records.budget_lines
    (finding,) = [finding for finding in records.findings if finding.code == "of_which_unproven"]
    assert (finding.severity, finding.evidence) == (Severity.CRITICAL, "培训支出 18.00万元")


def test_an_amount_wrapped_in_its_cell_is_read_where_a_total_vouches_for_it() -> None:
    """1682.7 over 6 was held although the 合计 below it says that it is 1682.76."""
    rows = "2011301 | 行政运行 | 1682.7/6\n2011350 | 事业运行 | 10.00\n | 合计 | 1692.76"
    table = grid(f"科目编码 | 科目名称 | 合计\n{rows}")
    table = replace(table, cells=tuple(replace(cell, text=cell.text.replace("/", "\n")) for cell in table.cells))
    records = read(["部门支出总表", "单位：万元", table])
    assert [line.amount.yuan for line in records.budget_lines] == [Decimal("16827600.00"), Decimal("100000.00")]
    assert [f.code for f in records.findings if f.severity is Severity.WARNING] == ["amount_wrapped"]
    other = replace(table, cells=tuple(replace(c, text=c.text.replace("1692.76", "1692.77")) for c in table.cells))
    held = BUDGET_STATEMENT.read(document(["部门支出总表", "单位：万元", other]), Declaration(department=OWN))
    assert "amount_unreadable" in {f.code for f in held.findings if f.severity is Severity.CRITICAL}
