"""Forms of the ministries and of other provinces, typeset with invented figures: each reads without a critical finding,
every total it prints holds over its lines, and its own money is not mixed with last year's."""

from __future__ import annotations

from decimal import Decimal

from extract.document import Grid, Severity
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.reconciliation import reconcile
from transform.records import Records

OWN = "某某局"
WAN = Decimal(10_000)


def read(*pages: list[str | Grid]) -> Records:
    """Read a filing that must be wholly understood."""
    records = BUDGET_STATEMENT.read(document(*pages), Declaration(department=OWN))
    assert [(f.code, f.evidence) for f in records.findings if f.severity is Severity.CRITICAL] == []
    for total in records.stated_totals:
        assert total.members is not None
        lines = [records.budget_lines[place].amount for place in total.members]
        assert reconcile(total.amount, lines).holds, (total.statement, total.line, total.measure, total.amount.printed)
    return records


def money(records: Records, statement: str) -> dict[tuple[str | None, ...], Decimal]:
    """(unit if it is not the department's, code, line, measure) → 万元."""
    lines = [line for line in records.budget_lines if line.statement == statement]
    keys = [
        (*([line.unit] if line.unit != records.department else []), line.line_code, line.line, line.measure)
        for line in lines
    ]
    assert len(set(keys)) == len(keys), "two facts share a key"
    return {key: line.amount.yuan / WAN for key, line in zip(keys, lines, strict=True)}


def controls(records: Records) -> set[tuple[str | None, str | None, str]]:
    return {(total.line, total.measure, total.amount.printed) for total in records.stated_totals}


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


def test_a_final_account_numbers_its_rows_and_columns() -> None:
    records = read(
        [
            "2023年度部门决算",
            "收入支出决算总表",
            "公开01表",
            "部门：某某局本级                                  金额单位：万元",
            grid("""
                收入|<|<|支出|<|<
                项目|行次|金额|项目|行次|金额
                栏次| |1|栏次| |2
                一、一般公共预算财政拨款收入|1|90.00|一、一般公共服务支出|32|70.00
                二、政府性基金预算财政拨款收入|2| |二、外交支出|33|15.00
                八、其他收入|8|6.00|三、国防支出|34|
                本年收入合计|27|96.00|本年支出合计|58|85.00
                使用非财政拨款结余（含专用结余）|28|1.00|结余分配|59|
                年初结转和结余|29|3.00|年末结转和结余|60|15.00
                |30| | |61|
                总计|31|100.00|总计|62|100.00
                注：1.本表反映部门本年度的总收支和年末结转结余情况。|<|<|<|<|<
            """),
        ]
    )
    assert sum(money(records, "final_balance_income").values()) == 100
    assert money(records, "final_balance_expenditure")[None, "年末结转和结余", "金额"] == 15
    assert len(money(records, "final_balance_expenditure")) == 3
    assert {total.rule for total in records.stated_totals} == {None, "final_sides"}


def test_a_final_accounts_code_columns_reach_down_beside_the_numbers_of_columns() -> None:
    records = read(
        [
            "收入决算表",
            "公开02表",
            "部门：某某局本级 金额单位：万元",
            grid("""
                项目|<|<|<|本年收入合计|财政拨款收入|上级补助收入|事业收入|经营收入|附属单位上缴收入|其他收入
                支出功能分类科目编码|<|<|科目名称|^|^|^|^|^|^|^
                类|款|项|栏次|1|2|3|4|5|6|7
                ^|^|^|合计|96.00|90.00| | | | |6.00
                201|<|<|一般公共服务支出|76.00|70.00| | | | |6.00
                20113|<|<|商贸事务|76.00|70.00| | | | |6.00
                2011301|<|<|行政运行|50.00|50.00| | | | |
                2011350|<|<|事业运行|26.00|20.00| | | | |6.00
                202|<|<|外交支出|20.00|20.00| | | | |
                20299|<|<|其他外交支出|20.00|20.00| | | | |
                2029999|<|<|其他外交支出|20.00|20.00| | | | |
                注：本表反映部门本年度取得的各项收入情况。|<|<|<|<|<|<|<|<|<|<
            """),
        ]
    )
    assert money(records, "final_income") == {
        ("2011301", "行政运行", "财政拨款"): 50,
        ("2011350", "事业运行", "财政拨款"): 20,
        ("2011350", "事业运行", "其他收入"): 6,
        ("2029999", "其他外交支出", "财政拨款"): 20,
    }
    upper = {(c.code, c.name, c.parent_code) for c in records.classifications}
    assert ("20113", "商贸事务", "201") in upper
    assert ("2011301", "行政运行", "20113") in upper


