"""The statutory tables: leaf lines become facts, everything above them a control that names its lines."""

from __future__ import annotations

from decimal import Decimal

from extract.document import Severity
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.records import Records, StatedTotal

FUNCTION = """
    项目 | < | < | < | 支出预算 | < | <
    功能分类科目编码 | < | < | 功能分类科目名称 | 合计 | 基本支出 | 项目支出
    类 | 款 | 项 | ^ | ^ | ^ | ^
    201 |    |    | 一般公共服务支出 | 30.00 | 10.00 | 20.00
    201 | 13 |    | 商贸事务         | 30.00 | 10.00 | 20.00
    201 | 13 | 01 | 行政运行         | 10.00 | 10.00 |
    201 | 13 | 02 | 一般行政管理事务 | 20.00 |       | 20.00
    208 |    |    | 社会保障和就业支出 | 5.00 | 5.00 |
    208 | 05 |    | 行政事业单位养老支出 | 5.00 | 5.00 |
    208 | 05 | 01 | 行政单位离退休 | 5.00 | 5.00 |
    合计 | < | < | < | 35.00 | 15.00 | 20.00
"""
HEADING = ["2025年部门支出预算总表", "编制部门：某区商务委员会 单位：万元"]


def read(*pages: list[object]) -> Records:
    return BUDGET_STATEMENT.read(document(*pages), Declaration(department="某区商务委员会"))  # type: ignore[arg-type]


def facts(records: Records, statement: str) -> dict[tuple[str | None, str | None, str | None], Decimal]:
    lines = [line for line in records.budget_lines if line.statement == statement]
    found = {(line.line_code, line.line, line.measure): line.amount.yuan for line in lines}
    assert len(found) == len(lines), "two facts share a key"
    return found


def broken(records: Records) -> list[StatedTotal]:
    """Stated totals that differ from the sum of the lines they name."""

    def loaded(total: StatedTotal) -> Decimal:
        assert total.members is not None
        return sum((records.budget_lines[place].amount.yuan for place in total.members), Decimal(0))

    return [total for total in records.stated_totals if loaded(total) != total.amount.yuan]


def codes(records: Records, severity: Severity | None = None) -> list[str]:
    return [f.code for f in records.findings if severity is None or f.severity is severity]


def test_leaf_lines_are_facts_and_upper_levels_and_totals_are_controls() -> None:
    records = read([*HEADING, grid(FUNCTION)])
    assert facts(records, "budget_expenditure") == {
        ("2011301", "行政运行", "基本支出"): Decimal(100_000),
        ("2011302", "一般行政管理事务", "项目支出"): Decimal(200_000),
        ("2080501", "行政单位离退休", "基本支出"): Decimal(50_000),
    }
    # 3 leaf 合计, 2 类, 2 款 and the 合计 row, in each column that prints one
    assert len(records.stated_totals) == 3 + (3 + 3 + 2 + 2) + 3
    assert broken(records) == []
    assert records.fiscal_year == 2025
    assert records.money_unit == "万元"
    assert records.coverage == 1


def test_a_wrong_upper_level_is_a_broken_control_not_a_fact() -> None:
    records = read([*HEADING, grid(FUNCTION.replace("商贸事务         | 30.00", "商贸事务         | 31.00"))])
    assert [(total.line, total.amount.printed) for total in broken(records)] == [("商贸事务", "31.00")]
    assert len(facts(records, "budget_expenditure")) == 3


def test_a_missing_leaf_breaks_every_total_above_it() -> None:
    text = "\n".join(line for line in FUNCTION.splitlines() if "一般行政管理事务" not in line)
    records = read([*HEADING, grid(text)])
    assert {total.line for total in broken(records)} == {"一般公共服务支出", "商贸事务", "合计"}


def test_money_is_scaled_by_each_tables_own_unit() -> None:
    in_yuan = [HEADING[0], "编制部门：某区商务委员会 单位：元", grid(FUNCTION)]
    assert set(facts(read(in_yuan), "budget_expenditure").values()) == {Decimal(10), Decimal(20), Decimal(5)}


def test_a_table_without_a_unit_is_not_guessed() -> None:
    records = read([HEADING[0], grid(FUNCTION)])
    assert records.budget_lines == ()
    assert codes(records, Severity.CRITICAL) == ["money_unit_missing"]


def test_a_line_without_a_code_says_so_also_where_its_unit_of_money_is_assumed() -> None:
    lost = FUNCTION.replace("201 | 13 | 02 |", "  |  |  |")
    records = read([*HEADING, grid(FUNCTION)], ["2025年财政拨款支出预算表", grid(lost, page=2)])
    flags = {line.flags for line in records.budget_lines if line.source.page == 2}
    assert flags == {("money_unit_assumed",), ("code_missing", "money_unit_assumed")}


