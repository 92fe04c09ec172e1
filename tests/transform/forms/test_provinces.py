"""Forms as single provinces print them, one fault each: what was a wrong figure or a reason to hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extract.document import Severity
from tests.transform.project_forms import DECLARED
from tests.transform.typeset import document_of
from transform.forms import looks_like_form, read_forms
from transform.records import Kind, Records, TotalOf
from transform.vocabulary import BUNDLED, Spelling, words_met


def read(*blocks: str, kind: Kind = Kind.PROJECT_TARGET_FORM) -> Records:
    return read_forms(document_of(*blocks), DECLARED, kind)


def money(records: Records) -> list[tuple[str | None, str | None, Decimal]]:
    return [(line.funding_source, line.measure, line.amount.yuan) for line in records.budget_lines]


def critical(records: Records) -> list[tuple[str, str]]:
    return [(one.code, one.evidence) for one in records.findings if one.severity is Severity.CRITICAL]


HEAD = "一级指标 | 二级指标 | 三级指标 | 指标值"
ROWS = "产出指标 | 数量指标 | 硬化里程 | ≥8公里"
SIMPLE = f"项目名称 | 村道硬化 | < | <\n主管部门 | 交通局 | 实施单位 | 养护站\n{HEAD}\n{ROWS}"
MANY = """
单位名称 | 项目名称 | 预算数 | 年度目标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位
{total}
820001-某镇人民政府 | 干部报酬 | 3,000.00 | 按时发放 | 产出指标 | 数量指标 | 干部人数 | ≥ | 230 | 人
^ | 活动经费 | 600.00 | 保障运转 | 产出指标 | 数量指标 | 村数 | = | 11 | 个
"""


@pytest.mark.parametrize(
    "total",
    [
        "820-某镇部门 | < | 3,600.00 | | | | | | | ",
        "820-某镇部门 | | 3,600.00 | | | | | | | ",
        "合计 | < | 3,600.00 | | | | | | | ",
        "合计 | | 3,600.00 | | | | | | | ",
        " | 合计 | 3,600.00 | | | | | | | ",
        "820001-某镇人民政府 | 小计 | 3,600.00 | | | | | | | ",
    ],
)
def test_a_departments_row_in_a_table_of_projects_is_a_control(total: str) -> None:
    records = read("部门预算项目绩效目标申报表（2023年度）", "金额单位：元", MANY.format(total=total))
    assert [project.name for project in records.projects] == ["干部报酬", "活动经费"]
    assert [line.amount.yuan for line in records.budget_lines] == [3000, 600]
    (stated,) = [one for one in records.stated_totals if one.total_of is not TotalOf.PROJECT]
    assert (stated.total_of, stated.members, stated.amount.yuan) == (TotalOf.FILING, (0, 1), 3600)
    assert records.coverage == 1


def test_money_by_source_in_columns_of_a_table_of_projects() -> None:
    """Beijing's 预算表12: 项目总额, 其中：财政资金, 其他资金."""
    records = read(
        "项目支出绩效目标表（2026年度）",
        "单位：万元",
        "项目名称 | 项目总额 | 其中： | < | 绩效目标 | 一级指标 | 二级指标 | 三级指标 | 绩效指标性质 | 本年绩效指标值\n"
        "^ | ^ | 财政资金 | 其他资金 | ^ | ^ | ^ | ^ | ^ | ^\n"
        "印刷 | 17.40 | 17.40 | | 印刷杂志 | 产出指标 | 数量指标 | 期数 | ＝ | 4\n",
    )
    assert money(records) == [("财政拨款", None, 174_000)]
    assert (records.indicators[0].targets[0].text, critical(records)) == ("＝4", [])


def test_a_project_that_goes_on_below_a_head_printed_again_is_one() -> None:
    """Changsha prints title, head and the project's cells anew on each page: 35.78 became 71.56."""
    head = "单位名称 | 项目名称 | 资金总额 | 绩效目标 | 一级指标 | 二级指标 | 三级指标 | 指标值\n"
    row = "信访局 | 工作经费 | 35.78 | 保障工作 | 产出指标 | 数量指标 | {} | ≥5次"
    title = "2026年项目支出绩效目标表"
    records = read(title, "单位：万元", head + row.format("接访"), title, "单位：万元", head + row.format("下访"))
    assert [line.amount.yuan for line in records.budget_lines] == [357_800]
    assert [(one.project, one.seq, one.name) for one in records.indicators] == [
        ("工作经费", 1, "接访"),
        ("工作经费", 2, "下访"),
    ]
    assert (len(records.sections), records.coverage) == (1, 1)


