"""A whole government's tables: by title, with money by year and stage, rates as remarks, and totals that hold."""

from __future__ import annotations

import pytest

from extract.document import Grid, Severity
from tests.transform.statements.typing_tables import document, grid
from transform.checks.reconciliation import reconcile
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Kind, Level, MeasureKind, Records, Scope
from transform.statements.government import government_statement, government_titled
from transform.statements.government_header import measure_kind


def _read(*pages: list[str | Grid]) -> Records:
    """Read a filing that must be wholly understood."""
    records = read_records(document(*pages), Declaration(department="某市财政局", fiscal_year=2026))
    assert [(f.code, f.evidence) for f in records.findings if f.severity is Severity.CRITICAL] == []
    for total in records.stated_totals:
        members = [records.budget_lines[place].amount for place in total.members or ()]
        assert reconcile(total.amount, members).holds, (total.line, total.measure, total.amount.printed)
    return records


def _facts(records: Records) -> list[tuple[str | None, str | None, str]]:
    return [(line.line, line.measure, line.amount.printed) for line in records.budget_lines]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2025年全市一般公共预算收入执行情况表", "government_general_income"),
        ("2026年市本级一般公共预算支出预算表", "government_general_expenditure_own"),
        ("2021年海南省省级政府性基金预算转移支付表", "government_fund_transfer_own"),
        ("2026年省对市县税收返还和转移支付分地区预算表", "government_other_transfer_region"),
        ("2025年市级国有资本经营预算收支总表", "government_capital_balance_own"),
        ("2026年全省社会保险基金预算结余表", "government_social_surplus"),
        ("2025年全市地方政府一般债务限额和余额情况表", "government_debt_limit"),
        ("地方政府专项债券发行及还本付息情况表", "government_debt_service"),
        ("2026年省本级一般公共预算“三公”经费支出预算表", "government_three_public_expenditure_own"),
    ],
)
def test_a_title_names_fund_topic_and_level(title: str, name: str) -> None:
    assert government_statement(title).name == name


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("2025年全市一般公共预算收入执行情况表", Level.WHOLE),
        ("2026年市本级一般公共预算支出预算表", Level.OWN),
        ("2026年一般公共预算收入预算表", None),
    ],
)
def test_a_section_says_whose_money_it_shows(title: str, level: Level | None) -> None:
    table = grid("项目 | 2026年预算数\n一、税收收入 | 30\n二、非税收入 | 10\n收入合计 | 40")
    records = _read(["某市财政局", title, "单位：万元", table])
    assert [section.level for section in records.sections if section.kind] == [level]


def test_a_title_broken_over_two_lines_is_one() -> None:
    found = government_titled(["第 27 页", "2026年省对市县一般公共预算转移支付预", "算分市县表", "单位：万元"])
    assert found is not None
    assert found[1] == "2026年省对市县一般公共预算转移支付预算分市县表"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (("2024年决算数",), MeasureKind.PREVIOUS),
        (("上年决算数",), MeasureKind.PREVIOUS),
        (("2025年", "预算数"), MeasureKind.BUDGET),
        (("2025年", "调整预算数"), MeasureKind.ADJUSTED),
        (("2025年", "执行数"), MeasureKind.EXECUTION),
        (("决算数",), MeasureKind.FINAL),
        (("全市",), None),
    ],
)
def test_a_column_measures_a_stage_and_earlier_years_are_previous(
    path: tuple[str, ...], kind: MeasureKind | None
) -> None:
    assert measure_kind(path, 2025) is kind


def test_rates_are_no_money_and_of_which_lists_hang_below_their_line() -> None:
    """Wuhan: 执行数为调整预算数% is a remark; 其中 begins a list that goes on without saying so."""
    table = grid("""
        项 目 | 预算数 | 执行数 | 执行数为预算数% | 上年决算数
        一般公共预算收入 | 30 | 33 | 110.0 | 27
        1、税收收入 | 20 | 22 | 110.0 | 18
        其中：增值税 | 12 | 13 | 108.3 | 10
        契税 | 8 | 9 | 112.5 | 8
        2、非税收入 | 10 | 11 | 110.0 | 9
    """)
    records = _read(["2026年全市一般公共预算收入执行情况表", "单位：万元", table])
    assert [(s.kind, s.scope) for s in records.sections] == [(Kind.GOVERNMENT_STATEMENT, Scope.GOVERNMENT)]
    assert records.kind is Kind.GOVERNMENT_STATEMENT
    assert _facts(records) == [
        ("增值税", "预算数", "12"), ("增值税", "执行数", "13"), ("增值税", "上年决算数", "10"),
        ("契税", "预算数", "8"), ("契税", "执行数", "9"), ("契税", "上年决算数", "8"),
        ("非税收入", "预算数", "10"), ("非税收入", "执行数", "11"), ("非税收入", "上年决算数", "9"),
    ]  # fmt: skip
    assert {total.line for total in records.stated_totals} == {"一般公共预算收入", "税收收入"}


