"""Forms of the ministries' budgets (部门公开表), typeset with invented figures."""

from __future__ import annotations

from decimal import Decimal

from tests.transform.statements.reading_forms import OWN, controls, money, read
from tests.transform.statements.typing_tables import grid


def test_a_ministrys_balance_carries_money_over_below_the_years_own() -> None:
    records = read(
        [
            "部门公开表1",
            "部门收支总表",
            "单位：万元",
            grid("""
                收 入 | < | 支 出 | <
                项 目 | 预算数 | 项 目 | 预算数
                一、一般公共预算拨款收入 | 90.00 | 一、外交支出 | 60.00
                二、政府性基金预算拨款收入 | | 二、教育支出 | 35.00
                三、事业收入 | 5.00 | |
                本年收入合计 | 95.00 | 本年支出合计 | 95.00
                使用非财政拨款结余 | 2.00 | 结转下年 | 13.00
                上年结转 | 11.00 | |
                | | |
                收 入 总 计 | 108.00 | 支 出 总 计 | 108.00
            """),
        ]
    )
    assert money(records, "budget_balance_income")[None, "上年结转", "预算数"] == 11
    assert sum(money(records, "budget_balance_expenditure").values()) == 108


def test_a_ministrys_expenditure_compares_with_last_years() -> None:
    records = read(
        [
            "2024年一般公共预算支出表",
            "单位：万元",
            grid("""
                功能分类科目 | < | 2023年执行数 | 2024年预算数 | < | < | 2024年预算数比2023年执行数 | <
                科目编码 | 科目名称 | ^ | 小计 | 基本支出 | 项目支出 | 增减额 | 增减%
                202 | 外交支出 | 50.00 | 60.00 | 20.00 | 40.00 | 10.00 | 20.00
                20201 | 外交管理事务 | 50.00 | 60.00 | 20.00 | 40.00 | 10.00 | 20.00
                2020101 | 行政运行 | 20.00 | 20.00 | 20.00 | | 0.00 | 0.00
                2020102 | 一般行政管理事务 | 30.00 | 40.00 | | 40.00 | 10.00 | 33.33%
                合计 | < | 50.00 | 60.00 | 20.00 | 40.00 | 10.00 | 20.00
            """),
        ]
    )
    assert money(records, "general_expenditure") == {
        ("2020101", "行政运行", "上年执行数"): 20,
        ("2020101", "行政运行", "基本支出"): 20,
        ("2020102", "一般行政管理事务", "上年执行数"): 30,
        ("2020102", "一般行政管理事务", "项目支出"): 40,
    }
    assert ("合计", "小计", "60.00") not in controls(records)  # it is named as the total it is
    assert ("合计", "合计", "60.00") in controls(records)


def test_a_ministrys_three_public_stand_beside_last_years() -> None:
    records = read(
        [
            "一般公共预算“三公”经费支出表",
            "单位：万元",
            grid("""
                2023年预算数 | < | < | < | < | < | 2024年预算数 | < | < | < | < | <
                合计|因公出国(境)费|公务用车购置及运行费|<|<|公务接待费|合计|因公出国(境)费|公务用车费|<|<|公务接待费
                ^|^|小计|购置费|运行费|^|^|^|小计|购置费|运行费|^
                10.00 | 4.00 | 5.00 | 2.00 | 3.00 | 1.00 | 9.00 | 3.00 | 5.50 | 2.50 | 3.00 | 0.50
            """),
        ]
    )
    found = money(records, "three_public")
    assert found[None, "公务接待费", "预算数"] == Decimal("0.5")
    assert found[None, "公务接待费", "上年预算数"] == 1
    assert sum(v for (*_, measure), v in found.items() if measure == "预算数") == 9
    assert len(records.stated_totals) == 4


def test_a_provinces_income_is_that_of_its_units_and_tells_carried_money_apart() -> None:
    records = read(
        [
            "表1-1",
            "部门收入总表",
            f"部门：{OWN}本级 金额单位：万元",
            grid("""
                部门(单位)代码|部门(单位)名称|合计|本年收入|<|<|<|上年结转结余|<|<
                ^|^|^|小计|一般公共预算|政府性基金预算|单位资金|小计|一般公共预算|单位资金
                合计| |100.00|90.00|70.00|10.00|10.00|10.00|6.00|4.00
                205|某某局部门|100.00|90.00|70.00|10.00|10.00|10.00|6.00|4.00
                205001|某某局机关|60.00|50.00|40.00|10.00| |10.00|6.00|4.00
                205002|某某局信息中心|40.00|40.00|30.00| |10.00| | |
            """),
        ]
    )
    found = money(records, "budget_income")
    assert found["某某局机关", "205001", "某某局机关", "本年收入/一般公共预算"] == 40
    assert found["某某局机关", "205001", "某某局机关", "上年结转结余/一般公共预算"] == 6
    assert sum(found.values()) == 100
    sources = {line.measure: line.funding_source for line in records.budget_lines}
    assert sources["本年收入/单位资金"] == "其他资金"
    assert sources["上年结转结余/一般公共预算"] == "财政拨款"


def test_a_provinces_balance_of_fiscal_money_carries_a_tree_on_both_sides() -> None:
    records = read(
        [
            "财政拨款收支总表",
            "单位：元",
            grid("""
                收入|<|支出|<|<|<|<
                项目|预算数|项目|合计|一般公共预算|政府性基金预算|国有资本经营预算
                一、本年收入|100.00|一、本年支出|105.00|95.00|10.00|
                （一）一般公共预算拨款|90.00|（一）一般公共服务支出|55.00|55.00| |
                （二）政府性基金预算拨款|10.00|（二）城乡社区支出|50.00|40.00|10.00|
                （三）国有资本经营预算拨款| |（三）其他支出| | | |
                二、上年结转|5.00|二、年终结转结余| | | |
                （一）一般公共预算拨款|5.00| | | | |
                （二）政府性基金预算拨款| | | | | |
                收入总计|105.00|支出总计|105.00|95.00|10.00|
            """),
        ]
    )
    assert money(records, "fiscal_balance_income") == {
        (None, "本年收入/一般公共预算拨款", "预算数"): Decimal("0.009"),
        (None, "政府性基金预算拨款", "预算数"): Decimal("0.001"),
        (None, "上年结转/一般公共预算拨款", "预算数"): Decimal("0.0005"),
    }
    assert any(total.rule == "fiscal_sides" for total in records.stated_totals)
