"""Project forms of the Ministry of Finance and of provinces, typeset small: each variant gives records of one kind."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.document import Document, Severity
from tests.transform.project_forms import (
    COLUMN_OF_UNITS,
    COLUMN_PER_PROJECT,
    CYCLE_AND_ANNUAL,
    DECLARED,
    LABELS_BESIDE,
    MINISTRY,
    SELF_EVALUATION,
    STANDARDS,
    TABLES_BELOW_EACH_OTHER,
    THREE_COLUMNS,
    TRIPLES,
    TWO_SIDES,
)
from tests.transform.readings import compact
from tests.transform.typeset import document_of, grid_of
from transform.forms import read_forms
from transform.recognition import read_records
from transform.records import Horizon, Kind, Records, TotalOf


def read(document: Document, kind: Kind = Kind.PROJECT_TARGET_FORM) -> Records:
    records = read_records(document, DECLARED)
    assert isinstance(records, Records)
    assert records.kind is kind
    return records


def titled(drawing: str) -> Document:
    return document_of("项目支出绩效目标申报表", "（2024年度）", "单位：万元", drawing)


def money(records: Records) -> list[tuple[str | None, str | None, Decimal]]:
    return [(line.project, line.funding_source, line.amount.yuan) for line in records.budget_lines]


def targets(records: Records) -> list[tuple[str | None, str | None, str, dict[str, str]]]:
    return [
        (each.level1, each.level2, each.name, {target.horizon.value: target.text for target in each.targets})
        for each in records.indicators
    ]


def test_the_ministrys_form() -> None:
    records = read(titled(MINISTRY))
    (project,) = records.projects
    assert (project.name, project.unit, records.fiscal_year) == ("科普活动经费", "科普中心", 2024)
    assert project.goal == "目标1：办好科普活动。目标2：提高公众科学素质。"
    assert money(records) == [
        ("科普活动经费", "财政拨款", Decimal(1_000_000)),
        ("科普活动经费", "上年结转资金", Decimal(50_000)),
        ("科普活动经费", "其他资金", Decimal(150_000)),
    ]
    (total,) = records.stated_totals
    assert (total.total_of, total.project, total.amount.yuan) == (TotalOf.PROJECT, "科普活动经费", Decimal(1_200_000))
    assert targets(records) == [
        ("产出", "数量", "举办科普活动次数", {"annual": "≥12次"}),
        ("产出", "数量", "印制科普读物数量", {"annual": "≥5000册"}),
        ("产出", "时效", "活动完成时间", {"annual": "12月31日前"}),
        ("效益", "社会效益", "公众科学素质", {"annual": "有所提高"}),
        ("满意度", "服务对象满意度", "参与者满意度", {"annual": "≥90%"}),
    ]
    assert [each.weight for each in records.indicators] == [20, 20, 10, 30, 10]
    assert (records.findings, records.unconsumed, records.coverage) == ((), (), 1)


def test_two_sides_are_two_horizons() -> None:
    """2015: 中期 and 年度 beside each other; indicators of the same name are one, others stand alone."""
    records = read(titled(TWO_SIDES))
    assert targets(records) == [
        ("产出", "数量", "养护里程", {"cycle": "900公里", "annual": "300公里"}),
        ("产出", "质量", "优良路率", {"cycle": "≥85%"}),
        ("产出", "质量", "当年抽检合格率", {"annual": "≥95%"}),
        ("效益", "社会效益", "通行能力", {"cycle": "提升"}),
    ]
    assert money(records) == [("公路养护", "财政拨款", Decimal(3_000_000)), ("公路养护", "其他资金", Decimal(0))]
    assert [total.amount.yuan for total in records.stated_totals] == [Decimal(3_000_000)]
    assert records.projects[0].goal == "养好今年的路。"
    assert "中期资金总额：900.00" in (records.projects[0].notes or "")


def test_operator_value_and_unit_in_three_columns() -> None:
    records = read(titled(THREE_COLUMNS))
    assert targets(records) == [
        ("产出", "数量", "修复文物数量", {"annual": "≥30件"}),
        ("产出", "质量", "修复合格率", {"annual": "＝100%"}),
        ("产出", "时效", "完成及时性", {"annual": "及时"}),
        ("成本", "经济成本", "修复成本", {"annual": "≤80.5万元"}),
        ("成本", "生态环境成本", "环境影响", {"annual": "低"}),
        ("满意度", "服务对象满意度", "观众满意度", {"annual": "≥90%"}),
    ]
    first = records.indicators[0].targets[0].reading
    assert (first.operator, first.value, first.value_unit) == (">=", 30, "件")


def test_a_column_of_units_serves_the_value_that_has_none() -> None:
    records = read(titled(COLUMN_OF_UNITS))
    assert [(each.targets[0].text, compact([each.targets[0].reading])) for each in records.indicators] == [
        ("＝12公里", "quantity = 12 公里 [12000 米]"),
        ("＝30个", "quantity = 30 个 [30 个]"),
        ("＝95%以上", "ratio >= 95 % [0.95 1]"),
        ("≤28.8万元", "money <= 28.8 万元 [288000 元] !unit_contradiction"),
        ("＝一套", "quantity = 1 套 [1 套]"),
        ("≤30天", "duration <= 30 天 [30 天]"),
        ("≤3次", "quantity <= 3 次 [3 次]"),
        ("≤10%", "ratio <= 10 % [0.1 1]"),
    ]


def test_level_1_decides_what_an_ambiguous_level_2_is() -> None:
    """社会 and 生态环境 are costs below 成本, 生态环境 below 效益 is a benefit."""
    levels = [(each.level1, each.level2) for each in read(titled(COLUMN_OF_UNITS)).indicators]
    assert levels[-3:] == [("成本", "社会成本"), ("成本", "生态环境成本"), ("效益", "生态效益")]


def test_long_term_and_annual_triples_side_by_side() -> None:
    records = read(titled(TRIPLES))
    assert targets(records) == [
        ("产出", "数量", "加固堤防长度", {"cycle": "≥10公里", "annual": "≥2公里"}),
        ("效益", "可持续影响", "使用年限", {"cycle": "≥20年"}),
    ]


def test_a_total_without_sources_is_one_line_of_an_unknown_source() -> None:
    records = read(titled(TRIPLES))
    (line,) = records.budget_lines
    assert (line.funding_source, line.amount.yuan, line.flags) == (None, Decimal(500_000), ("source_missing",))


def test_cycle_and_annual_values_and_satisfaction_at_level_2() -> None:
    records = read(document_of("项目绩效目标申报表", CYCLE_AND_ANNUAL))
    assert targets(records) == [
        ("产出", "成本", "单位成本", {"cycle": "≤20万元/个", "annual": "≤20万元/个"}),
        ("效益", "服务对象满意度", "用户满意度", {"cycle": "≥95%", "annual": "≥90%"}),
    ]


def test_a_column_per_project_starts_a_project_where_its_cell_begins() -> None:
    records = read(titled(COLUMN_PER_PROJECT))
    assert [(project.unit, project.name, project.goal) for project in records.projects] == [
        ("农业农村厅", "种业振兴", "推广良种。"),
        ("农业农村厅", "动物防疫", "控制疫病。"),
    ]
    assert [(each.project, each.seq, each.targets[0].text) for each in records.indicators] == [
        ("种业振兴", 1, "≥100万亩"),
        ("种业振兴", 2, "≥50元/亩"),
        ("动物防疫", 1, "≥90%"),
    ]
    assert [line.amount.yuan for line in records.budget_lines] == [Decimal(2_000_000), Decimal(600_000)]
    assert records.indicators[0].notes == "方向：正向指标"


def test_a_label_beside_the_header_names_the_horizon() -> None:
    """年度目标 over the values' column once outdid 长期绩效指标 beside them."""
    records = read(titled(LABELS_BESIDE))
    assert [(each.name, each.targets[0].horizon, each.targets[0].text) for each in records.indicators] == [
        ("改造集镇", Horizon.CYCLE, "3个"),
        ("绿化率", Horizon.CYCLE, "≥20%"),
        ("改造集镇", Horizon.ANNUAL, "1个"),
        ("群众满意度", Horizon.ANNUAL, "≥88%"),
    ]
    assert [(source, yuan) for _, source, yuan in money(records)] == [
        ("财政拨款", Decimal(692_300)),
        ("单位资金", Decimal(375_200)),
    ]