def test_a_final_accounts_fiscal_balance_splits_what_was_carried_without_numbering() -> None:
    records = read(
        [
            "财政拨款收入支出决算总表",
            "金额单位：万元",
            grid("""
                收 入|<|<|支 出|<|<|<|<|<
                项 目|行次|金额|项 目|行次|合计|一般公共预算财政拨款|政府性基金预算财政拨款|国有资本经营预算财政拨款
                栏 次| |1|栏 次| |2|3|4|5
                一、一般公共预算财政拨款|1|90.00|一、一般公共服务支出|33|80.00|80.00| |
                二、政府性基金预算财政拨款|2|10.00|二、外交支出|34|12.00|2.00|10.00|
                三、国有资本经营财政拨款|3| |三、国防支出|35| | | |
                本年收入合计|27|100.00|本年支出合计|59|92.00|82.00|10.00|
                年初财政拨款结转和结余|28|4.00|年末财政拨款结转和结余|60|12.00|12.00| |
                一般公共预算财政拨款|29|4.00| |61| | | |
                政府性基金预算财政拨款|30| | |62| | | |
                国有资本经营预算财政拨款|31| | |63| | | |
                总计|32|104.00|总计|64|104.00|94.00|10.00|
            """),
        ]
    )
    assert sum(money(records, "final_fiscal_balance_income").values()) == 104
    assert sum(money(records, "final_fiscal_balance_expenditure").values()) == 104


def test_a_final_accounts_basic_expenditure_stands_in_three_blocks() -> None:
    records = read(
        [
            "一般公共预算财政拨款基本支出决算明细表",
            "公开06表",
            "部门：某某局本级 金额单位：万元",
            grid("""
                人员经费|<|<|公用经费|<|<|<|<|<
                科目编码|科目名称|决算数|科目编码|科目名称|决算数|科目编码|科目名称|决算数
                301|工资福利支出|50.00|302|商品和服务支出|12.00|307|债务利息及费用支出|
                30101|基本工资|30.00|30201|办公费|7.00|310|资本性支出|3.00
                30102|津贴补贴|20.00|30202|印刷费|5.00|31002|办公设备购置|3.00
                303|对个人和家庭的补助|2.00|30203|咨询费| | | |
                30302|退休费|2.00| | | | | |
                人员经费合计|<|52.00|公用经费合计|<|<|<|<|15.00
                注：本表反映部门本年度一般公共预算财政拨款基本支出明细情况。|<|<|<|<|<|<|<|<
            """),
        ]
    )
    assert money(records, "final_general_basic") == {
        ("30101", "基本工资", "决算数"): 30,
        ("30102", "津贴补贴", "决算数"): 20,
        ("30302", "退休费", "决算数"): 2,
        ("30201", "办公费", "决算数"): 7,
        ("30202", "印刷费", "决算数"): 5,
        ("31002", "办公设备购置", "决算数"): 3,
    }
    assert ("公用经费合计", "决算数", "15.00") in controls(records)


def test_a_final_accounts_funds_open_and_close() -> None:
    records = read(
        [
            "政府性基金预算财政拨款收入支出决算表",
            "公开07表",
            "金额单位：万元",
            grid("""
                项目|<|<|<|年初结转和结余|本年收入|本年支出|<|<|年末结转和结余
                支出功能分类科目编码|<|<|科目名称|^|^|小计|基本支出|项目支出|^
                类|款|项|栏次|1|2|3|4|5|6
                ^|^|^|合计|2.00|10.00|9.00| |9.00|3.00
                212|<|<|城乡社区支出|2.00|10.00|9.00| |9.00|3.00
                21208|<|<|国有土地使用权出让收入安排的支出|2.00|10.00|9.00| |9.00|3.00
                2120803|<|<|城市建设支出|2.00|10.00|9.00| |9.00|3.00
            """),
        ]
    )
    assert money(records, "final_government_fund") == {
        ("2120803", "城市建设支出", "年初结转和结余"): 2,
        ("2120803", "城市建设支出", "本年收入"): 10,
        ("2120803", "城市建设支出", "项目支出"): 9,
        ("2120803", "城市建设支出", "年末结转和结余"): 3,
    }


def test_a_final_accounts_three_public_number_their_columns() -> None:
    records = read(
        [
            "财政拨款“三公”经费支出决算表",
            "公开09表",
            "金额单位：万元",
            grid("""
                预算数|<|<|<|<|<|决算数|<|<|<|<|<
                合计|因公出国费用|公务用车购置及运行维护费|<|<|公务接待费|合计|因公出国费用|公务用车费|<|<|公务接待费
                ^|^|小计|购置费|运行费|^|^|^|小计|购置费|运行费|^
                1|2|3|4|5|6|7|8|9|10|11|12
                9.00|1.00|5.00|2.00|3.00|3.00|5.39|0.00|5.00|2.00|3.00|0.39
            """),
        ]
    )
    assert money(records, "final_three_public")[None, "公务接待费", "决算数"] == Decimal("0.39")
    assert len(records.stated_totals) == 4


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


