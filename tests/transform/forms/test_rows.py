"""Rows and columns of project forms that were published as what they are not; each has its right value here."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extract.document import Document, Severity
from tests.transform.project_forms import DECLARED, MINISTRY
from tests.transform.typeset import document_of
from transform.recognition import read_records
from transform.records import Kind, Records
from transform.targets.grammar import read_targets

HEAD = "单位名称 | 项目名称 | 预算数 | 年度目标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位"
FIRST = "820001-某镇 | 村组报酬 | 300.00 | 按时发放 | 产出指标 | 数量指标 | 发放人数 | ≥ | 230 | 人"
SECOND = "820001-某镇 | 组织经费 | 60.00 | 保障运转 | 产出指标 | 数量指标 | 行政村数 | = | 11 | 个"


def table(*rows: str) -> Document:
    return document_of("部门预算项目绩效目标申报表", "（2024年度）", "单位：万元", "\n".join(("", HEAD, *rows, "")))


def critical(records: Records) -> list[str]:
    return [finding.code for finding in records.findings if finding.severity is Severity.CRITICAL]


@pytest.mark.parametrize(
    "rows",
    [
        ("820-某镇部门 | < | 360.00 | | | | | | |", FIRST, SECOND),
        ("820-某镇部门 | | 360.00 | | | | | | |", FIRST, SECOND),
        ("合计 | < | 360.00 | | | | | | |", "820001-某镇 | < | 360.00 | | | | | | |", FIRST, SECOND),
        (FIRST, SECOND, " | 小计 | 360.00 | | | | | | |"),
    ],
    ids=["department merged", "department alone", "total and unit", "subtotal below"],
)
def test_a_row_that_sums_up_projects_is_no_project(rows: tuple[str, ...]) -> None:
    """A department's row was published as a project: 720 for 360 万元."""
    records = read_records(table(*rows), DECLARED)
    assert [project.name for project in records.projects] == ["村组报酬", "组织经费"]
    assert sum(line.amount.yuan for line in records.budget_lines) == Decimal(3_600_000)
    sums = [total for total in records.stated_totals if total.members is not None]
    assert {total.amount.yuan for total in sums} == {Decimal(3_600_000)}
    assert all(total.members == (0, 1) for total in sums)
    assert not critical(records)


def test_a_sum_that_does_not_add_up_fails_its_control() -> None:
    records = read_records(table("820-某镇部门 | < | 400.00 | | | | | | |", FIRST, SECOND), DECLARED)
    assert len(records.projects) == 2
    (stated,) = [total for total in records.stated_totals if total.members is not None]
    assert (stated.amount.yuan, stated.members) == (Decimal(4_000_000), (0, 1))


def test_an_operator_under_the_direction_is_the_targets() -> None:
    """指标性质 held 正向, 指标方向 the operator: ≥98% was published as = 98%."""
    head = HEAD.replace("指标性质", "指标性质 | 指标方向")
    rows = [
        "820001-某镇 | 村组报酬 | 300.00 | 按时发放 | 产出指标 | 数量指标 | 发放人数 | 正向 | 大于等于 | 230 | 人",
        "^ | ^ | ^ | ^ | ^ | ^ | 经费 | 反向 | 小于等于 | 12 | 万元",
        "^ | ^ | ^ | ^ | ^ | ^ | 村数 | ≥ | 正向指标 | 11 | 个",
    ]
    drawing = "\n".join(("", head, *rows, ""))
    records = read_records(document_of("项目绩效目标申报表", "（2024年度）", "单位：万元", drawing), DECLARED)
    read = [(one.targets[0].text, one.targets[0].reading.operator) for one in records.indicators]
    assert read == [("≥230人", ">="), ("≤12万元", "<="), ("≥11个", ">=")]
    assert [one.notes for one in records.indicators] == ["指标性质：正向", "指标性质：反向", "指标方向：正向指标"]


@pytest.mark.parametrize("label", ["其他需要说明事项", "其他需要说明的问题", "备注"])
def test_a_remark_below_the_indicators_is_no_indicator(label: str) -> None:
    drawing = f"{MINISTRY}{label} | 无其他事项，共12项 | < | < | < | <\n"
    records = read_records(document_of("项目支出绩效目标申报表", "（2024年度）", "单位：万元", drawing), DECLARED)
    assert len(records.indicators) == 5
    assert f"{label}：无其他事项，共12项" in (records.projects[0].notes or "")


@pytest.mark.parametrize("title", ["项目支出绩效运行监控表", "2024年度部门预算项目绩效目标运行监控情况表"])
def test_a_monitoring_form_is_none_of_targets(title: str) -> None:
    """Its values of seven months were published as a self-evaluation's of the year."""
    records = read_records(document_of(title, "（2024年度）", "单位：万元", MINISTRY), DECLARED)
    assert [section.kind for section in records.sections] == [Kind.MONITORING]


def test_a_label_that_is_not_declared_is_no_projects_name() -> None:
    drawing = MINISTRY.replace("科普活动经费 | < | < | < | <", " | < | 项目经办人： | < | ")
    records = read_records(document_of("项目支出绩效目标申报表", "（2024年度）", "单位：万元", drawing), DECLARED)
    assert [project.name for project in records.projects] == ["未知"]
    assert "project_without_name" in critical(records)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("≥320元/人、天", "320", "元/人、天"),
        ("≤50元/人、次、天", "50", "元/人、次、天"),
        ("≤50元/人、天以内", "50", "元/人、天"),
        ("≤50元/人、按时发放", "50", "元/人"),
        ("≥95百分比", "95", "%"),
        ("≥5013¹册", "5013", "册"),
        ("≥100m²", "100", "m²"),
    ],
)
def test_a_unit_is_read_whole_and_the_mark_of_a_note_is_no_digit(text: str, value: str, unit: str) -> None:
    (reading,) = read_targets(text)[:1]
    assert (str(reading.value), reading.value_unit) == (value, unit)
    if text.endswith("百分比"):
        assert (reading.kind, reading.base_value, reading.base_unit) == ("ratio", Decimal("0.95"), "1")
    assert reading.base_unit != "分"


def test_a_power_of_ten_is_no_number_with_a_mark() -> None:
    assert read_targets("≥10⁴立方米")[0].value is None


def test_an_amount_that_a_sheet_printed_as_too_wide_holds() -> None:
    drawing = """
序号 | 项目名称 | 总计 | 财政拨款 | 其他资金 | 绩效目标 | 绩效指标
 | 合计 | 30.00 | 30.00 | | |
1 | 道路养护 | ### | ### | | 养护道路。 | 1、产出指标：养护里程，年度指标值：≥30公里。
2 | 会议经费 | 30.00 | 30.00 | | 开会。 | 1、产出指标：会议次数，年度指标值：≥4次。
"""
    records = read_records(document_of("2024年项目支出绩效目标表", "单位：万元", drawing), DECLARED)
    assert "amount_unreadable" in critical(records), "its total would hold without it"