def test_a_units_row_above_its_projects_is_their_sum() -> None:
    """Changsha: 单位（项目）名称 holds the unit first, then its projects."""
    records = read(
        "2026年项目支出绩效目标表",
        "单位：万元",
        "单位编码 | 单位（项目）名称 | 资金总额 | 绩效目标 | 一级指标 | 二级指标 | 三级指标 | 指标值\n"
        "合计 | | 35.78 | | | | | \n126001 | 某市信访局 | 35.78 | | | | | \n"
        "126001 | 工作经费 | 35.78 | 保障工作 | 产出指标 | 数量指标 | 接访 | ≥500人次",
    )
    assert [(one.name, one.unit) for one in records.projects] == [("工作经费", "某市信访局")]
    assert [line.amount.yuan for line in records.budget_lines] == [357_800]
    assert len([one for one in records.stated_totals if one.total_of is TotalOf.FILING]) == 2


def test_what_a_cell_says_decides_what_its_column_is() -> None:
    """Inner Mongolia: 指标性质 holds 正向, 指标方向 holds 大于等于; ≤ became = when the headings were believed."""
    records = read(
        "项目绩效目标表",
        "项目名称 | 装备 | < | < | < | <\n一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标方向 | 目标值 | 计量单位\n"
        "产出指标 | 成本指标 | 购置成本 | 反向 | 小于等于 | 12 | 万元\n"
        "产出指标 | 质量指标 | 采购率 | 正向 | 大于等于 | 30 | %\n产出指标 | 时效指标 | 时间 | 定性 | | 长期 | ",
    )
    assert [each.targets[0].text for each in records.indicators] == ["≤12万元", "≥30%", "长期"]
    assert records.indicators[0].notes == "指标性质：反向"


def test_a_sheets_number_of_a_day_and_a_unit_on_both_sides_are_no_targets() -> None:
    """44,561 under a time was a quantity; 次26次 was 26 次."""
    rows = "产出指标 | 时效指标 | 完成时间 | 44,561\n产出指标 | 数量指标 | 会议 | 次26次\n"
    rows += "产出指标 | 数量指标 | 苗木 | 44,561"
    records = read("项目绩效目标表", f"项目名称 | 会议 | < | <\n{HEAD}\n{rows}")
    readings = [each.targets[0].reading for each in records.indicators]
    assert [(one.kind, one.value) for one in readings] == [("damaged", None), ("damaged", None), ("quantity", 44561)]


MONITOR = """
项目名称 | 公路养护 | < | < | < | <
项目资金（万元） | | 年初预算数 | 1-7月执行数 | 1-7月执行率 | 全年预计执行数
^ | 年度资金总额： | 100 | 60 | 60% | 100
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况
产出指标 | 数量指标 | 养护里程 | ≥80公里 | 50公里 | 80公里
"""


def test_a_monitoring_form_is_no_self_evaluation() -> None:
    records = read("项目支出绩效运行监控表（2022年度）", MONITOR)
    assert (records.kind, records.projects[0].execution_rate) == (Kind.MONITORING, Decimal("0.6"))
    (target,) = records.indicators[0].targets
    assert (target.actual_text, str(target.actual_as_of), target.met) == ("50公里", "2022-07-31", None)
    assert [(line.measure, line.measure_kind) for line in records.budget_lines] == [
        ("年初预算数", "budget"),
        ("1-7月执行数", "execution"),
        ("全年预计执行数", None),
    ]


EVALUATION = """
项目名称 | 营养改善 | < | < | < | < | < | <
项目资金（元） | | < | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率
^ | 年度资金总额 | < | | 387662.62 | 387662.62 | 10 | 100%
绩效指标 | < | < | 年度指标值 | < | < | 实际完成值 | 偏差原因分析
一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | ^ | ^
产出指标 | 数量指标 | 受助人数 | ≧ | 735 | 人次 | 735 |
^ | 质量指标 | 知晓率 | ═ | 100 | % | 98% | 宣传不足
^ | 成本指标 | 生均补助 | ≤ | 4 | 元 | 5 |
效益指标 | 社会效益指标 | 负担 | 定性 | 有效 | | 部分达成预期指标并具有一定效果 |
其他需要说明事项 | < | < | 无 | < | < | < | <
总分 | < | < | < | < | < | 96 | 优
"""


def test_what_came_of_the_targets_is_told_by_the_operator() -> None:
    """Yunnan's table 14: a head over two rows; 其他需要说明事项 was an indicator."""
    records = read("2022年度项目支出绩效自评表", EVALUATION)
    assert [(each.name, each.targets[0].met) for each in records.indicators] == [
        ("受助人数", True),
        ("知晓率", False),
        ("生均补助", False),
        ("负担", False),
    ]
    assert (records.indicators[1].deviation, records.projects[0].execution_rate) == ("宣传不足", 1)
    assert records.coverage == 1


