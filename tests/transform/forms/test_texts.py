"""Forms whose borders were lost: cells between bars, a row a line, one cell a line, and what cannot be told."""

from __future__ import annotations

import pytest

from extract.document import Severity
from tests.transform.department_forms import text_document
from tests.transform.project_forms import DECLARED
from transform.recognition import read_records
from transform.records import Kind, Part, Records

BARRED = """
| 部门预算项目绩效目标申报表(2023年度) | |||||||
| 金额单位:元 | |||||||
| 单位名称 | 项目名称 | 预算数 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 权重 |
| 820-某镇部门 | 900.00 | ||||||||
| 820001-某镇 | 干部报酬 | 300.00 | 效益指标 | 社会效益指标 | 社会稳定 | ≥ | 95 | % | 10 |
| 产出指标 | 时效指标 | 发放时效 | ≥ | 1 | 年 | 20 | |||
| 活动经费 | 600.00 | 产出指标 | 数量指标 | 行政村数 | = | 11 | 个 | 10 |
"""
ROWS = """
项目支出绩效目标申报表
(2021年度)
项目名称 特困家庭扶助(再扶助) 项目负责人及电话
预算单位 区卫生健康局
项目资金(万元) 年度资金总额 6.30
   其中:一般公共预算 6.30
      其他资金 0.00
总体
目标
年度目标
区域内家庭得到扶助
绩效指标 一级指标 二级指标 三级指标 指标性质 指标值 度量单位 权重
绩效指标 项目完成
指标
数量指标 扶助家庭( 户 ) ≥ 63 户 20
质量指标 资格合格率 = 100 % 20
时效指标 拨付 定性 12月底到位
10
可持续影响指标 社会和谐 定性 长期 10
满意度指标 满意度指标 群众满意度 ≥ 90 % 10
"""
CELLS = """
托育服务项目项目绩效目标
一级指标
二级指标
指标名称
指标值
产出指标
数量指标
每千人托位
4.5
质量指标
应补尽补率
100%
准确率
100%
满意度指标
满意度指标
公众满意度
≥90%
"""
EVALUATED = """
项目支出绩效自评表（2022年度）
项目名称 村道
资金（万元） 全年预算数 全年执行数 分值 执行率 得分
年度资金总额 8.4 8.4 10 100% 10
绩效指标 一级
指标
二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因
产出指标 数量指标 里程 8公里 8公里 50 50
质量指标 合格率 ≥95% 94% 40 39 雨季
"""


def read(text: str) -> Records:
    return read_records(text_document(text), DECLARED)


def shown(records: Records) -> list[tuple[str | None, str, str, str]]:
    return [(one.project, one.level2_printed, one.name, one.targets[0].text) for one in records.indicators]


def test_cells_between_bars_stand_under_their_columns() -> None:
    records = read(BARRED)
    assert [(one.name, one.unit) for one in records.projects] == [
        ("干部报酬", "820001-某镇"),
        ("活动经费", "820001-某镇"),
    ]
    assert shown(records) == [
        ("干部报酬", "社会效益指标", "社会稳定", "≥95%"),
        ("干部报酬", "时效指标", "发放时效", "≥1年"),
        ("活动经费", "数量指标", "行政村数", "=11个"),
    ]
    assert [line.amount.yuan for line in records.budget_lines] == [300, 600]


def test_a_row_a_line_with_words_that_lines_part() -> None:
    records = read(ROWS)
    (project,) = records.projects
    assert (project.name, project.unit, project.goal) == ("特困家庭扶助(再扶助)", "区卫生健康局", "区域内家庭得到扶助")
    assert [line.amount.yuan for line in records.budget_lines] == [63_000, 0]
    assert [(one.level1, one.level2, one.name, one.targets[0].text, one.weight) for one in records.indicators] == [
        ("产出", "数量", "扶助家庭(户)", "≥63户", 20),
        ("产出", "质量", "资格合格率", "=100%", 20),
        ("产出", "时效", "拨付", "12月底到位", 10),
        (None, "可持续影响", "社会和谐", "长期", 10),
        ("满意度", "服务对象满意度", "群众满意度", "≥90%", 10),
    ]


def test_one_cell_a_line() -> None:
    assert shown(read(CELLS)) == [
        ("托育服务项目", "数量指标", "每千人托位", "4.5"),
        ("托育服务项目", "质量指标", "应补尽补率", "100%"),
        ("托育服务项目", "质量指标", "准确率", "100%"),
        ("托育服务项目", "满意度指标", "公众满意度", "≥90%"),
    ]


def test_a_self_evaluation_of_lines() -> None:
    records = read(EVALUATED)
    assert [section.kind for section in records.sections if section.kind] == [Kind.SELF_EVALUATION]
    assert [
        (one.name, one.targets[0].actual_text, one.weight, one.score, one.deviation) for one in records.indicators
    ] == [
        ("里程", "8公里", 50, 50, None),
        ("合格率", "94%", 40, 39, "雨季"),
    ]
    assert {line.measure: line.amount.yuan for line in records.budget_lines} == {
        "全年预算数": 84_000,
        "全年执行数": 84_000,
    }