def test_a_fund_named_in_the_middle_is_a_total_of_what_is_above_and_the_last_of_all() -> None:
    """Yunnan: 全州一般公共预算收入, then debt and transfers, then 各项收入合计."""
    table = grid("""
        项目 | 2025年执行数 | 2026年预算数 | 预算数比上年执行数增长%
        一、税收收入 | 20 | 22 | 10.0%
        二、非税收入 | 10 | 11 | 10.0%
        全 州 一 般 公 共 预 算 收 入 | 30 | 33 | 10.0%
        转移性收入 | 7 | 9 | 28.6%
        　　返还性收入 | 3 | 4 | 33.3%
        　　上年结余收入 | 4 | 5 | 25.0%
        各 项 收 入 合 计 | 37 | 42 | 13.5%
    """)
    records = _read(["1-1 2026年某州一般公共预算收入情况表", "单位：万元", table])
    assert {line.line for line in records.budget_lines} == {"税收收入", "非税收入", "返还性收入", "上年结余收入"}
    assert {line.measure_kind for line in records.budget_lines} == {MeasureKind.PREVIOUS, MeasureKind.BUDGET}


def test_both_sides_of_a_balance_are_statements_of_their_own() -> None:
    table = grid("""
        预算科目 | 2025年预计数 | 增长% | 预算科目 | 2025年预计数 | 增长%
        一、税收收入 | 20 | 1.00% | 一、教育支出 | 25 | 2.00%
        二、非税收入 | 10 | 1.00% | 二、其他支出 | 5 | 2.00%
        收入合计 | 30 | 1.00% | 支出合计 | 30 | 2.00%
    """)
    records = _read(["2025年全市一般公共预算收支总表", "单位：亿元", table])
    assert {(line.statement, line.line) for line in records.budget_lines} == {
        ("government_general_balance_income", "税收收入"),
        ("government_general_balance_income", "非税收入"),
        ("government_general_balance_expenditure", "教育支出"),
        ("government_general_balance_expenditure", "其他支出"),
    }


def test_regions_of_a_region_are_its_parts_and_columns_of_a_total_too() -> None:
    """Henan: 郑州市, 其中：市本级, its counties; 合计 = 一般 + 专项."""
    table = grid("""
        地区 | 2025年债务限额 | < | <
        ^ | 合计 | 一般债务 | 专项债务
        省本级 | 9.0 | 6.0 | 3.0
        甲市 | 7.0 | 3.0 | 4.0
        其中：市本级 | 4.0 | 2.0 | 2.0
        乙县 | 3.0 | 1.0 | 2.0
        丙市 | 5.0 | 4.0 | 1.0
        其中：市本级 | 5.0 | 4.0 | 1.0
    """)
    records = _read(["2025年政府债务分地区限额余额情况表", "单位：亿元", table])
    assert [line.amount.printed for line in records.budget_lines] == [
        "6.0",
        "3.0",
        "2.0",
        "2.0",
        "1.0",
        "2.0",
        "4.0",
        "1.0",
    ]
    assert {line.statement for line in records.budget_lines} == {"government_debt_limit"}