def test_a_form_with_columns_of_levels_under_one_heading() -> None:
    """Old Fujian: 绩效目标 spans 投入 and 成本目标, 绩效内容 is the indicator, 绩效标准 a remark."""
    records = read(
        "2017年财政支出项目绩效目标表",
        "主管部门名称：某会 | < | < | < | < | <\n专项名称 | 补贴 | < | < | < | <\n"
        "绩效目标 | < | 评价指标 | 绩效内容 | 绩效标准 | 全年绩效目标\n"
        "投入 | 成本目标 | 目标1 | 发放补贴 | 计划标准 | 100%\n产出 | 数量目标 | 目标1 | 补贴人数 | 计划标准 | 432人",
    )
    assert [
        (each.level1_printed, each.level2_printed, each.name, each.targets[0].text) for each in records.indicators
    ] == [
        ("投入", "成本目标", "发放补贴", "100%"),
        ("产出", "数量目标", "补贴人数", "432人"),
    ]


def test_a_form_named_by_its_title_with_its_goal_in_prose() -> None:
    """Zhejiang: the project's name and goal are lines above the table."""
    records = read(
        "托育服务项目项目绩效目标", "（一）中长期绩效目标", "建立服务体系。", "（二）中长期绩效指标", f"{HEAD}\n{ROWS}"
    )
    (project,) = records.projects
    assert (project.name, project.goal, project.flags) == ("托育服务项目", "建立服务体系。", ("inferred",))
    assert records.indicators[0].targets[0].horizon == "cycle"


def test_each_form_is_a_section_with_its_own_year() -> None:
    records = read(
        "项目支出绩效目标表（2022年度）", SIMPLE, "项目支出绩效自评表（2021年度）", SIMPLE.replace("村道", "桥梁")
    )
    assert [(one.seq, one.kind, one.fiscal_year, one.first_page) for one in records.sections] == [
        (1, Kind.PROJECT_TARGET_FORM, 2022, 1),
        (2, Kind.SELF_EVALUATION, 2021, 3),
    ]
    assert [(each.project, each.section_seq) for each in records.indicators] == [("村道硬化", 1), ("桥梁硬化", 2)]
    assert (records.kind, records.fiscal_year) == (Kind.MIXED, None)


def test_the_year_of_the_form_goes_before_a_notices() -> None:
    records = read("关于下达2021年资金的通知", "2021年12月14日", "项目支出绩效目标申报表", "（2022年度）", SIMPLE)
    assert records.sections[0].fiscal_year == 2022


def test_an_unknown_label_is_a_note_and_an_unknown_sum_of_money_holds() -> None:
    form = (
        f"项目名称 | 村道 | <\n管护去向 | 归村集体 | <\n资金（万元） | 财政拨款 | 60\n^ | 统筹甲款 | 5\n{HEAD}\n{ROWS}"
    )
    records = read("项目支出绩效目标表（2022年度）", form)
    (project,) = records.projects
    assert (project.notes, project.flags) == ("管护去向：归村集体", ("unknown_label",))
    (finding,) = [one for one in records.findings if one.severity is Severity.CRITICAL]
    assert (finding.code, finding.section_seq) == ("unknown_line", 1)
    assert "form.money,<funding source>,统筹甲款" in finding.message


def test_a_row_added_to_the_vocabulary_reads_what_was_held() -> None:
    form = f"项目名称 | 村道 | <\n资金（万元） | 统筹甲款 | 5\n{HEAD}\n{ROWS}"
    more = BUNDLED.with_rows([Spelling("form.money", "其他资金", "统筹甲款")])
    declared = DECLARED.__class__(department=DECLARED.department, vocabulary=more)
    records = read_forms(document_of("项目支出绩效目标表", form), declared, Kind.PROJECT_TARGET_FORM)
    assert (money(records), critical(records)) == ([("其他资金", None, 50_000)], [])


def test_a_label_that_hides_money_is_among_the_words_that_nobody_knew() -> None:
    """What is kept as met was the amount beside it: the row was added, and the filing not read again."""
    document = document_of("项目支出绩效目标表", f"项目名称 | 村道 | <\n资金（万元） | 统筹甲款 | 5.00\n{HEAD}\n{ROWS}")
    words = words_met(document, read_forms(document, DECLARED, Kind.PROJECT_TARGET_FORM).findings, BUNDLED)
    assert "统筹甲款" in words.unknown
    assert not words.read_alike(BUNDLED.with_rows([Spelling("form.money", "其他资金", "统筹甲款")]))


def test_who_to_call_is_in_no_record() -> None:
    form = SIMPLE.replace("主管部门 | 交通局", "联系人及电话 | 王某13800000000")
    records = read("项目支出绩效目标表（2022年度）", form)
    assert "王某" not in repr(records)


