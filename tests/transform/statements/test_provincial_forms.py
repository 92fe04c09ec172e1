"""Forms of single provinces and cities, typeset with invented figures."""

from __future__ import annotations

from decimal import Decimal

from tests.transform.statements.reading_forms import WAN, controls, money, read
from tests.transform.statements.typing_tables import grid


def test_guangdong_names_its_tables_otherwise_and_indents_what_belongs_to_a_line() -> None:
    records = read(
        [
            "表1",
            "收支总体情况表",
            "单位：万元",
            grid("""
                收入|<|支出|<
                项目|2024年预算|项目|2024年预算
                一、预算拨款|90.00|一、基本支出|60.00
                一般公共预算拨款|80.00|工资福利支出|40.00
                政府性基金预算拨款|10.00|商品和服务支出|20.00
                二、财政专户拨款| |二、项目支出|35.00
                三、其他资金|5.00|三、事业单位经营支出|
                本年收入合计|95.00|本年支出合计|95.00
                四、上级补助收入| |四、对附属单位补助支出|
                收入总计|95.00|支出总计|95.00
            """),
        ],
        [
            "表5",
            "一般公共预算支出情况表（按功能分类科目）",
            "单位：万元",
            grid(
                """
                功能科目名称|2024年预算|<|<
                ^|合计|基本支出|项目支出
                合计|95.00|60.00|35.00
                [201]一般公共服务支出|95.00|60.00|35.00
                [20113]商贸事务|95.00|60.00|35.00
                [2011301]行政运行|60.00|60.00|
                [2011302]一般行政管理事务|35.00| |35.00
            """,
                page=2,
            ),
        ],
    )
    assert money(records, "budget_balance_income") == {
        (None, "一般公共预算拨款", "预算数"): 80,
        (None, "政府性基金预算拨款", "预算数"): 10,
        (None, "其他资金", "预算数"): 5,
    }
    assert money(records, "general_expenditure")["2011302", "一般行政管理事务", "项目支出"] == 35
    assert sum(money(records, "budget_balance_expenditure").values()) == 95


def test_sichuan_prints_units_and_functions_in_one_column() -> None:
    records = read(
        [
            "表1-2",
            "部门支出总表",
            "部门：某某局本级 金额单位：万元",
            grid("""
                项目|<|<|<|<|合计|基本支出|项目支出
                科目编码|<|<|单位代码|单位名称（科目）|^|^|^
                类|款|项|^|^|^|^|^
                | | | |合计|100.00|60.00|40.00
                | | |205|某某局部门|100.00|60.00|40.00
                | | |205001|某某局机关|70.00|50.00|20.00
                201|13|01|205001|行政运行|50.00|50.00|
                201|13|02|205001|一般行政管理事务|20.00| |20.00
                | | |205002|某某局信息中心|30.00|10.00|20.00
                201|13|02|205002|一般行政管理事务|20.00| |20.00
                201|13|50|205002|事业运行|10.00|10.00|
            """),
        ]
    )
    assert money(records, "budget_expenditure") == {
        ("某某局机关", "2011301", "行政运行", "基本支出"): 50,
        ("某某局机关", "2011302", "一般行政管理事务", "项目支出"): 20,
        ("某某局信息中心", "2011302", "一般行政管理事务", "项目支出"): 20,
        ("某某局信息中心", "2011350", "事业运行", "基本支出"): 10,
    }
    assert ("某某局部门", "合计", "100.00") in controls(records)