def test_execution_of_one_year_and_budget_of_the_next_stand_in_one_filing() -> None:
    def table(head: str, page: int) -> Grid:
        return grid(
            f"项目 | 2025年执行数 | {head}\n一、税收收入 | 20 | 22\n二、非税收入 | 10 | 11\n合计 | 30 | 33", page
        )

    records = _read(
        ["2025年全市一般公共预算收入执行情况表", "单位：万元", table("2025年预算数", 1)],
        ["2026年全市一般公共预算收入预算表", "单位：万元", table("2026年预算数", 2)],
    )
    measures = {(line.section_seq, line.measure) for line in records.budget_lines if line.line == "税收收入"}
    assert measures == {
        (1, "2025年执行数"),
        (1, "2025年预算数"),
        (2, "2025年执行数（2026年全市一般公共预算收入预算表）"),
        (2, "2026年预算数（2026年全市一般公共预算收入预算表）"),
    }
    keys = {(line.statement, line.line, line.measure) for line in records.budget_lines}
    assert len(keys) == len(records.budget_lines)


def test_a_government_total_that_does_not_hold_is_a_failed_control() -> None:
    table = grid("项目 | 预算数\n一、税收收入 | 20\n二、非税收入 | 10\n合计 | 35")
    records = read_records(
        document(["2026年全市一般公共预算收入表", "单位：万元", table]), Declaration(department="某市财政局")
    )
    failed = [
        total.line
        for total in records.stated_totals
        if not reconcile(total.amount, [records.budget_lines[m].amount for m in total.members or ()]).holds
    ]
    assert failed == ["合计"]


def test_a_list_below_of_which_that_falls_short_is_a_remark_as_a_whole() -> None:
    """Social insurance: 其中：保险费收入, 利息收入 … of a fund, and again below the total."""
    table = grid("""
        项目 | 2026年预算数
        一、养老保险基金收入 | 20
        其中：保险费收入 | 12
        利息收入 | 3
        二、医疗保险基金收入 | 10
        其中：保险费收入 | 4
        收入小计 | 30
        其中：保险费收入 | 16
        利息收入 | 3
        收入合计 | 30
    """)
    records = _read(["2026年全市社会保险基金预算收入情况表", "单位：万元", table])
    assert [line.line for line in records.budget_lines] == ["养老保险基金收入", "医疗保险基金收入"]
    assert records.sections[0].amounts_accounted == records.sections[0].amounts
    assert sum(finding.code == "memo_line" for finding in records.findings) == 5


def test_two_sheets_side_by_side_are_read_under_their_one_title() -> None:
    """Yunnan's workbooks print title and unit above each half."""
    title = "2026年某市政府债务限额和余额情况表"
    table = grid(f"""
        {title} | < | {title} | <
        表四十四 | 单位：万元 | 表四十四 | 单位：万元
        项目 | 全市 | 项目 | 市本级
        ^ | 2025年执行数 | ^ | 2025年执行数
        一、上年末一般债务余额 | 15.5 | 一、上年末一般债务余额 | 6.2
    """)
    records = _read([table])
    assert [(line.measure, line.amount.printed) for line in records.budget_lines] == [
        ("全市/2025年执行数", "15.5"),
        ("市本级/2025年执行数", "6.2"),
    ]


def test_a_name_merged_over_two_amounts_names_both() -> None:
    table = grid("""
        序号 | 项目名称 | 安排金额 | 发行时间
         | 合计 | 4.00 |
        1 | 供水工程 | 3.00 | 2026/2/20
        ^ | ^ | 1.00 | 2026/5/14
    """)
    records = _read(["2026年全省专项债券资金安排重大项目情况表", "单位：亿元", table])
    assert [line.amount.printed for line in records.budget_lines] == ["3.00", "1.00"]
    assert len({line.line for line in records.budget_lines}) == 2


def test_what_stands_below_the_remarks_on_a_total_is_a_line_again() -> None:
    """Diqing: 收入小计, 其中 …, then 上级补助收入 that 收入合计 adds to it."""
    table = grid("""
        项目 | 2026年预算数
        一、养老保险基金收入 | 20
        其中：保险费收入 | 12
        财政补贴收入 | 5
        二、医疗保险基金收入 | 10
        其中：保险费收入 | 4
        收入小计 | 30
        其中：保险费收入 | 16
        财政补贴收入 | 5
        上级补助收入 | 7
        收入合计 | 37
    """)
    records = _read(["2026年全州社会保险基金收入预算情况表", "单位：万元", table])
    assert [(line.line, line.amount.printed) for line in records.budget_lines] == [
        ("养老保险基金收入", "20"), ("医疗保险基金收入", "10"), ("上级补助收入", "7"),
    ]  # fmt: skip