@pytest.mark.parametrize(
    ("drawing", "kind"),
    [
        (SIMPLE, Kind.PROJECT_TARGET_FORM),
        (MONITOR, Kind.MONITORING),
        (EVALUATION, Kind.SELF_EVALUATION),
        (MANY.format(total="合计 | | 1 | | | | | | |"), Kind.PROJECT_TARGET_FORM),
        ("项目名称 | 总计 | 财政拨款 | 绩效目标\n甲 | 1.00 | 1.00 | 修路", None),
        ("索引号 | 640421 | 发文时间 | 2022-02-23", None),
    ],
)
def test_what_looks_like_a_form(drawing: str, kind: Kind | None) -> None:
    (grid,) = document_of(drawing).grids()
    assert looks_like_form(grid) is kind


def test_the_number_of_a_goal_is_not_its_text() -> None:
    form = f"项目名称 | 校舍维修 | < | <\n绩效目标 | 目标1 | 完成维修 | <\n{HEAD}\n{ROWS}"
    assert read("项目支出绩效目标表", "（2023年度）", form).projects[0].goal == "完成维修"


def test_hebeis_sources_in_one_cell_and_its_description_of_an_indicator() -> None:
    form = """
    项目编码 | 130001 | 项目名称 | 防汛经费 | <
    预算数 | 50.00 | 其中：财政资金 40.00 其他资金 10.00 | < | <
    一级指标 | 二级指标 | 三级指标 | 绩效指标描述 | 指标值
    产出指标 | 数量指标 | 购置数量 | 购置物资数量 | ≥100件
    """
    records = read("项目绩效目标表（2024年）", "单位：万元", form)
    assert money(records) == [("财政拨款", None, 400_000), ("其他资金", None, 100_000)]
    assert not critical(records)


def test_money_by_source_over_kinds_and_levels_in_one_cell_with_the_name() -> None:
    """Beijing's 预算13表: money of kinds under its sources, 产出指标数量指标… in one cell."""
    records = read(
        "预算13表 部门整体支出绩效目标表",
        "（2026年度）",
        """
部门名称 | < | 某局 | < | < | < | < | <
总体资金情况（万元） | < | 预算支出总额 | 财政拨款 | < | < | 其他资金 | <
^ | < | ^ | 合计 | 基本支出 | 项目支出 | 合计 | 项目支出
^ | < | 130.50 | 120.50 | 90.25 | 30.25 | 10.00 | 10.00
整体绩效目标 | < | 做好审计工作。 | < | < | < | < | <
其他说明 | < | | < | < | < | < | <
活动 | < | 绩效指标 | < | 指标性质 | 指标值 | < | 度量单位
审计业务 | < | 产出指标数量指标完成审计项目数量 | < | ≥ | 77 | < | 项
审计业务 | < | 成本指标经济成本指标餐费标准 | < | ≤ | 50 | < | 元
审计业务 | < | 效益指标社会效益指标部门运行情况 | < | 定性 | 优 | < |
""",
        kind=Kind.DEPARTMENT_TARGET_FORM,
    )
    assert critical(records) == []
    assert [(line.statement, line.funding_source, line.line, line.amount.yuan) for line in records.budget_lines] == [
        ("dept_expenditure", "财政拨款", "基本支出", 902_500),
        ("dept_expenditure", "财政拨款", "项目支出", 302_500),
        ("dept_expenditure", "其他资金", "项目支出", 100_000),
        ("dept_income", "财政拨款", "财政拨款", 1_205_000),
        ("dept_income", "其他资金", "其他资金", 100_000),
    ]
    assert {(total.statement, total.amount.yuan, total.members) for total in records.stated_totals} == {
        ("dept_expenditure", 1_305_000, (0, 1, 2)),
        ("dept_income", 1_305_000, (3, 4)),
    }
    assert [(one.level1, one.level2, one.name, one.targets[0].text) for one in records.indicators] == [
        ("产出", "数量", "完成审计项目数量", "≥77项"),
        ("成本", "经济成本", "餐费标准", "≤50元"),
        ("效益", "社会效益", "部门运行情况", "优"),
    ]


def test_a_form_without_the_first_level_has_the_second_in_its_column() -> None:
    """Ezhou: 一级指标 holds 数量指标, 二级指标 the name."""
    records = read(
        "项目支出绩效目标表（2022年度）",
        "项目名称 | 大楼运行 | < | <\n一级指标 | 二级指标 | 绩效标准 | 当年预期实现值\n"
        "数量指标 | 维修次数 | 全年维修 | 2280次\n质量指标 | 验收合格率 | 合格比例 | ≥92%",
    )
    assert [(one.level1, one.level2, one.name, one.targets[0].text) for one in records.indicators] == [
        ("产出", "数量", "维修次数", "2280次"),
        ("产出", "质量", "验收合格率", "≥92%"),
    ]
