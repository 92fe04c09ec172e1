"""Money of forms as single provinces print it: sources, measures, other years', and what is a remark."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.transform.forms.test_provinces import HEAD, ROWS, critical, money, read


def test_last_years_column_and_the_detail_of_expenditure_are_no_money_of_the_year() -> None:
    """Yueyang: 上年度安排资金 130 beside 本年度申请资金 300."""
    records = read(
        "项目支出预算绩效目标申报表（2021年度）",
        "项目名称 | 前期工作 | < | <\n"
        "项目资金申请（万元） | 项 目 | 上年度安排资金 | 本年度申请资金\n"
        "^ | 合 计 | 130 | 300\n^ | 区级资金 | 130 | 300\n"
        f"支出明细预算（万元） | 项 目 | 上年度安排资金 | 本年度申请资金\n^ | 1、其他 | 23 | 300\n{HEAD}\n{ROWS}",
    )
    assert money(records) == [("本级财政资金", None, 3_000_000)]
    assert [total.amount.yuan for total in records.stated_totals] == [3_000_000]
    assert "1、其他：23；300" in (records.projects[0].notes or "")
    assert critical(records) == []


def test_money_of_the_whole_term_beside_the_years() -> None:
    """Hubei: 资金总额 beside 当年资金总额, each amount with its own unit."""
    records = read(
        "项目支出绩效目标表（2020年度）",
        "项目名称 | 校舍 | < | < | <\n项目资金 | 资金总额 | 10000万元 | 当年资金总额： | 900万元\n"
        "^ | 其中：财政拨款 | 10000万元 | 其中：当年财政拨款 | 900万元\n"
        f"^ | 其他资金 | | 当年其他资金 | \n{HEAD}\n{ROWS}",
    )
    assert money(records) == [("财政拨款", None, 9_000_000)]
    assert "资金总额：10000万元" in (records.projects[0].notes or "")


def test_an_empty_amount_takes_nothing_from_the_cell_below() -> None:
    records = read(
        "项目支出绩效目标表（2020年度）",
        f"项目名称 | 校舍 | <\n资金（万元） | 财政拨款 | \n^ | 其他资金 | 5\n^ | 其他 | \n{HEAD}\n{ROWS}",
    )
    assert money(records) == [("其他资金", None, 50_000)]


def test_a_source_printed_with_numbered_parts() -> None:
    """Old Sichuan: （一）财政拨款小计, 1、一般公共预算 …, and 年度资金总额 heads a column only."""
    records = read(
        "项目支出绩效目标申报表（2021年度）",
        "项目名称 | 扶助 | <\n项目资金（万元） | 年度资金总额 | 金额（万元）\n"
        "^ | （一）财政拨款小计 | 6.30\n^ | 1、一般公共预算 | 6.30\n^ | 2、政府性基金 | 0.00\n"
        f"^ | （二）自有资金小计 | 0.00\n^ | 1、事业收入 | 0.00\n^ | （三）其他收入 | 0.00\n{HEAD}\n{ROWS}",
    )
    assert money(records) == [
        ("一般公共预算拨款", None, 63_000),
        ("政府性基金预算拨款", None, 0),
        ("事业收入", None, 0),
        ("其他资金", None, 0),
    ]


def test_parts_that_do_not_make_up_their_whole_are_a_remark_if_the_total_says_so() -> None:
    records = read(
        "项目支出绩效目标申报表（2021年度）",
        "项目名称 | 扶助 | <\n资金（万元） | 资金总额 | 100\n^ | 财政拨款 | 100\n^ | 其中：上级资金 | 40\n"
        f"{HEAD}\n{ROWS}",
    )
    assert money(records) == [("财政拨款", None, 1_000_000)]


def test_an_amount_behind_the_name_of_its_fund_is_that_of_the_source_it_stands_beside() -> None:
    form = f"""
    项目名称 | 养殖场建设 | < | <
    主管部门 | 民族事务委员会 | 实施单位 | 民族事务委员会
    资金情况（万元） | 年度资金总额：50万 | 中央衔接资金（少数民族发展任务）50 | <
    ^ | 其中：财政拨款 | 中央衔接资金（少数民族发展任务）50 | <
    ^ | 其他资金 | | <
    {HEAD}
    {ROWS}
    """
    records = read("绩效目标申报表", "（2021年度）", form)
    assert money(records) == [("财政拨款", None, 500_000)]
    assert not critical(records)


def test_sources_listed_in_one_cell_with_their_amounts_are_lines() -> None:
    listed = "总额1060.75万元 财政拨款：692.33万元（其中：上级财政资金：692.33万元；本级财政：0万元） 其他：368.42万元"
    form = f"项目名称 | 道路建设 | < | <\n资金总额及构成 | {listed} | < | <\n{HEAD}\n{ROWS}"
    records = read("项目绩效目标表", "（2021年度）", form)
    assert money(records) == [
        ("上级财政资金", None, 6_923_300),
        ("本级财政资金", None, 0),
        ("其他资金", None, 3_684_200),
    ]
    assert not critical(records)


def test_a_list_of_amounts_with_a_source_that_is_not_known_holds() -> None:
    form = f"项目名称 | 道路建设 | < | <\n资金总额及构成 | 总额10万元 某某基金：10万元 | < | <\n{HEAD}\n{ROWS}"
    assert "unknown_line" in [code for code, _ in critical(read("项目绩效目标表", "（2021年度）", form))]


@pytest.mark.parametrize(
    ("printed", "rate"),
    [("75%", "0.75"), ("75", "0.75"), ("0.75", "0.75"), ("10", None), ("0", None), ("完成", None)],
)
def test_a_rate_without_its_sign_is_what_the_amounts_say(printed: str, rate: str | None) -> None:
    """10 points of 执行率 in a row whose rate is blank became a rate of 10 %."""
    records = read(
        "项目支出绩效自评表（2023年度）",
        "项目名称 | 甲项目 | < | < | < | <\n"
        "项目资金（万元） | | 全年预算数 | 全年执行数 | 分值 | 执行率\n"
        f"^ | 年度资金总额 | 100 | 75 | 10 | {printed}\n"
        f"{HEAD} | 实际完成值\n{ROWS} | 9公里",
    )
    assert records.projects[0].execution_rate == (Decimal(rate) if rate else None)


def test_an_amount_with_its_parts_in_brackets_is_read() -> None:
    records = read(
        "绩效目标申报表（2022年度）",
        "项目名称 | 农田建设 | < | <\n资金情况（万元） | 年度资金总额： | 854万（示范295万元，其余559万元） | <\n"
        f"^ | 其中：财政拨款 | 854万（示范295万元，其余559万元） | <\n{HEAD}\n{ROWS}",
    )
    assert money(records) == [("财政拨款", None, 8_540_000)]
    assert critical(records) == []


def test_a_column_of_another_year_is_no_money_of_the_year() -> None:
    """Ezhou: 2020年实际执行数 and 2021年实际执行数 in a form of 2022."""
    records = read(
        "某市2022年项目支出绩效目标表",
        "单位：万元",
        "项目名称 | 大楼运行 | < | <\n项目资金 | | 2020年实际执行数 | 2021年实际执行数\n"
        f"^ | 合计 | 662.98 | 794.55\n{HEAD}\n{ROWS}",
    )
    assert money(records) == []
    assert "2021年实际执行数：794.55" in (records.projects[0].notes or "")


def test_money_of_city_and_county_together_is_that_of_neither() -> None:
    """Shanxi: 市县资金 was told to be the city's."""
    records = read(
        "项目支出绩效目标表（2024年度）",
        "单位：万元",
        "项目名称 | 村道硬化 | < | <\n资金总额 | 30.00 | 省级资金 | 10.00\n市县资金 | 20.00 | 其他资金 | \n"
        "一级指标 | 二级指标 | 三级指标 | 指标值 | 本年权重\n产出指标 | 数量指标 | 硬化里程 | ≥8公里 | 20",
    )
    assert money(records) == [("省级财政资金", None, 100_000), ("市县财政资金", None, 200_000)]
    assert (records.indicators[0].weight, critical(records)) == (20, [])
