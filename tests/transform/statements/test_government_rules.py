"""勾稽 of a government's tables: each rule passes what is right, rounding too, and holds the sections it names."""

from __future__ import annotations

import pytest

from extract.document import Grid, Severity
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.recognition import read_records


def _held(*pages: list[str | Grid]) -> list[tuple[str, int | None]]:
    """(rule, section) of what holds the filing or a section of it."""
    records = read_records(document(*pages), Declaration(department="某县财政局", fiscal_year=2025))
    assert records.budget_lines
    return [(f.code, f.section_seq) for f in records.findings if f.severity is Severity.CRITICAL]


def _debt(
    balance: str, *, issued: str = "3.8038", further: str = "六、2026年地方财政赤字 | 0.0000 |"
) -> list[str | Grid]:
    table = grid(f"""
        项目 | 预算数 | 执行数
        一、2024年末地方政府一般债务余额实际数 | | 32.5340
        二、2025年末地方政府一般债务余额限额 | 35.5000 |
        三、2025年地方政府一般债务发行额 | | {issued}
        中央转贷地方的国际金融组织和外国政府贷款 | | 0.0000
        2025年地方政府一般债券发行额 | | {issued}
        四、2025年地方政府一般债务还本额 | | 1.7615
        五、2025年末地方政府一般债务余额预计执行数 | | {balance}
        {further}
        七、2026年地方政府一般债务余额限额 | 36.0000 |
    """)
    return ["某县本级2025年地方政府一般债务余额情况表", "单位：亿元", table]


@pytest.mark.parametrize(
    ("balance", "holds"),
    [("34.5763", True), ("34.5764", True), ("34.58", True), ("34.6100", True), ("34.7763", False), ("24.5763", False)],
)
def test_debt_at_the_end_is_that_at_the_beginning_and_what_came_and_went(balance: str, holds: bool) -> None:
    """Rounding and the rate of exchange break nothing; a wrong digit does."""
    assert _held(_debt(balance)) == ([] if holds else [("government_debt_balance", 1)])


def test_debt_that_changes_otherwise_as_well_is_not_judged() -> None:
    """Lijiang: 五、调减未置换地方政府一般存量债务 of 8,508.68."""
    assert _held(_debt("35.0000", further="调减未置换地方政府一般存量债务 | | 0.4237")) == []


def test_what_is_owed_is_within_its_limit() -> None:
    assert _held(_debt("34.5763")) == []
    assert ("government_debt_within_limit", 1) in _held(_debt("36.5763", issued="5.8038"))


@pytest.mark.parametrize(
    ("owed", "rule"), [("34.58", []), ("35.51", []), ("38.54", [("government_debt_within_limit", 1)])]
)
def test_each_places_debt_is_within_its_own_limit(owed: str, rule: list[tuple[str, int]]) -> None:
    table = grid(f"""
        地区 | 2025年债务限额 | < | < | 2025年末债务余额 | < | <
        ^ | 合计 | 一般债务 | 专项债务 | 合计 | 一般债务 | 专项债务
        甲县 | 174.32 | 35.50 | 138.82 | {float(owed) + 136.5:.2f} | {owed} | 136.50
        某市 | 0 | 0 | 0 | 171.08 | 34.58 | 136.50
    """)
    assert _held(["2025年地方政府债务限额及余额情况表", "单位：亿元", table]) == rule


def _tables(
    income: str, expenditure: str, *, further: str = "上解上级支出"
) -> tuple[list[str | Grid], list[str | Grid]]:
    rest = f"{float(expenditure) - 90:.2f}"
    left = grid(f"""
        项目 | 2025年预算数
        税收收入 | 60.00
        非税收入 | 20.00
        上级补助收入 | {float(income) - 80:.2f}
        收入总计 | {income}
    """)
    right = grid(
        f"""
        项目 | 2025年预算数
        一般公共服务支出 | 50.00
        教育支出 | 40.00
        {further} | {rest}
        支出总计 | {expenditure}
    """,
        page=2,
    )
    return (
        ["2025年全县一般公共预算收入预算表", "单位：亿元", left],
        ["2025年全县一般公共预算支出预算表", "单位：亿元", right],
    )