def test_long_term_and_annual_tables_below_each_other() -> None:
    records = read(titled(TABLES_BELOW_EACH_OTHER))
    assert [(each.targets[0].horizon, each.targets[0].text) for each in records.indicators] == [
        (Horizon.CYCLE, "≥5个"),
        (Horizon.ANNUAL, "≥2个"),
    ]
    assert "前年：1个" in (records.indicators[1].notes or "")
    assert [line.amount.yuan for line in records.budget_lines] == [Decimal(1_000_000)]


def test_standards_and_remarks_are_kept_as_notes() -> None:
    records = read(titled(STANDARDS.replace("项目执行单位", "项目实施单位")))
    assert records.indicators[0].notes == "绩效标准：计划标准\n备注：含网络抽检"
    assert records.coverage == 1


def test_several_forms_in_one_filing() -> None:
    records = read(document_of("项目支出绩效目标表", MINISTRY, "项目支出绩效目标表", THREE_COLUMNS))
    assert [(project.seq, project.name) for project in records.projects] == [(1, "科普活动经费"), (2, "文物保护")]
    assert [each.seq for each in records.indicators] == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6]
    assert {line.project for line in records.budget_lines} == {"科普活动经费", "文物保护"}


def test_a_table_that_goes_on_after_a_page_break_without_its_header() -> None:
    head, tail = MINISTRY.strip().split("\n")[:-2], MINISTRY.strip().split("\n")[-2:]
    tail = [line.replace("^ |", " |", 1) for line in tail]
    records = read(document_of("项目支出绩效目标表", "\n".join(head), "\n".join(tail)))
    assert targets(records) == targets(read(titled(MINISTRY)))