def test_sichuan_prints_three_public_by_unit() -> None:
    records = read(
        [
            "一般公共预算“三公”经费支出表",
            "部门：某某局本级 金额单位：万元",
            grid("""
                单位编码|单位名称|当年财政拨款预算安排|<|<|<|<|<
                ^|^|合计|因公出国（境）费用|公务用车购置及运行费|<|<|公务接待费
                ^|^|^|^|小计|公务用车购置费|公务用车运行费|^
                |合计|9.00|2.00|5.00| |5.00|2.00
                205|某某局部门|9.00|2.00|5.00| |5.00|2.00
                205001|某某局机关|7.00|2.00|4.00| |4.00|1.00
                205002|某某局信息中心|2.00| |1.00| |1.00|1.00
            """),
        ]
    )
    assert money(records, "three_public") == {
        ("某某局机关", None, "因公出国（境）费用", "预算数"): 2,
        ("某某局机关", None, "公务用车运行费", "预算数"): 4,
        ("某某局机关", None, "公务接待费", "预算数"): 1,
        ("某某局信息中心", None, "公务用车运行费", "预算数"): 1,
        ("某某局信息中心", None, "公务接待费", "预算数"): 1,
    }
    assert len([t for t in records.stated_totals if t.amount.printed == "9.00"]) == 2


def test_beijing_lists_projects_by_unit_and_source() -> None:
    records = read(
        [
            "预算04表 项目支出表",
            "单位：万元",
            grid("""
                类型|项目单位|项目名称|合计|本年拨款|<|财政拨款结转结余|<|财政专户管理资金|单位资金
                ^|^|^|^|一般公共预算|政府性基金预算|一般公共预算|政府性基金预算|^|^
                特定目标类|某某局机关|展会补贴|30.00|30.00| | | | |
                特定目标类|某某局机关|口岸建设|20.00|10.00|10.00| | | |
                其他运转类|某某局信息中心|机房租赁|8.00|3.00| |5.00| | |
                合计| | |58.00|43.00|10.00|5.00| | |
            """),
        ]
    )
    found = money(records, "budget_projects")
    assert sum(found.values()) == 58
    assert len(found) == 5
    assert {line.classification_scheme for line in records.budget_lines} == {"project"}


def test_beijing_prints_rows_of_functions_with_their_unit() -> None:
    records = read(
        [
            "预算02表 收入总表",
            "单位：元",
            grid("""
                单位编码|单位名称|科目编码|科目名称|合计|上年结转|一般公共预算拨款收入|其他收入
                205001|某某局机关|2011301|行政运行|50.00| |50.00|
                205001|某某局机关|2011302|一般行政管理事务|20.00|5.00|15.00|
                205002|某某局信息中心|2011302|一般行政管理事务|10.00| |4.00|6.00
                合计|<|<|<|80.00|5.00|69.00|6.00
            """),
        ]
    )
    found = money(records, "budget_income")
    assert sum(found.values()) * WAN == 80
    assert found["某某局信息中心", "2011302", "一般行政管理事务", "其他收入"] * WAN == 6


def test_three_public_by_line_beside_last_years_and_the_change() -> None:
    records = read(
        [
            "2024年一般公共预算“三公”经费预算表",
            "单位：万元",
            grid("""
                项目|上年预算数|本年预算数|增减额|增减变动原因
                合计|10.00|9.00|-1.00|
                1、因公出国（境）费用|4.00|3.00|-1.00|压减
                2、公务接待费|1.00|1.00|0.00|
                3、公务用车购置及运行维护费|5.00|5.00|0.00|
                其中：（1）公务用车运行维护费|3.00|3.00|0.00|
                （2）公务用车购置费|2.00|2.00|0.00|
            """),
        ]
    )
    assert money(records, "three_public") == {
        (None, "因公出国（境）费用", "上年预算数"): 4,
        (None, "因公出国（境）费用", "预算数"): 3,
        (None, "公务接待费", "上年预算数"): 1,
        (None, "公务接待费", "预算数"): 1,
        (None, "公务用车运行维护费", "上年预算数"): 3,
        (None, "公务用车运行维护费", "预算数"): 3,
        (None, "公务用车购置费", "上年预算数"): 2,
        (None, "公务用车购置费", "预算数"): 2,
    }