def test_both_sides_of_a_balance_are_statements_of_their_own() -> None:
    records = read(
        [
            "2025年部门财务收支预算总表",
            "单位：元",
            grid("""
                本年收入 | < | 本年支出 | <
                项目 | 预算数 | 项目 | 预算数
                一、财政拨款收入 | 90.00 | 一、一般公共服务支出 | 60.00
                1. 一般公共预算资金 | 80.00 | 二、科学技术支出 | 40.00
                2. 政府性基金 | 10.00 | |
                二、事业收入 | 10.00 | |
                | | |
                收入总计 | 100.00 | 支出总计 | 100.00
            """),
        ]
    )
    assert facts(records, "budget_balance_income") == {
        (None, "一般公共预算资金", "预算数"): Decimal(80),
        (None, "政府性基金", "预算数"): Decimal(10),
        (None, "事业收入", "预算数"): Decimal(10),
    }
    assert [line.funding_source for line in records.budget_lines[:3]] == ["财政拨款", "财政拨款", "其他资金"]
    assert sum(facts(records, "budget_balance_expenditure").values()) == 100
    assert broken(records) == []
    crossed = [t for t in records.stated_totals if t.line == "收支总表支出总计 = 收入"]
    assert [t.statement for t in crossed] == ["budget_balance_income"]


def test_jiangsu_prints_expenditure_by_function_and_by_purpose_side_by_side() -> None:
    records = read(
        [
            "公开01表",
            grid("""
                收支预算总表 | < | < | < | < | <
                部门：某办公厅 单位：万元 | < | < | < | < | <
                收入 | < | 支出 | < | < | <
                项目名称 | 金额 | 功能分类 | < | 支出用途 | <
                ^ | ^ | 功能科目名称 | 金额 | 项目名称 | 金额
                一、财政拨款 | 9.00 | 一、一般公共服务支出 | 6.00 | 一、基本支出 | 7.00
                1.一般公共预算 | 9.00 | 二、外交支出 | | 二、项目支出 | 3.00
                三、其他资金 | 1.00 | 三、住房保障支出 | 4.00 | |
                当年收入小计 | 10.00 | 当年支出小计 | < | < | 10.00
                上年结转资金 | | 结转下年资金 | < | < |
                收入合计 | 10.00 | 支出合计 | < | < | 10.00
            """),
        ]
    )
    assert sum(facts(records, "budget_balance_expenditure").values()) == 100_000
    assert facts(records, "budget_balance_purpose") == {
        (None, "基本支出", "金额"): Decimal(70_000),
        (None, "项目支出", "金额"): Decimal(30_000),
    }
    assert broken(records) == []
    assert records.department == "某办公厅"
    assert records.coverage == 1


def test_three_public_columns_are_lines_with_budget_and_account_beside_each_other() -> None:
    records = read(
        [
            "财政拨款“三公”经费支出决算表",
            "单位：万元",
            grid("""
                合计 | < | 因公出国（境）费 | < | 公务用车购置及运行维护费 | < | < | < | < | < | 公务接待费 | <
                ^ | ^ | ^ | ^ | 小计 | < | 公务用车购置费 | < | 公务用车运行维护费 | < | ^ | ^
                预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数
                9.00 | 5.39 | 1.00 | 0.00 | 5.00 | 5.00 | 2.00 | 2.00 | 3.00 | 3.00 | 3.00 | 0.39
            """),
        ]
    )
    found = facts(records, "final_three_public")
    assert found[None, "公务接待费", "决算数"] == Decimal(3_900)
    assert found[None, "因公出国（境）费", "决算数"] == 0  # a printed 0.00 is a figure
    assert (None, "公务用车购置及运行维护费", "预算数") not in found
    assert len(found) == 8
    assert broken(records) == []
    assert len(records.stated_totals) == 4


def test_two_blocks_of_an_economic_table_are_one_statement() -> None:
    records = read(
        [
            "一般公共预算财政拨款基本支出决算表",
            "单位：万元",
            grid("""
                经济分类科目编码 | 科目名称 | 决算数 | 经济分类科目编码 | 科目名称 | 决算数
                301 | 工资福利支出 | 7.00 | 302 | 商品和服务支出 | 2.00
                30101 | 基本工资 | 3.00 | 30201 | 办公费 | 2.00
                30102 | 津贴补贴 | 4.00 | 310 | 资本性支出 | 1.00
                | | | 31002 | 办公设备购置 | 1.00
                人员经费合计 | < | 7.00 | 公用经费合计 | < | 3.00
            """),
        ]
    )
    assert sum(facts(records, "final_general_basic").values()) == 100_000
    assert broken(records) == []
    assert {line.expenditure_type for line in records.budget_lines} == {"基本支出"}


def test_outline_by_column_gives_the_money_to_the_column_that_names_it_last() -> None:
    records = read(
        [
            "2018年政府采购预算表",
            "单位：万元",
            grid("""
                采购品目大类 | 专项名称 | 经济科目 | 采购物品名称 | 采购组织形式 | 总计
                合计 | | | | | 60.00
                一、货物A | | | | | 60.00
                | 办公费 | 办公设备购置 | | | 50.00
                | | | 台式计算机 | 分散 | 20.00
                | | | 打印机 | 分散 | 30.00
                | | 专用设备购置 | | | 10.00
                | | | 打印机 | 分散 | 10.00
            """),
        ]
    )
    found = facts(records, "procurement")
    assert sorted(found.values()) == [Decimal(100_000), Decimal(200_000), Decimal(300_000)]
    assert broken(records) == []