def test_an_unknown_column_holds_the_filing() -> None:
    records = read(titled(STANDARDS.replace("备注", "指标甲乙丙")))
    (finding,) = [finding for finding in records.findings if finding.code == "unknown_column"]
    assert (finding.severity, finding.evidence) == (Severity.CRITICAL, "指标甲乙丙")
    assert {source.text for source in records.unconsumed} >= {"指标甲乙丙", "含网络抽检"}


def test_two_amounts_in_a_cell_hold_the_filing_and_give_no_figure() -> None:
    records = read(titled(MINISTRY.replace("| 100.00 |", "| 39⏎30 |")))
    [finding] = [finding for finding in records.findings if finding.severity is Severity.CRITICAL]
    assert (finding.code, finding.evidence) == ("amount_unreadable", "39\n30")
    assert "财政拨款" not in [line.funding_source for line in records.budget_lines]


def test_an_amount_beside_an_undeclared_source_holds_the_filing() -> None:
    records = read(titled(MINISTRY.replace("上年结转资金", "彩票公益金甲")))
    assert [finding.code for finding in records.findings] == ["unknown_line"]


def test_a_source_with_its_parts_is_a_control_of_them() -> None:
    parts = MINISTRY.replace("上年结转资金 | 5.00", "其中：一般公共预算 | 60.00").replace(
        "其他资金 | 15.00", "政府性基金 | 40.00"
    )
    records = read(titled(parts))
    assert [(source, yuan) for _, source, yuan in money(records)] == [
        ("一般公共预算拨款", Decimal(600_000)),
        ("政府性基金预算拨款", Decimal(400_000)),
    ]
    assert [(total.funding_source, total.members) for total in records.stated_totals] == [
        (None, None),
        ("财政拨款", (0, 1)),
    ]


def test_template_residue_is_no_promise() -> None:
    records = read(titled(THREE_COLUMNS.replace("| 30 |", "| ** |").replace("完成及时性 | 定性 | 及时 |", "…… | | |")))
    assert [each.name for each in records.indicators][:3] == ["修复文物数量", "修复合格率", "修复成本"]
    assert records.indicators[0].targets == ()


def test_self_evaluation() -> None:
    records = read(document_of("项目支出绩效自评表", "（2023年度）", SELF_EVALUATION), Kind.SELF_EVALUATION)
    assert records.fiscal_year == 2023
    assert [(line.funding_source, line.measure, line.amount.yuan) for line in records.budget_lines] == [
        ("财政拨款", "年初预算数", Decimal(1_000_000)),
        ("其他资金", "年初预算数", Decimal(200_000)),
        ("财政拨款", "全年预算数", Decimal(900_000)),
        ("其他资金", "全年预算数", Decimal(200_000)),
        ("财政拨款", "全年执行数", Decimal(790_000)),
        ("其他资金", "全年执行数", Decimal(200_000)),
    ]
    assert {line.statement for line in records.budget_lines} == {"project_execution"}
    assert [(total.measure, total.amount.yuan) for total in records.stated_totals] == [
        ("年初预算数", Decimal(1_200_000)),
        ("全年预算数", Decimal(1_100_000)),
        ("全年执行数", Decimal(990_000)),
    ]
    second = records.indicators[1]
    (target,) = second.targets
    assert (second.level1, second.level1_printed, second.weight, second.score) == (
        "产出",
        "产出指标（50分）",
        30,
        Decimal("28.8"),
    )
    assert (target.horizon, target.text, target.actual_text) == (Horizon.ANNUAL, "100%", "96%")
    assert target.actual is not None
    assert target.actual.value == 96
    assert second.notes == "偏差原因分析及改进措施：一次因雨中断"
    assert records.projects[0].goal == "办好科普活动。"
    assert "实际完成情况：办了13次。" in (records.projects[0].notes or "")
    assert records.coverage == 1


WORDS = sorted(
    {cell.strip() for cell in "|".join((MINISTRY, TWO_SIDES, SELF_EVALUATION)).replace("\n", "|").split("|")}
)
ROWS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=1, max_size=14)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([Kind.PROJECT_TARGET_FORM, Kind.SELF_EVALUATION]))
def test_no_grid_makes_it_raise_or_lose_count(rows: list[list[str]], kind: Kind) -> None:
    if rows[0][0] == "^":
        rows[0][0] = ""
    drawing = "\n".join(" | ".join(row) for row in rows)
    records = read_forms(document_of(grid_of(drawing)), DECLARED, kind)
    assert 0 <= records.coverage <= 1
    assert {each.project for each in records.indicators} <= {project.name for project in records.projects}


@pytest.mark.parametrize(
    "drawing",
    [MINISTRY, TWO_SIDES, THREE_COLUMNS, TRIPLES, COLUMN_PER_PROJECT, LABELS_BESIDE, TABLES_BELOW_EACH_OTHER],
)
def test_no_variant_leaves_a_character_unread_or_a_finding(drawing: str) -> None:
    records = read(titled(drawing))
    assert (records.findings, records.unconsumed, records.coverage) == ((), (), 1)