def test_all_income_of_a_fund_is_spent_carried_over_or_passed_on() -> None:
    assert _held(*_tables("100.00", "100.00")) == []
    assert _held(*_tables("100.00", "100.01")) == [], "two figures of two decimals"
    assert _held(*_tables("100.00", "110.00")) == [("government_sides", 1), ("government_sides", 2)]


def test_expenditure_that_leaves_out_what_is_passed_on_is_not_compared() -> None:
    assert _held(*_tables("100.00", "95.00", further="公共安全支出")) == []


@pytest.mark.parametrize(("total", "rule"), [("100", []), ("101", []), ("170", [("government_sides", 1)])])
def test_the_two_sides_of_a_balance_are_equal(total: str, rule: list[tuple[str, int]]) -> None:
    table = grid(f"""
        收入 | < | 支出 | <
        项目 | 预算数 | 项目 | 预算数
        税收收入 | 60 | 一般公共服务支出 | 50
        上级补助收入 | 40 | 年终结余 | {int(total) - 50}
        收入总计 | 100 | 支出总计 | {total}
    """)
    assert _held(["2025年全县一般公共预算收支平衡表", "单位：亿元", table]) == rule


@pytest.mark.parametrize(
    ("places", "rule"),
    [("1,000", []), ("900", []), ("1,400", [("government_transfers", 2), ("government_transfers", 1)])],
)
def test_places_get_no_more_than_the_items_come_to(places: str, rule: list[tuple[str, int]]) -> None:
    """Henan: 44,542,203 by item, 34,644,033 of it given to places already."""
    items = grid("""
        项目 | 2025年预算数
        合计 | 1,000
        一、一般性转移支付 | 700
        二、专项转移支付 | 300
    """)
    rest = int(places.replace(",", "")) - 400
    regions = grid(
        f"""
        地区 | 2025年预算数
        合计 | {places}
        甲县 | 400
        乙县 | {rest}
    """,
        page=2,
    )
    held = _held(
        ["2025年市对县一般公共预算转移支付分项目预算表", "单位：万元", items],
        ["2025年市对县一般公共预算转移支付分地区预算表", "单位：万元", regions],
    )
    assert sorted(held) == sorted(rule)


@pytest.mark.parametrize(
    ("last", "year", "rules"),
    [
        ("110", "10", []),
        ("109", "10", []),
        ("160", "10", ["government_social_balance"]),
        ("110", "80", ["government_social_year"]),
    ],
)
def test_what_a_fund_of_social_insurance_keeps(last: str, year: str, rules: list[str]) -> None:
    """年末滚存结余 = 上年滚存结余 + 本年收入 − 本年支出, in a table of a line for each fund."""
    table = grid(f"""
        项目 | 上年滚存结余 | 本年收入 | 本年支出 | 本年收支结余 | 年末滚存结余
        企业职工基本养老保险基金 | 100 | 50 | 40 | {year} | {last}
        失业保险基金 | 20 | 5 | 6 | -1 | 19
    """)
    held = _held(["2025年全县社会保险基金预算结余表", "单位：万元", table])
    assert [code for code, _ in held] == rules


def test_the_same_down_the_columns_of_the_funds() -> None:
    def of(last: str) -> list[str | Grid]:
        table = grid(f"""
            项目 | 失业保险基金 | 工伤保险基金
            一、上年滚存结余 | 420.00 | 130.00
            二、本年收入 | 300.00 | 100.00
            三、本年支出 | 280.00 | 70.00
            四、本年收支结余 | 20.00 | 30.00
            五、年末滚存结余 | 440.00 | {last}
        """)
        return ["2025年社会保险基金收支预算总表", "单位：元", table]

    assert _held(of("160.00")) == []
    assert _held(of("61.00")) == [("government_social_balance", 1)]
