"""Every target of the golden files has its reviewed reading, and the grammar keeps its laws for any other text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.transform.readings import cases, compact
from transform.records import Operator, TargetKind
from transform.targets.grammar import read_targets
from transform.targets.measures import SCALES, UNITS, unit_of

FILINGS = list(cases("targets.tsv"))
ELSEWHERE = list(cases("targets_elsewhere.tsv"))
BLIND = list(cases("targets_blind.tsv"))
"""Read by hand from the specification alone, before anyone looked at what the grammar makes of them."""


@pytest.mark.parametrize("file", ["targets.tsv", "targets_elsewhere.tsv", "targets_blind.tsv", "targets_forms.tsv"])
def test_golden_readings(file):
    read = {case: compact(read_targets(case.text, fiscal_year=2024, name=case.name)) for case in cases(file)}
    wrong = [
        f"{case.text}: {reading!r} is not {case.reading!r}" for case, reading in read.items() if reading != case.reading
    ]
    assert not wrong, "\n".join(wrong)


def test_golden_files_are_large_enough_to_mean_something():
    assert len(FILINGS) > 350
    assert len(ELSEWHERE) > 400
    assert len(BLIND) > 400


# --- laws -----------------------------------------------------------------------------------------------------------

AMBIGUOUS = {"月", "年", "学年", "岁", "周岁", "千伏"}  # 3月 is March, 2024年 a date, 110千伏 names a class of line
SYMBOLS = {Operator.EQ: "", Operator.GE: "≥", Operator.GT: "＞", Operator.LE: "≤", Operator.LT: "＜"}
units = st.sampled_from(sorted(unit for unit in UNITS if unit not in AMBIGUOUS and unit not in ("百分比", "百分率")))
"""百分比 and 百分率 are printed as %."""
scales = st.sampled_from(["", *(scale for scale in SCALES if scale in ("万", "亿", "百万"))])
values = st.decimals(min_value=0, max_value=10**9, places=2).map(lambda value: value.copy_abs()) | st.integers(
    min_value=0, max_value=10**9
).map(Decimal)
golden = st.sampled_from(FILINGS + ELSEWHERE + BLIND)


@given(st.text())
def test_any_text_has_a_reading(text):
    assert read_targets(text)
    assert read_targets(text, fiscal_year=2024, name=text)


ALPHABET = (
    "0123456789.,%‰≥≤<>=~-+×*/:;，。、（）()年月日季度前内底末至到比较每约余万亿千百十两三一元个家次"
    "人小时天率的和不少于以上超过第□“”是否增长满意度"
)


@settings(max_examples=1000)
@given(st.text(alphabet=ALPHABET, max_size=24))
def test_any_text_of_the_language_has_readings_that_hang_together(text):
    for reading in read_targets(text, fiscal_year=2024, name=text):
        if reading.kind in (TargetKind.QUALITATIVE, TargetKind.DAMAGED):
            assert reading.operator is None
            assert reading.value is None
            assert reading.value_unit is None
            assert reading.base_value is None
        else:
            assert reading.operator is not None
            assert reading.is_measurable
        assert (reading.value_upper is not None) == (reading.operator is Operator.BETWEEN and reading.value is not None)
        if reading.value_upper is not None:
            assert reading.value < reading.value_upper
        assert reading.rule


@given(operator=st.sampled_from(sorted(SYMBOLS)), value=values, scale=scales, unit=units)
def test_printing_and_reading_a_canonical_target_is_the_identity(operator, value, scale, unit):
    printed = scale + unit
    if unit_of(printed) is None or (scale and printed in UNITS):
        return
    (reading,) = read_targets(f"{SYMBOLS[operator]}{value:f}{printed}")
    assert (reading.operator, reading.value, reading.value_unit) == (operator, value, printed)
    assert reading.kind is UNITS[unit].kind


@given(low=values, high=values, unit=units)
def test_a_printed_range_is_between(low, high, unit):
    if low >= high:
        return
    (reading,) = read_targets(f"{low:f}-{high:f}{unit}")
    assert (reading.operator, reading.value, reading.value_upper, reading.value_unit) == (
        Operator.BETWEEN,
        low,
        high,
        unit,
    )


@given(value=values, scale=scales, unit=units)
def test_value_times_scale_is_the_base_value_exactly(value, scale, unit):
    measure = unit_of(scale + unit)
    if measure is None or measure.printed != scale + unit:
        return
    (reading,) = read_targets(f"{value:f}{scale}{unit}")
    assert reading.base_value == value * measure.measure.scale
    assert reading.base_unit == measure.measure.base


@example(operator=Operator.LT, value=Decimal(1900), scale="", unit="届", ending="")
@given(
    operator=st.sampled_from(sorted(SYMBOLS)),
    value=values,
    scale=scales,
    unit=units,
    ending=st.sampled_from(["", "以上", "以内"]),
)
def test_the_short_way_reads_what_the_long_way_reads(operator, value, scale, unit, ending):
    """A mark at the edge says nothing, but a target with one is not of the shape that is read at once."""
    target = f"{SYMBOLS[operator]}{value:f}{scale}{unit}{ending}"
    assert read_targets(target, fiscal_year=2024) == read_targets(f"：{target}", fiscal_year=2024)


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(case=golden)
def test_full_width_printing_changes_nothing(case):
    name = case.name and case.name.translate(WIDE)
    assert compact(read_targets(case.text.translate(WIDE), fiscal_year=2024, name=name)) == case.reading


@given(case=golden, data=st.data())
def test_blanks_change_nothing(case, data):
    spaced = "".join(character + data.draw(st.sampled_from(["", "", " ", "\n", "\u3000"])) for character in case.text)
    assert compact(read_targets(spaced, fiscal_year=2024, name=case.name)) == case.reading


# --- what a name adds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "reading"),
    [
        ("85", "服务对象满意度（%）", "ratio = 85 % [0.85 1]"),
        ("≥85", "参保率%", "ratio >= 85 % [0.85 1]"),
        ("72", "紧急处置时间（小时）", "duration = 72 小时 [72 小时]"),
        ("10", "奖励标准(万元/家)", "money = 10 万元/家 [100000 元/家]"),
        ("20", "培训人数（≥**个）", "quantity = 20 个 [20 个]"),
        ("400万", "节约资金（元）", "money = 400 万元 [4000000 元]"),
        ("28.8万元", "成本控制率（%）", "money = 28.8 万元 [288000 元] !unit_contradiction"),
        ("90%", "培训企业数（家）", "ratio = 90 % [0.9 1] !unit_contradiction"),
        ("80%", "有积极作用（是/否）", "ratio = 80 % [0.8 1] !unit_contradiction"),
        ("3家", "新增数量（个）", "quantity = 3 家 [3 家]"),
        ("500元", "补贴标准（万元）", "money = 500 元 [500 元]"),
        ("12", "项目金额（含税）", "quantity = 12 [12]"),
        ("3", "使用年限（年）", "duration = 3 年 [3 年]"),
        ("2024", "完成年份（年）", "date = 2024-12-31"),
        ("比较满意", "服务对象满意度（%）", "qualitative"),
        ("否", "产生污染（是/否）", "boolean = [0]"),
    ],
)
def test_the_unit_in_a_name_is_used_where_the_target_has_none(text, name, reading):
    assert compact(read_targets(text, fiscal_year=2024, name=name)) == reading


def test_a_date_without_a_year_has_no_day_without_a_fiscal_year():
    assert compact(read_targets("12月底前")) == "date <= !no_fiscal_year"
    assert compact(read_targets("2024年12月底前")) == "date <= 2024-12-31"
    assert compact(read_targets("第三季度前", fiscal_year=2025)) == "date <= 2025-09-30"


@pytest.mark.parametrize(
    ("printed", "why"),
    [("≥≤10台", "contradictory_operators"), ("≤≥90%", "contradictory_operators"), ("≥X台", "template_residue")],
)
def test_operators_that_contradict_each_other_promise_nothing(printed: str, why: str) -> None:
    """Of two, the second was taken."""
    (reading,) = read_targets(printed, fiscal_year=2024, name="数量")
    assert (reading.value, reading.findings) == (None, (why,))


@pytest.mark.parametrize(
    "text",
    ["20255年12月", "20255年12月31日前", "202年12月底前", "2025年13月", "2025年12月310日", "2O25年12月", "20255年"],
)
def test_a_day_that_no_calendar_has_is_damaged(text: str) -> None:
    """20255年12月 was read as December of the fiscal year."""
    (reading,) = read_targets(text, fiscal_year=2024)
    assert (reading.kind, reading.target_date, reading.findings) == (TargetKind.DAMAGED, None, ("damaged_characters",))


def test_a_year_of_two_digits_is_no_month_of_the_fiscal_year() -> None:
    (reading,) = read_targets("25年12月", fiscal_year=2024)
    assert (reading.kind, reading.target_date) == (TargetKind.QUALITATIVE, None)
