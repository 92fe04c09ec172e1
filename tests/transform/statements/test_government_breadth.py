"""Tables of governments as many provinces print them: the right lines, measures, level and unit of each."""

from __future__ import annotations

import pytest

from extract.document import Severity
from tests.transform.statements.typing_tables import document, grid
from transform.checks.reconciliation import failing, reconcile
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import MeasureKind, Records

_BUDGET, _BEFORE, _NOW = MeasureKind.BUDGET, MeasureKind.PREVIOUS, MeasureKind.EXECUTION


def _read(table: str, *heading: str) -> Records:
    records = read_records(document([*heading, grid(table)]), Declaration(department="某县财政局", fiscal_year=2024))
    assert [(f.code, f.evidence) for f in records.findings if f.severity is Severity.CRITICAL] == []
    for total in records.stated_totals:
        members = [records.budget_lines[place].amount for place in total.members or ()]
        assert reconcile(total.amount, members).holds, (total.line, total.measure, total.amount.printed)
    assert all(section.amounts == section.amounts_accounted for section in records.sections)
    return records


def _facts(records: Records) -> list[tuple[str | None, str | None, MeasureKind | None, str]]:
    return [(one.line, one.measure, one.measure_kind, one.amount.printed) for one in records.budget_lines]


def test_a_countys_revenue_ends_with_transfers_and_a_grand_total() -> None:
    """Hunan: 地方一般公共预算收入合计 in the middle, 上级补助收入 over its three kinds, 收入总计 at the end."""
    records = _read(
        """
        科目名称 | 2023年完成数 | 2024年预算数 | 比上年增减%
        一、税收收入 | 77,865 | 82,539 | 6.00
        增值税 | 40,000 | 42,539 | 6.35
        企业所得税 | 37,865 | 40,000 | 5.64
        二、非税收入 | 31,624 | 33,520 | 6.00
        地方一般公共预算收入合计 | 109,489 | 116,059 | 6.00
        上级补助收入 | 200,000 | 210,000 | 5.00
        返还性收入 | 50,000 | 50,000 |
        一般性转移支付收入 | 150,000 | 160,000 |
        上年结余收入 | 1,000 | 2,000 |
        调入资金 | 5,000 | 6,000 |
        收入总计 | 315,489 | 334,059 |
        """,
        "2024年全县一般公共预算收入预算表",
        "单位：万元",
    )
    assert {line.statement for line in records.budget_lines} == {"government_general_income"}
    assert [fact for fact in _facts(records) if fact[2] is _BUDGET] == [
        ("增值税", "2024年预算数", _BUDGET, "42,539"),
        ("企业所得税", "2024年预算数", _BUDGET, "40,000"),
        ("非税收入", "2024年预算数", _BUDGET, "33,520"),
        ("返还性收入", "2024年预算数", _BUDGET, "50,000"),
        ("一般性转移支付收入", "2024年预算数", _BUDGET, "160,000"),
        ("上年结余收入", "2024年预算数", _BUDGET, "2,000"),
        ("调入资金", "2024年预算数", _BUDGET, "6,000"),
    ]


def test_the_measures_of_a_balance_are_named_without_its_side() -> None:
    records = _read(
        """
        收 入 | < | 支 出 | <
        项 目 | 预算数 | 项 目 | 预算数
        地方一般公共预算收入 | 116 | 一般公共预算支出 | 300
        上级补助收入 | 210 | 上解上级支出 | 24
        上年结余 | | 年终结余 | 2
        收入总计 | 326 | 支出总计 | 326
        """,
        "某县2024年一般公共预算收支平衡表",
        "单位：万元",
    )
    assert [(line.statement, line.line, line.measure) for line in records.budget_lines] == [
        ("government_general_balance_income", "地方一般公共预算收入", "预算数"),
        ("government_general_balance_income", "上级补助收入", "预算数"),
        ("government_general_balance_expenditure", "一般公共预算支出", "预算数"),
        ("government_general_balance_expenditure", "上解上级支出", "预算数"),
        ("government_general_balance_expenditure", "年终结余", "预算数"),
    ]