@pytest.mark.parametrize("row", ["数量指标 里程 10 10", "数量指标 里程194.9194.9100%"])
def test_a_row_that_reads_in_two_ways_or_is_glued_holds(row: str) -> None:
    head = "绩效指标 一级指标 二级指标 三级指标 分值 年度指标值 实际完成值 得分"
    records = read(f"项目支出绩效自评表（2022年度）\n项目名称 村道\n{head}\n产出指标 {row}\n")
    held = {finding.code for finding in records.findings if finding.severity is Severity.CRITICAL}
    assert "target_without_indicator" in held
    assert records.indicators == ()


ENDED = """
绩效目标申报表 |
|||||||
(2021年度) |
|||||||
项目名称 |
果园路 |
实施单位 |
某县交通运输局 |
||||
资金情况(万元) |
年度资金总额: |
500 |
|||||
其中:财政拨款 |
500 |
||||||
其他资金 |
|
||||||
绩效指标 |
一级指标 |
二级指标 |
三级指标 |
指标值 |
|||
产出指标 |
数量指标 |
新建水泥路1条 |
2km |
||||
改建水泥路 |
3km |
||||||
"""
UNENDED = """
部门预算项目支出绩效自评表(2023年度) |
项目名称 |
工资性支出 |
实施单位 |
某县发展和改革局 |
一级指标 |
二级指标 |
三级指标 |
指标性质 |
指标值 |
度量单位 |
完成值 |
权重 |
得分 |
产出指标 |
数量指标 |
发放覆盖率 |
= |
100 |
% |
|
60 |
|
"""


def test_a_bar_that_ends_each_cells_line_parts_no_columns() -> None:
    """Each cell became an indicator of its own: 2km, =, 100."""
    records = read_records(text_document(ENDED), DECLARED)
    assert isinstance(records, Records)
    assert [(one.name, one.targets[0].text) for one in records.indicators] == [
        ("新建水泥路1条", "2km"),
        ("改建水泥路", "3km"),
    ]
    assert [line.amount.yuan for line in records.budget_lines if line.amount.yuan] == [5_000_000]


def test_where_nothing_ends_a_row_an_empty_cell_holds_it() -> None:
    """60 may be the actual value or the weight."""
    records = read_records(text_document(UNENDED), DECLARED)
    assert isinstance(records, Records)
    assert records.indicators == ()
    assert [one.code for one in records.findings if one.severity is Severity.CRITICAL] == ["target_without_indicator"]


BEGUN = """
2023年项目支出绩效目标申报表
|
填报单位:(盖章) 单位:万元 |
||||||
|
项目支出名称 |
降尘服务 |
预算部门 |
某市环境卫生管理处 |
|||
|
年度本级 预算金额 |
250万 |
该项目支出上级资金 |
0 |
|||
|
本年度 绩效指标 |
一级指标 |
二级指标 |
三级指标 |
指标值及单位 |
绩效标准 |
|
|
产出指标 |
数量指标 |
车辆数 |
10辆 |
计划标准 |
||
|
质量指标 |
空气质量 |
优良 |
计划标准 |
|||
|
效益指标 |
经济效益指标 |
|
|
|
||
"""


def test_where_a_bar_begins_each_row_two_bars_end_and_begin() -> None:
    """Xiangtan's form was told to be prose, and published as such without a word."""
    records = read_records(text_document(BEGUN), DECLARED)
    assert isinstance(records, Records)
    assert [(one.name, one.targets[0].text) for one in records.indicators] == [("车辆数", "10辆"), ("空气质量", "优良")]
    assert [line.amount.yuan for line in records.budget_lines if line.amount.yuan] == [2_500_000]


def test_what_is_long_beside_what_is_of_the_year_is_not_read_from_cells_a_line() -> None:
    """The second level became the name, the name the target."""
    head = "一级指标\n二级指标(长期)\n三级指标(长期)\n指标值(长期)\n二级指标(年度)\n三级指标(年度)\n指标值(年度)"
    text = f"项目支出绩效目标表\n(2020年度)\n项目名称\n校舍\n{head}\n产出指标\n数量指标\n数量指标\n工程数量\n2\n"
    records = read_records(text_document(text), DECLARED)
    assert isinstance(records, Records)
    assert records.indicators == ()
    assert [one.code for one in records.findings if one.severity is Severity.CRITICAL] == ["target_without_indicator"]


def test_a_form_in_one_run_is_no_prose() -> None:
    """Its title begins the only line: it was published as prose, without a figure and without a word."""
    text = "某市财政支出项目绩效目标自评表 填报日期:2022 年 8 月 项目名称 自评总分: 95 中央 省 309 309 道路养护。 2 分"
    records = read_records(text_document(text), DECLARED)
    assert [section.part for section in records.sections] == [Part.UNREAD]
    said = "各单位应于月底前报送绩效目标表 并附说明。根据通知要求，我局组织开展绩效自评工作。"
    records = read_records(text_document(said), DECLARED)
    assert [section.part for section in records.sections] == [Part.NARRATIVE]