def test_remarks_on_a_total_on_top_are_no_lines() -> None:
    """Yunfu: 合计, 其中 … of all funds, then each fund with its own 其中."""
    table = grid("""
        项目 | 预算数
        合计 | 30.50
        其中：保险费收入 | 16.00
        财政补贴收入 | 9.00
        一、职工基本医疗保险基金收入 | 20.00
        其中：保险费收入 | 12.00
        财政补贴收入 | 5.00
        二、城乡居民基本养老保险基金收入 | 10.50
        其中：保险费收入 | 4.00
        财政补贴收入 | 4.00
    """)
    records = _read(["2026年某市级社会保险基金预算收入表", "单位：万元", table])
    assert [(line.line, line.amount.printed) for line in records.budget_lines] == [
        ("职工基本医疗保险基金收入", "20.00"), ("城乡居民基本养老保险基金收入", "10.50"),
    ]  # fmt: skip


def test_numbered_remarks_on_a_total_are_no_lines_though_one_is_called_a_total() -> None:
    """Changde: 收入小计, 其中：1. 应划解…, 2. 本级留存收入合计, then 收入合计."""
    table = grid("""
        预算科目 | 预计数 | 预算科目 | 预计数
        一、利润收入 | 34 | 一、国有资本经营预算支出 | 10
        二、清算收入 | 6 | 二、转移性支出 | 24
        国有资本经营预算收入小计 | 40 | 国有资本经营预算支出小计 | 34
        其中：1. 应划解股权收益分红 | 6 | 加：划解股权收益分红 | 6
        2.本级留存收入合计 | 34 | |
        收入合计 | 40 | 支出合计 | 40
    """)
    records = _read(["2025年市级国有资本经营预算收支总表", "单位：万元", table])
    assert [(line.line, line.amount.printed) for line in records.budget_lines] == [
        ("利润收入", "34"), ("清算收入", "6"),
        ("国有资本经营预算支出", "10"), ("转移性支出", "24"), ("加：划解股权收益分红", "6"),
    ]  # fmt: skip


def test_a_long_table_without_codes_is_settled_class_by_class() -> None:
    """Nanchang: 889 lines of 类, 款 and 项 that neither code nor number nor indentation parts."""
    printed, whole = [], [0, 0]
    for number, name in enumerate(
        ("一般公共服务", "公共安全支出", "教育支出", "卫生健康支出", "住房保障支出", "其他支出")
    ):
        below, own = [], [0, 0]
        for second in range(12):
            items = [(31 + 7 * number + second * item, 29 + 3 * second + item) for item in range(1, 6)]
            sums = [sum(item[column] for item in items) for column in (0, 1)]
            below.append((f"{name}事务{second}", *sums))
            below += [(f"项{second}", *item) for item in items]
            own = [own[0] + sums[0], own[1] + sums[1]]
        printed += [(name, *own), *below]
        whole = [whole[0] + own[0], whole[1] + own[1]]
    rows = "\n".join(f"{name} | {one} | {other}" for name, one, other in printed)
    table = grid(f"支出项目 | 2025年决算数 | 2026年执行数\n{rows}\n支出合计 | {whole[0]} | {whole[1]}")
    records = _read(["2026年全市一般公共预算支出执行情况表", "单位：万元", table])
    assert len(records.budget_lines) == 6 * 12 * 5 * 2
    assert all((line.line or "").rpartition("/")[2].startswith("项") for line in records.budget_lines)


def test_transfers_of_a_fund_of_social_insurance_stand_under_it_by_another_code() -> None:
    """Hainan: 2301804 工伤保险基金补助支出 under 20904 工伤保险基金支出."""
    table = grid("""
        项目 | 2026年预算数
        209-社会保险基金支出 | 50.00
        20904-工伤保险基金支出 | 50.00
        2090401-工伤保险待遇 | 45.00
        2301804-工伤保险基金补助支出 | 5.00
    """)
    records = _read(["2026年省级社会保险基金预算本级支出表", "单位：万元", table])
    assert [(line.line, line.amount.printed) for line in records.budget_lines] == [
        ("工伤保险待遇", "45.00"), ("工伤保险基金补助支出", "5.00"),
    ]  # fmt: skip