def test_a_total_column_without_a_head_of_its_own_is_the_sum_of_those_below_its_head() -> None:
    """The ministry's form 1-1: 2024年债务限额 over a blank, 一般债务, 专项债务; a row of formulas."""
    records = _read(
        """
        地 区 | 2024年债务限额 | < | < | 2024年债务余额预计执行数 | < | <
        ^ |  | 一般债务 | 专项债务 |  | 一般债务 | 专项债务
        公 式 | A=B+C | B | C | D=E+F | E | F
        某县本级 | 174.32 | 35.5 | 138.82 | 171.07 | 34.57 | 136.50
        """,
        "表1-1",
        "某县本级2024年政府债务限额及余额预算情况表",
        "单位：亿元",
    )
    assert {line.statement for line in records.budget_lines} == {"government_debt_limit_own"}
    assert _facts(records) == [
        ("某县本级", "2024年债务限额/一般债务", None, "35.5"),
        ("某县本级", "2024年债务限额/专项债务", None, "138.82"),
        ("某县本级", "2024年债务余额预计执行数/一般债务", _NOW, "34.57"),
        ("某县本级", "2024年债务余额预计执行数/专项债务", _NOW, "136.50"),
    ]
    assert records.budget_lines[0].amount.yuan == 3_550_000_000


def test_a_total_over_groups_counts_each_group_once() -> None:
    """合计 over 机关工资福利支出 (小计, two items) and 机关商品和服务支出 was a fact beside them."""
    records = _read(
        """
        科目名称 | 合计 | 机关工资福利支出 | < | < | 机关商品和服务支出
        ^ | ^ | 小计 | 工资奖金津补贴 | 社会保障缴费 | ^
        一般公共服务支出 | 120 | 100 | 70 | 30 | 20
        教育支出 | 60 | 50 | 40 | 10 | 10
        合计 | 180 | 150 | 110 | 40 | 30
        """,
        "2024年某县一般公共预算支出经济分类情况表",
        "单位：万元",
    )
    assert sum(line.amount.yuan for line in records.budget_lines) == 1_800_000


@pytest.mark.parametrize("head", ["市（州）", "地区", "市县", "县（市）"])
def test_transfers_are_by_place_where_the_head_of_the_lines_says_so(head: str) -> None:
    records = _read(
        f"""
        {head} | 一般性转移支付 | < | < | 专项转移支付 | 总计
        ^ | 小计 | 均衡性 | 其他 | ^ | ^
        甲市 | 300 | 200 | 100 | 50 | 350
        乙州 | 200 | 150 | 50 | 20 | 220
        全省合计 | 500 | 350 | 150 | 70 | 570
        """,
        "2024年省对下一般公共预算转移支付预算表",
        "单位：万元",
    )
    assert {(one.statement, one.classification_scheme) for one in records.budget_lines} == {
        ("government_general_transfer_region", "region")
    }
    assert sum(line.amount.yuan for line in records.budget_lines) == 5_700_000


def test_the_number_of_a_form_is_no_title_and_funds_are_columns() -> None:
    """社预01表 stands below the title; the columns are funds of social insurance."""
    records = _read(
        """
        项 目 | 合计 | 企业职工基本养老保险基金 | 失业保险基金
        一、收入 | 400.00 | 300.00 | 100.00
        其中:1、社会保险费收入 | 330.00 | 250.00 | 80.00
        2、利息收入 | 40.00 | 20.00 | 20.00
        3、财政补贴收入 | 30.00 | 30.00 |
        二、支出 | 350.00 | 280.00 | 70.00
        其中:1、社会保险待遇支出 | 335.00 | 270.00 | 65.00
        三、本年收支结余 | 50.00 | 20.00 | 30.00
        四、年末滚存结余 | 550.00 | 420.00 | 130.00
        """,
        "2024年社会保险基金收支预算总表",
        "社预01表",
        "单位：元",
    )
    assert {line.statement for line in records.budget_lines} == {"government_social_balance"}
    assert [fact[::3] for fact in _facts(records) if fact[1] == "失业保险基金"] == [
        ("社会保险费收入", "80.00"), ("利息收入", "20.00"), ("支出", "70.00"),
        ("本年收支结余", "30.00"), ("年末滚存结余", "130.00"),
    ]  # fmt: skip


def test_what_is_carried_over_from_last_year_is_no_money_of_last_year() -> None:
    records = _read(
        """
        项目 | 上年滚存结余 | 本年收入 | 本年支出 | 年末滚存结余
        失业保险基金 | 20 | 5 | 6 | 19
        工伤保险基金 | 10 | 3 | 2 | 11
        合计 | 30 | 8 | 8 | 30
        """,
        "2024年全县社会保险基金结余预算表",
        "单位：万元",
    )
    assert {kind for _, _, kind, _ in _facts(records)} == {None}


