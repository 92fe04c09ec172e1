"""What comes out of the sample texts, against counts and sums taken from them by other means than ours."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from extract.catalogue import read_catalogue
from extract.text import read_text
from transform.checks.coverage import characters
from transform.checks.reconciliation import reconcile
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Horizon, Indicator, Kind, Records, TargetKind, TotalOf

SAMPLES = Path(__file__).parents[2] / "samples"
HUADU, PANYU, LIWAN, HUANGPU = "huadu-2023.txt", "panyu-2025.txt", "liwan-shangwu-2024.txt", "huangpu-2024.txt"
PROJECT_TABLES = (HUADU, PANYU, LIWAN, HUANGPU)
YUAN = 10_000


def text_of(name: str) -> str:
    return (SAMPLES / "texts" / name).read_text(encoding="utf-8")


def records_of(name: str) -> Records:
    catalogue = read_catalogue(SAMPLES / "catalogue.yaml")
    entry = next(entry for entry in catalogue.filings if Path(entry.source).stem == Path(name).stem)
    declaration = Declaration(
        department=catalogue.publisher_of(entry).name,
        kind=Kind(entry.kind) if entry.kind else None,
        fiscal_year=entry.fiscal_year,
        money_unit=entry.money_unit,
    )
    records = read_records(read_text((SAMPLES / "texts" / name).read_bytes()), declaration)
    assert isinstance(records, Records)
    return records


def stated(records: Records, scope: TotalOf, unit: str | None = None) -> Decimal:
    (total,) = [
        total.amount.yuan
        for total in records.stated_totals
        if total.total_of is scope and total.funding_source is None and unit in (None, total.unit)
    ]
    return total


def loaded(records: Records) -> Decimal:
    return sum((line.amount.yuan for line in records.budget_lines), Decimal(0))


def named(records: Records, line: int) -> list[Indicator]:
    return [indicator for indicator in records.indicators if indicator.source.line == line]


@pytest.mark.parametrize(
    ("name", "projects", "indicators", "units", "total", "sum_of_lines"),
    [
        (HUADU, 50, 218, 1, "17960.54", "17960.54"),
        (PANYU, 45, 278, 4, "72239.50", "72239.49"),
        (LIWAN, 11, 44, 2, "26322.00", "26322.00"),
        (HUANGPU, 11, 57, 1, "190857.18", "190133.18"),
    ],
)
def test_projects_indicators_units_and_money(
    name: str, projects: int, indicators: int, units: int, total: str, sum_of_lines: str
) -> None:
    records = records_of(name)
    assert records.kind is Kind.PROJECT_TARGET_TABLE
    assert records.money_unit == "万元"
    assert records.fiscal_year is None, "the years of these texts stand in their bodies only"
    assert len(records.projects) == len(records.budget_lines) == projects
    assert len(records.indicators) == indicators
    assert len({project.unit for project in records.projects}) == units
    assert stated(records, TotalOf.FILING) == Decimal(total) * YUAN
    assert loaded(records) == Decimal(sum_of_lines) * YUAN
    assert {line.funding_source for line in records.budget_lines} == {"财政拨款"}


@pytest.mark.parametrize("name", PROJECT_TABLES)
def test_every_character_is_accounted_for(name: str) -> None:
    records = records_of(name)
    printed = characters(text_of(name))
    left = sum(characters(source.text) for source in records.unconsumed)
    assert records.coverage == Decimal((printed - left) * 10_000 // printed) / 10_000


@pytest.mark.parametrize(("name", "horizons"), [(LIWAN, 2), (HUANGPU, 2), (HUADU, 1)])
def test_each_indicator_has_one_target_for_each_horizon(name: str, horizons: int) -> None:
    for indicator in records_of(name).indicators:
        assert len({target.horizon for target in indicator.targets}) == horizons
        # one printed text for each: further promises are further readings of it
        assert len({(target.horizon, target.text) for target in indicator.targets}) == horizons


@pytest.mark.parametrize("name", [HUADU, LIWAN])
def test_amounts_are_those_an_independent_count_finds(name: str) -> None:
    """Lines that end in the same amount twice are rows; the first is 合计, those of units are not indented."""
    rows = re.findall(r"^(.*?) ?([\d,]+\.\d\d) \2$", text_of(name), flags=re.MULTILINE)
    units = {project.unit for project in records_of(name).projects}
    amounts = Counter(Decimal(amount.replace(",", "")) * YUAN for name, amount in rows if name not in {"合计", *units})
    assert Counter(line.amount.yuan for line in records_of(name).budget_lines) == amounts


def test_a_total_is_a_control_and_never_a_fact() -> None:
    """A peer in this field loads 合计 as a fact, so that every sum doubles."""
    for name in PROJECT_TABLES:
        records = records_of(name)
        units = {total.unit for total in records.stated_totals if total.total_of is TotalOf.UNIT}
        assert not {"合计", "总计", *units} & {line.project for line in records.budget_lines}
        assert not {"合计", "总计", *units} & {project.name for project in records.projects}


def test_names_that_stand_on_several_lines_are_joined() -> None:
    names = {project.name for project in records_of(HUADU).projects} | {p.name for p in records_of(LIWAN).projects}
    assert {
        "项目验收（完工评价）、评审以及项目与行业管理支出",
        "支持狮岭加快高质量发展打造全国皮革皮具产业智造新高地资金",
        "“5.21”本土新冠肺炎疫情集中隔离酒店费用补助（区本级）",
        "2022年市级经济运行监测经费（区本级）",
        "荔湾区商业网点建设专题（专业批发市场转型升级创新激励）",
    } <= names


def test_huadu_has_one_unit_the_one_its_heading_names() -> None:
    records = records_of(HUADU)
    assert {project.unit for project in records.projects} == {"广州市花都区科技工业商务和信息化局（本级）"}


def test_huadu_numbering_that_restarts_in_a_cell_flags_exactly_those_indicators() -> None:
    flagged = [i for i in records_of(HUADU).indicators if "number_restart" in i.flags]
    assert [(i.name, i.number) for i in flagged] == [
        ("资金拨付及时率（及时拨付资金/申请资金）", "1"),
        ("促成汽车销售成交数", "1"),
    ]


def test_huadu_indicator_without_level1_is_read_and_flagged() -> None:
    (indicator,) = [i for i in records_of(HUADU).indicators if "level1_missing" in i.flags]
    assert (indicator.number, indicator.name, indicator.level1) == ("2", "形成研究报告（份）", "未知")
    assert [target.text for target in indicator.targets] == ["4份"]


def test_huadu_full_stops_inside_a_target_do_not_end_it() -> None:
    (indicator,) = [i for i in records_of(HUADU).indicators if i.name == "开展培训场次"]
    assert indicator.targets[0].text.startswith("完成一场或以上场次针对区内中小企业董事长、总经理、")
    assert indicator.targets[0].text.endswith("规下工业抽样企业政策宣讲")


def test_liwan_units_have_their_own_totals() -> None:
    records = records_of(LIWAN)
    assert stated(records, TotalOf.UNIT, "广州市荔湾区商务和投资促进局") == 262_520_000
    assert stated(records, TotalOf.UNIT, "广州市荔湾区招商中心") == 700_000
    assert [p.unit for p in records.projects].count("广州市荔湾区招商中心") == 1


def test_panyu_units_and_their_controls() -> None:
    records = records_of(PANYU)
    units = Counter(project.unit for project in records.projects)
    assert units == {
        "广州市番禺区科技工业商务和信息化局本级": 35,
        "区科协": 5,
        "广州市番禺区科学技术服务中心": 3,
        "广州市番禺区产业创新发展服务中心": 2,
    }
    for unit in units:
        (control,) = [
            t.amount
            for t in records.stated_totals
            if t.total_of is TotalOf.UNIT and t.unit == unit and not t.funding_source
        ]
        outcome = reconcile(control, [line.amount for line in records.budget_lines if line.unit == unit])
        assert outcome.holds
        assert outcome.rounded == (unit == "广州市番禺区科技工业商务和信息化局本级")


def test_panyu_legible_numbers_and_damaged_fragments() -> None:
    records = records_of(PANYU)
    independent = len(re.findall(r"\d+、\d-[^;；:：。]{2,8}[;；:：。]", text_of(PANYU)))
    assert sum(i.number is not None for i in records.indicators) == independent == 272
    fragments = [i for i in records.indicators if i.number is None]
    assert len(fragments) == 6
    assert all("damaged" in i.flags and i.targets for i in fragments)
    assert [i.source.line for i in fragments] == [21, 28, 46, 47, 55, 59]


def test_panyu_cells_that_were_cut_keep_what_is_legible() -> None:
    records = records_of(PANYU)
    first, cut = named(records, 21)
    assert (first.number, first.level1, first.name) == (None, "未知", "实现外贸进出口")
    assert [(t.horizon, t.text) for t in first.targets] == [
        (Horizon.CYCLE, "不少于755亿元"),
        (Horizon.ANNUAL, "不少于755亿元"),
    ]
    assert (cut.number, cut.level1, cut.level2, cut.name) == ("6", "效益", "经济效益", "对经济发展促进作用")
    assert [(t.horizon, t.reading.kind, t.text) for t in cut.targets] == [(Horizon.CYCLE, TargetKind.DAMAGED, "")]
    assert {"damaged"} <= set(cut.flags)


def test_panyu_garbled_labels_are_read_and_flagged() -> None:
    records = records_of(PANYU)
    (weight,) = [i for i in records.indicators if i.name == "补贴确定对家的合规性"]
    assert (weight.level2, weight.level2_printed, weight.flags) == ("质量", "12-灰重指标", ("damaged",))
    (evaluation,) = [i for i in records.indicators if i.name == "完成绩效评价"]
    assert [(t.horizon, t.text, t.flags) for t in evaluation.targets] == [
        (Horizon.CYCLE, "及时完成绩效评价", ()),
        (Horizon.ANNUAL, "及时完成绩效评价", ("damaged", "repeated")),
    ]


def test_panyu_repeats_are_one_promise_and_different_promises_are_two() -> None:
    (reach,) = [i for i in records_of(PANYU).indicators if i.name == "宣传受众" and i.source.line == 13]
    assert [(t.horizon, t.promise_seq, t.text, t.flags) for t in reach.targets] == [
        (Horizon.CYCLE, 1, "≥1000万人次", ()),
        (Horizon.ANNUAL, 1, "≥1000万人次", ("repeated",)),
        (Horizon.ANNUAL, 2, "≥95%", ()),
    ]


def test_panyu_marks_in_amount_columns_are_findings_and_the_money_is_read() -> None:
    records = records_of(PANYU)
    marked = [p for p in records.projects if "stray_text" in p.flags]
    assert [p.source.line for p in marked] == [31, 32]
    lines = [line.amount.yuan for line in records.budget_lines if "stray_text" in line.flags]
    assert lines == [554_000, 393_800]
    evidence = {finding.evidence for finding in records.findings if finding.code == "stray_text"}
    assert evidence == {"ļ", "1", "與"}


def test_huangpu_markup_is_layout() -> None:
    records = records_of(HUANGPU)
    assert "鱼珠片区数字技术应用产业平台展示中心项目" in {project.name for project in records.projects}
    assert not [i for i in records.indicators if "<" in i.name or any("<" in t.text for t in i.targets)]
    (hub,) = [i for i in records.indicators if i.name.startswith("1.提升区内数字枢纽")]
    assert hub.name == "1.提升区内数字枢纽的聚集效应2.保障国际数字枢纽体验中心正常运营"
    assert (hub.number, hub.level2) == ("4", "可持续影响")


def test_huangpu_lacks_seven_hundred_and_twenty_four() -> None:
    records = records_of(HUANGPU)
    (control,) = [t.amount for t in records.stated_totals if t.total_of is TotalOf.FILING and t.funding_source is None]
    outcome = reconcile(control, [line.amount for line in records.budget_lines])
    assert not outcome.holds
    assert outcome.difference == Decimal("724.00") * YUAN


def test_a_target_that_promises_two_things_gives_both() -> None:
    indicators = [i for i in records_of(HUANGPU).indicators if any("20亿注册量" in t.text for t in i.targets)]
    assert len(indicators) == 1
    found = [(t.horizon, t.promise_seq, t.reading.operator, t.reading.value) for t in indicators[0].targets]
    assert found == [
        (Horizon.CYCLE, 1, "=", 20),
        (Horizon.CYCLE, 2, ">=", 20000),
        (Horizon.ANNUAL, 1, "=", 20),
        (Horizon.ANNUAL, 2, ">=", 20000),
    ]