def test_a_group_and_its_items_stand_in_two_columns_under_one_head() -> None:
    records = read(
        [
            "收入预算总表",
            "单位：万元",
            grid("""
                项目名称 | | 金额
                收入总计 | < | 12.00
                一般公共预算资金 | 小计 | 10.00
                ^ | 公共财政拨款(补助)资金 | 8.00
                ^ | 专项收入 | 2.00
                政府性基金 | 小计 | 2.00
                其他资金 | 小计 |
            """),
        ]
    )
    assert set(facts(records, "budget_income")) == {
        (None, "公共财政拨款(补助)资金", "金额"),
        (None, "专项收入", "金额"),
        (None, "政府性基金", "金额"),
    }
    assert broken(records) == []


def test_a_table_goes_on_over_the_page_with_or_without_its_header() -> None:
    rows = FUNCTION.strip().splitlines()
    whole = facts(read([*HEADING, grid(FUNCTION)]), "budget_expenditure")
    for repeated in (rows[:3], []):
        second = grid("\n".join([*repeated, *rows[6:]]), page=2)
        records = read([*HEADING, grid("\n".join(rows[:6])), "12"], [second, "13"])
        assert facts(records, "budget_expenditure") == whole
        assert broken(records) == []


def test_an_empty_statement_is_said_and_is_no_error() -> None:
    empty = grid("功能科目代码 | 功能科目名称 | 金额\n | 合计 |\n | |")
    records = read(["财政拨款政府性基金支出预算表", "单位：万元", empty, "注：本部门无相关收支项目"])
    assert codes(records) == ["statement_empty"]
    assert records.budget_lines == ()


def test_of_which_lines_that_do_not_add_up_are_remarks() -> None:
    table = """
        项目 | 预算数 | 项目 | 预算数
        一、财政拨款收入 | 90.00 | 一、教育支出 | 90.00
        其中：上级专款 | 7.00 | |
        收入总计 | 90.00 | 支出总计 | 90.00
    """
    head = "本年收入 | < | 本年支出 | <\n"
    records = read(["部门收支总表", "单位：万元", grid(head + table.strip())])
    assert sum(facts(records, "budget_balance_income").values()) == 900_000
    assert codes(records) == ["memo_line"]
    assert broken(records) == []


def test_the_narrative_states_totals_too() -> None:
    prose = ["2025年，某区商务委员会收入预算0.00万元，其中", "支出预算", "35.00万元，比上年支出预算30.00万元增加"]
    records = read(prose, [*HEADING, grid(FUNCTION, page=2)])
    stated = [total for total in records.stated_totals if total.line == "编制说明"]
    assert [(t.statement, t.amount.printed, t.source.page) for t in stated] == [("budget_expenditure", "35.00", 1)]
    assert broken(records) == []


def test_cross_checks_break_when_two_tables_disagree() -> None:
    basic = """
        科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费
        301 | 工资福利支出 | 14.00 | 14.00 |
        30101 | 基本工资 | 14.00 | 14.00 |
        合计 | < | 14.00 | 14.00 |
    """
    records = read(
        ["2025年部门一般公共预算支出功能分类预算表", "单位：万元", grid(FUNCTION)],
        ["2025年部门一般公共预算基本支出部门预算经济分类预算表", "单位：万元", grid(basic, page=2)],
    )
    assert [(t.statement, t.amount.printed) for t in broken(records)] == [("general_basic", "15.00")]


def test_a_title_may_be_broken_over_two_lines() -> None:
    title = ["公开09表：一般公共预算“三公”经费、会议费、培训费", "支出预算表", "部门：某检察院        单位：万元"]
    table = grid("合计 | 因公出国（境）费 | 公务接待费\n3.00 | 1.00 | 2.00")
    assert len(facts(read([*title, table]), "three_public")) == 2


def test_a_table_with_figures_and_no_known_title_is_said() -> None:
    other = grid("序号 | 物品 | 数量\n1 | 电脑 | 3.50")
    records = read(
        [*HEADING, grid(FUNCTION)], ["固定资产明细", grid("a | b | c | d\n1 | 2 | 3 | 4.50", page=2)], [other]
    )
    assert codes(records, Severity.WARNING) == ["table_unrecognised", "table_unrecognised"]
    assert records.coverage < 1


def test_the_month_of_a_cover_is_not_the_fiscal_year() -> None:
    for month in ("2026年8月", "二〇二六年八月"):
        assert read(["某区商务委员会2025年度部门预算", month, *HEADING, grid(FUNCTION)]).fiscal_year == 2025
        records = read([f"某区商务委员会部门预算（{month}）", *HEADING, grid(FUNCTION)])
        assert (records.fiscal_year, codes(records, Severity.CRITICAL)) == (2025, [])


def test_years_that_disagree_are_none() -> None:
    records = read(["2024年度部门预算", *HEADING, grid(FUNCTION)])
    assert records.fiscal_year is None
    assert codes(records, Severity.CRITICAL) == ["year_conflict"]