def test_zhejiang_splits_basic_expenditure_beside_itself() -> None:
    records = read(
        [
            "2024年部门支出预算总表",
            "单位：万元",
            grid("""
                科目编码|科目名称|合计|基本支出|人员支出|公用支出|项目支出
                |合计|100.00|60.00|40.00|20.00|40.00
                201|一般公共服务支出|100.00|60.00|40.00|20.00|40.00
                20113|商贸事务|100.00|60.00|40.00|20.00|40.00
                2011301|行政运行|60.00|60.00|40.00|20.00|
                2011302|一般行政管理事务|40.00| | | |40.00
            """),
        ]
    )
    assert money(records, "budget_expenditure") == {
        ("2011301", "行政运行", "人员经费"): 40,
        ("2011301", "行政运行", "公用经费"): 20,
        ("2011302", "一般行政管理事务", "项目支出"): 40,
    }


def test_an_of_which_column_is_a_remark() -> None:
    records = read(
        [
            "部门收入总表",
            "单位：万元",
            grid("""
                科目|<|合计|上年结转|一般公共预算拨款收入|事业收入|<|其他收入
                科目编码|科目名称|^|^|^|金额|其中：教育收费|^
                205|教育支出|60.00|5.00|40.00|10.00|4.00|5.00
                20502|普通教育|60.00|5.00|40.00|10.00|4.00|5.00
                2050205|高等教育|60.00|5.00|40.00|10.00|4.00|5.00
                合计|<|60.00|5.00|40.00|10.00|4.00|5.00
            """),
        ]
    )
    assert sum(money(records, "budget_income").values()) == 60
    assert {f.code for f in records.findings} == {"memo_line"}


def test_shandong_prints_both_economic_classifications_of_a_line() -> None:
    records = read(
        [
            "一般公共预算基本支出表",
            "单位：元",
            grid("""
                部门预算支出经济分类科目|<|政府预算支出经济分类科目|<|本年一般公共预算基本支出|<|<
                科目编码|科目名称|科目编码|科目名称|合计|人员经费|公用经费
                |合计| | |100.00|80.00|20.00
                301|工资福利支出| | |80.00|80.00|
                30101|基本工资|50101|工资奖金津补贴|50.00|50.00|
                30102|津贴补贴|50101|工资奖金津补贴|30.00|30.00|
                302|商品和服务支出| | |20.00| |20.00
                30201|办公费|50201|办公经费|20.00| |20.00
            """),
        ]
    )
    assert sorted(line.line_code or "" for line in records.budget_lines) == ["30101", "30102", "30201"]


def test_hubei_prints_expenditure_three_times_beside_income() -> None:
    records = read(
        [
            "收支总表",
            "单位：万元",
            grid("""
                收入|<|支出（按功能科目）|<|支出（按部门预算经济分类）|<|支出（按政府预算经济分类）|<
                项目|预算数|项目|预算数|项目|预算数|项目|预算数
                一、一般公共预算拨款|90.00|一、一般公共服务支出|70.00|一、工资福利支出|60.00|一、机关工资福利支出|60.00
                二、事业收入|10.00|二、教育支出|30.00|二、商品和服务支出|40.00|二、机关商品和服务支出|40.00
                本年收入合计|100.00|本年支出合计|100.00|本年支出合计|100.00|本年支出合计|100.00
                收入总计|100.00|支出总计|100.00|支出总计|100.00|支出总计|100.00
            """),
        ]
    )
    for side in ("income", "expenditure", "economic", "government_economic"):
        assert sum(money(records, f"budget_balance_{side}").values()) == 100


def test_meetings_training_and_running_costs_beside_three_public_are_statements_of_their_own() -> None:
    """A sum over 三公 gave 49.10 for 4.79."""
    records = read(
        [
            "一般公共预算“三公”经费、会议费、培训费和机关运行经费支出表",
            "部门：某某局 金额单位：万元",
            grid("""
                单位名称|合计|因公出国（境）费|公务用车购置及运行费|公务接待费|会议费|培训费|机关运行经费
                某某局|49.10|2.00|1.79|1.00|4.00|3.00|37.31
            """),
        ]
    )
    assert sum(money(records, "three_public").values()) == Decimal("4.79")
    assert {name: sum(money(records, name).values()) for name in ("conference", "training", "operating_cost")} == {
        "conference": 4,
        "training": 3,
        "operating_cost": Decimal("37.31"),
    }