def test_execution_in_hundred_millions_by_stage_and_rates_apart() -> None:
    records = _read(
        """
        项目 | 2023年决算数 | 2024年 | < | < | 执行数为预算数的% | 执行数为上年决算数的%
        ^ | ^ | 预算数 | 调整预算数 | 执行数 | ^ | ^
        税收收入 | 2,100.55 | 2,200.00 | 2,190.00 | 2,185.31 | 99.8 | 104.0
        增值税 | 1,000.55 | 1,100.00 | 1,090.00 | 1,085.31 | 99.6 | 108.5
        企业所得税 | 1,100.00 | 1,100.00 | 1,100.00 | 1,100.00 | 100 | 100
        非税收入 | 900.00 | 900.00 | 900.00 | 900.00 | 100 | 100
        收入合计 | 3,000.55 | 3,100.00 | 3,090.00 | 3,085.31 | 99.8 | 102.8
        """,
        "2024年全省一般公共预算收入执行情况表",
        "单位：亿元",
    )
    assert {(measure, kind) for _, measure, kind, _ in _facts(records)} == {
        ("2023年决算数", _BEFORE),
        ("2024年/预算数", _BUDGET),
        ("2024年/调整预算数", MeasureKind.ADJUSTED),
        ("2024年/执行数", _NOW),
    }
    assert len(records.budget_lines) == 3 * 4


def test_a_total_in_the_column_that_numbers_the_rows() -> None:
    """新增地方政府债券资金安排表: 序号 | 项目名称 …, 合计 below 序号."""
    records = _read(
        """
        序号 | 项目名称 | 主管部门 | 债券性质 | 债券规模
        1 | 某某园区基础设施 | 某某开发区管委会 | 专项债券 | 1.50
        2 | 某某学校 | 教育局 | 一般债券 | 0.50
        合计 | | | | 2.00
        """,
        "2024年新增地方政府债券资金安排表",
        "单位：亿元",
    )
    assert [(line.line, line.amount.printed) for line in records.budget_lines] == [
        ("某某园区基础设施", "1.50"), ("某某学校", "0.50"),
    ]  # fmt: skip
    assert [total.amount.printed for total in records.stated_totals] == ["2.00"]


def test_the_three_public_expenses_of_a_government_are_components() -> None:
    records = _read(
        """
        项目 | 2023年预算数 | 2024年预算数 | 增减%
        一、因公出国（境）费用 | 0 | 0 |
        二、公务接待费 | 300 | 280 | -6.7
        三、公务用车费 | 500 | 480 | -4
        其中：公务用车运行维护费 | 400 | 380 | -5
        公务用车购置费 | 100 | 100 | 0
        合计 | 800 | 760 | -5
        """,
        "2024年某县本级“三公”经费预算汇总表",
        "单位：万元",
    )
    assert {(one.statement, one.classification_scheme) for one in records.budget_lines} == {
        ("government_three_public_expenditure_own", "component")
    }
    assert [fact[::3] for fact in _facts(records) if fact[2] is _BUDGET] == [
        ("因公出国（境）费用", "0"), ("公务接待费", "280"), ("公务用车运行维护费", "380"), ("公务用车购置费", "100"),
    ]  # fmt: skip


def test_a_countys_tables_need_not_name_it() -> None:
    """Lanshan: 一般公共预算支出预算表 among tables that only a government has is the government's own, too."""
    income = grid("项目 | 2024年预算数\n税收收入 | 12\n增值税 | 7\n契税 | 5\n非税收入 | 6\n收入合计 | 18", page=2)
    expenditure = grid("项目 | 2024年预算数\n一般公共服务支出 | 12\n教育支出 | 6\n支出合计 | 18", page=3)
    basic = grid("科目编码 | 科目名称 | 2024年预算数\n501 | 机关工资福利支出 | 12\n50101 | 工资奖金津补贴 | 12", page=4)
    fund = grid("项目 | 2024年预算数\n城乡社区支出 | 100\n其他支出 | 10\n合计 | 110", page=5)
    debt = grid("项目 | 限额 | 余额\n一般债务 | 35.5 | 34.5\n专项债务 | 138.8 | 136.5\n合计 | 174.3 | 171.0", page=6)
    filing = document(
        ["某县2024年政府预算公开", "目录"],
        ["1、一般公共预算收入预算表", "单位：万元", income],
        ["2、一般公共预算支出预算表", "单位：万元", expenditure],
        ["4、一般公共预算基本支出预算表", "单位：万元", basic],
        ["8、政府性基金支出预算表", "单位：万元", fund],
        ["16、地方政府一般债务和专项债务限额和余额情况表", "单位：亿元", debt],
    )
    records = read_records(filing, Declaration(department="某县财政局", fiscal_year=2024))
    assert {line.statement for line in records.budget_lines} == {
        "government_general_income",
        "government_general_expenditure",
        "government_general_economic",
        "government_fund_expenditure",
        "government_debt_limit",
    }
    assert [f.code for f in records.findings if f.severity is not Severity.INFO] == []