def test_a_code_is_printed_once_for_its_group() -> None:
    rows = """
        科目编码|<|<|科目名称|预算数
        类|款|项|^|^
        201| | |一般公共服务支出|30.00
        |13| |商贸事务|30.00
        | |01|行政运行|10.00
        | |02|一般行政管理事务|20.00
        208| | |社会保障和就业支出|5.00
        |05| |行政事业单位养老支出|5.00
        | |01|行政单位离退休|5.00
        合计|<|<|<|35.00
    """
    whole = """
        科目编码|<|<|科目名称|预算数
        类|款|项|^|^
        201| | |一般公共服务支出|30.00
        201|20113| |商贸事务|30.00
        201|20113|2011301|行政运行|10.00
        201|20113|2011302|一般行政管理事务|20.00
        208| | |社会保障和就业支出|5.00
        208|20805| |行政事业单位养老支出|5.00
        208|20805|2080501|行政单位离退休|5.00
        合计|<|<|<|35.00
    """
    for text in (rows, whole):
        records = read(["国有资本经营预算支出表", "单位：千元", grid(text)])
        assert [line.line_code for line in records.budget_lines] == ["2011301", "2011302", "2080501"]
        assert sum(line.amount.yuan for line in records.budget_lines) == 35_000


def test_names_alone_are_told_apart_by_what_they_are_indented() -> None:
    blank = "\u3000"
    table = grid("""
        项目|金额
        一般公共服务支出|30.00
        >商贸事务|30.00
        >>行政运行|10.00
        >>一般行政管理事务|20.00
        社会保障和就业支出|5.00
        >行政事业单位养老支出|5.00
        >>行政单位离退休|5.00
        支出合计|35.00
    """)
    cells = tuple(
        type(cell)(row=cell.row, column=cell.column, text=cell.text.replace(">", blank), page=1) for cell in table.cells
    )
    records = read(["部门支出总表", "单位：万元", Grid(n_rows=table.n_rows, n_columns=2, cells=cells, page=1)])
    assert [line.line for line in records.budget_lines] == ["行政运行", "一般行政管理事务", "行政单位离退休"]


def test_a_workbooks_sheet_has_title_number_and_unit_as_rows() -> None:
    records = read(
        [
            grid("""
                2024年部门收支总表| | | |
                | | | |公开01表
                编制单位：某某局本级| | | |单位：万元
                收入||支出| |
                项目|预算数|项目|预算数|备注
                一、财政拨款收入|90.00|一、一般公共服务支出|90.00|
                收入总计|90.00|支出总计|90.00|
                注：本表为空表的部门，零报告| | | |
            """)
        ]
    )
    assert records.fiscal_year == 2024
    assert records.department == "某某局本级"
    assert len(records.budget_lines) == 2


def test_two_units_print_the_same_tables_in_one_document() -> None:
    def one(unit: str, amount: str, page: int) -> list[str | Grid]:
        table = (
            f"科目编码|科目名称|合计|基本支出|项目支出\n2011301|行政运行|{amount}|{amount}|\n合计|<|{amount}|{amount}|"
        )
        return ["部门支出总表", f"单位名称：{unit} 单位：万元", grid(table, page=page)]

    records = read(one("某某局机关", "10.00", 1), one("某某局信息中心", "20.00", 2))
    assert money(records, "budget_expenditure") == {
        ("2011301", "行政运行", "基本支出"): 10,
        ("某某局信息中心", "2011301", "行政运行", "基本支出"): 20,
    }


def test_a_page_that_repeats_title_and_header_goes_on() -> None:
    head = "科目编码|科目名称|合计|基本支出|项目支出\n"
    first = grid(head + "201|一般公共服务支出|30.00|30.00|\n20113|商贸事务|30.00|30.00|\n2011301|行政运行|10.00|10.00|")
    second = grid(head + "2011350|事业运行|20.00|20.00|\n合计|<|30.00|30.00|", page=2)
    heading = ["部门支出总表", "单位：万元"]
    records = read([*heading, first], [*heading, second])
    assert len(records.budget_lines) == 2
    assert ("合计", "合计", "30.00") in controls(records)


def test_the_unit_of_money_may_stand_in_the_heads() -> None:
    records = read(["部门支出总表", grid("科目编码|科目名称|金额（万元）\n2011301|行政运行|10.00\n合计|<|10.00")])
    assert sum(line.amount.yuan for line in records.budget_lines) == 100_000


def test_a_table_that_prints_no_unit_has_that_of_all_others_and_it_is_said() -> None:
    table = "科目编码|科目名称|合计|基本支出\n2011301|行政运行|10.00|10.00\n合计|<|10.00|10.00"
    records = read(["部门支出总表", "单位：万元", grid(table)], ["一般公共预算支出表", grid(table, page=2)])
    assert [f.code for f in records.findings] == ["money_unit_of_other_tables"]
    assert {line.amount.unit for line in records.budget_lines} == {"万元"}