def test_two_tables_below_each_other_in_one_sheet_are_two() -> None:
    records = _read(
        """
        附件1 | | <
        2024年某区一般公共预算收入预算表 | < | <
         | | 单位：万元
        项目 | 2023年执行数 | 2024年预算数
        税收收入 | 10 | 12
        非税收入 | 5 | 6
        收入合计 | 15 | 18
         | |
        附件2 | | <
        2024年某区一般公共预算支出预算表 | < | <
         | | 单位：万元
        项目 | 2023年执行数 | 2024年预算数
        一般公共服务支出 | 10 | 12
        教育支出 | 5 | 6
        支出合计 | 15 | 18
        """
    )
    assert [section.title for section in records.sections] == [
        "2024年某区一般公共预算收入预算表",
        "2024年某区一般公共预算支出预算表",
    ]
    assert [(line.section_seq, line.line) for line in records.budget_lines if line.measure_kind is _BUDGET] == [
        (1, "税收收入"), (1, "非税收入"), (2, "一般公共服务支出"), (2, "教育支出"),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["2024年某市一般公共预算收入表", "2024年某市一般公共预算收入"])
def test_the_unit_may_stand_in_the_head_and_the_title_without_its_last_word(title: str) -> None:
    records = _read(
        "项目 | 预算数（万元） | 占比（%）\n税收收入 | 12 | 66.7\n非税收入 | 6 | 33.3\n合计 | 18 | 100", title
    )
    assert [(line.measure, line.amount.yuan) for line in records.budget_lines] == [
        ("预算数", 120_000),
        ("预算数", 60_000),
    ]


@pytest.mark.parametrize("numbers", [" | (1) | (2) | (3)=(2)/(1)", "栏次 | 1 | 2 | 3=2/1", "甲 | 1 | 2 | 3=2/1×100%"])
def test_a_row_that_numbers_the_columns_may_divide_them(numbers: str) -> None:
    """(3)=(2)/(1) under 为上年执行数的%: its (1) and (2) were amounts that stand in no line."""
    records = _read(
        f"""
        项目 | 2023年执行数 | 2024年预算数 | 预算数为上年执行数的%
        {numbers}
        一、城乡社区支出 | 90 | 95 | 105.6
        二、其他支出 | 9 | 10 | 111.1
        合计 | 99 | 105 | 106.1
        """,
        "2024年某县政府性基金支出预算表",
        "单位：万元",
    )
    assert [fact[::3] for fact in _facts(records)] == [
        ("城乡社区支出", "90"), ("城乡社区支出", "95"), ("其他支出", "9"), ("其他支出", "10"),
    ]  # fmt: skip


def test_lines_may_go_on_in_the_next_block_of_columns() -> None:
    """支出决算功能分类明细表: codes, names and money three times beside each other, one list."""
    records = _read(
        """
        科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数
         | 一般公共预算支出 | 600 | 20103 | 政府办公厅（室）及相关机构事务 | 150 | 20502 | 普通教育 | 350
        201 | 一般公共服务支出 | 250 | 2010301 | 行政运行 | 150 | 2050202 | 小学教育 | 200
        20101 | 人大事务 | 100 | 205 | 教育支出 | 350 | 2050203 | 初中教育 | 150
        2010101 | 行政运行 | 100 | | | | | |
        """,
        "2024年度某区一般公共预算支出决算功能分类明细表",
        "单位：万元",
    )
    assert [(line.line_code, line.amount.printed) for line in records.budget_lines] == [
        ("2010101", "100"), ("2010301", "150"), ("2050202", "200"), ("2050203", "150"),
    ]  # fmt: skip


def test_rounding_adds_up_through_the_levels_of_a_table() -> None:
    """Henan: 763,323 over lines of which one is 1, and each 款 is rounded by itself."""
    records = document(
        [
            "2024年省本级一般公共预算支出预算表",
            "单位：万元",
            grid(
                """
                科目编码 | 科目名称 | 2024年预算数
                201 | 一般公共服务支出 | 304
                20101 | 人大事务 | 101
                2010101 | 行政运行 | 50
                2010104 | 人大会议 | 30
                2010108 | 代表工作 | 20
                20102 | 政协事务 | 202
                2010201 | 行政运行 | 90
                2010204 | 政协会议 | 90
                2010206 | 参政议政 | 21
                20103 | 政府办公厅（室）及相关机构事务 | 1
                2010301 | 行政运行 | 1
                 | 合计 | 304
                """
            ),
        ]
    )
    read = read_records(records, Declaration(department="某省财政厅", fiscal_year=2024))
    controls = [
        (total.amount, total.members or (), [read.budget_lines[place].amount for place in total.members or ()])
        for total in read.stated_totals
    ]
    assert len(controls) == 5
    assert failing(controls) == []
